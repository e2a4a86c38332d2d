# SPDX-License-Identifier: Apache-2.0
"""RTP, RTCP, DTLS and STUN beside SIP: verdicts, and that chance does not look like a stream."""

import random
import struct

from case import case
from dialog import ALICE, BOB
from sipwire import media
from sipwire.packets import Endpoint
from truth import sample

SPEAKER, LISTENER = Endpoint(ALICE.address, 20000), Endpoint(BOB.address, 30000)


@case
def a_stream_passes_probation(scene):
    """20 ms of PCMU each. The first three at most pass as `other`, until the stream is believed."""
    for number in range(100):
        payload = media.rtp(1000 + number, number * 160, 0x1234, marker=number == 0)
        scene.packet(number * 0.02, SPEAKER, LISTENER, payload, "rtp")
    rtp, other = (
        sample("sipsonde_packets_total", direction="ingress", verdict=verdict) for verdict in ("rtp", "other")
    )
    scene.truth.together([rtp], 97, 100)
    scene.truth.together([rtp, other], 100)
    scene.truth.state_if_built("rtp_packets_total", 100, direction="inbound", codec="PCMU")
    scene.truth.state_if_built("rtp_bytes_total", 100 * 172, direction="inbound", codec="PCMU")


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
    report = media.rtcp_sender_report(0x1234, 50, 8000) + media.rtcp_description(0x1234)
    scene.packet(0, *control, report, "rtcp")
    scene.packet(
        1,
        *reversed(control),
        media.rtcp_receiver_report(0x5678, 0x1234) + media.rtcp_description(0x5678),
        "rtcp"
    )
    scene.packet(2, SPEAKER, LISTENER, media.dtls_client_hello(), "dtls")
    scene.packet(3, SPEAKER, LISTENER, media.stun_binding(), "stun")
    for kind in ("sr", "rr"):
        scene.truth.state_if_built("rtcp_packets_total", 1, direction="inbound", type=kind)
    scene.truth.state_if_built("rtcp_packets_total", 2, direction="inbound", type="sdes")


@case
def almost_stun(scene):
    """A first byte of 0 to 3 without the magic cookie is nothing."""
    scene.packet(
        0, SPEAKER, LISTENER, media.stun_binding().replace(b"\x21\x12\xa4\x42", b"\x21\x12\xa4\x43"), "other"
    )
    scene.packet(1, SPEAKER, LISTENER, media.stun_binding()[:7], "other")
