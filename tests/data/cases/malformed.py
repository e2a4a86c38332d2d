# SPDX-License-Identifier: Apache-2.0
"""What looks like SIP and is none. A table: what is changed in a good OPTIONS, and the reason that must be counted.
Where two reasons fit, either does."""

from case import case
from dialog import ALICE, BOB, Call
from sipwire import sip
from truth import sample

REQUEST_LINE = "OPTIONS sip:bob@bob.example SIP/2.0"

HEADERS = {
    "Via": "SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK-broken",
    "Max-Forwards": "70",
    "From": "<sip:alice@alice.example>;tag=a",
    "To": "<sip:bob@bob.example>",
    "Call-ID": "broken@alice.example",
    "CSeq": "1 OPTIONS",
    "Contact": "<sip:alice@192.0.2.10>",
    "Content-Length": "0",
}


def broken(start_line=REQUEST_LINE, without=None, after=(), body=b"", **changed):
    """`changed`: header values by name with `_` for `-`. `after`: more header lines at the end."""
    headers = dict(HEADERS, **{name.replace("_", "-"): value for name, value in changed.items()})
    headers.pop(without, None)
    return sip.message(start_line, list(headers.items()) + list(after), body)


# (reason, or several of which one fits), message
KERNEL = [
    ("start-line|uri", broken("OPTIONS  sip:bob@bob.example SIP/2.0")),
    ("start-line|uri", broken("OPTIONS sip:bob@bob.example  SIP/2.0")),
    ("start-line|uri", broken("OPTIONS SIP/2.0")),
    ("start-line|version", broken("OPTIONS sip:bob@bob.example")),
    ("version", broken("OPTIONS sip:bob@bob.example SIP/3.0")),
    ("version", broken("OPTIONS sip:bob@bob.example SIP/2.1")),
    ("version", broken("SIP/1.0 200 OK")),
    ("status", broken("SIP/2.0 099 Too low")),
    ("status", broken("SIP/2.0 700 Too high")),
    ("status|start-line", broken("SIP/2.0 20 OK")),
    ("status|start-line", broken("SIP/2.0 2000 OK")),
    ("status|start-line", broken("SIP/2.0 abc OK")),
    ("via-missing", broken(without="Via")),
    ("via-missing|via-broken", broken(Via="")),
    ("via-broken", broken(Via="nothing of the kind")),
    ("cseq-missing", broken(without="CSeq")),
    ("cseq-missing|cseq-number", broken(CSeq="")),
    ("cseq-number", broken(CSeq="one OPTIONS")),
    ("cseq-number", broken(CSeq="-1 OPTIONS")),
    ("cseq-number", broken(CSeq="99999999999999999999 OPTIONS")),
    ("cseq-method", broken(CSeq="1 INVITE")),
    ("cseq-method", broken(CSeq="1")),
    ("cseq-repeated", broken(after=[("CSeq", "2 OPTIONS")])),
    ("call-id-missing", broken(without="Call-ID")),
    ("call-id-missing", broken(Call_ID="")),
    ("call-id-repeated", broken(after=[("Call-ID", "another@alice.example")])),
    ("call-id-repeated", broken(after=[("i", "another@alice.example")])),
]

AGENT = [
    ("from-missing", broken(without="From")),
    ("from-missing", broken(From="")),
    ("to-missing", broken(without="To")),
    ("to-missing", broken(To=" ")),
    ("content-length", broken(Content_Length="-1")),
    ("content-length", broken(Content_Length="many")),
    ("content-length", broken(Content_Length="10", body=b"short")),
    ("content-length", broken(after=[("Content-Length", "4")], body=b"four")),
    ("no-empty-line", broken()[:-2]),
    ("nul-in-header", broken(after=[("Subject", "a\0b")])),
]


def send_all(scene, table, stage):
    for number, (_, data) in enumerate(table):
        data = data.replace(b"z9hG4bK-broken", b"z9hG4bK-broken-%s-%d" % (stage.encode(), number))
        ends = (BOB, ALICE) if data.startswith(b"SIP/") else (ALICE, BOB)
        scene.sip(number / 10, ends[0].endpoint, ends[1].endpoint, data)


def state_reasons(scene, table, stage):
    """Reasons that may stand for each other are counted together, with all their own messages."""
    for reasons in joined(reason.split("|") for reason, _ in table):
        number = sum(1 for reason, _ in table if set(reason.split("|")) <= reasons)
        samples = [sample("sip_malformed_total", reason=reason, stage=stage) for reason in sorted(reasons)]
        scene.truth.together(samples, number)


def joined(sets):
    """The unions of those that have a member in common."""
    groups = []
    for members in map(set, sets):
        touching = [group for group in groups if group & members]
        groups = [group for group in groups if not group & members] + [members.union(*touching)]
    return groups


@case(oracle=False)
def malformed_for_the_kernel(scene):
    """Counted instead of a request or response."""
    send_all(scene, KERNEL, "kernel")
    state_reasons(scene, KERNEL, "kernel")


@case(oracle=False)
def malformed_for_the_agent(scene):
    """Counted beside the request: it moves no call, and no event tells of it."""
    send_all(scene, AGENT, "agent")
    state_reasons(scene, AGENT, "agent")
    for _ in AGENT:
        scene.truth.request("inbound", "OPTIONS")
    scene.truth.events["broken@alice.example", None] = []


@case(oracle=False)
def malformed_messages_move_no_call(scene):
    """A broken INVITE begins none, a broken BYE ends none."""
    call = Call(scene)
    scene.sip(
        0,
        ALICE.endpoint,
        BOB.endpoint,
        broken("INVITE sip:bob@bob.example SIP/2.0", CSeq="1 INVITE", without="From"),
    )
    scene.truth.request("inbound", "INVITE")
    scene.truth.malformed("from-missing", "agent")
    invite = call.invite(1)
    call.answer(invite, 2)
    call.ack(invite, 2.01)
    bye = call.transaction("BYE")
    scene.sip(5, bye.source, bye.destination, bye.request.replace(b"CSeq: 2 BYE", b"CSeq: 2 INVITE"))
    scene.truth.malformed("cseq-method", "kernel")
    call.request("BYE", 8, number=3).respond(200, 8.01)
    call.expect(
        "answered",
        start=1,
        answer=2,
        end=8,
        status=200,
        cause=16,
        by="caller",
        teardown=0.01,
        bye=("local", "normal"),
    )
    call.events("sip.invite", "sip.answered 200", "sip.ack", "sip.bye")
