# SPDX-License-Identifier: Apache-2.0
"""Who goes from door to door, and who only looks like it. Limits are 20 targets in a minute unless set otherwise; how
many different targets there were is told within a few per cent."""

from case import case
from dialog import ALICE, BOB, PROXY, Call, Party

SCANNER = Party("intruder", "203.0.113.66", 5071)
TOOL = Party("friendly-scanner", "203.0.113.67", 5060)


def party_of(number, address=BOB.address):
    return Party(f"ext{number}", address)


def ask(scene, method, number, at, source=SCANNER, destination=BOB, callee=None):
    call = Call(
        scene,
        caller=source,
        callee=callee or party_of(number),
        source=source,
        destination=destination,
        call_id=f"{method.lower()}-{number}-{at:g}@{source.address}",
    )
    call.leg = None
    return call.request(method, at)


def sweep(scene, method, count, codes=(), source=SCANNER, spacing=0.5, start=0.0):
    """`count` targets, each answered with `codes` one after another; without any, never."""
    for number in range(count):
        at = start + number * spacing
        asked = ask(scene, method, number, at, source)
        for place, code in enumerate(codes, 1):
            asked.respond(code, at + place * 0.02)


def found(scene, kind, source=SCANNER, low=18, high=23):
    scene.truth.scanner(kind, source.address, low, high, user_agent=f"{source.user}-phone/1.0")


# ---- scanners ----


@case
def scanner_by_its_user_agent(scene):
    for at in (0, 1, 20, 59):
        ask(scene, "OPTIONS", 1, at, TOOL).respond(200, at + 0.01)
    found(scene, "user-agent", TOOL, 1, 1)


@case
def scanner_by_its_user_agent_once_a_minute(scene):
    for at in (0, 1, 20, 61, 62, 125):
        ask(scene, "MESSAGE", 1, at, TOOL).respond(404, at + 0.01)
    found(scene, "user-agent", TOOL, 1, 1)
    found(scene, "user-agent", TOOL, 3, 3)
    found(scene, "user-agent", TOOL, 2, 2)


@case(config="scanners: {user_agents: [intruder]}")
def scanner_by_a_user_agent_of_the_configuration(scene):
    ask(scene, "OPTIONS", 1, 0, TOOL).respond(200, 0.01)
    ask(scene, "OPTIONS", 1, 1).respond(200, 1.01)
    found(scene, "user-agent", SCANNER, 1, 1)


@case
def register_sweep_of_names_that_are_not_there(scene):
    sweep(scene, "REGISTER", 40, [404])
    found(scene, "register-sweep")


@case
def register_sweep_that_goes_on_is_told_once_a_minute(scene):
    sweep(scene, "REGISTER", 300, [403])
    for _ in range(3):
        found(scene, "register-sweep")


@case
def register_sweep_that_never_comes_back_to_a_challenge(scene):
    sweep(scene, "REGISTER", 30, [401])
    scene.clock(60)
    found(scene, "register-sweep")


@case
def register_sweep_that_nobody_answers(scene):
    sweep(scene, "REGISTER", 30)
    scene.truth.add("sip_transaction_timeout_total", 30, method="REGISTER")
    scene.clock(60)
    found(scene, "register-sweep")


@case(config="scanners: {targets: 60}")
def register_sweep_at_a_limit_of_the_configuration(scene):
    sweep(scene, "REGISTER", 90, [404])
    found(scene, "register-sweep", low=57, high=63)


@case
def options_sweep_of_a_network(scene):
    for number in range(30):
        host = Party("100", f"192.0.2.{100 + number}")
        ask(scene, "OPTIONS", number, number / 10, destination=host, callee=host)
    found(scene, "options-sweep")


@case
def options_sweep_that_is_answered(scene):
    sweep(scene, "OPTIONS", 30, [200])
    found(scene, "options-sweep")


@case
def invite_burst_to_many_numbers(scene):
    for number in range(30):
        at = float(number)
        call = Call(
            scene, caller=SCANNER, callee=party_of(number), call_id=f"burst-{number}@{SCANNER.address}"
        )
        invite = call.invite(at).respond(403, at + 0.1)
        call.ack(invite, at + 0.12, refused=True)
        call.expect(
            "rejected", start=at, end=at + 0.1, status=403, cause=21, by="callee", failure="forbidden"
        )
    scene.clock(35)
    found(scene, "invite-burst")


# ---- not scanners ----


@case
def less_than_the_limit_is_no_sweep(scene):
    sweep(scene, "REGISTER", 19, [404])
    sweep(scene, "OPTIONS", 19, [404], spacing=0.6)
    scene.clock(60)


@case
def targets_of_two_minutes_are_not_added_up(scene):
    sweep(scene, "REGISTER", 40, [404], spacing=4)


@case
def telephones_behind_a_nat_are_no_sweep(scene):
    """Each is challenged first, all at once; then they are let in."""
    for number in range(40):
        ask(scene, "REGISTER", number, number / 100).respond(401, 1 + number / 100)
    for number in range(40):
        ask(scene, "REGISTER", number, 2 + number / 100).respond(200, 3 + number / 100)
    scene.truth.add("sip_registrations", 40)
    scene.clock(70)


@case
def wrong_passwords_behind_an_sbc_are_no_sweep(scene):
    for number in range(100):
        at = number / 10
        ask(scene, "REGISTER", number, at).respond(200 if number < 70 else 403, at + 0.05)
    scene.truth.add("sip_registrations", 70)


@case
def registrar_that_pings_its_telephones_is_no_sweep(scene):
    ask(scene, "REGISTER", 1, 0, source=ALICE, destination=PROXY).respond(200, 0.1)
    scene.truth.add("sip_registrations", 1)
    for number in range(40):
        phone = party_of(number, f"192.0.2.{100 + number}")
        at = 1 + number / 10
        ask(scene, "OPTIONS", number, at, source=PROXY, destination=phone, callee=phone).respond(200, at + 0.05)


@case
def carrier_whose_calls_ring_is_no_burst(scene):
    for number in range(30):
        at = float(number)
        call = Call(
            scene, caller=SCANNER, callee=party_of(number), call_id=f"call-{number}@{SCANNER.address}"
        )
        invite = call.invite(at).respond(180, at + 0.2).respond(404, at + 0.7)
        call.ack(invite, at + 0.72, refused=True)
        call.expect(
            "rejected",
            start=at,
            ringing=at + 0.2,
            end=at + 0.7,
            status=404,
            cause=1,
            by="callee",
            failure="not-found",
        )
    scene.clock(35)


@case(config='trunks: [{name: carrier, tenant: acme, peers: ["203.0.113.66", "203.0.113.67"]}]')
def trunks_are_no_scanners(scene):
    sweep(scene, "REGISTER", 40, [404])
    ask(scene, "OPTIONS", 1, 30, TOOL).respond(200, 30.01)


@case(config="trunks: [{name: pbx, domains: [ext7.example]}]")
def domain_of_a_trunk_makes_no_trunk_of_a_scanner(scene):
    sweep(scene, "REGISTER", 40, [404])
    found(scene, "register-sweep")


@case(local=[SCANNER.address])
def what_goes_out_is_no_sweep(scene):
    sweep(scene, "REGISTER", 40, [404])
    sweep(scene, "OPTIONS", 40, [404], start=30)
    scene.truth.add("sip_peer_up", 1, trunk="default")  # a refusal is an answer


@case(config="scanners: {enabled: false}")
def scanners_switched_off(scene):
    sweep(scene, "REGISTER", 40, [404])
    ask(scene, "OPTIONS", 1, 30, TOOL).respond(200, 30.01)
