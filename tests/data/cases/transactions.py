# SPDX-License-Identifier: Apache-2.0
"""Transactions at their edges: senders with a T1 of their own, final responses that nobody acknowledges, and taps that
see one way only."""

from case import case
from cases.timers import INVITE_REPEATS, REQUEST_REPEATS
from dialog import BOB, Call

CUT = ["end_timestamp_ms", "duration_seconds", "billable_seconds", "disconnect_initiator", "q850_cause", "sip_status"]


def timed_out(call, end, **more):
    call.scene.truth.add("sip_transaction_timeout_total", method="INVITE")
    call.expect(
        "timeout", start=0, end=end, status=408, cause=102, by="timeout", failure="timeout", **more
    )


@case
def sender_with_a_short_t1(scene):
    """200 ms, as on a local network: timer B is 12.8 s."""
    call = Call(scene)
    call.invite(0).repeat(*(at * 0.4 for at in INVITE_REPEATS))
    scene.clock(14)
    timed_out(call, 12.8)


@case
def sender_with_a_long_t1(scene):
    """One second: timer B is 64 s. The kernel holds a transaction for 32 s after its last copy, and no gap is longer."""
    call = Call(scene)
    call.invite(0).repeat(*(at * 2 for at in INVITE_REPEATS[:5]))
    scene.clock(65)
    timed_out(call, 64)


@case
def first_repeat_lost_before_the_tap(scene):
    call = Call(scene)
    call.invite(0).repeat(*INVITE_REPEATS[1:])
    scene.clock(33)
    timed_out(call, 32)


@case
def register_without_response(scene):
    Call(scene).request("REGISTER", 0).repeat(*REQUEST_REPEATS)
    scene.clock(40)
    scene.truth.add("sip_transaction_timeout_total", method="REGISTER")


@case
def provisional_response_does_not_stop_timer_f(scene):
    Call(scene).request("OPTIONS", 0).respond(100, 0.2)
    scene.clock(40)
    scene.truth.add("sip_transaction_timeout_total", method="OPTIONS")


@case
def refusal_that_nobody_acknowledges(scene):
    """Timer H: told, and no timeout of the INVITE."""
    call = Call(scene)
    invite = call.invite(0).respond(486, 1)
    for at in (0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5):
        invite.respond(486, 1 + at, repeat=True)
    scene.clock(40)
    call.expect("busy", start=0, end=1, status=486, cause=17, by="callee", failure="busy")
    call.events("sip.invite", "sip.rejected 486", *["sip.retransmission 486"] * 10, "sip.timeout")


# ---- one way only ----


@case
def only_requests_of_an_answered_call(scene):
    call = Call(scene)
    invite = call.invite(0)
    call.ack(invite, 2)
    call.confirmed = True
    call.request("BYE", 30)
    scene.clock(70)
    call.expect(
        "answered",
        start=0,
        end=30,
        status=None,
        cause=16,
        by="caller",
        bye=("remote", "normal"),
        coverage="cut",
    )
    call.events("sip.invite", "sip.ack", "sip.bye", "sip.timeout", "?sip.terminated")


@case
def only_requests_of_a_refused_call(scene):
    call = Call(scene)
    invite = call.invite(0)
    call.ack(invite, 2, refused=True)
    scene.clock(70)
    call.expect(None, start=0, coverage="cut", end=0, unstated=CUT)
    call.events("sip.invite", "sip.ack")


@case
def only_requests_of_a_challenged_call(scene):
    call = Call(scene)
    first = call.invite(0)
    call.ack(first, 0.1, refused=True)
    second = call.invite(0.2)
    call.ack(second, 3)
    call.confirmed = True
    call.request("BYE", 10)
    scene.clock(70)
    call.expect(
        "answered",
        start=0,
        end=10,
        status=None,
        cause=16,
        by="caller",
        bye=("remote", "normal"),
        coverage="cut",
    )


@case
def unanswered_request_where_answers_go_another_way(scene):
    call = Call(scene)
    invite = call.invite(0)
    call.ack(invite, 2, refused=True)
    Call(scene, call_id="outside@alice.example").request("OPTIONS", 3)
    scene.clock(70)
    call.expect(None, start=0, coverage="cut", end=0, unstated=CUT)
    scene.truth.events["outside@alice.example", None] = ["sip.timeout"]


@case
def unanswered_bye_repeated_to_the_end(scene):
    """Repeats say that the sender had no answer, one-sided tap or not."""
    call = Call(scene, callee=BOB)
    invite = call.invite(0)
    call.ack(invite, 2)
    call.confirmed = True
    call.request("BYE", 10).repeat(*(10 + at for at in REQUEST_REPEATS))
    scene.clock(50)
    scene.truth.add("sip_transaction_timeout_total", method="BYE")
    call.expect(
        "answered",
        start=0,
        end=10,
        status=None,
        cause=16,
        by="caller",
        bye=("remote", "normal"),
        coverage="cut",
    )
