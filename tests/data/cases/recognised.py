# SPDX-License-Identifier: Apache-2.0
"""What is taken for SIP and what is not, by content and by port."""

import random

from case import case
from cases.answered import simple_call
from dialog import ALICE, BOB, Call
from sipwire import media

HEADERS = "Via: SIP/2.0/UDP 192.0.2.10;branch=z9hG4bK-x\r\nCall-ID: x\r\nCSeq: 1 NOTIFY\r\nHOST: 239.255.255.250:1900\r\n\r\n"

NOT_SIP = [
    b"",
    b"\r\n",
    b"\r\n\r\n",
    b"\0",
    bytes(40),
    b"\xff" * 20,
    b"I",
    b"INVITE",
    b"hello world\r\n\r\n",
    ("GET / HTTP/1.1\r\n" + HEADERS).encode(),
    ("NOTIFY * HTTP/1.1\r\n" + HEADERS).encode(),
    ("M-SEARCH * HTTP/1.1\r\n" + HEADERS).encode(),
    ("OPTIONS rtsp://media.example/ RTSP/1.0\r\n" + HEADERS).encode(),
    ("INVITE sip:bob@bob.example HTTP/1.1\r\n" + HEADERS).encode(),
    b"HTTP/1.1 200 OK\r\n\r\n",
    b"SIPPING TEA\r\n\r\n",
    b"SIP\r\n\r\n",
]


@case
def not_sip_on_the_sip_port(scene):
    """Neither counted nor malformed."""
    for number, payload in enumerate(NOT_SIP):
        scene.packet(number / 10, ALICE.endpoint, BOB.endpoint, payload, "other")
    scene.packet(9, ALICE.endpoint, BOB.endpoint, media.stun_binding(), "stun")


@case
def random_bytes_on_the_sip_port(scene):
    """No first byte that another protocol has (RFC 9443), none that a method or SIP/ begins with."""
    dice = random.Random(3261)
    for number in range(200):
        first = dice.choice([*range(4, 16), *range(0xC0, 0x100)])
        payload = bytes([first]) + dice.randbytes(dice.randrange(200))
        scene.packet(number / 100, ALICE.endpoint, BOB.endpoint, payload, "other")


@case(sip_ports=[15060, 40001])
def sip_on_odd_ports(scene):
    simple_call(Call(scene, caller=ALICE._replace(port=15060), callee=BOB._replace(port=40001)))


PORTS = "sip:\n  ports: [5060, 5080]\n  detect: ports"


@case(config=PORTS, oracle=False)
def detection_by_ports(scene):
    """Either port of the two decides; elsewhere SIP is just a datagram."""
    Call(scene, callee=BOB._replace(port=5080)).request("OPTIONS", 0).respond(200, 0.01)
    to_port = Call(scene, caller=ALICE._replace(port=50000), callee=BOB, call_id="client@alice.example")
    to_port.request("OPTIONS", 1).respond(200, 1.01)
    hidden = Call(scene, caller=ALICE._replace(port=50000), callee=BOB._replace(port=15060)).transaction(
        "OPTIONS"
    )
    scene.packet(2, hidden.source, hidden.destination, hidden.request, "other")


@case
def nothing_but_a_tick(scene):
    """Families with few label sets start at zero; the sums hold for nothing too."""
    scene.clock(0)
    scene.truth.starts_at_zero = True


@case(oracle=False)
def a_capture_without_frames(scene):
    pass


@case
def unusual_but_right_requests(scene):
    """Other URI schemes, a long URI, an empty reason phrase, UTF-8: all well-formed."""
    call = Call(scene)
    uris = (
        "sips:bob@bob.example",
        "tel:+15551230001",
        "urn:service:sos",
        "sip:" + "b" * 500 + "@bob.example",
        "sip:bob@[2001:db8::20]:5060;transport=udp?subject=a%20b",
    )
    for at, uri in enumerate(uris):
        call.request("OPTIONS", at, uri=uri).respond(200, at + 0.01)
    call.dress = lambda data: data.replace(b"200 OK", b"200 ")
    call.request("OPTIONS", 8).respond(200, 8.01)
    call.dress = lambda data: data.replace(b"200 OK", "200 Tr\u00e8s bien".encode())
    call.request("OPTIONS", 9).respond(200, 9.01)
