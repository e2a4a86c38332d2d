# SPDX-License-Identifier: Apache-2.0
"""Early dialogs and several of them: PRACK and UPDATE before the answer, forks, calls taken elsewhere."""

from case import case
from dialog import Call
from sipwire import sip

ELSEWHERE = [("Reason", 'SIP;cause=200;text="Call completed elsewhere"')]


def answered(call, end, answer=4, ringing=1, **fields):
    fields = {"by": "caller", "teardown": 0.02, "bye": ("local", "normal"), **fields}
    return call.expect(
        "answered", start=0, ringing=ringing, answer=answer, end=end, status=200, cause=16, **fields
    )


@case
def early_prack_and_update(scene):
    """Preconditions (RFC 3312): offers and answers before the answer to the call; inactive is no hold there."""
    call = Call(scene)
    body = sip.session_description("192.0.2.20", 30000, direction="inactive")
    sdp = [("Content-Type", "application/sdp")]
    invite = call.invite(0, body=sip.session_description("192.0.2.10", direction="inactive"))
    invite.respond(183, 0.5, rseq=7, headers=sdp, body=body)
    call.request("PRACK", 0.6, in_dialog=True, headers=[("RAck", "7 1 INVITE")]).respond(200, 0.61)
    call.request(
        "UPDATE", 0.7, in_dialog=True, headers=sdp, body=sip.session_description("192.0.2.10")
    ).respond(200, 0.71, headers=sdp, body=sip.session_description("192.0.2.20", 30000))
    call.request("UPDATE", 0.9, by="callee", in_dialog=True).respond(200, 0.91)
    invite.respond(180, 1)
    call.answer(invite, 4)
    call.ack(invite, 4.01)
    call.request("BYE", 14).respond(200, 14.02)
    answered(call, 14, ringing=0.5)
    call.events("sip.invite", "sip.progress 183", "sip.prack", "sip.update", "sip.update", "sip.ringing 180",
                "sip.answered 200", "sip.ack", "sip.bye")  # fmt: skip


@case
def early_prack_refused(scene):
    """481 to a PRACK whose 18x was forgotten; the INVITE goes on."""
    call = Call(scene)
    invite = call.invite(0).respond(180, 1, rseq=1)
    call.request("PRACK", 1.1, in_dialog=True, headers=[("RAck", "9 1 INVITE")]).respond(481, 1.12)
    call.answer(invite, 4)
    call.ack(invite, 4.01)
    call.request("BYE", 80).respond(200, 80.02)
    answered(call, 80)


@case
def early_bye_of_the_caller(scene):
    """In an early dialog the caller may send BYE (RFC 3261 section 15); the INVITE ends with 487."""
    call = Call(scene)
    invite = call.invite(0).respond(180, 1)
    call.request("BYE", 5, in_dialog=True).respond(200, 5.02)
    invite.respond(487, 5.05)
    call.ack(invite, 5.07, refused=True)
    call.expect(
        "cancelled",
        start=0,
        ringing=1,
        end=5.05,
        status=487,
        cause=16,
        by="caller",
        failure="cancelled",
        bye=("local", "normal"),
    )
    scene.truth.leave_open("sip_call_teardown_seconds")


@case
def crossing_byes_are_one_end(scene):
    """Each side hangs up before it hears of the other; the first one ends the call, both are counted."""
    call = Call(scene)
    invite = call.invite(0).respond(180, 1)
    call.answer(invite, 4)
    call.ack(invite, 4.02)
    first = call.request("BYE", 10, by="callee")
    second = call.request("BYE", 10.005)
    second.respond(481, 10.02)
    first.respond(481, 10.03)
    answered(call, 10, by="callee", bye=("remote", "normal"), teardown=None)
    scene.truth.add("sip_bye_total", direction="inbound", by="local", reason_class="normal")


@case
def fork_with_three_phones(scene):
    """One INVITE, three To-tags; the one that answers is the call."""
    call = Call(scene)
    invite = call.invite(0).respond(180, 1, tag="desk").respond(180, 1.2, tag="mobile")
    invite.respond(183, 1.4, tag="soft")
    call.request("PRACK", 1.5, in_dialog=True, tag="soft", headers=[("RAck", "1 1 INVITE")]).respond(200, 1.51)
    invite.respond(199, 3.9, tag="desk")
    call.answer(invite, 4, tag="mobile")
    call.ack(invite, 4.01)
    call.request("BYE", 14).respond(200, 14.02)
    answered(call, 14)


@case
def fork_answered_twice(scene):
    """A 200 that was on its way already: acknowledged and hung up at once. The other one is the call."""
    call = Call(scene)
    invite = call.invite(0).respond(180, 1, tag="desk").respond(180, 1.2, tag="mobile")
    call.answer(invite, 4, tag="mobile")
    call.ack(invite, 4.01)
    call.answer(invite, 4.2, tag="desk")
    call.ack(invite, 4.21, tag="desk")
    call.request("BYE", 4.22, tag="desk").respond(200, 4.24)
    call.to_tag = "mobile"
    call.request("BYE", 20).respond(200, 20.02)
    answered(call, 20)
    scene.truth.add("sip_bye_total", direction="inbound", by="local", reason_class="normal")


@case
def fork_answered_twice_with_timers(scene):
    """Each dialog has its own: the one that was hung up cannot keep the other alive, nor end it."""
    call = Call(scene)
    invite = call.invite(0).respond(180, 1, tag="desk")
    call.answer(invite, 4, tag="desk", headers=[("Session-Expires", "120;refresher=uac")])
    call.ack(invite, 4.01)
    call.answer(invite, 4.2, tag="mobile", headers=[("Session-Expires", "90;refresher=uas")])
    call.ack(invite, 4.21, tag="mobile")
    call.request("BYE", 4.22, tag="mobile").respond(200, 4.24)
    scene.truth.add("sip_bye_total", direction="inbound", by="local", reason_class="normal")
    call.to_tag = "desk"
    call.request("UPDATE", 64, headers=[("Session-Expires", "120;refresher=uac")]).respond(
        200, 64.02, headers=[("Session-Expires", "120;refresher=uac")]
    )
    scene.truth.add("sip_session_timer_refresh_total", result="ok")
    scene.clock(200)
    call.expect(
        "answered",
        start=0,
        ringing=1,
        answer=4,
        end=184.02,
        status=200,
        cause=102,
        by="timeout",
    )
    scene.truth.leave_open("sip_call_teardown_seconds")


@case
def fork_cancelled_elsewhere(scene):
    """Taken on another phone: cancelled, and marked so that nobody counts it as missed."""
    call = Call(scene)
    invite = call.invite(0).respond(180, 1)
    call.cancel(invite, 5, headers=ELSEWHERE).respond(200, 5.02)
    invite.respond(487, 5.05)
    call.ack(invite, 5.07, refused=True)
    call.expect(
        "cancelled",
        start=0,
        ringing=1,
        end=5.05,
        status=487,
        cause=16,
        by="caller",
        failure="cancelled",
    )
    call.events("sip.invite", "sip.ringing 180", "sip.cancel", "?sip.rejected 487", "?sip.ack")
    call.says("sip.cancel", answered_elsewhere="true", sip_cause="200")


@case
def fork_cancelled_by_the_caller(scene):
    """Without that reason there is no mark."""
    call = Call(scene)
    invite = call.invite(0).respond(180, 1)
    call.cancel(invite, 5).respond(200, 5.02)
    invite.respond(487, 5.05)
    call.ack(invite, 5.07, refused=True)
    call.expect(
        "cancelled",
        start=0,
        ringing=1,
        end=5.05,
        status=487,
        cause=16,
        by="caller",
        failure="cancelled",
    )
    call.says("sip.cancel", answered_elsewhere=None)


@case
def fork_that_refused_after_the_answer(scene):
    """A refusal that a proxy lets through late takes nothing from the answer."""
    call = Call(scene)
    invite = call.invite(0).respond(180, 1, tag="desk")
    call.answer(invite, 4, tag="mobile")
    call.ack(invite, 4.01)
    invite.respond(486, 4.3, tag="desk")
    call.request("BYE", 14).respond(200, 14.02)
    answered(call, 14)


@case
def ack_never_seen_and_a_bye_at_once(scene):
    """The callee gives up before its 32 s: still a BYE after an ACK that never came."""
    call = Call(scene)
    invite = call.invite(0).respond(180, 1)
    call.answer(invite, 4)
    call.request("BYE", 20, by="callee").respond(200, 20.02)
    answered(call, 20, by="callee", bye=("remote", "error"))
