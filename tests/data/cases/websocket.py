# SPDX-License-Identifier: Apache-2.0
"""SIP over WebSocket (RFC 7118). The twin of a call is the same call in datagrams."""

import re

from case import add, case
from cases.answered import simple_call
from dialog import ALICE, ALICE6, BOB, BOB6, Call
from sipwire import tcp, websocket
from stream_scene import WebSockets

BROWSER, PROXY = ALICE._replace(port=51234), BOB._replace(port=8080)
PING = websocket.frame(b"still there?", websocket.PING, mask=b"mask")
PONG = websocket.frame(b"", websocket.PONG)
REFUSED = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"


def call_of_a_browser(scene):
    simple_call(Call(scene, caller=BROWSER, callee=PROXY))


def over_websocket(play, **options):
    def carried(scene):
        scene.carrier = WebSockets(scene, **options)
        play(scene)
        scene.carrier.close()

    return carried


def in_three(payload, mask):
    """With control frames between them (RFC 6455 section 5.4)."""
    between = [websocket.frame(b"still there?", websocket.PING, mask), websocket.frame(b"", websocket.PONG, mask)]
    return {"cuts": [1, len(payload) // 2], "between": between}


def binary(_, mask):
    del mask
    return {"opcode": websocket.BINARY}


add("call-of-a-browser", call_of_a_browser, sip_ports=[8080])

WAYS = {
    "call": {},
    "call-in-many-segments": {"cut": tcp.every(37), "spacing": 0.0001},
    "call-in-many-frames": {"form": in_three},
    "call-compressed": {"deflate": True},
    "call-compressed-without-context": {"deflate": False},
}

for name, options in WAYS.items():
    add(f"websocket-{name}", over_websocket(call_of_a_browser, **options), twin="call-of-a-browser")

add(
    "websocket-call-compressed-in-many-frames",
    over_websocket(call_of_a_browser, deflate=True, form=in_three, cut=tcp.at_random(4)),
    twin="call-of-a-browser",
    oracle=False,  # tshark inflates no message that is in more than one frame
)


@case(http_ports=[5066])
def websocket_on_an_odd_port_over_ipv6(scene):
    """The handshake tells, wherever it is; the subprotocol is one of several that were offered, frames are binary."""
    scene.carrier = WebSockets(scene, offered="msrp, sip, xmpp", form=binary)
    simple_call(Call(scene, caller=ALICE6._replace(port=51234), callee=BOB6._replace(port=5066)))


def begin(scene, **options):
    scene.carrier = WebSockets(scene, **options)
    return scene.carrier, Call(scene, caller=BROWSER, callee=PROXY)


@case
def websocket_messages_in_one_segment(scene):
    """One WebSocket message each; control frames stand between."""
    wire, call = begin(scene)
    with wire.together(1, before=PING):
        asked = [call.request("OPTIONS", 1, body=b"x" * length) for length in (0, 80, 0)]
    wire.send(1.1, PROXY.endpoint, BROWSER.endpoint, PONG)
    with wire.together(1.2, before=PONG):
        for each in asked:
            each.respond(200, 1.2)


@case
def websocket_keep_alives_and_the_end(scene):
    """Line ends in a frame, pings, and the closing handshake: no messages."""
    wire, call = begin(scene)
    client, server = BROWSER.endpoint, PROXY.endpoint
    call.request("OPTIONS", 1).respond(200, 1.02)
    wire.control(2, client, server, websocket.TEXT, b"\r\n\r\n")
    wire.control(2.1, server, client, websocket.TEXT, b"\r\n")
    wire.control(3, server, client, websocket.PING, b"1")
    wire.control(3.1, client, server, websocket.PONG, b"1")
    call.request("OPTIONS", 4).respond(200, 4.02)
    wire.control(5, client, server, websocket.CLOSE, b"\x03\xe8")
    wire.control(5.1, server, client, websocket.CLOSE, b"\x03\xe8")
    wire.close()


@case
def websocket_without_content_length(scene):
    """RFC 7118 section 5: the WebSocket message says where it ends."""
    scene.carrier = WebSockets(scene)
    call = Call(scene, caller=BROWSER, callee=PROXY, dress=lambda data: re.sub(rb"Content-Length: \d+\r\n", b"", data))
    call.request("MESSAGE", 1, body=b"hello").respond(200, 1.02)


@case
def websocket_message_of_thirty_kilobytes(scene):
    _, call = begin(scene, cut=tcp.every(1448), spacing=0.0001)
    call.request("MESSAGE", 1, body=b"m" * 30_000).respond(200, 1.5)
    call.request("MESSAGE", 2, body=b"n" * 30_000).respond(200, 2.5)


@case
def websocket_of_another_subprotocol(scene):
    """What is in its frames is not ours, whatever it looks like; nor is what a refused upgrade is followed by."""
    hidden = Call(scene).transaction("OPTIONS")
    for number, (subprotocol, answer) in enumerate(((None, None), ("xmpp", None), ("sip", REFUSED))):
        wire = WebSockets(scene, subprotocol=subprotocol, answer=answer)
        client = BROWSER._replace(port=52000 + number).endpoint
        wire.control(number, client, PROXY.endpoint, websocket.TEXT, hidden.request)
        wire.control(number + 0.1, PROXY.endpoint, client, websocket.TEXT, hidden.answer(200, None, None, (), b""))
    scene.truth.leave_open("sipsonde_stream_breaks_total")
