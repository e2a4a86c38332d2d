# SPDX-License-Identifier: Apache-2.0
"""Where media goes: behind a NAT, through a relay on this host, by offers and answers in every message that may
carry them."""

from approximate import Between, Near
from case import case
from dialog import PROXY
from media_scene import Talk
from sipwire import packets, rtp, sdp
from sipwire.packets import Endpoint
from source import Source

CALLER, CALLEE = 0xA11CE001, 0xB0B00001
SDP = [("Content-Type", "application/sdp")]


@case
def media_behind_a_nat(scene):
    """The caller's SDP names a private address; its packets come from another one, and the callee answers to that."""
    talk = Talk(scene)
    outside = Endpoint("192.0.2.10", 31000)
    answer = talk.set_up(offer=sdp.description("10.0.0.5", sdp.audio(20000)))
    talk.speak("caller", Source(CALLER, answer + 0.05).talk(150), origin=outside)
    talk.speak("callee", Source(CALLEE, answer + 0.09).talk(150), destination=outside, announced=False)
    talk.hang_up(answer + 4)


@case
def media_behind_a_nat_of_which_nobody_spoke_first(scene):
    """The callee begins towards the private address, and moves when it hears where the caller really is."""
    talk = Talk(scene)
    private, outside = Endpoint("10.0.0.5", 20000), Endpoint("192.0.2.10", 31000)
    answer = talk.set_up(offer=sdp.description("10.0.0.5", sdp.audio(20000)))
    talk.speak("callee", Source(CALLEE, answer + 0.03).talk(20), destination=private)
    talk.speak("caller", Source(CALLER, answer + 0.41).talk(130), origin=outside)
    moved = Source(CALLEE, answer + 0.43, sequence=1020, timestamp=43200).talk(130, marker=False)
    talk.speak("callee", moved, destination=outside, announced=False)
    talk.tells("media.started", 1, 2, way="received").tells("media.ssrc_changed", 0, 1)
    talk.hang_up(answer + 4)


@case(local=[PROXY.address])
def media_through_a_relay_on_this_host(scene):
    """A proxy rewrites the SDP, and the relay beside it takes each packet in and sends it on: two legs of one call,
    each with the streams of its own SDP."""
    a, b = Endpoint("192.0.2.10", 20000), Endpoint("192.0.2.20", 30000)
    near_a, near_b = Endpoint(PROXY.address, 40000), Endpoint(PROXY.address, 40002)
    inside = Talk(
        scene, media={"caller": a, "callee": near_a}, destination=PROXY, call_id="relay@alice.example"
    )
    outside = Talk(
        scene,
        media={"caller": near_b, "callee": b},
        source=PROXY,
        call_id="relay@alice.example",
        below=["SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK-below"],
    )
    outside.call.leg = 1
    for hop, talk in enumerate((inside, outside)):
        answer = talk.set_up(hop * 0.002)
        for by, ssrc in (("caller", CALLER), ("callee", CALLEE)):
            # Lost between the callee and here, so for both legs.
            source = Source(ssrc, answer + 0.05 + (0.0005 if hop else 0.0)).talk(150)
            talk.speak(by, source.lose(60, 61) if by == "callee" else source)
    for hop, talk in enumerate((inside, outside)):
        talk.hang_up(5 + hop * 0.002)


@case(local=[PROXY.address])
def media_past_the_proxy(scene):
    """Signalling passes through here, media does not, but for a mirror that shows it: it is of the leg that has its
    SDP, and both have."""
    inside = Talk(scene, destination=PROXY, call_id="past@alice.example")
    outside = Talk(
        scene,
        source=PROXY,
        call_id="past@alice.example",
        below=["SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK-below"],
    )
    outside.call.leg = 1
    inside.set_up(0)
    answer = outside.set_up(0.002)
    inside.both_speak(answer + 0.05)
    # The same packets are in the other leg's row too.
    outside.heard = inside.heard
    for hop, talk in enumerate((inside, outside)):
        talk.hang_up(5 + hop * 0.002)


@case
def media_of_several_kinds(scene):
    """Sound and picture: the call sounds as its sound does, and both are listed."""
    talk = Talk(scene)
    ports = {"caller": 20000, "callee": 30000}
    offers = {
        by: sdp.description(where.address, sdp.audio(ports[by]), sdp.video(ports[by] + 100))
        for by, where in talk.media.items()
    }
    answer = talk.set_up(offer=offers["caller"], answer=offers["callee"])
    talk.both_speak(answer + 0.05)
    sound = talk.row()
    for by, ssrc in (("caller", CALLER + 0x100), ("callee", CALLEE + 0x100)):
        source = Source(ssrc, answer + 0.06, rtp.H264)
        for _ in range(75):
            source.picture(3)
        where, there = (talk.media[one]._replace(port=talk.media[one].port + 100) for one in (by, other(by)))
        talk.speak(by, source, origin=where, destination=there, judged=("packets", "lost"))
        talk.tells("media.started", 1, 2, way={"caller": "sent", "callee": "received"}[by])
    both = talk.row()
    streams = [
        {key: value for key, value in stream.items() if key not in ("jitter_ms", "mos")} for stream in both["media"]
    ]
    fields = {"codec": "PCMU", "estimated_mos": Near(4.4093), "media": streams}
    for name in ("packets_sent", "packets_received", "bytes_sent", "bytes_received"):
        fields[name] = Between(sound[name], both[name])
    fields["jitter_ms"] = Between(0, 20)
    talk.hang_up(answer + 4, **fields)


def other(by):
    return "callee" if by == "caller" else "caller"


@case
def media_by_a_late_offer(scene):
    """The 200 offers, the ACK answers."""
    talk = Talk(scene)
    call = talk.call
    invite = call.request("INVITE", 0).respond(100, 0.01).respond(180, 0.2)
    call.answer(invite, 1, body=talk.description("callee", rtp.OPUS, rtp.PCMU))
    call.ack(invite, 1.02, headers=SDP, body=talk.description("caller", rtp.OPUS))
    talk.times.update(start=0, ringing=0.2, answer=1)
    talk.both_speak(1.05, codec=rtp.OPUS)
    talk.hang_up(5)


@case
def media_by_prack_and_update(scene):
    """A reliable 183 offers, the PRACK answers, an UPDATE moves both to other ports; all before the call is
    answered."""
    talk = Talk(scene)
    call = talk.call
    invite = call.request("INVITE", 0).respond(100, 0.01)
    invite.respond(183, 0.3, rseq=1, headers=SDP, body=talk.description("callee"))
    prack = call.request("PRACK", 0.35, in_dialog=True, headers=[("RAck", "1 1 INVITE"), *SDP],
                         body=talk.description("caller"))  # fmt: skip
    prack.respond(200, 0.36)
    talk.media = {by: where._replace(port=where.port + 10) for by, where in talk.media.items()}
    update = call.request("UPDATE", 0.5, in_dialog=True, headers=SDP, body=talk.description("caller"))
    update.respond(200, 0.55, headers=SDP, body=talk.description("callee"))
    call.answer(invite, 1, body=talk.description("callee"))
    call.ack(invite, 1.02)
    talk.times.update(start=0, ringing=0.3, answer=1)
    talk.both_speak(1.05)
    setup = ("sip.invite", "sip.trying 100", "sip.progress 183", "sip.prack", "sip.update", "sip.answered 200")
    talk.hang_up(5, setup=(*setup, "sip.ack"))


@case
def media_at_an_address_of_its_own(scene):
    """c= of the media goes before that of the session."""
    media = {"caller": Endpoint("192.0.2.110", 20000), "callee": Endpoint("192.0.2.120", 30000)}
    talk = Talk(scene, media=media)
    answer = talk.set_up(
        offer=sdp.description("192.0.2.10", sdp.audio(20000, connection="192.0.2.110")),
        answer=sdp.description("192.0.2.20", sdp.audio(30000, connection="192.0.2.120")),
    )
    talk.both_speak(answer + 0.05)
    talk.hang_up(answer + 4)


@case
def media_that_moves_to_another_port(scene):
    """A re-INVITE: each goes on with its source, from and to somewhere else."""
    talk = Talk(scene)
    answer = talk.set_up()
    talk.both_speak(answer + 0.05, count=75)
    talk.media = {by: where._replace(port=where.port + 10) for by, where in talk.media.items()}
    talk.change(answer + 1.6, talk.description("caller"), talk.description("callee"))
    for by, ssrc in (("caller", CALLER), ("callee", CALLEE)):
        talk.speak(by, Source(ssrc + 1, answer + 1.75, sequence=5000).talk(75))
    for way in ("sent", "received"):
        talk.tells("media.ssrc_changed", 0, 1, way=way).tells("media.started", 1, 2, way=way)
    talk.hang_up(answer + 5, story=("sip.reinvite", "?sip.answered 200", "sip.ack"))


@case
def media_by_ice(scene):
    """The default address is not where it goes: a candidate is (RFC 8839)."""
    media = {"caller": Endpoint("203.0.113.9", 41000), "callee": Endpoint("192.0.2.20", 30000)}
    candidates = (
        "ice-ufrag:8hhY",
        "ice-pwd:asd88fgpdd777uzjYhagZg",
        "candidate:1 1 UDP 2130706431 10.0.0.5 20000 typ host",
        "candidate:2 1 UDP 1694498815 203.0.113.9 41000 typ srflx raddr 10.0.0.5 rport 20000",
    )
    talk = Talk(scene, media=media)
    answer = talk.set_up(offer=sdp.description("10.0.0.5", sdp.audio(20000, attributes=candidates)))
    talk.both_speak(answer + 0.05)
    talk.hang_up(answer + 4)


@case
def media_of_a_fax(scene):
    """A re-INVITE to T.38: its UDPTL is no RTP, and that the sound has stopped is what was asked for."""
    talk = Talk(scene)
    answer = talk.set_up()
    talk.both_speak(answer + 0.05, count=75)
    image = [
        sdp.description(where.address, [f"m=image {where.port} udptl t38", "a=T38FaxVersion:0"])
        for where in (talk.media["caller"], talk.media["callee"])
    ]
    talk.change(answer + 1.6, *image)
    for number in range(400):
        payload = number.to_bytes(2, "big") + bytes([1, 6, 0, 0])
        scene.packet(answer + 2 + number * 0.03, talk.media["caller"], talk.media["callee"], payload, "other")
    talk.hang_up(answer + 15, story=("sip.reinvite", "?sip.answered 200", "sip.ack"))


@case
def media_in_a_vlan(scene):
    """As everything else that is tagged."""
    scene.wrap = lambda packet: packets.ethernet(packet, [(packets.VLAN_TAG, 42)])
    talk = Talk(scene)
    answer = talk.set_up()
    talk.both_speak(answer + 0.05)
    talk.hang_up(answer + 4)


@case
def media_cut_by_the_capture(scene):
    """96 bytes of each packet are enough; its length is that of the wire."""
    talk = Talk(scene)
    answer = talk.set_up()
    scene.snap_length = 96
    talk.both_speak(answer + 0.05)
    scene.snap_length = None
    talk.hang_up(answer + 4)
