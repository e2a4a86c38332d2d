# SPDX-License-Identifier: Apache-2.0
"""Numbers that are masked or made pseudonyms, and callers that withhold theirs. Pseudonyms are computed here by
Python's own HMAC."""

import hashlib
import hmac

from case import case
from cases.answered import SETUP, ring_and_answer, simple_call
from dialog import ALICE, BOB, PROXY, Call

ZEROES = bytes(32)
KEY = bytes(range(32, 64))

CALLER = ALICE._replace(user="+15551230001", domain="carrier.example")
CALLEE = BOB._replace(user="004930123456", domain="pbx.example")


def hashed(by_key="key", key=ZEROES, **more):
    """Options of a case with `privacy.numbers: hmac`."""
    content = key.hex().encode() + b"\n" if by_key == "hex" else key
    config = "privacy: {numbers: hmac, key_file: FOLDER/privacy.key}"
    files = {"privacy.key": (content, 0o640)}
    if "deck" in more:
        config += "\nrates: FOLDER/rates.csv"
        files["rates.csv"] = more.pop("deck")
    return {"config": config, "settings_files": files, **more}


MASKED = {"config": "privacy: {numbers: mask}"}


def pseudonym(digits, key=ZEROES):
    return hmac.new(key, b"+" + digits.encode(), hashlib.sha256).hexdigest()[:32]


assert pseudonym("15551230001") == "d7ff3002b18415d59832a1cb2328faf9"


def call_with(scene, caller, callee, shown, call_id="numbers@alice.example", at=0.0, headers=(), **options):
    """A call of ten seconds; `shown`: what the row says, by field. Numbers are in headers that nobody should repeat."""
    call = Call(scene, caller=caller, callee=callee, call_id=call_id, **options)
    invite = call.invite(at, headers=headers).respond(100, at + 0.01).respond(180, at + 1)
    call.answer(invite, at + 3.5)
    call.ack(invite, at + 3.52)
    call.request("BYE", at + 13.5).respond(200, at + 13.54)
    by = "remote" if scene.local and scene.direction(call.hops["caller"].endpoint) == "inbound" else "local"
    call.expect(
        "answered",
        start=at,
        ringing=at + 1,
        answer=at + 3.5,
        end=at + 13.5,
        status=200,
        cause=16,
        by="caller",
        teardown=0.04,
        bye=(by, "normal"),
        **shown,
    )
    call.events(*SETUP, "sip.bye")
    scene.truth.says(call_id, call.leg, "sip.invite", **{"from": shown["from_uri"], "to": shown["to_uri"]})
    return call


MASKED_ROW = {
    "from_number": "+1555*******",
    "to_number": "+49301*****",
    "from_uri": "sip:+1555*******@carrier.example",
    "to_uri": "sip:+49301*****@pbx.example",
    "user_agent": "+1555*******-phone/1.0",
}


def hashed_row(key=ZEROES):
    caller, callee = pseudonym("15551230001", key), pseudonym("4930123456", key)
    return {
        "from_number": caller,
        "to_number": callee,
        "from_uri": f"sip:{caller}@carrier.example",
        "to_uri": f"sip:{callee}@pbx.example",
        "user_agent": f"{caller}-phone/1.0",
    }


@case(**MASKED)
def numbers_masked(scene):
    call_with(scene, CALLER, CALLEE, MASKED_ROW)
    scene.truth.hide(CALLER.user, "4930123456")


@case(**hashed())
def numbers_as_pseudonyms(scene):
    call_with(scene, CALLER, CALLEE, hashed_row())
    scene.truth.hide(CALLER.user, "4930123456")


@case(**hashed("hex", KEY))
def numbers_as_pseudonyms_of_a_key_in_hexadecimal(scene):
    call_with(scene, CALLER, CALLEE, hashed_row(KEY))


@case(**hashed())
def call_id_with_a_number_stays(scene):
    call_with(scene, CALLER, CALLEE, hashed_row(), call_id="15551230001-4930123456@carrier.example")
    scene.truth.hide(CALLER.user, "4930123456")


@case(**hashed())
def one_number_has_one_pseudonym(scene):
    """However it is written, and whichever side it is on."""
    number = pseudonym("15551230001")
    for at, written in enumerate(
        ("+15551230001", "15551230001", "0015551230001", "+1-(555)-123.0001", "%2B15551230001", "+15551230001;isub=9")
    ):
        shown = {
            "from_number": "alice",
            "from_uri": "sip:alice@alice.example",
            "to_number": number,
            "to_uri": f"sip:{number}@carrier.example",
        }
        callee = BOB._replace(user=written, domain="carrier.example")
        call_with(scene, ALICE, callee, shown, call_id=f"one-{at}@alice.example", at=at)
    scene.truth.hide("15551230001")


@case(**MASKED)
def short_and_public_numbers_stay(scene):
    for at, number in enumerate(("112", "911", "4711", "116117")):
        callee = BOB._replace(user=number, domain="pbx.example")
        shown = {
            "from_number": "alice",
            "from_uri": "sip:alice@alice.example",
            "to_number": number,
            "to_uri": f"sip:{number}@pbx.example",
        }
        call_with(scene, ALICE, callee, shown, call_id=f"short-{at}@alice.example", at=at)


@case(local=[PROXY.address], **hashed(deck=b"49,0.6,EUR,1,1\n"))
def priced_and_told_apart_before_numbers_go(scene):
    """Both legs of a proxy: the price is found by the number that is then hidden."""
    shown = {**hashed_row(), "price": 0.1, "currency": "EUR"}
    call_with(scene, CALLER, CALLEE, shown, destination=PROXY)
    below = ["SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK-below"]
    outside = Call(scene, caller=CALLER, callee=CALLEE, source=PROXY, call_id="numbers@alice.example", below=below)
    outside.leg = 1
    ring_and_answer(outside, 0.002)
    outside.request("BYE", 13.502).respond(200, 13.542)
    outside.expect(
        "answered",
        start=0.002,
        ringing=1.002,
        answer=3.502,
        end=13.502,
        status=200,
        cause=16,
        by="caller",
        teardown=0.04,
        bye=("local", "normal"),
        **shown,
    )
    scene.truth.hide(CALLER.user, "4930123456")


def numbers_everywhere(scene):
    """In every header of every message that a phone could put one into."""
    number, other = "+15551230001", "+4930123456"
    headers = [
        ("P-Asserted-Identity", f'"{number}" <sip:{number}@carrier.example>, <tel:{number}>'),
        ("Remote-Party-ID", f"<sip:{number}@carrier.example>;party=calling"),
        ("Diversion", f"<tel:{other}>;reason=unconditional"),
        ("Referred-By", f"<sip:{other}@pbx.example>"),
        ("History-Info", f"<sip:{other}@pbx.example>;index=1"),
    ]
    call = Call(scene, caller=CALLER, callee=CALLEE, call_id="everywhere@alice.example")
    uri = f"sip:{other};phone-context={other}@pbx.example;x={other}?Subject={other}"
    invite = call.invite(0, headers=headers, uri=uri).respond(100, 0.01).respond(180, 1)
    call.answer(invite, 3.5)
    call.ack(invite, 3.52)
    call.request("INFO", 4, headers=headers, body=b"Signal=1").respond(200, 4.1)
    refer = [("Refer-To", f"<sip:{number};isub=1@carrier.example;x={number}?Replaces={number}%40h>")]
    call.request("REFER", 5, headers=refer).respond(202, 5.1)
    reason = [("Reason", f'Q.850;cause=16;text="{number} hung up"')]
    call.request("BYE", 13.5, headers=reason).respond(200, 13.54)
    scene.truth.leave_open("sip_bye_total", "sip_calls_total", "sip_call_duration_seconds", "sip_call_setup_seconds")
    scene.truth.leave_open("sip_call_ringing_seconds", "sip_call_teardown_seconds")
    scene.truth.rows[call.call_id, 0] = {"disposition": "answered"}
    refused = Call(scene, caller=CALLEE, callee=CALLER, call_id="refused@alice.example")
    invite = refused.invite(14).respond(404, 15, headers=[("Warning", f'399 h "{number} unknown"')])
    refused.ack(invite, 15.01, refused=True)
    scene.truth.leave_open("sip_call_failed_total")
    scene.truth.rows[refused.call_id, 0] = {"disposition": "rejected"}
    alone = Call(scene, caller=CALLER, callee=CALLEE, call_id="message@alice.example")
    alone.request("MESSAGE", 16, headers=headers, body=number.encode(), in_dialog=False).respond(200, 16.1)
    alone.request("SUBSCRIBE", 17, headers=headers, in_dialog=False).respond(403, 17.1)
    alone.request("OPTIONS", 18, headers=headers, in_dialog=False).respond(200, 18.1)
    alone.request("REGISTER", 19, headers=headers, in_dialog=False).respond(200, 19.1)
    # Nobody signs, and the one who registers is bound.
    scene.truth.add("sip_stir_verify_total", 2, result="no-identity")
    scene.truth.add("sip_registrations", 1)
    scene.truth.hide(number, other)
    return number, other


@case(**MASKED)
def no_number_anywhere_when_masked(scene):
    numbers_everywhere(scene)
    scene.truth.says("everywhere@alice.example", 0, "sip.refer", refer_to="sip:+1555*******@carrier.example")


@case(**hashed())
def no_number_anywhere_as_pseudonyms(scene):
    numbers_everywhere(scene)
    number = pseudonym("15551230001")
    scene.truth.says("everywhere@alice.example", 0, "sip.refer", refer_to=f"sip:{number}@carrier.example")


# ---- the caller's wish ----

ANONYMOUS_ROW = {
    "from_number": "anonymous",
    "from_uri": "sip:anonymous@anonymous.invalid",
    "to_number": "004930123456",
    "to_uri": "sip:004930123456@pbx.example",
}


@case
def caller_that_withholds_its_number(scene):
    """In the clear, too."""
    for at, wish in enumerate(("id", "user;critical", "header", "none;ID")):
        call_with(
            scene,
            CALLER._replace(user="+15551230001"),
            CALLEE,
            {**ANONYMOUS_ROW, "user_agent": "+15551230001-phone/1.0"},
            call_id=f"withheld-{at}@alice.example",
            at=at,
            headers=[("Privacy", wish)],
        )


@case
def caller_without_a_wish(scene):
    """`session` and `critical` are no wish to be unknown."""
    shown = {
        "from_number": "+15551230001",
        "from_uri": "sip:+15551230001@carrier.example",
        "to_number": "004930123456",
        "to_uri": "sip:004930123456@pbx.example",
    }
    for at, wish in enumerate(("session;critical", "none", "history")):
        headers = [("Privacy", wish)]
        call_with(scene, CALLER, CALLEE, shown, call_id=f"wish-{at}@alice.example", at=at, headers=headers)


@case
def caller_at_anonymous_invalid(scene):
    caller = CALLER._replace(domain="anonymous.invalid")
    call_with(scene, caller, CALLEE, {**ANONYMOUS_ROW, "user_agent": "+15551230001-phone/1.0"})


@case(**hashed())
def caller_that_withholds_its_number_among_pseudonyms(scene):
    callee = pseudonym("4930123456")
    shown = {
        **ANONYMOUS_ROW,
        "to_number": callee,
        "to_uri": f"sip:{callee}@pbx.example",
        "user_agent": pseudonym("15551230001") + "-phone/1.0",
    }
    call_with(scene, CALLER, CALLEE, shown, headers=[("Privacy", "id")])
    scene.truth.hide(CALLER.user, "4930123456")


@case
def message_whose_sender_withholds_its_number(scene):
    call = Call(scene, caller=CALLER, callee=CALLEE, call_id="message@alice.example")
    headers = [("Privacy", "id")]
    call.request("MESSAGE", 0, headers=headers, body=b"hello", in_dialog=False).respond(200, 0.1)
    scene.truth.says(
        "message@alice.example",
        None,
        "sip.message",
        **{"from": "sip:anonymous@anonymous.invalid", "to": "sip:004930123456@pbx.example"},
    )


@case(**MASKED)
def names_stay(scene):
    simple_call(Call(scene))
