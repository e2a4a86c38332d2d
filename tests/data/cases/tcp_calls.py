# SPDX-License-Identifier: Apache-2.0
"""Calls over TCP: what UDP would give, with another transport. The twin of each is the same call in datagrams."""

from case import add, case
from cases.answered import answered_call, proxy_with_two_legs, simple_call
from cases.tunnel_calls import brief_talk
from dialog import ALICE, ALICE6, BOB, BOB6, PROXY, Call
from sipwire import packets, tcp
from stream_scene import Streams


def over_tcp(play, **options):
    def carried(scene):
        scene.carrier = Streams(scene, **options)
        play(scene)
        scene.carrier.close()

    return carried


def call_over_ipv6(scene):
    simple_call(Call(scene, caller=ALICE6, callee=BOB6))


add("tcp-call", over_tcp(answered_call), twin="answered-call")
add("tcp-call-in-many-segments", over_tcp(answered_call, cut=tcp.every(100)), twin="answered-call")
add("tcp-call-over-ipv6", over_tcp(call_over_ipv6, cut=tcp.every(300)), twin="ipv6")
add(
    "tcp-call-through-a-proxy",
    over_tcp(proxy_with_two_legs, cut=tcp.at_random(3), spacing=0.0001),
    local=[PROXY.address],
    twin="proxy-with-two-legs",
)
add("tcp-call-with-media", over_tcp(brief_talk), twin="call-of-a-few-words")


@case(twin="answered-call")
def tcp_call_in_a_vlan_with_options(scene):
    """Where the payload begins is for the headers to say: a VLAN, IP options, TCP options."""
    scene.wrap = lambda packet: packets.ethernet(packet, [(packets.VLAN_TAG, 42)])
    scene.options = {"options": bytes([0x94, 4, 0, 0])}
    over_tcp(answered_call, cut=tcp.every(500))(scene)


@case
def tcp_and_udp_in_one_call(scene):
    """The INVITE and its responses by TCP, the BYE by UDP: one leg, and each message counts where it went."""
    scene.carrier = Streams(scene)
    call = Call(scene)
    invite = call.invite(0).respond(100, 0.01).respond(180, 1)
    call.answer(invite, 3.5)
    call.ack(invite, 3.52)
    call.says("sip.ack", transport="tcp").says("sip.bye", transport="udp")
    stream, scene.carrier = scene.carrier, None
    call.request("BYE", 13.5, by="callee").respond(200, 13.54)
    scene.carrier = stream  # the row's transport is that of the INVITE
    call.expect("answered", start=0, ringing=1, answer=3.5, end=13.5, status=200, cause=16, by="callee", teardown=0.04,
                bye=("remote", "normal"))  # fmt: skip


@case
def tcp_connections_of_their_own(scene):
    """Each of three calls has a connection that the caller opened from a port of his."""
    for number in range(3):
        scene.carrier = Streams(scene, cut=tcp.every(400), initial=(number << 30, 7))
        caller = ALICE._replace(port=50001 + number)
        simple_call(Call(scene, caller=caller, callee=BOB, call_id=f"own-{number}@alice.example"), at=number * 0.003)
