# SPDX-License-Identifier: Apache-2.0
"""The caller's identity: what is counted of it and told, from verdicts on the wire and from our own check with the
certificates in tests/data/stir. The calls begin when their PASSporTs are signed unless a case says otherwise."""

from pathlib import Path

from case import add, case
from dialog import PROXY, Call, Party
from scene import EPOCH_MS
from sipwire import passport

CALLER, CALLEE = Party("12155551212", "192.0.2.10"), Party("12155551213", "192.0.2.20")
SIGNED_AT = EPOCH_MS // 1000
TRUSTING = f'stir: {{trust_dir: "{Path(__file__).resolve().parent.parent / "stir"}"}}'
CLAIMS = {
    "stir_attest": "A",
    "stir_origid": "123e4567-e89b-12d3-a456-426655440000",
    "stir_iat_skew_seconds": "0",
    "stir_orig_mismatch": None,
    "stir_dest_mismatch": None,
}
NOT_CHECKED = {"stir_check": None, "stir_reason": None}


def identity(orig=CALLER.user, dest=CALLEE.user, iat=SIGNED_AT, **options):
    return ("Identity", passport.identity(orig, dest, iat, **options))


def asserted(verstat):
    return ("P-Asserted-Identity", f"<sip:+{CALLER.user};verstat={verstat}@carrier.example;user=phone>")


def answered(scene, headers, stir, details, at=0.0, ringing=(), answer=(), call=None):
    """An answered call whose INVITE has `headers`; `ringing` and `answer` are those of the 180 and the 200."""
    call = call or Call(scene, caller=CALLER, callee=CALLEE)
    invite = call.invite(at, headers=headers)
    invite.respond(100, at + 0.01).respond(180, at + 1, headers=ringing)
    call.answer(invite, at + 2, headers=answer)
    call.ack(invite, at + 2.02)
    call.request("BYE", at + 9).respond(200, at + 9.04)
    outbound = scene.direction(call.hops["caller"].endpoint) == "outbound"
    call.expect(
        "answered",
        start=at,
        ringing=at + 1,
        answer=at + 2,
        end=at + 9,
        status=200,
        cause=16,
        by="caller",
        teardown=0.04,
        bye=("local" if outbound or not scene.local else "remote", "normal"),
        stir=stir,
    )
    call.events("sip.invite", "sip.trying 100", "sip.ringing 180", "sip.answered 200", "sip.ack", "sip.bye")
    return call.says("sip.invite", **details)


def refused(scene, headers, code, failure, stir, phrase=None, reasons=(), **fields):
    call = Call(scene, caller=CALLER, callee=CALLEE)
    invite = call.invite(0, headers=headers).respond(100, 0.01)
    invite.respond(code, 0.2, phrase=phrase, headers=reasons)
    call.ack(invite, 0.22, refused=True)
    call.expect("rejected", start=0, end=0.2, status=code, by="callee", failure=failure, stir=stir, **fields)
    call.events("sip.invite", "sip.trying 100", f"sip.rejected {code}", "?sip.ack")
    return call


# ---- a verification service before us: verstat ----


def verstat(word, stir, **details):
    return lambda scene: answered(
        scene, [asserted(word)], stir, {"stir_verstat": word, "stir_result": stir, **NOT_CHECKED, **details}
    )


add("stir-verstat-passed", verstat("TN-Validation-Passed", "verified", stir_attest=None))
add("stir-verstat-passed-with-attestation", verstat("tn-validation-passed-B", "verified", stir_attest="B"))
add("stir-verstat-failed-and-the-call-goes-on", verstat("TN-Validation-Failed", "soft-fail"))
add("stir-verstat-not-validated", verstat("No-TN-Validation", "no-identity"))


@case
def stir_verstat_beside_an_identity(scene):
    told = {"stir_result": "verified", "stir_verstat": "TN-Validation-Passed", **CLAIMS, **NOT_CHECKED}
    answered(scene, [identity(), asserted("TN-Validation-Passed")], "verified", told)


@case
def stir_without_identity(scene):
    answered(scene, [], "no-identity", {"stir_result": None, "stir_attest": None, "stir_verstat": None})


@case
def stir_signed_without_a_verdict(scene):
    """Nothing is counted; what was claimed is told."""
    answered(scene, [identity()], None, {"stir_result": "signed-unchecked", **CLAIMS, **NOT_CHECKED})


@case
def stir_claims_that_do_not_fit(scene):
    answered(
        scene,
        [identity(orig="12155550000", dest="12155550001", iat=SIGNED_AT - 75, attest="C")],
        None,
        {
            "stir_result": "signed-unchecked",
            "stir_attest": "C",
            "stir_iat_skew_seconds": "75",
            "stir_orig_mismatch": "true",
            "stir_dest_mismatch": "true",
        },
    )


@case(local=[PROXY.address])
def stir_two_legs_of_a_verifying_proxy(scene):
    """What comes in is signed, what goes out is verified."""
    inside = Call(scene, caller=CALLER, callee=CALLEE, destination=PROXY)
    below = ["SIP/2.0/UDP 192.0.2.10;branch=z9hG4bK-below"]
    outside = Call(scene, caller=CALLER, callee=CALLEE, source=PROXY, below=below)
    outside.leg = 1
    answered(scene, [identity()], None, {"stir_result": "signed-unchecked"}, call=inside)
    passed = [asserted("TN-Validation-Passed")]
    answered(scene, passed, "verified", {"stir_result": "verified"}, call=outside, at=0.002)


# ---- a verification service behind us: refusals and Reasons ----

for code, name in ((428, "use"), (436, "bad-info"), (437, "unsupported-credential"), (438, "invalid")):
    add(
        f"stir-refused-{code}-{name}",
        lambda scene, code=code: refused(
            scene, [identity()], code, "unauthorized", "failed", unstated=["q850_cause"]
        ).says("sip.rejected", stir_result="failed", stir_reason=str(code)),
    )


@case
def stir_refused_403_stale_date(scene):
    call = refused(scene, [identity(iat=SIGNED_AT - 600)], 403, "forbidden", "failed", "Stale Date", cause=21)
    call.says("sip.invite", stir_result="signed-unchecked", stir_iat_skew_seconds="600")
    call.says("sip.rejected", stir_result="failed", stir_reason="403")


@case
def stir_refused_403_for_another_reason(scene):
    call = refused(scene, [identity()], 403, "forbidden", None, cause=21)
    call.says("sip.rejected", stir_result=None)


@case
def stir_refused_with_a_reason(scene):
    reason = ("Reason", 'STIR;cause=437;text="Unsupported Credential"')
    call = refused(scene, [identity()], 603, "forbidden", "failed", reasons=[reason], cause=21)
    call.says("sip.rejected", stir_result="failed", stir_reason="437")


@case
def stir_refusal_outranks_verstat(scene):
    refused(
        scene,
        [identity(), asserted("TN-Validation-Passed")],
        438,
        "unauthorized",
        "failed",
        unstated=["q850_cause"],
    ).says("sip.invite", stir_result="verified")


@case
def stir_reason_while_ringing(scene):
    reason = ("Reason", 'STIR;cause=436;text="Bad Identity Info";ppi="..sig"')
    call = answered(scene, [identity()], "soft-fail", {"stir_result": "signed-unchecked"}, ringing=[reason])
    call.says("sip.ringing", stir_result="soft-fail", stir_reason="436")


@case
def stir_reason_in_the_answer(scene):
    reason = ("Reason", "STIR;cause=438")
    call = answered(scene, [identity()], "soft-fail", {"stir_result": "signed-unchecked"}, answer=[reason])
    call.says("sip.answered", stir_result="soft-fail", stir_reason="438")


# ---- our own check ----


def checked(headers, stir, check, reason=None, at=0.0, **details):
    told = {"stir_result": stir or "signed-unchecked", "stir_check": check, "stir_reason": reason, **details}
    return lambda scene: answered(scene, headers, stir, told, at=at)


def add_checked(name, *arguments, **options):
    add(f"stir-checked-{name}", checked(*arguments, **options), config=TRUSTING)


add_checked("valid", [identity()], "verified", "verified", **CLAIMS)
add_checked("after-a-minute", [identity()], "verified", "verified", at=60, stir_iat_skew_seconds="60")
add_checked("stale", [identity()], "soft-fail", "soft-fail", "stale", at=60.001)
add_checked("of-another-caller", [identity(orig="12155550000")], "soft-fail", "soft-fail", "orig-mismatch")
add_checked("for-another-callee", [identity(dest="12155550000")], "soft-fail", "soft-fail", "dest-mismatch")
add_checked("forged", [identity(secret="forger")], "failed", "failed", "signature-invalid", **CLAIMS)
add_checked(
    "with-an-expired-certificate", [identity(signer="expired")], "failed", "failed", "certificate-expired"
)
add_checked(
    "with-an-unknown-certificate", [identity(signer="other")], None, "unknown", "certificate-unknown"
)
add_checked("unreadable", [("Identity", "no.passport.!;info=<x:y>")], "failed", "failed", "unreadable")
FORGED_DIVERSION, COMPACT_NAME = identity(secret="forger", ppt="div"), ("y", identity()[1])
add_checked("best-of-two", [FORGED_DIVERSION, COMPACT_NAME], "verified", "verified", **CLAIMS)
add_checked("all-of-two-forged", [identity(secret="forger")] * 2, "failed", "failed", "signature-invalid")
add_checked(
    "against-the-verdict-on-the-wire",
    [identity(secret="forger"), asserted("TN-Validation-Passed")],
    "verified",
    "failed",
    "signature-invalid",
)
COMPACT = ("Identity", passport.compact_identity(CALLER.user, CALLEE.user, SIGNED_AT))
DATE, OTHER_DATE = (("Date", f"Thu, 01 Jan 2026 00:00:{second:02} GMT") for second in (0, 1))
add_checked("compact", [DATE, COMPACT], "verified", "verified", stir_attest=None)
add_checked("compact-of-another-date", [OTHER_DATE, COMPACT], "failed", "failed", "signature-invalid")
add_checked("compact-without-date", [COMPACT], None, "unknown", "unknowable")


@case(config=TRUSTING)
def stir_checked_without_identity(scene):
    answered(scene, [], "no-identity", {"stir_result": None, "stir_check": None})


# ---- once a leg ----


@case(config=TRUSTING)
def stir_counts_a_challenged_call_once(scene):
    """By the INVITE that was not challenged."""
    call = Call(scene, caller=CALLER, callee=CALLEE)
    first = call.invite(0).respond(407, 0.02)
    call.ack(first, 0.03, refused=True)
    invite = call.invite(0.1, headers=[identity()])
    call.answer(invite, 2)
    call.ack(invite, 2.01)
    call.request("BYE", 5).respond(200, 5.01)
    call.expect(
        "answered",
        start=0,
        answer=2,
        end=5,
        status=200,
        cause=16,
        by="caller",
        teardown=0.01,
        bye=("local", "normal"),
        stir="verified",
    )
    call.says("sip.invite", which=0, stir_result=None).says("sip.invite", which=1, stir_result="verified")


@case
def stir_counts_repeats_once(scene):
    call = Call(scene, caller=CALLER, callee=CALLEE)
    invite = call.invite(0, headers=[identity()]).repeat(0.5, 1.5)
    invite.respond(438, 2).respond(438, 2.5, repeat=True)
    call.ack(invite, 2.6, refused=True)
    call.expect(
        "rejected",
        start=0,
        end=2,
        status=438,
        by="callee",
        failure="unauthorized",
        stir="failed",
        unstated=["q850_cause"],
    )


@case
def stir_of_a_cancelled_call(scene):
    call = Call(scene, caller=CALLER, callee=CALLEE)
    invite = call.invite(0, headers=[asserted("TN-Validation-Passed-A")]).respond(180, 1)
    call.cancel(invite, 5).respond(200, 5.02)
    invite.respond(487, 5.05)
    call.ack(invite, 5.07, refused=True)
    call.expect(
        "cancelled",
        start=0,
        ringing=1,
        end=5.05,
        status=487,
        cause=16,
        by="caller",
        failure="cancelled",
        stir="verified",
    )
