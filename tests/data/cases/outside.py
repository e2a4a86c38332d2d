# SPDX-License-Identifier: Apache-2.0
"""Transactions outside of a call: one event each, at the final response, and never a row."""

from case import case
from dialog import BOB, PROXY, Call


def alone(scene, *events):
    call = Call(scene, call_id="alone@alice.example")
    call.leg = None
    return call.events(*events)


@case
def registration_with_a_challenge(scene):
    call = alone(scene, "sip.register 401", "sip.register 200")
    call.request("REGISTER", 0).respond(
        401, 0.02, headers=[("WWW-Authenticate", 'Digest realm="r", nonce="n"')]
    )
    call.request(
        "REGISTER", 0.1, headers=[("Authorization", 'Digest username="alice"'), ("Expires", "3600")]
    ).respond(200, 0.15, headers=[("Expires", "3600")])
    scene.truth.add("sip_registrations", 1)


@case
def every_method_alone(scene):
    """The dialog of a subscription is no call that began before the capture."""
    methods = ("OPTIONS", "MESSAGE", "SUBSCRIBE", "PUBLISH", "REGISTER")
    call = alone(scene, *(f"sip.{method.lower()} 200" for method in methods), "sip.notify 200")
    for at, method in enumerate(methods):
        call.request(method, at, headers=[("Event", "presence")]).respond(200, at + 0.01)
    call.request(
        "NOTIFY",
        6,
        by="callee",
        in_dialog=True,
        headers=[("Event", "presence"), ("Subscription-State", "active;expires=60")],
    ).respond(200, 6.01)
    scene.truth.add("sip_registrations", 1)


@case(oracle=False)  # tshark takes no message of an unknown method for SIP
def unknown_and_lower_case_methods(scene):
    call = Call(scene)
    for at, method in enumerate(("FOOBAR", "invite", "Bye", "X-TEST.1", "INVITES")):
        call.request(method, at).respond(200, at + 0.1)


@case(local=[PROXY.address])
def directions_of_transactions(scene):
    """A transaction has the direction of its request, so the response to an inbound request leaves as inbound."""
    call = Call(scene, callee=BOB, destination=PROXY)
    call.request("OPTIONS", 0).respond(200, 0.003)
    back = Call(scene, source=PROXY, call_id="back@proxy.example")
    back.request("OPTIONS", 1).respond(200, 1.006)
    scene.truth.add("sip_peer_up", trunk="default")


@case(local=[PROXY.address])
def responses_without_their_request(scene):
    """The direction is then the opposite of the response's own; nothing is timed."""
    for at, ends in enumerate((dict(destination=PROXY), dict(source=PROXY))):
        Call(scene, call_id=f"lost-{at}@alice.example", **ends).transaction("OPTIONS").respond(200, at)
    scene.truth.add("sip_peer_up", trunk="default")  # who was asked by this node has answered


@case
def same_request_in_two_transactions(scene):
    """Same branch from another host, and same Call-ID and CSeq with another branch, are other transactions."""
    call = Call(scene)
    call.request("OPTIONS", 0, branch="z9hG4bK-same", number=7).respond(200, 0.01)
    call.request("OPTIONS", 1, branch="z9hG4bK-other", number=7).respond(200, 1.01)
    other = Call(scene, source=PROXY, call_id="third@alice.example")
    other.request("OPTIONS", 2, branch="z9hG4bK-same", number=7).respond(200, 2.01)
