# SPDX-License-Identifier: Apache-2.0
"""Bindings as registrars confirm them, and peers that answer OPTIONS or do not (RFC 3261 sections 10 and 11)."""

from case import add, case
from dialog import ALICE, BOB, Call, Party, Transaction
from sipwire import sip

AOR = "alice@example.com"
PHONE = Party("alice", "192.0.2.10")
TABLET = Party("alice", "192.0.2.11", 5070)
ELSEWHERE = Party("alice", "203.0.113.50", 40000)
EDGE = Party("edge", "198.51.100.5")
REGISTRAR = Party("registrar", "198.51.100.6")


def bound(device, seconds):
    """A value of the list in a 200."""
    return f"<sip:alice@{device.host}:{device.port}>;expires={seconds}"


class Device:
    """Registers `alice@example.com`; `source` is where its requests come from."""

    def __init__(self, scene, device=PHONE, call_id="reg-1@phone", source=None, registrar=REGISTRAR, number=0):
        self.scene, self.device, self.call_id = scene, device, call_id
        self.source, self.registrar = source or device, registrar
        self.number = number
        self.names = []

    def via(self, hop):
        branch = f"z9hG4bK-{self.call_id.split('@')[0]}-{self.number}-{hop}"
        return f"SIP/2.0/UDP {self.source.host}:{self.source.port};branch={branch}"

    def register(self, at, contacts=None, headers=(), to=f"sip:{AOR}", below=(), number=None):
        """`contacts`: values of Contact headers, a line each; the device's own unless given. `below`: the Vias of the
        hops before."""
        self.number = number or self.number + 1
        contacts = [self.device.contact] if contacts is None else contacts
        vias = [self.via(len(below))] + list(below)
        common = [("Via", via) for via in vias]
        common += [("From", f"<sip:{AOR}>;tag=f"), ("To", f"<{to}>")]
        common += [("Call-ID", self.call_id), ("CSeq", f"{self.number} REGISTER")]
        lines = common + [("Max-Forwards", "70"), ("User-Agent", "phone/2.0")]
        lines += [("Contact", value) for value in contacts] + list(headers)
        request = sip.message("REGISTER sip:example.com SIP/2.0", lines)

        def answer(code, tag, rseq, headers, body, phrase=None):
            del tag, rseq
            answered = [(name, value + ";tag=t" if name == "To" else value) for name, value in common]
            phrase = phrase or sip.REASONS.get(code, "Whatever")
            return sip.message(f"SIP/2.0 {code} {phrase}", answered + list(headers), body)

        made = Transaction(
            self.scene, "REGISTER", self.source.endpoint, self.registrar.endpoint, request, answer
        )
        return made.send(at)

    def accepted(self, at, answered_at, *listed, code=200, headers=(), **options):
        """A REGISTER and its final response with that list."""
        lines = [("Contact", value) for value in listed] + list(headers)
        return self.register(at, **options).respond(code, answered_at, headers=lines)

    def tells(self, code=200, **attributes):
        """One more event, with these attributes."""
        self.scene.truth.details.append(((self.call_id, None), "sip.register", len(self.names), attributes))
        self.names.append(f"sip.register {code}")
        self.scene.truth.events[self.call_id, None] = self.names
        return self


def bindings(scene, count):
    scene.truth.add("sip_registrations", count)


def expires(seconds):
    return [("Expires", str(seconds))]


# ---- a single device ----


@case
def registration_that_is_refreshed_and_removed(scene):
    phone = Device(scene)
    own = PHONE.contact.strip("<>")
    phone.accepted(0, 0.05, bound(PHONE, 60))
    phone.tells(action="registered", aor=AOR, contact=own, expires="60", user_agent="phone/2.0", contacts=None)
    phone.accepted(50, 50.03, bound(PHONE, 60))
    phone.tells(action="refreshed", aor=AOR, contact=own, expires="60", previous_source=None)
    phone.accepted(100, 100.02, contacts=[f"{PHONE.contact};expires=0"])
    phone.tells(action="removed", aor=AOR, contact=own, expires="0")
    scene.clock(101)
    bindings(scene, 0)


@case
def registration_that_lives(scene):
    Device(scene).accepted(0, 0.05, bound(PHONE, 60))
    scene.clock(59)
    bindings(scene, 1)


@case
def registration_that_expires(scene):
    """At the time of the answer and the lifetime, by the clock of the capture."""
    Device(scene).tells(action="registered", expires="30").accepted(0, 0.05, bound(PHONE, 30))
    scene.clock(30.05)
    bindings(scene, 0)
    scene.truth.events[None, None] = ["sip.register"]
    told = dict(action="expired", aor=AOR, contact=PHONE.contact.strip("<>"), user_agent="phone/2.0")
    scene.truth.details.append(((None, None), "sip.register", 0, told))


@case
def registration_just_before_it_expires(scene):
    Device(scene).accepted(0, 0.05, bound(PHONE, 30))
    scene.clock(30.049)
    bindings(scene, 1)
    scene.truth.events[None, None] = []


@case
def registration_after_it_has_expired(scene):
    phone = Device(scene).tells(action="registered").tells(action="registered")
    phone.accepted(0, 0.05, bound(PHONE, 30))
    phone.accepted(40, 40.05, bound(PHONE, 30))
    bindings(scene, 1)
    scene.truth.events[None, None] = ["sip.register"]


@case
def registration_challenged_and_then_accepted(scene):
    """The challenged attempt is a transaction of its own: its time does not count."""
    phone = Device(scene)
    phone.accepted(0, 0.2, code=401, headers=[("WWW-Authenticate", 'Digest realm="r", nonce="n"')])
    phone.tells(401, action="challenged", aor=AOR, contact=PHONE.contact.strip("<>"), expires=None)
    phone.register(0.3, headers=[("Authorization", 'Digest username="alice"')] + expires(600)).respond(
        200, 0.35, headers=[("Contact", bound(PHONE, 600))]
    )
    phone.tells(action="registered", expires="600")
    bindings(scene, 1)


@case
def registration_with_retransmissions(scene):
    """Counted once, from the first copy."""
    phone = Device(scene).tells(action="registered")
    request = phone.register(0).repeat(0.5)
    request.respond(100, 0.6).respond(200, 0.7, headers=[("Contact", bound(PHONE, 60))])
    request.respond(200, 0.9, headers=[("Contact", bound(PHONE, 60))], repeat=True)
    bindings(scene, 1)


@case
def registration_too_brief(scene):
    phone = Device(scene)
    phone.register(0, headers=expires(5)).respond(423, 0.1, headers=[("Min-Expires", "60")])
    phone.tells(423, action="refused", min_expires="60", expires=None, contact=PHONE.contact.strip("<>"))
    phone.register(1, headers=expires(60)).respond(200, 1.1, headers=[("Contact", bound(PHONE, 60))])
    phone.tells(action="registered", expires="60", min_expires=None)
    bindings(scene, 1)


@case
def registration_refused(scene):
    phone = Device(scene)
    phone.accepted(0, 0.1, bound(PHONE, 60), code=403)
    phone.tells(403, action="refused", aor=AOR)
    bindings(scene, 0)


@case
def registration_nobody_answers(scene):
    Device(scene).register(0)
    scene.clock(33)
    scene.truth.add("sip_transaction_timeout_total", method="REGISTER")
    scene.truth.events["reg-1@phone", None] = ["sip.timeout"]
    bindings(scene, 0)


def lifetime(expected, asked=(), answered=(), asked_parameter="", answered_parameter=""):
    """Alive a moment before `expected` seconds have passed, and told so."""

    def play(scene):
        phone = Device(scene).tells(action="registered", expires=str(expected))
        phone.register(0, contacts=[PHONE.contact + asked_parameter], headers=asked).respond(
            200, 1, headers=[("Contact", PHONE.contact + answered_parameter), *answered]
        )
        scene.clock(expected + 0.9)
        bindings(scene, 1)
        scene.truth.events[None, None] = []

    return play


add("lifetime-of-the-contact-in-the-answer", lifetime(30, expires(20), expires(40), ";expires=10", ";expires=30"))
add("lifetime-of-the-header-in-the-answer", lifetime(40, expires(20), expires(40), ";expires=10"))
add("lifetime-of-the-contact-in-the-request", lifetime(10, expires(20), (), ";expires=10"))
add("lifetime-of-the-header-in-the-request", lifetime(20, expires(20)))
add("lifetime-that-nobody-says", lifetime(3600))
add("lifetime-that-is-no-number", lifetime(3600, expires(20), (), "", ";expires=soon"))


# ---- several contacts ----


@case
def registration_of_two_devices(scene):
    """Another contact with another Call-ID is another binding; the 200 lists both, in one line."""
    phone, tablet = Device(scene), Device(scene, TABLET, "reg-2@tablet")
    phone.accepted(0, 0.05, bound(PHONE, 60))
    phone.tells(action="registered")
    tablet.accepted(5, 5.05, f"{bound(PHONE, 55)}, {bound(TABLET, 600)}")
    tablet.tells(action="registered", contact=TABLET.contact.strip("<>"), expires="600")
    bindings(scene, 1)
    scene.clock(61)  # the phone's has expired
    scene.truth.events[None, None] = ["sip.register"]


@case
def registration_of_several_contacts(scene):
    """In a line and in lines; one of them removed in the same REGISTER."""
    phone = Device(scene)
    phone.accepted(0, 0.05, bound(PHONE, 60), bound(TABLET, 60), contacts=[PHONE.contact, TABLET.contact])
    phone.tells(action="registered", contacts="2", contact=PHONE.contact.strip("<>"))
    phone.accepted(
        10, 10.05, bound(PHONE, 60), contacts=[f"{TABLET.contact};expires=0, {PHONE.contact};expires=60"]
    )
    phone.tells(action="refreshed", contacts="2", contact=PHONE.contact.strip("<>"))
    bindings(scene, 1)


@case
def registration_star_removes_all(scene):
    phone, tablet = Device(scene), Device(scene, TABLET, "reg-2@tablet")
    phone.accepted(0, 0.05, bound(PHONE, 60))
    tablet.accepted(5, 5.05, bound(PHONE, 55), bound(TABLET, 60))
    phone.register(10, contacts=["*"], headers=expires(0)).respond(200, 10.05)
    phone.tells(action="registered").tells(action="removed", contact="*", expires="0")
    bindings(scene, 0)


@case
def registration_query(scene):
    """No Contact: nothing changes, and the list tells of a device that was not seen."""
    phone = Device(scene)
    phone.accepted(0, 0.05, bound(PHONE, 600))
    phone.tells(action="registered")
    phone.accepted(5, 5.05, bound(PHONE, 595), bound(TABLET, 300), contacts=[])
    phone.tells(action="queried", contact=None, expires=None)
    bindings(scene, 2)


@case
def registration_not_listed_any_more(scene):
    """The registrar has forgotten the phone when the tablet comes."""
    Device(scene).accepted(0, 0.05, bound(PHONE, 600))
    Device(scene, TABLET, "reg-2@tablet").accepted(5, 5.05, bound(TABLET, 600))
    bindings(scene, 1)


@case
def registration_by_a_third_party(scene):
    """Of the To, whoever the From is."""
    phone = Device(scene).tells(action="registered", aor="bob@example.com")
    phone.accepted(0, 0.05, bound(PHONE, 60), to="sip:bob@EXAMPLE.com:5060;transport=udp")
    bindings(scene, 1)


@case
def registration_seen_from_its_answer_on(scene):
    """The request was not seen: the list is believed, and nothing is said of what was done."""
    phone = Device(scene)
    phone.accepted(0, 0.05, bound(PHONE, 60))
    scene.frames.pop(0)
    truth = scene.truth
    truth.samples.clear()
    truth.observations.clear()
    truth.packet("ingress", "sip")
    truth.message()
    truth.response("outbound", "REGISTER", 200)
    phone.tells(action=None, aor=AOR, contact=None)
    bindings(scene, 1)


@case
def registration_with_hostile_texts(scene):
    """Whatever stands in a contact, the lines stay JSON."""
    phone = Device(scene).tells(action="registered")
    strange = '<sip:al"\\ice@192.0.2.10>'
    phone.accepted(0, 0.05, f"{strange};expires=60", contacts=[strange])
    bindings(scene, 1)


# ---- where it comes from ----


@case
def registration_that_moved(scene):
    """The same contact from another address, as after a NAT has forgotten the device."""
    phone = Device(scene)
    phone.accepted(0, 0.05, bound(PHONE, 60))
    phone.tells(action="registered")
    phone.source = ELSEWHERE
    phone.accepted(30, 30.05, bound(PHONE, 60))
    phone.tells(action="moved", previous_source="192.0.2.10:5060", contact=PHONE.contact.strip("<>"))
    phone.accepted(60, 60.05, bound(PHONE, 60))
    phone.tells(action="refreshed", previous_source=None)
    bindings(scene, 1)


def through_the_edge(phone, at, seconds, number, source=PHONE):
    """Phone - edge proxy - registrar, both hops in sight: one REGISTER, two transactions."""
    phone.registrar, phone.source = EDGE, source
    near = phone.register(at, contacts=[f"{PHONE.contact};expires={seconds}"], number=number)
    via = phone.via(0)
    phone.registrar, phone.source = REGISTRAR, EDGE
    listed = [("Contact", bound(PHONE, seconds))] if seconds else []
    far = phone.register(
        at + 0.01, contacts=[f"{PHONE.contact};expires={seconds}"], number=number, below=[via]
    )
    far.respond(200, at + 0.03, headers=listed)
    near.respond(200, at + 0.04, headers=listed)


@case(local=[EDGE.address])
def registration_on_two_hops(scene):
    phone = Device(scene)
    through_the_edge(phone, 0, 60, number=1)
    phone.tells(action="registered").tells(action="registered")
    through_the_edge(phone, 30, 60, number=2)
    phone.tells(action="refreshed").tells(action="refreshed")
    through_the_edge(phone, 60, 60, number=3, source=ELSEWHERE)
    phone.tells(action="refreshed").tells(action="moved", previous_source="192.0.2.10:5060")
    bindings(scene, 1)


@case(local=[EDGE.address, REGISTRAR.address])
def registration_removed_on_two_hops(scene):
    phone = Device(scene)
    through_the_edge(phone, 0, 60, number=1)
    through_the_edge(phone, 30, 0, number=2)
    phone.tells(action="registered").tells(action="registered")
    phone.tells(action="removed").tells(action="removed")
    bindings(scene, 0)


# ---- peers ----

TRUNKS = """
trunks:
  - {name: carrier, tenant: acme, peers: [192.0.2.20]}
  - {name: other, tenant: acme, peers: [192.0.2.99]}
"""


@case(local=[ALICE.address], config=TRUNKS)
def peer_that_answers(scene):
    Call(scene).request("OPTIONS", 0).respond(200, 0.01)
    scene.truth.add("sip_peer_up", trunk="carrier")


@case(local=[ALICE.address], config=TRUNKS)
def peer_that_answers_no_more(scene):
    call = Call(scene)
    call.request("OPTIONS", 0).respond(200, 0.01)
    call.request("OPTIONS", 10)
    scene.clock(42.1)
    scene.truth.add("sip_transaction_timeout_total", method="OPTIONS")
    scene.truth.add("sip_peer_up", 0, trunk="carrier")


@case(local=[ALICE.address], config=TRUNKS)
def peer_that_answers_again(scene):
    """Timer F of the one that was lost runs out after a later one was answered."""
    call = Call(scene)
    call.request("OPTIONS", 0)
    call.request("OPTIONS", 30).respond(503, 30.01)
    scene.clock(33)
    scene.truth.add("sip_transaction_timeout_total", method="OPTIONS")
    scene.truth.add("sip_peer_up", trunk="carrier")


@case(config=TRUNKS)
def peer_on_a_mirror_port(scene):
    """Without local networks the addresses of the trunk say who was asked."""
    Call(scene).request("OPTIONS", 0).respond(200, 0.01)
    scene.truth.add("sip_peer_up", trunk="carrier")


@case(local=[ALICE.address], config=TRUNKS)
def peer_that_only_asks(scene):
    """Its own OPTIONS say nothing of its answers."""
    Call(scene, caller=BOB, callee=ALICE).request("OPTIONS", 0).respond(200, 0.01)
    scene.truth.events["call-1@alice.example", None] = ["sip.options 200"]
