# SPDX-License-Identifier: Apache-2.0
"""What happens within a call: new offers, other requests, repeats."""

from case import case
from cases.answered import SETUP, ring_and_answer
from dialog import Call
from sipwire import sip


@case
def held_and_resumed(scene):
    """A re-INVITE is timed as INVITE and is no new call; its result is not counted among the initial ones."""
    call = Call(scene)
    ring_and_answer(call)
    for at, direction in ((6, "sendonly"), (9, "sendrecv")):
        invite = call.invite(at, body=sip.session_description("192.0.2.10", direction=direction))
        call.answer(invite, at + 0.1)
        call.ack(invite, at + 0.12)
    call.request("BYE", 12).respond(200, 12.02)
    call.expect(
        "answered",
        start=0,
        ringing=1,
        answer=3.5,
        end=12,
        status=200,
        cause=16,
        by="caller",
        teardown=0.02,
        bye=("local", "normal"),
    )
    call.events(
        *SETUP,
        "sip.reinvite",
        "?sip.hold",
        "?sip.answered 200",
        "?sip.ack",
        "sip.reinvite",
        "?sip.resume",
        "?sip.answered 200",
        "?sip.ack",
        "sip.bye",
    )


@case
def requests_within_a_call(scene):
    call = Call(scene)
    ring_and_answer(call)
    for number, method in enumerate(("UPDATE", "INFO", "MESSAGE", "OPTIONS", "REFER")):
        headers = [("Refer-To", "<sip:carol@carol.example>")] if method == "REFER" else ()
        call.request(method, 4 + number, headers=headers).respond(
            202 if method == "REFER" else 200, 4.01 + number
        )
    call.request(
        "NOTIFY", 9, by="callee", headers=[("Event", "refer"), ("Subscription-State", "active")]
    ).respond(200, 9.01)
    call.request("BYE", 12).respond(200, 12.02)
    call.expect(
        "answered",
        start=0,
        ringing=1,
        answer=3.5,
        end=12,
        status=200,
        cause=16,
        by="caller",
        teardown=0.02,
        bye=("local", "normal"),
    )
    call.events(
        *SETUP, "sip.update", "sip.info", "sip.message", "sip.options", "sip.refer", "sip.notify", "sip.bye"
    )


@case
def everything_repeated(scene):
    """Times run from the first copy; each repeat of an INVITE, ACK or BYE, request or response, is one event."""
    call = Call(scene)
    invite = call.invite(0).repeat(0.5)
    invite.respond(100, 0.6).respond(180, 1).respond(180, 1.2, repeat=True)
    call.answer(invite, 3)
    invite_answer = dict(
        headers=[("Content-Type", "application/sdp")], body=sip.session_description("192.0.2.20", 30000)
    )
    invite.respond(200, 3.5, repeat=True, **invite_answer)
    ack = call.ack(invite, 3.6)
    invite.respond(200, 4.5, repeat=True, **invite_answer)
    ack.repeat(4.6)
    bye = call.request("BYE", 10).repeat(10.5, 11.5)
    bye.respond(200, 11.6).respond(200, 11.7, repeat=True)
    call.expect(
        "answered",
        start=0,
        ringing=1,
        answer=3,
        end=10,
        status=200,
        cause=16,
        by="caller",
        teardown=1.6,
        bye=("local", "normal"),
    )
    again = "sip.retransmission"
    call.events(
        "sip.invite",
        again,
        "sip.trying 100",
        "sip.ringing 180",
        f"{again} 180",
        "sip.answered 200",
        f"{again} 200",
        "sip.ack",
        f"{again} 200",
        again,
        "sip.bye",
        again,
        again,
        f"{again} 200",
    )


@case
def refusal_repeated(scene):
    call = Call(scene)
    invite = call.invite(0).respond(486, 1).respond(486, 1.5, repeat=True)
    call.ack(invite, 1.6, refused=True).repeat(2.1)
    call.expect("busy", start=0, end=1, status=486, cause=17, by="callee", failure="busy")
