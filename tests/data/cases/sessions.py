# SPDX-License-Identifier: Apache-2.0
"""Session timers (RFC 4028) and dialogs that were lost (RFC 3261 section 12.2.1.2, RFC 5057)."""

from case import case
from cases.timers import INVITE_REPEATS, REQUEST_REPEATS
from dialog import PROXY, Call
from sipwire import sip

ANSWER = 3.5


def refreshes(scene, **results):
    """422-bumped is written bumped, 481 gone."""
    names = {"bumped": "422-bumped", "gave_up": "422-gave-up", "gone": "481", "role_swap": "role-swap"}
    for result, count in results.items():
        scene.truth.add("sip_session_timer_refresh_total", count, result=names.get(result, result))


def session_expires(value):
    return [("Session-Expires", value)] if value else []


def begin(call, agreed="90;refresher=uac", asked=None, at=0.0):
    """A call whose 200, 3.5 s after its INVITE, starts a session timer."""
    invite = call.invite(at, headers=[("Supported", "timer"), *session_expires(asked or agreed or "90")])
    invite.respond(180, at + 1)
    call.answer(invite, at + ANSWER, headers=session_expires(agreed))
    call.ack(invite, at + ANSWER + 0.02)
    return call


def update(call, at, agreed="90;refresher=uac", asked=None, by="caller"):
    call.request("UPDATE", at, by=by, headers=session_expires(asked or agreed)).respond(
        200, at + 0.02, headers=session_expires(agreed)
    )


def reinvite(call, at, agreed="90;refresher=uac", by="caller"):
    invite = call.invite(at, by=by, headers=session_expires(agreed))
    invite.respond(100, at + 0.005)
    call.answer(invite, at + 0.02, headers=session_expires(agreed))
    call.ack(invite, at + 0.04, by=by)


def hang_up(call, at, reason_class="normal", by="caller", headers=(), code=200):
    call.request("BYE", at, by=by, headers=headers).respond(code, at + 0.02)
    return over(
        call,
        at,
        by=by,
        teardown=0.02 if code == 200 else None,
        bye=("local" if by == "caller" else "remote", reason_class),
    )


def over(call, end, at=0.0, cause=16, **fields):
    return call.expect(
        "answered",
        start=at,
        ringing=at + 1,
        answer=at + ANSWER,
        end=end,
        status=200,
        cause=cause,
        **fields,
    )


# ---- refreshes ----


@case
def session_refreshed_by_update(scene):
    call = begin(Call(scene))
    update(call, 45)
    update(call, 90)
    refreshes(scene, ok=2)
    hang_up(call, 100).events("sip.invite", "sip.ringing 180", "sip.answered 200", "sip.ack",
                              "sip.update", "sip.update", "sip.bye")  # fmt: skip
    call.says("sip.invite", session_expires="90", refresher="caller", refresh=None)
    call.says("sip.answered", session_expires="90", refresher="caller", refresh=None)
    call.says("sip.update", session_expires="90", refresher="caller", refresh="true")


@case
def session_refreshed_by_reinvite(scene):
    call = begin(Call(scene))
    reinvite(call, 45)
    refreshes(scene, ok=1)
    hang_up(call, 100).events("sip.invite", "sip.ringing 180", "sip.answered 200", "sip.ack",
                              "sip.reinvite", "?sip.answered 200", "sip.ack", "sip.bye")  # fmt: skip
    call.says("sip.reinvite", session_expires="90", refresher="caller", refresh="true")


@case
def session_refreshed_by_the_callee(scene):
    """refresher=uas of the first transaction and uac of the callee's own are the same party."""
    call = begin(Call(scene), "90;refresher=uas")
    update(call, 45, by="callee")
    refreshes(scene, ok=1)
    hang_up(call, 100)
    call.says("sip.answered", refresher="callee").says("sip.update", refresher="callee")


@case
def session_refresher_stays_though_the_word_changes(scene):
    """The caller refreshes; the callee's re-INVITE, for a reason of its own, says so as refresher=uas."""
    call = begin(Call(scene))
    reinvite(call, 45, "90;refresher=uas", by="callee")
    update(call, 80)
    refreshes(scene, ok=2)
    hang_up(call, 110)


@case
def session_refresher_swapped(scene):
    call = begin(Call(scene))
    update(call, 40, "90;refresher=uas")
    update(call, 80, "90;refresher=uac", by="callee")
    reinvite(call, 120, "90;refresher=uas", by="callee")
    refreshes(scene, role_swap=2, ok=1)
    hang_up(call, 130)


@case
def session_refresh_repeated(scene):
    """One refresh, however often it and its answer cross the wire."""
    call = begin(Call(scene))
    refresh = call.request("UPDATE", 45, headers=session_expires("90;refresher=uac")).repeat(45.5, 46.5)
    refresh.respond(200, 46.6, headers=session_expires("90;refresher=uac"))
    refresh.respond(200, 46.7, repeat=True, headers=session_expires("90;refresher=uac"))
    refreshes(scene, ok=1)
    hang_up(call, 60)


@case
def session_refresh_that_meets_another(scene):
    """491 and a challenge refuse an attempt, not the session (RFC 3261 section 14.1)."""
    call = begin(Call(scene))
    call.request("UPDATE", 45, headers=session_expires("90")).respond(491, 45.02)
    call.request("UPDATE", 47, headers=session_expires("90")).respond(407, 47.02)
    update(call, 47.1)
    refreshes(scene, ok=1)
    hang_up(call, 100)


@case
def session_refreshed_in_compact_form(scene):
    call = Call(scene)
    invite = call.invite(0, headers=[("k", "timer"), ("x", "90")]).respond(180, 1)
    call.answer(invite, ANSWER, headers=[("x", "90 ; refresher=UAC")])
    call.ack(invite, 3.52)
    call.request("UPDATE", 45, headers=[("x", "90;refresher=uac")]).respond(
        200, 45.02, headers=[("x", "90;refresher=uac")]
    )
    refreshes(scene, ok=1)
    hang_up(call, 100)


@case(local=[PROXY.address])
def session_refreshed_through_a_proxy(scene):
    """Two hops, two legs, each with its own timer."""
    inside = Call(scene, destination=PROXY, call_id="timed@alice.example")
    outside = Call(
        scene,
        source=PROXY,
        call_id="timed@alice.example",
        below=["SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK-below"],
    )
    outside.leg = 1
    for at, call in ((0, inside), (0.002, outside)):
        begin(call, at=at)
        update(call, 45 + at)
        call.request("BYE", 100 + at).respond(200, 100.02 + at)
        by = "remote" if call is inside else "local"
        over(call, 100 + at, at=at, by="caller", teardown=0.02, bye=(by, "normal"))
    refreshes(scene, ok=2)


# ---- the interval ----


@case
def session_interval_lowered_by_the_answer(scene):
    """1800 s were asked for, 90 agreed on."""
    call = begin(Call(scene), "90;refresher=uac", asked="1800")
    scene.clock(200)
    over(call, 93.5, by="timeout", cause=102)
    call.says("sip.invite", session_expires="1800").says("sip.answered", session_expires="90")


@case
def session_interval_lowered_by_a_refresh(scene):
    call = begin(Call(scene), "1800;refresher=uac")
    update(call, 900, "120;refresher=uac", asked="1800")
    scene.clock(1200)
    refreshes(scene, ok=1)
    over(call, 1020.02, by="timeout", cause=102)


@case
def session_without_timer(scene):
    """Asked for and not agreed on: a 2xx without Session-Expires."""
    call = begin(Call(scene), None, asked="90")
    hang_up(call, 500)


@case
def session_timer_switched_off(scene):
    call = begin(Call(scene))
    update(call, 45, None, asked="90")
    refreshes(scene, ok=1)
    hang_up(call, 1000)


@case
def session_timer_switched_on(scene):
    call = begin(Call(scene), None, asked="90")
    update(call, 45)
    scene.clock(200)
    refreshes(scene, ok=1)
    over(call, 135.02, by="timeout", cause=102)


@case
def session_interval_raised_twice(scene):
    """A 422 from each of two hops; it went through once."""
    call = Call(scene)
    for at, interval, minimum in ((0, "90", "120"), (0.1, "120", "300")):
        refused = call.invite(at, headers=[("Session-Expires", interval)])
        refused.respond(422, at + 0.02, headers=[("Min-SE", minimum)])
        call.ack(refused, at + 0.03, refused=True)
    invite = call.invite(0.2, headers=[("Session-Expires", "300"), ("Min-SE", "300")])
    call.answer(invite, 2, headers=session_expires("300;refresher=uac"))
    call.ack(invite, 2.01)
    call.request("BYE", 8).respond(200, 8.02)
    refreshes(scene, bumped=1)
    call.expect(
        "answered",
        start=0,
        answer=2,
        end=8,
        status=200,
        cause=16,
        by="caller",
        teardown=0.02,
        bye=("local", "normal"),
    )
    call.says("sip.challenged", min_se="120").says("sip.challenged", 1, min_se="300")
    call.says("sip.invite", 2, min_se="300", session_expires="300")


@case
def session_interval_not_raised(scene):
    """422, and the caller gives up: 32 s without another INVITE."""
    call = Call(scene)
    invite = call.invite(0, headers=session_expires("60")).respond(422, 0.02, headers=[("Min-SE", "90")])
    call.ack(invite, 0.03, refused=True)
    scene.clock(40)
    refreshes(scene, gave_up=1)
    call.expect(
        "rejected",
        start=0,
        end=0.02,
        status=422,
        by="callee",
        failure="other",
        unstated=["q850_cause"],
    )
    call.events("sip.invite", "sip.challenged 422", "?sip.ack")


@case
def session_refresh_raised(scene):
    call = begin(Call(scene))
    call.request("UPDATE", 45, headers=session_expires("90;refresher=uac")).respond(
        422, 45.02, headers=[("Min-SE", "120")]
    )
    update(call, 45.1, "120;refresher=uac")
    refreshes(scene, bumped=1, ok=1)
    hang_up(call, 120)


@case
def session_refresh_not_raised(scene):
    """The old deadline keeps running, so the callee hangs up before it."""
    call = begin(Call(scene))
    call.request("UPDATE", 30, headers=session_expires("90;refresher=uac")).respond(
        422, 30.02, headers=[("Min-SE", "120")]
    )
    refreshes(scene, gave_up=1)
    hang_up(call, 63.5, "timer-expired", by="callee")
    scene.clock(70)


@case
def session_refresh_raised_at_the_last_moment(scene):
    """31 s after the 422 there is another attempt: nobody gave up."""
    call = begin(Call(scene), "180;refresher=uac")
    call.request("UPDATE", 90, headers=session_expires("180")).respond(
        422, 90.02, headers=[("Min-SE", "200")]
    )
    update(call, 121, "200;refresher=uac")
    refreshes(scene, bumped=1, ok=1)
    hang_up(call, 170)


# ---- it runs out ----


@case
def session_expired(scene):
    """A ghost call: nobody refreshes, nobody hangs up. It ends at the moment the timer ran out."""
    call = begin(Call(scene))
    scene.clock(94)
    over(call, 93.5, by="timeout", cause=102).events(
        "sip.invite", "sip.ringing 180", "sip.answered 200", "sip.ack", "sip.terminated"
    )
    call.says("sip.terminated", reason="session expired", ts="2026-01-01T00:01:33.500000000Z")


@case
def session_expired_after_a_refresh(scene):
    call = begin(Call(scene))
    update(call, 45)
    scene.clock(136)
    refreshes(scene, ok=1)
    over(call, 135.02, by="timeout", cause=102)


@case
def session_expired_and_hung_up_late(scene):
    """The BYE of a ghost is counted, and begins no new call."""
    call = begin(Call(scene))
    call.request("BYE", 150).respond(200, 150.02)
    over(call, 93.5, by="timeout", cause=102, bye=("local", "timer-expired")).events(
        "sip.invite", "sip.ringing 180", "sip.answered 200", "sip.ack", "sip.terminated", "sip.bye"
    )


@case
def session_that_our_sight_leaves(scene):
    """The capture ends before the timer runs out."""
    call = begin(Call(scene))
    scene.clock(93)
    scene.truth.leave_open("sip_call_duration_seconds")
    over(
        call,
        93,
        coverage="cut",
        unstated=[
            "end_timestamp_ms",
            "duration_seconds",
            "billable_seconds",
            "disconnect_initiator",
            "q850_cause",
        ],
    )


@case
def session_hung_up_for_its_timer(scene):
    """RFC 4028 section 10: BYE min(32 s, 90 s / 3) before the end; who sent it ended the call."""
    call = begin(Call(scene))
    hang_up(call, 63.5, "timer-expired", by="callee")
    call.says("sip.bye", reason_class="timer-expired", initiator="callee")


@case
def session_hung_up_for_its_timer_with_a_reason(scene):
    """Some say 408; the timer is the better word for it."""
    call = begin(Call(scene), "1800;refresher=uas")
    reason = [("Reason", 'SIP;cause=408;text="Session timer expired"')]
    hang_up(call, 1771.5, "timer-expired", headers=reason)


@case
def session_hung_up_before_its_margin(scene):
    call = begin(Call(scene))
    hang_up(call, 62)


@case
def session_hung_up_after_a_refresh_in_time(scene):
    call = begin(Call(scene))
    update(call, 45)
    refreshes(scene, ok=1)
    hang_up(call, 80)


@case
def session_hung_up_while_a_refresh_waits(scene):
    """An attempt is no refresh before it is answered."""
    call = begin(Call(scene))
    call.request("UPDATE", 60, headers=session_expires("90;refresher=uac")).repeat(60.5, 61.5, 63.5)
    hang_up(call, 65, "timer-expired", by="callee")


# ---- the dialog is lost ----


@case
def session_refresh_of_a_dialog_that_is_gone(scene):
    """The other side knows the dialog no more: 481, and the BYE gets the same answer."""
    call = begin(Call(scene))
    call.request("UPDATE", 45, headers=session_expires("90;refresher=uac")).respond(481, 45.02)
    refreshes(scene, gone=1)
    hang_up(call, 45.1, code=481)


@case
def session_refresh_of_a_dialog_that_is_gone_without_bye(scene):
    """No BYE within 32 s: it ended with the 481."""
    call = begin(Call(scene), "1800;refresher=uac")
    invite = call.invite(900, headers=session_expires("1800")).respond(481, 900.02)
    call.ack(invite, 900.04, refused=True)
    scene.clock(933)
    refreshes(scene, gone=1)
    over(call, 900.02, by="unknown", cause=41)
    call.says("sip.terminated", reason="dialog lost", method="INVITE", code=481)


def lost(call, code, at):
    """INFO, so that it is no refresh."""
    call.request("INFO", at).respond(code, at + 0.02)


@case
def dialog_lost_to_481(scene):
    call = begin(Call(scene), None)
    lost(call, 481, 45)
    scene.clock(78)
    over(call, 45.02, by="unknown", cause=41)
    call.says("sip.terminated", reason="dialog lost", method="INFO", code=481)


@case
def dialog_lost_to_408(scene):
    call = begin(Call(scene), None)
    lost(call, 408, 45)
    scene.clock(78)
    over(call, 45.02, by="network", cause=102)


@case
def dialog_lost_and_hung_up(scene):
    """A BYE after it counts as ever."""
    call = begin(Call(scene), None)
    lost(call, 481, 45)
    hang_up(call, 60, by="callee")


@case
def dialog_that_was_not_lost_after_all(scene):
    """481 to one, 200 to the next: it lives."""
    call = begin(Call(scene), None)
    lost(call, 481, 45)
    reinvite(call, 50, None)
    hang_up(call, 200)


@case
def dialog_lost_without_an_answer(scene):
    """Timer F of an UPDATE; nothing follows."""
    call = begin(Call(scene), None)
    call.request("UPDATE", 50).repeat(*(50 + at for at in REQUEST_REPEATS))
    scene.clock(120)
    scene.truth.add("sip_transaction_timeout_total", method="UPDATE")
    over(call, 82, by="timeout", cause=102)
    call.says("sip.terminated", reason="dialog lost", method="UPDATE", code=None)


@case
def dialog_lost_without_an_answer_to_a_reinvite(scene):
    """Timer B of a re-INVITE, and its sender hangs up then, unheard."""
    call = begin(Call(scene), None)
    call.invite(50).repeat(*(50 + at for at in INVITE_REPEATS))
    call.request("BYE", 82.1).repeat(*(82.1 + at for at in REQUEST_REPEATS))
    scene.clock(120)
    scene.truth.add("sip_transaction_timeout_total", method="INVITE")
    scene.truth.add("sip_transaction_timeout_total", method="BYE")
    over(call, 82.1, by="caller", bye=("local", "normal"))


@case
def dialog_with_refusals_that_end_nothing(scene):
    """Only 481, 408 and no answer do, and not those of a subscription (RFC 5057 section 5.1)."""
    call = begin(Call(scene), None)
    for number, code in enumerate((403, 415, 469, 488, 491, 500, 503, 600, 603)):
        call.request("INFO", 10 + number).respond(code, 10.02 + number)
    for number, method in enumerate(("OPTIONS", "MESSAGE", "SUBSCRIBE", "NOTIFY")):
        headers = [("Event", "dialog"), ("Subscription-State", "active")]
        call.request(method, 30 + number, headers=headers).respond(481, 30.02 + number)
    hang_up(call, 100)


@case
def early_dialog_lost_is_the_invites_affair(scene):
    """481 to an UPDATE before the answer: the INVITE has its own final response."""
    call = Call(scene)
    invite = call.invite(0).respond(180, 1)
    call.request("UPDATE", 2, in_dialog=True).respond(481, 2.02)
    call.answer(invite, ANSWER)
    call.ack(invite, 3.52)
    hang_up(call, 50)
