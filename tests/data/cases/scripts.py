# SPDX-License-Identifier: Apache-2.0
"""Scripts of the operator: what they count, what they add to rows, and that no fault of theirs loses a call."""

from pathlib import Path

from case import case
from cases.answered import ring_and_answer
from dialog import Call

ROOT = Path(__file__).resolve().parents[3]
SCRIPTS = Path(__file__).resolve().parents[1] / "scripts"
EXAMPLE = f"script: {ROOT}/examples/voice-attach.lua"

ATTACH = "sip_voice_attach_total"
FALLBACK = "sip_voice_attach_mode_fallback_total"
NATIVE = "sip_voice_attach_native_total"
ERRORS = "sipsonde_script_errors_total"


def script(name):
    return f"script: {SCRIPTS}/{name}.lua"


def voice(mode=None, result=None, native=None):
    values = {"X-Voice-Mode": mode, "X-Voice-Attach-Result": result, "X-Voice-Native": native}
    return [(name, value) for name, value in values.items() if value is not None]


def answered(call, at=0.0, asks=(), says=(), ends=(), **row):
    """A call of ten seconds."""
    invite = call.invite(at, headers=asks)
    call.answer(invite, at + 2, headers=says)
    call.ack(invite, at + 2.02)
    call.request("BYE", at + 12, headers=ends).respond(200, at + 12.04)
    call.expect(
        "answered",
        start=at,
        answer=at + 2,
        end=at + 12,
        status=200,
        cause=16,
        by="caller",
        teardown=0.04,
        bye=("local", "normal"),
        **row,
    )


def state_voice(truth, attached=(), fell_back=(), native=()):
    for mode, result in attached:
        truth.add(ATTACH, mode=mode, result=result)
    for asked, given in fell_back:
        truth.add(FALLBACK, **{"from": asked, "to": given})
    for result in native:
        truth.add(NATIVE, result=result)


def state_length(truth, seconds, legs=1):
    """What the script fields.lua observes of a call."""
    for edge in (1, 10, 60):
        truth.add("ivr_seconds_bucket", legs * (seconds <= edge), leg="0", le=str(edge))
    truth.add("ivr_seconds_bucket", legs, leg="0", le="+Inf")
    truth.add("ivr_seconds_count", legs, leg="0")
    truth.add("ivr_seconds_sum", seconds * legs, leg="0")


@case(config=EXAMPLE)
def script_voice_attach(scene):
    """The example, as it is shipped."""
    answered(
        Call(scene, call_id="as-asked@alice.example"),
        asks=voice("cascaded"),
        says=voice("cascaded", "ok", "ok"),
        custom={"voice_mode_asked": "cascaded", "voice_mode": "cascaded", "voice_result": "ok"},
    )
    answered(
        Call(scene, call_id="fallback@alice.example"),
        at=20,
        asks=voice("pipeline"),
        says=voice("realtime", "ok", "err"),
        custom={"voice_mode_asked": "pipeline", "voice_mode": "realtime", "voice_result": "ok"},
    )
    answered(Call(scene, call_id="no-voice@alice.example"), at=40, custom={})
    refused = Call(scene, call_id="refused@alice.example")
    invite = refused.invite(60, headers=voice("realtime"))
    invite.respond(503, 61, headers=voice(result="config_error"))
    refused.ack(invite, 61.01, refused=True)
    refused.expect(
        "failed",
        start=60,
        end=61,
        status=503,
        cause=41,
        by="network",
        failure="unavailable",
        custom={"voice_mode_asked": "realtime", "voice_mode": "realtime", "voice_result": "config_error"},
    )
    state_voice(
        scene.truth,
        attached=[("cascaded", "ok"), ("realtime", "ok"), ("realtime", "config_error")],
        fell_back=[("pipeline", "realtime")],
        native=["ok", "err"],
    )


@case(config=EXAMPLE)
def script_values_beyond_their_bound(scene):
    answered(
        Call(scene),
        asks=voice("quantum"),
        says=voice("quantum", "maybe", "perhaps"),
        custom={"voice_mode_asked": "quantum", "voice_mode": "quantum", "voice_result": "maybe"},
    )
    state_voice(scene.truth, attached=[("other", "other")], native=["other"])


@case(config=script("fields"))
def script_sets_every_field(scene):
    """From headers of the INVITE, the 200 and the BYE."""
    answered(
        Call(scene),
        asks=[("X-Tenant", "acme"), ("X-Route", "gw-7"), ("Subject", "folded\r\n  over two lines")],
        says=[("X-Agent", "agent-9"), ("X-Recording", "https://rec.example/1")],
        ends=[("X-Price", "0.125"), ("X-Why", "done")],
        tenant_id="acme",
        account_id="acme",
        route="gw-7",
        agent_id="agent-9",
        recording_url="https://rec.example/1",
        price=0.125,
        currency="EUR",
        custom={"subject": "folded over two lines", "why": "done", "seen": "answered 200 12 10 caller"},
    )
    state_length(scene.truth, 12)
    scene.truth.add("ivr_last_price", 0.125)


@case(config=script("fields"))
def script_sees_a_cancelled_call(scene):
    """The CANCEL is the message that ended it, not the 487 that follows."""
    call = Call(scene)
    invite = call.invite(0, headers=[("X-Route", "gw-1")])
    invite.respond(180, 1)
    call.cancel(invite, 4, headers=[("X-Why", "changed my mind")]).respond(200, 4.01)
    invite.respond(487, 4.02, headers=[("X-Why", "cancelled")])
    call.ack(invite, 4.03, refused=True)
    call.expect(
        "cancelled",
        start=0,
        ringing=1,
        end=4.02,
        status=487,
        cause=16,
        by="caller",
        failure="cancelled",
        route="gw-1",
        custom={"why": "changed my mind", "seen": "cancelled 487 4.02 nil caller"},
    )
    state_length(scene.truth, 4.02)


@case(config=script("fails"))
def script_that_fails(scene):
    """Rows and what the script said before are there; each error counts."""
    answered(Call(scene), asks=[("X-Route", "gw-7")], route="gw-7")
    scene.truth.add(ERRORS, 3)


@case(config=script("loops"))
def script_that_never_ends(scene):
    """Cut at each callback; after five overruns within a minute it rests for a minute."""
    for number in range(4):
        answered(Call(scene, call_id=f"loop-{number}@alice.example"), at=number * 15)
    answered(Call(scene, call_id="afterwards@alice.example"), at=150)
    scene.truth.add(ERRORS, 5 + 3)


HOSTILE = bytes(range(1, 9)) + b"\x0b\x0c\x0e\x1b[2J\x7f\xff\xfe\xc3(\"\\"


@case(config=script("fields"), oracle=False)
def script_with_hostile_headers(scene):
    """Whatever bytes a header holds, the row is valid JSON."""
    text = HOSTILE.decode("latin-1")
    call = Call(scene, dress=lambda data: data.replace(b"HOSTILE", HOSTILE).replace(b"LONG", b"x" * 1500))
    answered(call, asks=[("X-Route", "HOSTILE"), ("Subject", "LONG")], says=[("X-Agent", "HOSTILE")])
    shown = "".join(c if ord(c) < 0x80 else "\ufffd" for c in text)
    row = scene.truth.rows[call.call_id, 0]
    row["route"] = row["agent_id"] = shown
    state_length(scene.truth, 12)
    row["custom"] = {"subject": "x" * 512, "seen": "answered 200 12 10 caller"}
