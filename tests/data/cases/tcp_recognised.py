# SPDX-License-Identifier: Apache-2.0
"""Which connections are taken for SIP: by a port, or by how a segment begins."""

import random

from case import case
from cases.answered import simple_call
from cases.recognised import NOT_SIP, PORTS
from dialog import ALICE, BOB, Call
from sipwire import tcp
from stream_scene import Streams

CLIENT = ALICE._replace(port=43210)


@case(sip_ports=[15060])
def tcp_on_an_odd_port(scene):
    """The first segment begins with a start line, and both ways are known by it."""
    scene.carrier = Streams(scene, cut=tcp.every(300))
    simple_call(Call(scene, caller=CLIENT, callee=BOB._replace(port=15060)))


@case(sip_ports=[15060])
def tcp_on_an_odd_port_after_keep_alives(scene):
    """Line ends decide nothing."""
    wire = scene.carrier = Streams(scene)
    call = Call(scene, caller=CLIENT, callee=BOB._replace(port=15060))
    wire.send(0.5, call.caller.endpoint, call.callee.endpoint, b"\r\n\r\n")
    wire.send(0.51, call.callee.endpoint, call.caller.endpoint, b"\r\n")
    call.request("OPTIONS", 1).respond(200, 1.02)


@case(config=PORTS, oracle=False)  # tshark sees what the settings tell us not to
def tcp_detection_by_ports(scene):
    """`detect: ports`: elsewhere SIP is just TCP."""
    wire = scene.carrier = Streams(scene)
    Call(scene, caller=CLIENT, callee=BOB._replace(port=5080)).request("OPTIONS", 0).respond(200, 0.02)
    hidden = Call(scene, caller=CLIENT, callee=BOB._replace(port=15060)).transaction("OPTIONS")
    wire.send(1, hidden.source, hidden.destination, hidden.request)


HTTP = [
    b"GET /index.html HTTP/1.1\r\nHost: www.example\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 60\r\n\r\n"
    b"INVITE sip:bob@bob.example SIP/2.0 is no start line here....",
]
HELLO = bytes([22, 3, 1, 2, 0, 1, 0, 1, 0xFC, 3, 3])  # TLS, RFC 8446 section 4.1.2


def talk_of_something_else(scene, port):
    """Eight segments a connection, so that whoever looks at the first of them has an end."""
    dice = random.Random(port)
    texts = [*NOT_SIP, *HTTP, HELLO + dice.randbytes(400), b"MSRP d93kswow SEND\r\n", b"SSH-2.0-OpenSSH_9.2\r\n"]
    for number, text in enumerate(text for text in texts if text):
        wire = Streams(scene)
        client, server = ALICE._replace(port=42000 + number).endpoint, BOB._replace(port=port).endpoint
        for step in range(4):
            at = number + step * 0.1
            wire.send(at, client, server, text)
            wire.send(at + 0.05, server, client, HTTP[1] if text in HTTP else dice.randbytes(100))
    scene.truth.leave_open("sipsonde_stream_breaks_total")


@case(oracle=False)  # tshark makes SIP of anything on this port
def tcp_not_sip_on_the_sip_port(scene):
    """Neither counted nor malformed."""
    talk_of_something_else(scene, 5060)


@case
def tcp_not_sip_on_odd_ports(scene):
    talk_of_something_else(scene, 8088)
