# SPDX-License-Identifier: Apache-2.0
"""Prices by a rate deck. Each price here was worked out by hand: price per minute * charged seconds / 60."""

from case import case
from cases.answered import ring_and_answer
from dialog import ALICE, BOB, PROXY, Call

DECK = b"""\xef\xbb\xbf# of a carrier\r
prefix,price per minute,currency,first,next\r
1,0.01,USD,60,60\r
1555,0.02,USD,6,6\r
+15551230,0.333333333,USD,1,1\r
"49","0.0125","EUR","30","6"\r
0049800,0,EUR,1,1\r
0301,0.05,EUR,60,60\r
"""
RATED = {"config": "rates: FOLDER/rates.csv", "settings_files": {"rates.csv": DECK}}


def priced_call(scene, number, seconds, price, currency, at=0.0, **options):
    """A call to `number` that the caller ends `seconds` after its answer."""
    call = Call(
        scene,
        callee=BOB._replace(user=number, domain="carrier.example"),
        call_id=f"rated-{number}-{at}@alice.example",
        **options,
    )
    ring_and_answer(call, at)
    end = at + 3.5 + seconds
    call.request("BYE", end).respond(200, end + 0.04)
    by = "remote" if scene.local and scene.direction(call.hops["caller"].endpoint) == "inbound" else "local"
    call.expect(
        "answered",
        start=at,
        ringing=at + 1,
        answer=at + 3.5,
        end=end,
        status=200,
        cause=16,
        by="caller",
        teardown=0.04,
        bye=(by, "normal"),
        price=price,
        currency=currency,
    )
    return call


@case(**RATED)
def rated_by_the_longest_prefix(scene):
    priced_call(scene, "12125550100", 90, 0.02, "USD", at=0)  # 1: two minutes
    priced_call(scene, "15559990000", 10, 0.004, "USD", at=1)  # 1555: 12 s
    priced_call(scene, "15551230001", 10, 0.055556, "USD", at=2)  # 15551230: 10 s, 0.0555555555 up
    priced_call(scene, "4930123456", 30.5, 0.0075, "EUR", at=3)  # 49: 36 s
    priced_call(scene, "4980012345", 100, 0, "EUR", at=4)  # 49800: free, which is not unknown


@case(**RATED)
def rated_however_the_number_is_written(scene):
    for at, number in enumerate(
        ("+4930123456", "004930123456", "+49-30-(123)456", "%2B4930123456", "4930123456;isub=1", "+4930123456;ext=7")
    ):
        priced_call(scene, number, 30, 0.00625, "EUR", at=at)  # 30 s
    priced_call(scene, "0301234567", 1, 0.05, "EUR", at=7)  # a national number by its own prefix


@case(**RATED)
def rated_by_increments(scene):
    for at, (seconds, price) in enumerate(
        ((0, 0.00625), (0.001, 0.00625), (30, 0.00625), (30.001, 0.0075), (36, 0.0075), (36.001, 0.00875))
    ):
        priced_call(scene, "4930123456", seconds, price, "EUR", at=at)


@case(**RATED)
def not_rated(scene):
    """A name, codes, a number that no prefix begins, and calls without an answer."""
    for at, number in enumerate(("bob", "*67", "#31#4930", "7123", "12ab", "+")):
        priced_call(scene, number, 10, None, None, at=at)
    busy = Call(scene, callee=BOB._replace(user="4930123456"), call_id="rated-busy@alice.example")
    invite = busy.invite(10).respond(486, 11)
    busy.ack(invite, 11.01, refused=True)
    busy.expect(
        "busy", start=10, end=11, status=486, cause=17, by="callee", failure="busy", price=None, currency=None
    )
    # The capture ends within the call: how long it was is unknown.
    cut = Call(scene, callee=BOB._replace(user="4930123456"), call_id="rated-cut@alice.example")
    ring_and_answer(cut, 12)
    scene.clock(40)
    scene.truth.leave_open("sip_call_duration_seconds")
    cut.expect(
        "answered",
        start=12,
        ringing=13,
        answer=15.5,
        end=40,
        status=200,
        coverage="cut",
        price=None,
        currency=None,
        unstated=["end_timestamp_ms", "duration_seconds", "billable_seconds", "disconnect_initiator", "q850_cause"],
    )


@case(local=[PROXY.address], **RATED)
def both_legs_of_a_proxy_are_rated(scene):
    inside = priced_call(scene, "4930123456", 30, 0.00625, "EUR", destination=PROXY)
    outside = Call(
        scene,
        callee=inside.callee,
        source=PROXY,
        call_id=inside.call_id,
        below=["SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK-below"],
    )
    outside.leg = 1
    ring_and_answer(outside, 0.002)
    outside.request("BYE", 33.502).respond(200, 33.542)
    outside.expect(
        "answered",
        start=0.002,
        ringing=1.002,
        answer=3.502,
        end=33.502,
        status=200,
        cause=16,
        by="caller",
        teardown=0.04,
        bye=("local", "normal"),
        price=0.00625,
        currency="EUR",
    )
