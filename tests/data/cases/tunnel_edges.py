# SPDX-License-Identifier: Apache-2.0
"""What is no tunnel, what is not looked into, and what passes bare and in a tunnel."""

from itertools import count

from case import add, case
from cases.answered import answered_call
from cases.tcp_calls import over_tcp
from cases.tunnel_calls import brief_talk, inside
from dialog import ALICE, BOB, Call
from media_scene import play
from sipwire import media, packets, rtp, tcp, tunnels
from sipwire.packets import Endpoint
from source import Source

SIDES = (Endpoint(ALICE.address, 20000), Endpoint(BOB.address, 30000))
PORTS = (tunnels.GTP_U_PORT, tunnels.VXLAN_PORT, tunnels.GENEVE_PORT, tunnels.TZSP_PORT)

add(
    "tunnel-with-tcp-inside",
    inside(tunnels.vxlan(), play=over_tcp(answered_call, cut=tcp.every(300))),
    twin="answered-call",
)


@case(oracle=False)  # tshark takes each of these ports for its tunnel's
def tunnel_ports_with_media(scene):
    """A port proves nothing: RTP uses these, and so does SIP."""
    for number, port in enumerate(PORTS):
        source, destination = SIDES[0], SIDES[1]._replace(port=port)
        play(scene, Source(100 + number, 0.1).talk(60), source, destination)
        play(scene, Source(200 + number, 0.1, rtp.PCMA).talk(60), destination, source)
        scene.packet(2, source, destination, media.stun_binding(), "stun")
        scene.packet(2.1, source, destination, media.dtls_client_hello(), "dtls")
    here, there = (party._replace(port=tunnels.VXLAN_PORT) for party in (ALICE, BOB))
    Call(scene, caller=here, callee=there).request("OPTIONS", 3).respond(200, 3.02)


@case(oracle=False)  # tshark looks into whatever its dissectors know, and deeper
def what_is_not_looked_into(scene):
    """Nothing is counted behind a tunnel's header without a packet that proves itself, nor in the fourth tunnel."""
    options = Call(scene).transaction("OPTIONS")
    inner = packets.datagram(options.source, options.destination, options.request)
    wrong_sum = inner[:10] + b"\0\0" + inner[12:]
    too_long = packets.ipv4(ALICE.address, BOB.address, inner[20:] + bytes(8))[:-8]
    for number, packet in enumerate((wrong_sum, too_long, inner[:20], b"\x45", b"")):
        for kind, tunnel in enumerate((tunnels.vxlan(), tunnels.gre(), tunnels.ip_in_ip(), tunnels.gtp_u())):
            layer = tunnel.put(tunnels.Layer(packet, tunnels.IPV4))
            scene.other(number + kind / 10, packets.ethernet(layer.data))
    around = [tunnels.gre(), tunnels.ip_in_ip(), tunnels.gre(), tunnels.ip_in_ip()]
    scene.other(8, tunnels.frame(inner, *around))
    scene.wrap = lambda packet: tunnels.frame(packet, *around[:3])
    scene.truth.tunnel = tunnels.names(*around[:3])
    Call(scene).request("OPTIONS", 9).respond(200, 9.02)


@case(config="tunnels: [vxlan]", oracle=False)  # tshark looks into all of them
def tunnels_switched_off(scene):
    """One kind is looked into, the others are what they are outside."""
    closed = Call(scene).transaction("OPTIONS")
    packet = packets.datagram(closed.source, closed.destination, closed.request)
    others = (tunnels.gre(), tunnels.erspan(2), tunnels.ip_in_ip(), tunnels.geneve(), tunnels.gtp_u(), tunnels.tzsp())
    for number, tunnel in enumerate((*others, tunnels.mpls(), tunnels.pppoe())):
        scene.other(number / 10, tunnels.frame(packet, tunnel))
    inside(tunnels.vxlan())(scene)


# ---- bare and in a tunnel ----


class Mirrored:
    """Each packet passes bare and, within a millisecond, in a tunnel, or the other way round. Each has an
    identification of its own, as senders give it."""

    def __init__(self, scene, tunnel):
        self.scene, self.tunnel = scene, tunnel
        self.numbers = count(1)
        self.is_copied = scene.frame
        scene.frame, scene.wrap = self.frame, lambda packet: packet
        self.copies = 0

    def frame(self, at, packet):
        number = next(self.numbers)
        packet = identified(packet, number)
        both = [packets.ethernet(packet), tunnels.frame(packet, self.tunnel)]
        for step, data in enumerate(both if number % 2 else reversed(both)):
            self.is_copied(at + step * 0.0002, data)
        self.copies += 1


def identified(packet, number):
    """With another identification and the checksum that goes with it."""
    head = packet[:4] + number.to_bytes(2, "big") + packet[6:10] + b"\0\0" + packet[12:20]
    return head[:10] + packets.checksum(head).to_bytes(2, "big") + head[12:] + packet[20:]


@case(config="deduplicate: true", twin="call-of-a-few-words", oracle=False)  # tshark counts both
def packets_bare_and_in_a_tunnel_count_once(scene):
    """The second sight of a packet is `other`."""
    mirror = Mirrored(scene, tunnels.vxlan())
    scene.truth.tunnel = ...  # of whichever came first
    brief_talk(scene)
    scene.truth.packet("ingress", "other", mirror.copies)


@case
def packets_bare_and_in_a_tunnel_count_twice(scene):
    """Unless it is asked for, nobody looks back."""
    call = Call(scene)
    for step, wrap in enumerate((packets.ethernet, lambda packet: tunnels.frame(packet, tunnels.gre()))):
        scene.wrap = wrap
        if step == 0:
            asked = call.request("OPTIONS", 1).respond(200, 1.02)
        else:
            asked.repeat(1.0002).respond(200, 1.0202, repeat=True)
    scene.truth.tunnel = ...


@case(config="deduplicate: true")
def retransmissions_are_no_duplicates(scene):
    """The same bytes with another identification were sent again."""
    numbers = count(1)
    scene.wrap = lambda packet: packets.ethernet(identified(packet, next(numbers)))
    Call(scene).request("OPTIONS", 1).repeat(1.0005, 1.5).respond(200, 1.6).respond(200, 1.601, repeat=True)
