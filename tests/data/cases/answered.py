# SPDX-License-Identifier: Apache-2.0
"""Calls that were answered, and how they ended."""

from case import case
from dialog import ALICE, PROXY, SETUP, Call


def ring_and_answer(call, at=0.0, ringing=1.0, answer=3.5):
    """INVITE, 100, 180, 200, ACK."""
    invite = call.invite(at)
    invite.respond(100, at + 0.01).respond(180, at + ringing)
    call.answer(invite, at + answer)
    call.ack(invite, at + answer + 0.02)
    return invite


def simple_call(call, at=0.0):
    """An ordinary call of ten seconds that the caller ends."""
    ring_and_answer(call, at)
    call.request("BYE", at + 13.5).respond(200, at + 13.54)
    local = (
        "remote"
        if call.scene.local and call.scene.direction(call.hops["caller"].endpoint) == "inbound"
        else "local"
    )
    call.expect(
        "answered",
        start=at,
        ringing=at + 1,
        answer=at + 3.5,
        end=at + 13.5,
        status=200,
        cause=16,
        by="caller",
        teardown=0.04,
        bye=(local, "normal"),
    )
    return call.events(*SETUP, "sip.bye")


@case
def answered_call(scene):
    simple_call(Call(scene))


@case(local=[PROXY.address])
def proxy_with_two_legs(scene):
    inside = Call(scene, destination=PROXY, call_id="two-legs@alice.example")
    outside = Call(
        scene,
        source=PROXY,
        call_id="two-legs@alice.example",
        below=["SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK-below"],
    )
    outside.leg = 1
    for hop, call in enumerate((inside, outside)):
        simple_call(call, at=hop * 0.002)


@case
def b2bua_is_two_calls(scene):
    simple_call(Call(scene, destination=PROXY, call_id="left@alice.example"))
    simple_call(Call(scene, source=PROXY, call_id="right@proxy.example"), at=0.01)


@case
def early_media(scene):
    call = Call(scene)
    invite = call.invite(0).respond(100, 0.005).respond(183, 0.7).respond(180, 1.2)
    call.answer(invite, 5)
    call.ack(invite, 5.01)
    call.request("BYE", 8).respond(200, 8.05)
    call.expect(
        "answered",
        start=0,
        ringing=0.7,
        answer=5,
        end=8,
        status=200,
        cause=16,
        by="caller",
        teardown=0.05,
        bye=("local", "normal"),
    )
    call.events(
        "sip.invite",
        "sip.trying 100",
        "sip.progress 183",
        "sip.ringing 180",
        "sip.answered 200",
        "sip.ack",
        "sip.bye",
    )


@case
def bye_by_the_callee(scene):
    call = Call(scene)
    ring_and_answer(call)
    call.request("BYE", 20, by="callee").respond(200, 20.1)
    call.expect(
        "answered",
        start=0,
        ringing=1,
        answer=3.5,
        end=20,
        status=200,
        cause=16,
        by="callee",
        teardown=0.1,
        bye=("remote", "normal"),
    )
    call.events(*SETUP, "sip.bye")


@case
def bye_of_a_hangup(scene):
    call = Call(scene)
    ring_and_answer(call)
    call.request("BYE", 9, headers=[("Reason", 'Q.850;cause=16;text="Normal call clearing"')]).respond(
        200, 9.01
    )
    call.expect(
        "answered",
        start=0,
        ringing=1,
        answer=3.5,
        end=9,
        status=200,
        cause=16,
        by="caller",
        teardown=0.01,
        bye=("local", "user-hangup"),
    )


@case
def bye_of_a_failure(scene):
    call = Call(scene)
    ring_and_answer(call)
    call.request("BYE", 9, by="callee", headers=[("Reason", "SIP;cause=503, Q.850;cause=38")]).respond(
        200, 9.01
    )
    call.expect(
        "answered",
        start=0,
        ringing=1,
        answer=3.5,
        end=9,
        status=200,
        cause=38,
        by="callee",
        teardown=0.01,
        bye=("remote", "error"),
    )


@case
def crossing_byes(scene):
    call = Call(scene)
    ring_and_answer(call)
    first = call.request("BYE", 10)
    second = call.request("BYE", 10.005, by="callee")
    first.respond(200, 10.03)
    second.respond(200, 10.035)
    call.expect("answered", start=0, ringing=1, answer=3.5, end=10, status=200, cause=16, by="caller")
    scene.truth.leave_open("sip_bye_total", "sip_call_teardown_seconds")


@case
def answered_after_cancel(scene):
    call = Call(scene)
    invite = call.invite(0).respond(180, 1)
    cancel = call.cancel(invite, 5)
    call.answer(invite, 5.01)
    cancel.respond(200, 5.02)
    call.ack(invite, 5.03)
    call.request("BYE", 5.1).respond(200, 5.12)
    call.expect(
        "answered",
        start=0,
        ringing=1,
        answer=5.01,
        end=5.1,
        status=200,
        cause=16,
        by="caller",
        teardown=0.02,
        bye=("local", "normal"),
    )


@case
def forked_ringing(scene):
    """Another To-tag is another response, not a repeat of the first, and no new call."""
    call = Call(scene)
    invite = call.invite(0).respond(180, 1, tag="desk").respond(180, 1.3, tag="mobile")
    call.answer(invite, 4, tag="mobile")
    call.ack(invite, 4.01)
    call.request("BYE", 14).respond(200, 14.02)
    call.expect(
        "answered",
        start=0,
        ringing=1,
        answer=4,
        end=14,
        status=200,
        cause=16,
        by="caller",
        teardown=0.02,
        bye=("local", "normal"),
    )
    call.events("sip.invite", "sip.ringing 180", "?sip.ringing 180", "sip.answered 200", "sip.ack", "sip.bye")


@case
def reliable_ringing(scene):
    """Another RSeq is another response; the same RSeq is a repeat."""
    call = Call(scene)
    invite = call.invite(0).respond(180, 1, rseq=1).respond(180, 1.5, rseq=1, repeat=True)
    call.request("PRACK", 1.6, in_dialog=True, headers=[("RAck", "1 1 INVITE")]).respond(200, 1.61)
    invite.respond(180, 2, rseq=2)
    call.request("PRACK", 2.1, in_dialog=True, headers=[("RAck", "2 1 INVITE")]).respond(200, 2.11)
    call.answer(invite, 4)
    call.ack(invite, 4.01)
    call.request("BYE", 14).respond(200, 14.02)
    call.expect(
        "answered",
        start=0,
        ringing=1,
        answer=4,
        end=14,
        status=200,
        cause=16,
        by="caller",
        teardown=0.02,
        bye=("local", "normal"),
    )
    call.events(
        "sip.invite",
        "sip.ringing 180",
        "sip.retransmission 180",
        "sip.prack",
        "?sip.ringing 180",
        "sip.prack",
        "sip.answered 200",
        "sip.ack",
        "sip.bye",
    )


@case
def challenged_then_answered(scene):
    """One leg; the attempt before the challenge is a transaction of its own."""
    call = Call(scene)
    first = call.invite(0).respond(407, 0.02)
    call.ack(first, 0.03, refused=True)
    invite = call.invite(0.1, headers=[("Proxy-Authorization", 'Digest username="alice"')]).respond(180, 1)
    call.answer(invite, 3)
    call.ack(invite, 3.01)
    call.request("BYE", 8).respond(200, 8.02)
    call.expect(
        "answered",
        start=0,
        ringing=1,
        answer=3,
        end=8,
        status=200,
        cause=16,
        by="caller",
        teardown=0.02,
        bye=("local", "normal"),
    )
    call.events(
        "sip.invite",
        "sip.challenged 407",
        "?sip.ack",
        "sip.invite",
        "sip.ringing 180",
        "sip.answered 200",
        "sip.ack",
        "sip.bye",
    )


@case
def session_interval_raised(scene):
    call = Call(scene)
    first = call.invite(0, headers=[("Session-Expires", "60")]).respond(422, 0.02, headers=[("Min-SE", "90")])
    call.ack(first, 0.03, refused=True)
    invite = call.invite(0.1, headers=[("Session-Expires", "90"), ("Min-SE", "90"), ("Supported", "timer")])
    call.answer(invite, 2, headers=[("Session-Expires", "90;refresher=uac"), ("Require", "timer")])
    call.ack(invite, 2.01)
    call.request("BYE", 8).respond(200, 8.02)
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
    scene.truth.add("sip_session_timer_refresh_total", result="422-bumped")


@case
def redirected_to_the_same_address(scene):
    call = Call(scene)
    first = call.invite(0).respond(302, 0.02, headers=[("Contact", "<sip:robert@192.0.2.20>")])
    call.ack(first, 0.03, refused=True)
    invite = call.invite(0.1, uri="sip:robert@192.0.2.20")
    call.answer(invite, 2)
    call.ack(invite, 2.01)
    call.request("BYE", 8).respond(200, 8.02)
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
    call.events(
        "sip.invite", "sip.redirected 302", "?sip.ack", "sip.invite", "sip.answered 200", "sip.ack", "sip.bye"
    )


@case
def a_hundred_calls_at_once(scene):
    """60 answered, 20 busy, 10 not answered, 6 failed, 4 not found, all within a second."""
    for number in range(100):
        call = Call(
            scene, caller=ALICE._replace(user=f"1{number:04}"), call_id=f"many-{number}@alice.example"
        )
        at = number / 100
        if number < 60:
            simple_call(call, at)
            continue
        code, disposition, cause, by, failure = (
            (486, "busy", 17, "callee", "busy")
            if number < 80
            else (
                (480, "no-answer", 18, "callee", "no-answer")
                if number < 90
                else (
                    (503, "failed", 41, "network", "unavailable")
                    if number < 96
                    else (404, "rejected", 1, "callee", "not-found")
                )
            )
        )
        invite = call.invite(at).respond(100, at + 0.01).respond(code, at + 2)
        call.ack(invite, at + 2.01, refused=True)
        call.expect(disposition, start=at, end=at + 2, status=code, cause=cause, by=by, failure=failure)
    truth = scene.truth
    truth.state_if_built("sip_session_establishment_ratio", 0.6, direction="inbound")
    truth.state_if_built("sip_session_establishment_effectiveness_ratio", 0.9, direction="inbound")
    truth.state_if_built("sip_ineffective_session_attempts_ratio", 0.06, direction="inbound")
    truth.state_if_built("sip_answer_seizure_ratio", 0.6, direction="inbound")


@case
def call_id_of_odd_bytes(scene):
    """RFC 3261 allows quotes, brackets and backslashes in it; what is no UTF-8 is nobody's but arrives all the same."""
    simple_call(Call(scene, call_id='q"u\\o<t>e{d}[?]%/:#\u00e9@h"'))
    strange = Call(scene, caller=ALICE._replace(user="strange"), call_id="bad-\udcff\udc80-utf8@h")
    invite = strange.invite(0.5).respond(486, 1)
    strange.ack(invite, 1.01, refused=True)
    strange.call_id = ...  # how it is written in JSON is not defined, that the line is valid JSON is
    strange.expect("busy", start=0.5, end=1, status=486, cause=17, by="callee", failure="busy")
