# SPDX-License-Identifier: Apache-2.0
"""Calls of different Call-IDs that belong together: by what their messages say, by numbers, media and time, and not at
all where that would be a guess."""

from case import add, case
from dialog import ALICE, BOB, PROXY, Call, Party
from sipwire import sip

PBX = Party("pbx", PROXY.address)
CAROL = Party("carol", "192.0.2.30")
LOCAL = (PBX.address,)

UUID, OTHER_UUID, NULL_UUID = "ab30317f1a784dc48ff824d0d3715d86", "47755a9de7794ba387653f2099600ef2", "0" * 32


class Leg:
    """A call of a few seconds that this host ends or begins."""

    def __init__(self, scene, call_id, at, headers=(), body=None, answer_headers=(), lasts=10, **ends):
        self.call = Call(scene, call_id=call_id, **ends)
        self.at, self.end, self.scene = at, at + lasts, scene
        self.answered_at = at + 1
        self.invite = self.call.invite(at, headers=headers, body=body)
        self.call.answer(self.invite, self.answered_at, headers=answer_headers)
        self.call.ack(self.invite, self.answered_at + 0.01)

    def hangs_up(self, link=None, reason=None):
        """`link`: the Call-ID that the row names."""
        self.call.request("BYE", self.end).respond(200, self.end + 0.01)
        source = self.call.hops["caller"].endpoint
        self.call.expect(
            "answered",
            start=self.at,
            answer=self.answered_at,
            end=self.end,
            status=200,
            cause=16,
            by="caller",
            teardown=0.01,
            bye=("local" if self.scene.flow(source) == "egress" else "remote", "normal"),
            linked_call_id=link,
            link_reason=reason,
        )


def coming_in(scene, call_id, at=0, **options):
    return Leg(scene, call_id, at, destination=PBX, **options)


def going_out(scene, call_id, at=0.1, **options):
    # A relay: media go to the PBX.
    options.setdefault("body", sip.session_description(PBX.address, 40000))
    return Leg(scene, call_id, at, source=PBX, **options)


def pair(a_headers, b_headers, reason, a_answer=(), **options):
    """Two legs of a B2BUA; each row names the other, or neither without a reason."""

    def play(scene):
        a = coming_in(scene, "a@alice.example", headers=a_headers, answer_headers=a_answer)
        b = going_out(scene, "b@pbx.example", headers=b_headers, **options)
        a.hangs_up(*(("b@pbx.example", reason) if reason else ()))
        b.hangs_up(*(("a@alice.example", reason) if reason else ()))

    return play


def said(name, *arguments, config="linking: {match: false}", **options):
    add(name, pair(*arguments, **options), local=LOCAL, config=config)


def session(local, remote=NULL_UUID):
    return [("Session-ID", f"{local};remote={remote}")]


said("linked-by-session-id", session(UUID), session(UUID), "session-id")
said("linked-by-the-remote-half", session(UUID), session(OTHER_UUID, UUID), "session-id")
said("linked-by-the-session-id-of-the-answer", (), session(UUID), "session-id", a_answer=session(OTHER_UUID, UUID))
said("not-linked-by-the-null-uuid", session(NULL_UUID), session(NULL_UUID), None)
said("not-linked-by-what-is-no-uuid", [("Session-ID", "1234")], [("Session-ID", "1234")], None)
said("not-linked-by-another-session", session(UUID), session(OTHER_UUID), None)
said(
    "linked-by-icid",
    [("P-Charging-Vector", "icid-value=AyretyU0dm+6O2IrT5tAFrbHLso=023551024;orig-ioi=home1.example")],
    [("P-Charging-Vector", 'orig-ioi=x;icid-value="AyretyU0dm+6O2IrT5tAFrbHLso=023551024"')],
    "icid",
)
said("linked-by-x-cid", (), [("X-CID", "a@alice.example")], "x-cid")
said("linked-by-x-call-id", (), [("x-call-id", "a@alice.example")], "x-cid")
WITH_HEADERS = "linking: {match: false, headers: [X-Original-Call-ID, X-UCID]}"
said("linked-by-a-header-with-the-call-id", (), [("X-Original-Call-ID", "a@alice.example")], "header", config=WITH_HEADERS)
said("linked-by-a-header-of-both", [("X-UCID", "0815")], [("x-ucid", "0815")], "header", config=WITH_HEADERS)
said("not-linked-by-an-unknown-header", [("X-Else", "0815")], [("X-Else", "0815")], None, config=WITH_HEADERS)
said("not-linked-by-another-value", [("X-UCID", "0815")], [("X-UCID", "0816")], None, config=WITH_HEADERS)
said(
    "x-cid-outranks-session-id-and-icid",
    session(UUID) + [("P-Charging-Vector", "icid-value=1")],
    session(UUID) + [("P-Charging-Vector", "icid-value=1"), ("X-CID", "a@alice.example")],
    "x-cid",
)


@case(local=LOCAL)
def x_cid_of_a_call_out_of_sight(scene):
    """The other leg passed another node: its Call-ID is known all the same."""
    leg = going_out(scene, "b@pbx.example", headers=[("X-CID", "a@elsewhere.example")])
    leg.hangs_up("a@elsewhere.example", "x-cid")


@case(local=LOCAL, config="linking: {match: false}")
def one_session_id_in_many_calls(scene):
    """They all name the first; the first names the last. No chain."""
    legs = [
        coming_in(scene, f"{number}@alice.example", at=number / 10, headers=session(UUID)) for number in range(5)
    ]
    legs[0].hangs_up("4@alice.example", "session-id")
    for leg in legs[1:]:
        leg.hangs_up("0@alice.example", "session-id")


@case(local=LOCAL)
def legs_of_a_proxy_need_no_link(scene):
    """They share the Call-ID."""
    for number, ends in enumerate(({"destination": PBX}, {"source": PBX})):
        leg = Leg(scene, "a@alice.example", number / 100, **ends)
        leg.call.leg = number
        leg.hangs_up()


# ---- replaces and transfers ----


@case(local=LOCAL)
def linked_by_replaces(scene):
    old = coming_in(scene, "old@alice.example", callee=CAROL)
    new = coming_in(
        scene, "new@bob.example", at=5, caller=BOB, callee=CAROL, headers=[("Replaces", "old@alice.example;to-tag=b-tag;from-tag=a-tag")]
    )
    old.hangs_up("new@bob.example", "replaces")
    new.hangs_up("old@alice.example", "replaces")


def refer(leg, at, value):
    leg.call.request("REFER", at, headers=[("Refer-To", value)]).respond(202, at + 0.01)


@case(local=LOCAL)
def linked_by_refer_to(scene):
    """A blind transfer: the PBX, which was sent to Carol, calls her."""
    old = coming_in(scene, "old@alice.example")
    refer(old, 5, f"<{CAROL.uri}>")
    new = going_out(scene, "new@pbx.example", at=5.5, callee=CAROL, caller=BOB)
    old.hangs_up("new@pbx.example", "refer-to")
    new.hangs_up("old@alice.example", "refer-to")


@case(local=LOCAL)
def linked_by_refer_to_though_the_old_call_is_over(scene):
    old = coming_in(scene, "old@alice.example", lasts=6)
    refer(old, 5, f"<{CAROL.uri}>")
    old.hangs_up()
    new = going_out(scene, "new@pbx.example", at=20, callee=CAROL, caller=BOB)
    new.hangs_up("old@alice.example", "refer-to")


@case(local=LOCAL)
def not_linked_by_a_refer_to_long_ago(scene):
    old = coming_in(scene, "old@alice.example", lasts=60)
    refer(old, 5, f"<{CAROL.uri}>")
    late = going_out(scene, "late@pbx.example", at=38, callee=CAROL, caller=BOB)
    old.hangs_up()
    late.hangs_up()


@case(local=LOCAL)
def an_attended_transfer_links_three_calls(scene):
    first = coming_in(scene, "first@alice.example", lasts=20)
    consult = coming_in(scene, "consult@alice.example", at=4, callee=CAROL, lasts=12)
    refer(first, 10, f"<{CAROL.uri}?Replaces=consult%40alice.example%3Bto-tag%3Db-tag%3Bfrom-tag%3Da-tag>")
    new = going_out(
        scene,
        "new@pbx.example",
        at=10.5,
        caller=BOB,
        callee=CAROL,
        headers=[("Replaces", "consult@alice.example;to-tag=b-tag;from-tag=a-tag")],
    )
    consult.hangs_up("new@pbx.example", "replaces")
    first.hangs_up("new@pbx.example", "refer-to")
    new.hangs_up("consult@alice.example", "replaces")


# ---- the match ----


def matched(name, reason, config="", **options):
    add(name, pair((), (), reason, **options), local=LOCAL, config=config)


matched("linked-by-numbers-and-time", "match")
matched("linked-at-the-end-of-the-window", "match", at=5)
matched("not-linked-too-late", None, at=5.001)
matched("not-linked-when-switched-off", None, config="linking: {match: false}")
matched("not-linked-by-other-numbers", None, callee=CAROL)
matched("linked-by-media-whatever-the-numbers", "match", callee=CAROL, body=sip.session_description(ALICE.address))
add("not-linked-on-a-mirror-port", lambda scene: mirrored(scene))


def mirrored(scene):
    """Nothing tells what came in from what went out."""
    for number, ends in enumerate(({"destination": PBX}, {"source": PBX})):
        leg = Leg(scene, f"{number}@alice.example", number / 10, body=sip.session_description(PBX.address, 40000 + number), **ends)
        leg.call.request("BYE", leg.end).respond(200, leg.end + 0.01)
        leg.call.expect(
            "answered",
            start=leg.at,
            answer=leg.answered_at,
            end=leg.end,
            status=200,
            cause=16,
            by="caller",
            teardown=0.01,
            bye=("local", "normal"),
            linked_call_id=None,
            link_reason=None,
        )


@case(local=LOCAL)
def not_linked_when_two_may_be_meant(scene):
    legs = [
        coming_in(scene, f"{number}@alice.example", number / 10, body=sip.session_description(ALICE.address, 20000 + 2 * number))
        for number in range(2)
    ]
    legs.append(going_out(scene, "b@pbx.example", 0.3))
    for leg in legs:
        leg.hangs_up()


@case(local=LOCAL)
def of_two_calls_each_is_linked_in_its_turn(scene):
    """The first has its other leg already when the second comes."""
    first = coming_in(scene, "first@alice.example", 0)
    to_first = going_out(scene, "to-first@pbx.example", 0.1)
    second = coming_in(scene, "second@alice.example", 0.2, body=sip.session_description(ALICE.address, 20002))
    to_second = going_out(scene, "to-second@pbx.example", 0.3, body=sip.session_description(PBX.address, 40002))
    first.hangs_up("to-first@pbx.example", "match")
    to_first.hangs_up("first@alice.example", "match")
    second.hangs_up("to-second@pbx.example", "match")
    to_second.hangs_up("second@alice.example", "match")
