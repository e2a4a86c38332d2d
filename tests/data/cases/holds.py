# SPDX-License-Identifier: Apache-2.0
"""Hold and resume in the ways that are in use (RFC 3264 section 8.4, RFC 2543 appendix B.5)."""

from case import case
from cases.answered import SETUP, ring_and_answer
from dialog import Call
from sipwire import sip

SDP = [("Content-Type", "application/sdp")]


def description(call, by, direction="sendrecv", hide=False):
    address = (call.caller if by == "caller" else call.callee).address
    body = sip.session_description(address, direction=direction)
    return body.replace(f"c=IN IP4 {address}".encode(), b"c=IN IP4 0.0.0.0") if hide else body


def other(by):
    return "callee" if by == "caller" else "caller"


def change(call, at, offered, answered, by="caller", hide=False):
    """A re-INVITE that is accepted."""
    invite = call.invite(at, by=by, body=description(call, by, offered, hide))
    call.answer(invite, at + 0.1, body=description(call, other(by), answered))
    call.ack(invite, at + 0.12, by=by)


def played(call, *story):
    call.request("BYE", 100).respond(200, 100.02)
    call.expect(
        "answered",
        start=0,
        ringing=1,
        answer=3.5,
        end=100,
        status=200,
        cause=16,
        by="caller",
        teardown=0.02,
        bye=("local", "normal"),
    )
    return call.events(*SETUP, *story, "sip.bye")


REINVITE = ("sip.reinvite", "?sip.answered 200", "sip.ack")
HOLD = ("sip.reinvite", "sip.hold", "?sip.answered 200", "sip.ack")
RESUME = ("sip.reinvite", "sip.resume", "?sip.answered 200", "sip.ack")


@case
def hold_by_address(scene):
    """c=0.0.0.0, as it was done before there was sendonly."""
    call = Call(scene)
    ring_and_answer(call)
    change(call, 6, "sendrecv", "sendrecv", hide=True)
    change(call, 9, "sendrecv", "sendrecv")
    played(call, *HOLD, *RESUME).says("sip.hold", by="caller").says("sip.resume", by="caller")


@case
def hold_by_update(scene):
    call = Call(scene)
    ring_and_answer(call)
    for at, offered, answered in ((6, "inactive", "inactive"), (9, "sendrecv", "sendrecv")):
        call.request(
            "UPDATE", at, by="callee", headers=SDP, body=description(call, "callee", offered)
        ).respond(200, at + 0.1, headers=SDP, body=description(call, "caller", answered))
    played(call, "sip.update", "sip.hold", "sip.update", "sip.resume")
    call.says("sip.hold", by="callee").says("sip.resume", by="callee")


@case
def hold_for_the_whole_session(scene):
    """The attribute stands before the first media and holds for it."""
    call = Call(scene)
    ring_and_answer(call)
    body = sip.session_description("192.0.2.10", direction="sendonly")
    body = body.replace(b"a=sendonly\r\n", b"").replace(b"t=0 0\r\n", b"t=0 0\r\na=sendonly\r\n")
    invite = call.invite(6, body=body)
    call.answer(invite, 6.1, body=description(call, "callee", "recvonly"))
    call.ack(invite, 6.12)
    played(call, *HOLD)


@case
def hold_offered_in_the_answer(scene):
    """A re-INVITE without an offer: the 200 holds, and the ACK answers; the next one resumes in the same way."""
    call = Call(scene)
    ring_and_answer(call)
    for at, offered, answered in ((6, "sendonly", "recvonly"), (9, "sendrecv", "sendrecv")):
        invite = call.request("INVITE", at)
        call.answer(invite, at + 0.1, body=description(call, "callee", offered))
        call.ack(invite, at + 0.12, headers=SDP, body=description(call, "caller", answered))
    played(call, *HOLD, *RESUME).says("sip.hold", by="callee").says("sip.resume", by="callee")


@case
def hold_by_the_answer_in_an_ack(scene):
    """The callee asks for an offer with a re-INVITE; the caller offers to talk, the ACK says inactive."""
    call = Call(scene)
    ring_and_answer(call)
    invite = call.request("INVITE", 6, by="callee")
    call.answer(invite, 6.1, body=description(call, "caller"))
    call.ack(invite, 6.12, by="callee", headers=SDP, body=description(call, "callee", "inactive"))
    played(call, "sip.reinvite", "?sip.answered 200", "sip.ack", "sip.hold").says("sip.hold", by="callee")


@case
def hold_by_both(scene):
    """Each resumes for itself; what the other answers meanwhile is no resume and no hold."""
    call = Call(scene)
    ring_and_answer(call)
    change(call, 6, "sendonly", "recvonly")
    change(call, 9, "inactive", "inactive", by="callee")
    change(call, 12, "sendrecv", "sendonly")
    change(call, 15, "sendrecv", "sendrecv", by="callee")
    played(call, *HOLD, *HOLD, *RESUME, *RESUME)
    for which, by in enumerate(("caller", "callee")):
        call.says("sip.hold", which, by=by).says("sip.resume", which, by=by)


@case
def hold_refreshed_by_the_held_side(scene):
    """Its recvonly and its inactive are echoes."""
    call = Call(scene)
    ring_and_answer(call)
    change(call, 6, "sendonly", "recvonly")
    change(call, 9, "recvonly", "sendonly", by="callee")
    change(call, 12, "inactive", "inactive")
    change(call, 15, "inactive", "inactive", by="callee")
    change(call, 18, "sendrecv", "sendrecv")
    played(call, *HOLD, *REINVITE, *REINVITE, *REINVITE, *RESUME)


@case
def hold_refused(scene):
    """Nothing has changed, so nothing is told; the next attempt is."""
    call = Call(scene)
    ring_and_answer(call)
    refused = call.invite(6, body=description(call, "caller", "sendonly")).respond(491, 6.1)
    call.ack(refused, 6.12, refused=True)
    change(call, 8, "sendonly", "recvonly")
    played(call, "sip.reinvite", "sip.ack", *HOLD)


@case
def hold_is_not_an_address_to_come(scene):
    """Port 9 and 0.0.0.0: the addresses of the candidates follow (RFC 8840 section 4.1.1)."""
    call = Call(scene)
    ring_and_answer(call)
    body = description(call, "caller", hide=True).replace(b"m=audio 20000", b"m=audio 9")
    invite = call.invite(6, body=body)
    call.answer(invite, 6.1)
    call.ack(invite, 6.12)
    played(call, *REINVITE)


@case
def hold_is_not_what_a_call_begins_with(scene):
    """An announcement: the callee only sends, from the start."""
    call = Call(scene)
    invite = call.invite(0).respond(100, 0.01).respond(180, 1)
    call.answer(invite, 3.5, body=description(call, "callee", "sendonly"))
    call.ack(invite, 3.52)
    change(call, 6, "sendrecv", "sendonly")
    played(call, *REINVITE)
