# SPDX-License-Identifier: Apache-2.0
"""What no message says: time ran out (RFC 3261 section 17), or the capture began late or ended early."""

from case import case
from cases.answered import SETUP, ring_and_answer
from dialog import Call
from sipwire import sip

INVITE_REPEATS = (0.5, 1.5, 3.5, 7.5, 15.5, 31.5)  # timer A
REQUEST_REPEATS = (0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5)  # timer E


@case
def invite_without_response(scene):
    call = Call(scene)
    call.invite(0).repeat(*INVITE_REPEATS)
    scene.clock(40)
    scene.truth.add("sip_transaction_timeout_total", method="INVITE")
    call.expect("timeout", start=0, end=32, status=408, cause=102, by="timeout", failure="timeout")
    call.events("sip.invite", *["sip.retransmission"] * 6, "sip.timeout")


@case
def timer_that_is_due_after_the_capture(scene):
    """Time stops with the last packet: timer B would run out at 32 s and does not."""
    call = Call(scene)
    call.invite(0).repeat(*INVITE_REPEATS)
    call.expect(
        None,
        start=0,
        coverage="cut",
        end=31.5,
        unstated=["end_timestamp_ms", "duration_seconds", "disconnect_initiator", "q850_cause", "sip_status"],
    )


@case
def options_without_response(scene):
    call = Call(scene)
    call.request("OPTIONS", 0).repeat(*REQUEST_REPEATS)
    scene.clock(40)
    scene.truth.add("sip_transaction_timeout_total", method="OPTIONS")


@case
def bye_without_response(scene):
    call = Call(scene)
    ring_and_answer(call)
    call.request("BYE", 10).repeat(*(10 + at for at in REQUEST_REPEATS))
    scene.clock(50)
    scene.truth.add("sip_transaction_timeout_total", method="BYE")
    call.expect(
        "answered",
        start=0,
        ringing=1,
        answer=3.5,
        end=10,
        status=200,
        cause=16,
        by="caller",
        bye=("local", "normal"),
    )


@case
def ack_that_never_came(scene):
    """The callee repeats its 200 for 32 s and hangs up (RFC 3261 section 13.3.1.4)."""
    call = Call(scene)
    invite = call.invite(0)
    call.answer(invite, 1)
    for at in REQUEST_REPEATS:
        invite.respond(
            200,
            1 + at,
            repeat=True,
            headers=[("Content-Type", "application/sdp")],
            body=sip.session_description("192.0.2.20", 30000),
        )
    call.request("BYE", 33, by="callee").respond(200, 33.02)
    call.expect(
        "answered",
        start=0,
        answer=1,
        end=33,
        status=200,
        cause=16,
        by="callee",
        teardown=0.02,
        bye=("remote", "error"),
    )


@case
def silence_for_two_hours(scene):
    call = Call(scene)
    ring_and_answer(call)
    scene.clock(7300)
    call.expect(
        "answered",
        start=0,
        ringing=1,
        answer=3.5,
        end=7203.52,
        status=200,
        by="timeout",
        unstated=["q850_cause"],
    )


@case
def capture_that_begins_within_a_call(scene):
    call = Call(scene)
    call.confirmed = True
    call.request("BYE", 0).respond(200, 0.05)
    scene.truth.leave_open("sip_calls_total", "sip_bye_total", "sip_call_teardown_seconds")
    scene.truth.leg(
        {
            "call_id": call.call_id,
            "leg": 0,
            "start_timestamp_ms": None,
            "answer_timestamp_ms": None,
            "duration_seconds": None,
            "billable_seconds": None,
            "coverage": "cut",
        }
    )


@case
def capture_that_ends_within_a_call(scene):
    """Answered, so it is counted; the gauge is 0 at the end."""
    call = Call(scene)
    ring_and_answer(call)
    scene.clock(20)
    scene.truth.leave_open("sip_call_duration_seconds")
    call.expect(
        "answered",
        start=0,
        ringing=1,
        answer=3.5,
        end=20,
        status=200,
        coverage="cut",
        unstated=[
            "end_timestamp_ms",
            "duration_seconds",
            "billable_seconds",
            "disconnect_initiator",
            "q850_cause",
        ],
    )
    call.events(*SETUP)


@case
def capture_that_ends_before_the_answer(scene):
    """Nobody knows what became of it, so it is counted nowhere."""
    call = Call(scene)
    call.invite(0).respond(100, 0.01).respond(180, 1)
    scene.clock(5)
    scene.truth.leave_open("sip_call_ringing_seconds")
    call.expect(
        None,
        start=0,
        ringing=1,
        end=5,
        coverage="cut",
        unstated=["end_timestamp_ms", "duration_seconds", "disconnect_initiator", "q850_cause", "sip_status"],
    )
    call.events("sip.invite", "sip.trying 100", "sip.ringing 180")
