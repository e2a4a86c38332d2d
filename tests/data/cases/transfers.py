# SPDX-License-Identifier: Apache-2.0
"""Calls that are passed on: REFER (RFC 3515), what its NOTIFY quotes (RFC 3420), Replaces (RFC 3891)."""

from case import case
from cases.answered import SETUP, ring_and_answer
from dialog import BOB, Call, Party

CAROL = Party("carol", "192.0.2.30")
TO_CAROL = "sip:carol@carol.example"


def refer(call, at, target=TO_CAROL, by="caller", code=202):
    return call.request("REFER", at, by=by, headers=[("Refer-To", f"<{target}>")]).respond(code, at + 0.02)


def notify(call, at, quoted, by="callee", state="active", event="refer"):
    call.request(
        "NOTIFY",
        at,
        by=by,
        headers=[
            ("Event", event),
            ("Subscription-State", state),
            ("Content-Type", "message/sipfrag;version=2.0"),
        ],
        body=f"SIP/2.0 {quoted}\r\n".encode(),
    ).respond(200, at + 0.01)


def linked(call_id, reason):
    return {"linked_call_id": call_id, "link_reason": reason}


NEW = "new@bob.example"


def hung_up(call, end, by="caller", **fields):
    call.request("BYE", end, by=by).respond(200, end + 0.02)
    return call.expect(
        "answered",
        start=0,
        ringing=1,
        answer=3.5,
        end=end,
        status=200,
        cause=16,
        by=by,
        teardown=0.02,
        bye=("local" if by == "caller" else "remote", "normal"),
        **fields,
    )


def new_call(scene, at=10.1, caller=BOB, headers=(), end=60.0, **fields):
    """What the transfer asked for: a call with a Call-ID of its own."""
    call = Call(scene, caller=caller, callee=CAROL, call_id=NEW, from_tag="n-tag")
    invite = call.invite(at, headers=headers).respond(180, at + 1)
    call.answer(invite, at + 2)
    call.ack(invite, at + 2.02)
    call.request("BYE", end).respond(200, end + 0.02)
    return call.expect(
        "answered",
        start=at,
        ringing=at + 1,
        answer=at + 2,
        end=end,
        status=200,
        cause=16,
        by="caller",
        teardown=0.02,
        bye=("local", "normal"),
        **fields,
    )


@case
def transfer_blind(scene):
    """Alice sends Bob to Carol; she hangs up when she hears that Carol has answered."""
    call = Call(scene)
    ring_and_answer(call)
    refer(call, 10)
    notify(call, 10.05, "100 Trying")
    new_call(scene, **linked(call.call_id, "refer-to"))
    notify(call, 12.2, "200 OK", state="terminated;reason=noresource")
    hung_up(call, 12.5, **linked(NEW, "refer-to")).events(
        *SETUP, "sip.refer", "sip.notify", "sip.notify", "sip.transferred", "sip.bye"
    )
    call.says("sip.refer", refer_to=TO_CAROL, replaces=None)
    call.says("sip.notify", refer_status="100").says("sip.notify", 1, refer_status="200")
    call.says("sip.transferred", refer_to=TO_CAROL, by="caller", transferred="callee", target="carol")


@case
def transfer_by_the_callee(scene):
    call = Call(scene)
    ring_and_answer(call)
    refer(call, 10, by="callee")
    notify(call, 10.05, "100 Trying", by="caller")
    notify(call, 12.2, "202 Accepted", by="caller")
    hung_up(call, 12.5, by="callee")
    call.says("sip.transferred", by="callee", transferred="caller", target="carol")


@case
def transfer_to_someone_busy(scene):
    """It failed, and the call goes on."""
    call = Call(scene)
    ring_and_answer(call)
    refer(call, 10)
    notify(call, 10.05, "100 Trying")
    refused = Call(scene, caller=BOB, callee=CAROL, call_id=NEW, from_tag="n-tag")
    invite = refused.invite(10.1).respond(486, 11)
    refused.ack(invite, 11.02, refused=True)
    refused.expect(
        "busy",
        start=10.1,
        end=11,
        status=486,
        cause=17,
        by="callee",
        failure="busy",
        **linked(call.call_id, "refer-to"),
    )
    notify(call, 11.1, "486 Busy Here", state="terminated;reason=noresource")
    hung_up(call, 40, **linked(NEW, "refer-to")).events(*SETUP, "sip.refer", "sip.notify", "sip.notify", "sip.bye")
    call.says("sip.notify", 1, refer_status="486")


@case
def transfer_attended(scene):
    """The call to Carol is there already; the new one takes its place."""
    call = Call(scene)
    ring_and_answer(call)
    consulting = Call(scene, callee=CAROL, call_id="consult@alice.example", from_tag="c-tag")
    consulting.to_tag = "carol-tag"
    invite = consulting.invite(5).respond(180, 6)
    consulting.answer(invite, 7, tag="carol-tag")
    consulting.ack(invite, 7.02)

    replaces = "consult%40alice.example%3Bto-tag%3Dcarol-tag%3Bfrom-tag%3Dc-tag"
    refer(call, 10, f"{TO_CAROL}?Replaces={replaces}")
    notify(call, 10.05, "100 Trying")
    new = new_call(
        scene,
        headers=[("Replaces", "consult@alice.example;to-tag=carol-tag;from-tag=c-tag")],
        **linked(consulting.call_id, "replaces"),
    )
    consulting.request("BYE", 12.15, by="callee").respond(200, 12.17)
    consulting.expect(
        "answered",
        start=5,
        ringing=6,
        answer=7,
        end=12.15,
        status=200,
        cause=16,
        by="callee",
        teardown=0.02,
        bye=("remote", "normal"),
        **linked(NEW, "replaces"),
    )
    notify(call, 12.2, "200 OK", state="terminated;reason=noresource")
    hung_up(call, 12.5, **linked(NEW, "refer-to"))
    call.says("sip.refer", refer_to=TO_CAROL, replaces="consult@alice.example")
    call.says("sip.transferred", refer_to=TO_CAROL, replaces="consult@alice.example", by="caller")
    new.says("sip.invite", replaces="consult@alice.example")


@case
def transfer_told_after_the_bye(scene):
    """Alice does not wait: what comes of it is told to a leg that has ended."""
    call = Call(scene)
    ring_and_answer(call)
    refer(call, 10)
    hung_up(call, 10.1)
    notify(call, 10.2, "100 Trying")
    new_call(scene, at=10.3, **linked(call.call_id, "refer-to"))
    notify(call, 12.4, "200 OK", state="terminated;reason=noresource")
    call.events(
        *SETUP, "sip.refer", "sip.bye", "sip.notify", "sip.notify", "sip.transferred"
    )


@case
def transfer_refused(scene):
    call = Call(scene)
    ring_and_answer(call)
    refer(call, 10, code=603)
    hung_up(call, 40).events(*SETUP, "sip.refer", "sip.bye")


@case
def transfer_told_once(scene):
    """A second NOTIFY of the same success, and one that says nothing."""
    call = Call(scene)
    ring_and_answer(call)
    refer(call, 10)
    notify(call, 12.2, "200 OK")
    notify(call, 12.3, "200 OK", state="terminated;reason=noresource")
    call.request(
        "NOTIFY", 12.4, by="callee", headers=[("Event", "refer"), ("Subscription-State", "terminated")]
    ).respond(200, 12.41)
    hung_up(call, 12.5).events(
        *SETUP, "sip.refer", "sip.notify", "sip.transferred", "sip.notify", "sip.notify", "sip.bye"
    )
    call.says("sip.notify", 2, refer_status=None)


@case
def transfer_tried_again(scene):
    """To Carol, who is busy, then to Dave: the last is what was transferred to."""
    call = Call(scene)
    ring_and_answer(call)
    refer(call, 10)
    notify(call, 11, "486 Busy Here", event="refer;id=2", state="terminated;reason=noresource")
    refer(call, 20, "sip:dave@dave.example")
    notify(call, 22, "200 OK", event="refer;id=3", state="terminated;reason=noresource")
    hung_up(call, 22.5)
    call.says("sip.transferred", refer_to="sip:dave@dave.example", target="dave")


@case
def transfer_outside_of_a_dialog(scene):
    """Click to dial: a REFER that belongs to no call is an event of its own, and so is its NOTIFY."""
    call = Call(scene, call_id="click@alice.example")
    refer(call, 0)
    call.confirmed = True
    notify(call, 0.5, "200 OK", state="terminated;reason=noresource")
    call.leg = None
    call.events("sip.refer 202", "sip.notify 200")
    call.says("sip.refer", refer_to=TO_CAROL).says("sip.notify", refer_status="200")
