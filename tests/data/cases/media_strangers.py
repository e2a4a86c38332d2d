# SPDX-License-Identifier: Apache-2.0
"""Media that no signalling announced, and what is none."""

import random
import struct

from case import case
from media_scene import Talk, play
from sipwire import media, rtp
from sipwire.packets import Endpoint
from source import Source

HERE, THERE = Endpoint("192.0.2.10", 20000), Endpoint("192.0.2.20", 30000)


@case(local=[HERE.address])
def streams_without_signalling(scene):
    """As a media node sees them: measured like any other, both ways and several sources between two ports."""
    play(scene, Source(1, 0.05).talk(200).lose(50, 51, 52).delay_at_random(0.01, 1), HERE, THERE)
    play(scene, Source(2, 0.05, rtp.PCMA).talk(200).lose_at_random(0.05, 2), THERE, HERE)
    play(scene, Source(3, 0.06, rtp.G722).talk(100), HERE, THERE._replace(port=30002))
    play(scene, Source(4, 0.07, rtp.GSM).talk(100), HERE, THERE)


@case
def streams_of_a_type_that_nobody_explained(scene):
    """A dynamic payload type without SDP is counted, and its clock is unknown."""
    play(scene, Source(5, 0, rtp.OPUS).talk(100), HERE, THERE, judged=(), names={"opus": "unknown"})


@case
def streams_that_begin_badly(scene):
    """Neither of the first two follows the other, then all do: what came before belief and did not lead to it is
    nobody's."""
    scene.packet(0, HERE, THERE, rtp.packet(500, 0, 6), "other")
    play(scene, Source(6, 0.02, sequence=1000).talk(60), HERE, THERE, judged=())


def query(identifier, name=b"\7example\3com\0"):
    return struct.pack("!HHHHHH", identifier, 0x0100, 1, 0, 0, 0) + name + struct.pack("!HH", 1, 1)


@case
def strangers_on_ports_of_media(scene):
    """Of many senders at once, each for long enough to be believed if only it were a stream."""
    dice = random.Random(9443)
    ports = range(20000, 20040, 2)
    for number in range(60):
        for port in ports:
            identifier = dice.randrange(0x8000, 0xC000)  # which reads as version 2
            scene.packet(number * 0.02, HERE._replace(port=port), THERE._replace(port=53), query(identifier), "other")
    for number in range(100):
        at, port = 2 + number * 0.01, 20000 + number % 7
        quic = bytes([0xC3]) + struct.pack("!IB", 1, 8) + dice.randbytes(40)  # RFC 9000 section 17.2
        short = bytes([0x40 | dice.randrange(64)]) + dice.randbytes(40)
        tunnel = struct.pack("<II", 4, number) + dice.randbytes(64)  # WireGuard's transport data
        for payload in (quic, short, tunnel, bytes([0x80 | dice.randrange(64)]) + dice.randbytes(60)):
            if payload[0] >> 6 == 2 and 192 <= payload[1] <= 223:
                continue  # reads as RTCP, whose length decides: another case
            scene.packet(at, HERE._replace(port=port), THERE, payload, "other")


@case
def strangers_beside_media(scene):
    """On the very ports of a call: bindings, keep-alives, queries. None of it is media."""
    talk = Talk(scene)
    answer = talk.set_up()
    talk.both_speak(answer + 0.05)
    dice = random.Random(5389)
    for number in range(15):
        at = answer + 0.06 + number * 0.2
        scene.packet(at, HERE, THERE, media.stun_binding(dice.randbytes(12)), "stun")
        for payload in (b"", b"\0", b"\r\n\r\n", query(0x1234), bytes([0xC1]) + dice.randbytes(30)):
            scene.packet(at, THERE, HERE, payload, "other")
        channel = struct.pack("!HH", 0x4000, 20) + dice.randbytes(20)  # TURN, RFC 8656 section 12.4
        scene.packet(at, HERE, THERE, channel, "other")
    talk.hang_up(answer + 4)


@case
def strangers_that_are_too_short(scene):
    """Version 2, and one byte less than a header."""
    for number in range(40):
        whole = rtp.packet(1000 + number, number * 160, 7)
        scene.packet(number * 0.02, HERE, THERE, whole[:11], "other")


@case
def strangers_of_one_packet(scene):
    """Each with a source of its own, as who scans ports sends them; one is no stream."""
    for number in range(50):
        scene.packet(number * 0.02, HERE, THERE, rtp.packet(number, number * 160, 0x5CA0 + number), "other")
