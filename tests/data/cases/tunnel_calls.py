# SPDX-License-Identifier: Apache-2.0
"""A call with its media in each tunnel: what is inside counts as if it had come bare, and events name the tunnel."""

from itertools import cycle

from case import add
from dialog import ALICE6, BOB, BOB6
from media_scene import Talk
from sipwire import tunnels


def brief_talk(scene, **options):
    """A call of two seconds: SIP, RTP and RTCP both ways."""
    talk = Talk(scene, **options)
    answer = talk.set_up()
    talk.both_speak(answer + 0.05, count=60)
    talk.reports(answer + 0.3, rounds=2)
    talk.hang_up(answer + 2.2)


def inside(*around, play=brief_talk, **options):
    """The same in tunnels, the outermost first. A list stands for one of its tunnels, in turn."""

    def wrapped(scene):
        turns = [cycle(tunnel if isinstance(tunnel, list) else [tunnel]) for tunnel in around]
        scene.wrap = lambda packet: tunnels.frame(packet, *map(next, turns))
        scene.truth.tunnel = tunnels.names(*map(next, turns))
        play(scene, **options)

    return wrapped


def over_ipv6(scene):
    brief_talk(scene, caller=ALICE6, callee=BOB6)


add("call-of-a-few-words", brief_talk)

ENDS6 = (tunnels.FROM6, tunnels.TO6)
OPTIONS = tunnels.geneve_option(1, b"\0\1\2\3") + tunnels.geneve_option(0x80, b"")

GRE = [tunnels.gre(), tunnels.gre(key=7, sequence=9, checksum=True), tunnels.gre(key=7, ethernet=True, ends=ENDS6)]

TUNNELS = {
    "gre": [GRE],
    "erspan": [[tunnels.erspan(2), tunnels.erspan(3), tunnels.erspan(3, subheader=True)]],
    "ipip": [tunnels.ip_in_ip()],
    "vxlan": [[tunnels.vxlan(), tunnels.vxlan(ends=ENDS6)]],
    "geneve": [[tunnels.geneve(options=OPTIONS), tunnels.geneve(ethernet=False)]],
    "gtp-u": [[tunnels.gtp_u(), tunnels.gtp_u(sequence=5, extensions=[tunnels.PDU_SESSION])]],
    "tzsp": [tunnels.tzsp()],
    "mpls": [[tunnels.mpls(), tunnels.mpls(100, 200, 300)]],
    "pppoe": [tunnels.pppoe()],
    "mpls-in-gre-in-vxlan": [tunnels.vxlan(), tunnels.gre(key=1), tunnels.mpls(16)],
    "vxlan-in-erspan-in-ipip": [tunnels.ip_in_ip(), tunnels.erspan(2), tunnels.vxlan(ends=("10.0.0.1", "10.0.0.2"))],
}

for name, around in TUNNELS.items():
    add(f"tunnel-{name}", inside(*around), twin="call-of-a-few-words")

add("tunnel-6in4-in-pppoe", inside(tunnels.pppoe(), tunnels.six_in_four(), play=over_ipv6))

# The mirror of a cloud: whose the packet inside is says which way it went.
add("tunnel-from-the-nodes-own-address", inside(tunnels.vxlan()), local=[BOB.address])
