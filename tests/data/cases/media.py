# SPDX-License-Identifier: Apache-2.0
"""RTP, RTCP, DTLS and STUN beside SIP: verdicts, and that chance does not look like a stream."""

import random
import struct

from case import case
from dialog import ALICE, BOB
from media_scene import play
from sipwire import media, rtcp
from sipwire.packets import Endpoint
from source import Source

SPEAKER, LISTENER = Endpoint(ALICE.address, 20000), Endpoint(BOB.address, 30000)


@case
def a_stream_passes_probation(scene):
    """The first three at most pass as `other`, until the stream is believed; on belief they are credited."""
    play(scene, Source(0x1234, at=0).talk(100), SPEAKER, LISTENER)


@case
def chance_is_no_stream(scene):
    """Datagrams that begin as version 2 does, each of another source: never believed."""
    dice = random.Random(3550)
    for number in range(300):
        payload = struct.pack("!BB", 0x80, dice.randrange(64)) + dice.randbytes(40)
        scene.packet(number / 100, SPEAKER, LISTENER, payload, "other")


@case
def reports_handshakes_and_bindings(scene):
    control = (SPEAKER._replace(port=20001), LISTENER._replace(port=30001))
    report = rtcp.sender_report(0x1234, 50, 8000) + rtcp.description(0x1234)
    scene.packet(0, *control, report, "rtcp")
    answer = rtcp.receiver_report(0x5678, rtcp.Block(0x1234)) + rtcp.description(0x5678)
    scene.packet(1, *reversed(control), answer, "rtcp")
    scene.packet(2, SPEAKER, LISTENER, media.dtls_client_hello(), "dtls")
    scene.packet(3, SPEAKER, LISTENER, media.stun_binding(), "stun")
    for kind, count in (("sr", 1), ("rr", 1), ("sdes", 2)):
        scene.truth.add("rtcp_packets_total", count, direction="inbound", type=kind)


@case
def almost_stun(scene):
    """A first byte of 0 to 3 without the magic cookie is nothing."""
    scene.packet(
        0, SPEAKER, LISTENER, media.stun_binding().replace(b"\x21\x12\xa4\x42", b"\x21\x12\xa4\x43"), "other"
    )
    scene.packet(1, SPEAKER, LISTENER, media.stun_binding()[:7], "other")
