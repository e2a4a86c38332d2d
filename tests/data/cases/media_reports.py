# SPDX-License-Identifier: Apache-2.0
"""RTCP beside the media: round trips, compounds, where it goes, what stays readable when it is encrypted."""

import random

from approximate import Near, OneOf
from case import case
from dialog import BOB
from media_scene import Talk, control, count_control
from sipwire import rtcp, rtp, sdp
from source import Source

CALLER, CALLEE = 0xA11CE001, 0xB0B00001


def reported(scene, ports=lambda port: port + 1, said=lambda port: {}, **reports):
    """A call of five seconds with reports of both. `ports`: of RTCP, from that of RTP; `said`: what SDP says of it."""
    talk = Talk(scene)
    offers = {
        by: sdp.description(where.address, sdp.audio(where.port, **said(where.port)))
        for by, where in talk.media.items()
    }
    answer = talk.set_up(offer=offers["caller"], answer=offers["callee"])
    talk.both_speak(answer + 0.05, count=225)
    where = {by: each._replace(port=ports(each.port)) for by, each in talk.media.items()}
    talk.reports(answer + 0.5, ports=where, **reports)
    return talk.hang_up(answer + 5)


@case
def reports_tell_the_round_trip(scene):
    """30 ms to the caller and back, 50 ms to the callee: 80 ms, though no two clocks agree."""
    reported(scene)


@case(local=[BOB.address])
def reports_of_the_node_itself(scene):
    """To the callee and back is no way: he is on this host."""
    reported(scene, halves=(0.09, 0.001))


@case
def reports_of_a_long_way(scene):
    """300 ms there and back make a difference to who talks."""
    reported(scene, halves=(0.14, 0.16))


@case
def reports_on_the_port_of_the_media(scene):
    """rtcp-mux, RFC 5761."""
    reported(scene, ports=lambda port: port, said=lambda port: {"mux": True})


@case
def reports_on_another_port(scene):
    """a=rtcp, RFC 3605."""
    reported(scene, ports=lambda port: port + 345, said=lambda port: {"rtcp": port + 345})


@case
def reports_of_every_kind(scene):
    """Compounds, and single packets of reduced size (RFC 5506); a report without a sender report to answer tells no
    round trip."""
    talk = Talk(scene)
    answer = talk.set_up()
    talk.both_speak(answer + 0.05)
    there, back = (talk.media[by]._replace(port=talk.media[by].port + 1) for by in ("caller", "callee"))
    far = rtcp.Block(CALLEE, fraction=5, lost=3, highest=1100, jitter=40)
    compounds = (
        (rtcp.receiver_report(CALLER), rtcp.description(CALLER)),
        (rtcp.receiver_report(CALLER, far), rtcp.description(CALLER), rtcp.application(CALLER)),
        (rtcp.sender_report(CALLER, 50, 8000, blocks=[far]), rtcp.description(CALLER, b"four")),
        (rtcp.negative_acknowledgement(CALLER, CALLEE, 1010, 0x8001),),
        (rtcp.picture_loss(CALLER, CALLEE),),
        (rtcp.voip_metrics(CALLER, CALLEE),),
        (rtcp.receiver_report(CALLER, far), rtcp.description(CALLER), rtcp.goodbye(CALLER, reason=b"enough")),
    )
    for number, compound in enumerate(compounds):
        control(scene, answer + 0.5 + number * 0.3, there, back, *compound)
    control(scene, answer + 3.5, back, there, rtcp.receiver_report(CALLEE), rtcp.goodbye(CALLEE))
    talk.hang_up(answer + 4)


@case
def reports_of_what_was_heard(scene):
    """VoIP metrics (RFC 3611): the far end's own opinion, and a round trip where nothing else tells one."""
    talk = Talk(scene)
    answer = talk.set_up()
    talk.both_speak(answer + 0.05)
    there, back = (talk.media[by]._replace(port=talk.media[by].port + 1) for by in ("caller", "callee"))
    for at, ssrc, source, ends in ((2, CALLER, CALLEE, (there, back)), (2.5, CALLEE, CALLER, (back, there))):
        metrics = rtcp.voip_metrics(
            ssrc, source, loss=5, discard=2, round_trip_ms=120, end_system_ms=80, r=85, lq=41, cq=40
        )
        control(scene, answer + at, *ends, rtcp.receiver_report(ssrc), rtcp.description(ssrc), metrics)
    # Half of it, packet and buffer are 140 ms, which G.107 hardly minds.
    talk.hang_up(answer + 4, rtt_ms=OneOf(None, Near(120)), estimated_mos=Near(4.4, 0.05))


CRYPTO = "crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj"


@case
def media_encrypted(scene):
    """SDES: headers stay clear, so everything is measured; of SRTCP the first packet's kind is all that can be read."""
    talk = Talk(scene)
    options = {"profile": "RTP/SAVP", "attributes": (CRYPTO,)}
    answer = talk.set_up(codecs=(rtp.PCMU, rtp.TELEPHONE_EVENT), **options)
    for by, ssrc in (("caller", CALLER), ("callee", CALLEE)):
        source = Source(ssrc, answer + 0.05, tag_bytes=10).talk(150).lose(40, 41).delay_at_random(0.01, ssrc)
        talk.speak(by, source)
    scene.truth.reports_are_readable = False
    dice = random.Random(3711)
    there, back = (talk.media[by]._replace(port=talk.media[by].port + 1) for by in ("caller", "callee"))
    for number, (ssrc, ends) in enumerate(((CALLER, (there, back)), (CALLEE, (back, there))) * 2):
        report = rtcp.sender_report(ssrc, 50, 8000, blocks=[rtcp.Block(CALLER, last_report=7)])
        secret = rtcp.encrypted(report + rtcp.description(ssrc), number, dice)
        scene.packet(answer + 1 + number * 0.4, *ends, secret, "rtcp")
        count_control(scene, ends[0], report)
    talk.hang_up(answer + 4)
