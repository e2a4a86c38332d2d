# SPDX-License-Identifier: Apache-2.0
"""Messages in a stream of bytes: RFC 3261 section 18.3 says where each ends."""

import re

from case import case
from cases.malformed import broken
from dialog import ALICE, BOB, Call
from sipwire import tcp
from stream_scene import Streams


def begin(scene, **options):
    scene.carrier = Streams(scene, **options)
    return scene.carrier, Call(scene)


@case
def tcp_messages_in_one_segment(scene):
    """Each has the time of the segment."""
    wire, call = begin(scene)
    with wire.together(1):
        asked = [call.request("OPTIONS", 1, body=b"x" * length) for length in (0, 1, 80, 0)]
    with wire.together(1.03):
        for each in asked:
            each.respond(200, 1.03)


@case
def tcp_message_in_a_segment_for_each_byte(scene):
    """However slow the sender is: the last one completes it."""
    wire, call = begin(scene, cut=tcp.every(1), spacing=0.0001)
    call.request("OPTIONS", 1, body=b"body").respond(200, 2)


@case
def tcp_times_are_of_the_last_segment(scene):
    """The first segment has one message and a half; what the rest brings is timed when it is there."""
    wire, call = begin(scene)
    with wire.held_back() as data:
        first = call.request("OPTIONS", 1)
        second = call.request("OPTIONS", 1.3, body=b"x" * 500)
    wire.parts(data, 1, 1.3)
    with wire.held_back() as data:
        first.respond(200, 2)
        second.respond(200, 2.5, body=b"x" * 500)
    wire.parts(data, 2, 2.5)


@case(oracle=False)  # tshark passes over a message behind line ends
def tcp_keep_alives(scene):
    """RFC 5626 section 4.4.1: two line ends ask, one answers, and some stand before a message. Acknowledgements have no
    data at all."""
    wire, call = begin(scene)
    for at in (1, 2, 3):
        wire.send(at, ALICE.endpoint, BOB.endpoint, b"\r\n\r\n", cuts=[1, 3] if at == 2 else ())
        wire.send(at + 0.01, BOB.endpoint, ALICE.endpoint, b"\r\n")
        wire.one(at + 0.02, wire.connection(ALICE.endpoint, BOB.endpoint, 0).acknowledge(ALICE.endpoint))
    call.request("OPTIONS", 4).respond(200, 4.02)
    with wire.together(5, before=b"\r\n\r\n"):
        asked = call.request("OPTIONS", 5)
    wire.send(6, ALICE.endpoint, BOB.endpoint, b"\r\n")
    asked.respond(200, 7)


@case
def tcp_without_content_length(scene):
    """An error that is counted beside the request; the next message is found where a line begins with it. A body is
    passed over."""

    def dress(data):
        return re.sub(rb"Content-Length: \d+\r\n", b"", data) if b"No-Length" in data else data

    scene.carrier = Streams(scene)
    call = Call(scene, dress=dress)
    call.request("OPTIONS", 0).respond(200, 0.5)
    call.request("OPTIONS", 1, headers=[("Subject", "No-Length")])
    call.request("OPTIONS", 2).respond(200, 2.5)
    call.request("MESSAGE", 3, headers=[("Subject", "No-Length")], body=b"some words\r\n" * 10)
    scene.truth.malformed("content-length", "agent")
    scene.truth.malformed("content-length", "agent")
    scene.truth.add("sipsonde_stream_breaks_total", reason="length")
    call.request("OPTIONS", 4).respond(200, 4.5)


@case(oracle=False)  # tshark takes no message without a Call-ID for SIP
def tcp_malformed_messages_in_a_stream(scene):
    """Broken, and of the length that they say: what follows is not hurt."""
    wire, call = begin(scene)
    with wire.together(1):
        asked = call.request("OPTIONS", 1)
        scene.sip(1, ALICE.endpoint, BOB.endpoint, broken(without="Call-ID", Content_Length="30", body=b"x" * 30))
        scene.sip(1, ALICE.endpoint, BOB.endpoint, broken(without="From"))
        last = call.request("OPTIONS", 1)
    scene.truth.request("inbound", "OPTIONS", "tcp")
    scene.truth.malformed("call-id-missing", "kernel")
    scene.truth.malformed("from-missing", "agent")
    with wire.together(2):
        asked.respond(200, 2)
        last.respond(200, 2)


@case
def tcp_message_of_thirty_kilobytes(scene):
    _, call = begin(scene, cut=tcp.every(1448), spacing=0.0001)
    call.request("MESSAGE", 1, body=b"m" * 30_000).respond(200, 1.5)
    call.request("MESSAGE", 2, body=b"n" * 30_000).respond(200, 2.5)


@case
def tcp_buffers_of_64_kilobytes(scene):
    """What GRO makes of many segments: one frame, as long as IPv4 can say, that ends within a message."""
    wire, call = begin(scene)
    with wire.held_back() as data:
        asked = [call.request("MESSAGE", 1, body=b"m" * 700) for _ in range(50)]
        asked += [call.request("MESSAGE", 1.001, body=b"m" * 20_000)]
    length = sum(len(each) for _, _, each in data)
    assert length > tcp.SEGMENT_MAX > length - 20_000
    connection = wire.connection(ALICE.endpoint, BOB.endpoint, 0.9)
    both = connection.send(ALICE.endpoint, b"".join(each for _, _, each in data), [tcp.SEGMENT_MAX])
    wire.one(1, both[0])
    wire.one(1.001, both[1])
    with wire.together(1.5):
        for each in asked:
            each.respond(200, 1.5)


@case
def tcp_request_that_is_sent_again(scene):
    """As data of its own, which a sender over TCP should not do: that is a retransmission of SIP."""
    _, call = begin(scene)
    asked = call.request("OPTIONS", 1).repeat(1.5)
    asked.respond(200, 2).respond(200, 2.2, repeat=True)
