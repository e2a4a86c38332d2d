# SPDX-License-Identifier: Apache-2.0
"""The same call below other headers, and packets that come in parts or cut."""

from case import add, case
from cases.answered import simple_call
from dialog import ALICE, ALICE6, BOB, BOB6, Call
from sipwire import packets, sip
from sipwire.packets import Endpoint


def tagged(*tags):
    def play(scene):
        scene.wrap = lambda packet: packets.ethernet(packet, tags)
        simple_call(Call(scene))

    return play


def with_options(caller=ALICE, callee=BOB, **options):
    def play(scene):
        scene.options = options
        simple_call(Call(scene, caller=caller, callee=callee))

    return play


add("vlan", tagged((packets.VLAN_TAG, 42)))
add("vlan-in-vlan", tagged((packets.SERVICE_TAG, 100), (packets.VLAN_TAG, 42)))
add(
    "ipv4-options", with_options(options=bytes([0x94, 4, 0, 0, 7, 7, 4, 0, 0, 0, 0, 1]))
)  # router alert, record route
add("ipv6", with_options(ALICE6, BOB6))
add(
    "ipv6-extension-headers",
    with_options(
        ALICE6,
        BOB6,
        extensions=[
            (packets.IPV6_HOP_BY_HOP, b""),
            (packets.IPV6_ROUTING, bytes([0, 0, 0, 0, 0, 0])),
            (packets.IPV6_DESTINATION, b""),
        ],
    ),
)


# ---- fragments ----


def in_fragments(caller, callee):
    """A message in parts has the time of its last part."""

    def play(scene):
        call = Call(scene, caller=caller, callee=callee)
        invite = call.transaction(
            "INVITE", body=b"v=0\r\n" + b"a=filler\r\n" * 200, headers=[("Content-Type", "application/sdp")]
        )
        invite.fragment_size = 1000
        invite.send(0)
        invite.respond(180, 1)
        call.answer(invite, 2)
        call.ack(invite, 2.01)
        call.request("BYE", 5).respond(200, 5.01)
        call.expect(
            "answered",
            start=0,
            ringing=1,
            answer=2,
            end=5,
            status=200,
            cause=16,
            by="caller",
            teardown=0.01,
            bye=("local", "normal"),
        )

    return play


add("fragments-ipv4", in_fragments(ALICE, BOB))
add("fragments-ipv6", in_fragments(ALICE6, BOB6))


def long_options(scene, caller=ALICE, callee=BOB, length=2500):
    return Call(scene, caller=caller, callee=callee).transaction("OPTIONS", body=b"x" * length)


def parts_of(options, size=1000):
    return packets.fragments(options.source, options.destination, options.request, size)


def whole(scene):
    scene.truth.request("inbound", "OPTIONS")
    scene.truth.message("reassembled")


@case
def fragments_out_of_order(scene):
    for number, (caller, callee) in enumerate(((ALICE, BOB), (ALICE6, BOB6))):
        options = long_options(scene, caller, callee)
        first, *middle, last = parts_of(options)
        scene.fragments(number + 1, options.source, [last, first, *middle])
        whole(scene)


@case
def a_fragment_twice(scene):
    """The same bytes again are no overlap."""
    options = long_options(scene)
    first, second, last = parts_of(options)
    scene.fragments(1, options.source, [first, second, second, last])
    whole(scene)
    scene.truth.leave_open("sipsonde_fragments_total")


@case(oracle=False)
def overlapping_fragments(scene):
    """Other bytes in the same place: nobody can know which are right, so neither is used (RFC 5722)."""
    for at, (caller, callee) in enumerate(((ALICE, BOB), (ALICE6, BOB6))):
        options = long_options(scene, caller, callee)
        first, second, last = parts_of(options)
        shifted = packets.fragment(options.source, options.destination, b"y" * 1000, 1992, False)
        scene.fragments(at + 1, options.source, [first, second, shifted, last], reassembled=0)
    scene.truth.leave_open("sipsonde_fragments_total")


@case(oracle=False)
def a_tail_that_never_came(scene):
    options = long_options(scene)
    scene.fragments(1, options.source, parts_of(options)[:2], reassembled=0)
    scene.clock(40)
    scene.truth.add("sipsonde_fragments_total", 2, result="timeout")


@case
def fragments_of_something_else(scene):
    source, destination = Endpoint(ALICE.address, 9999), Endpoint(BOB.address, 9999)
    for number, part in enumerate(packets.fragments(source, destination, b"\xee" * 3000, 1480)):
        scene.other(number / 1000, scene.wrap(part))


@case
def a_message_of_twenty_kilobytes(scene):
    """Once in one large frame, once in fragments of an Ethernet."""
    call = Call(scene)
    call.request("MESSAGE", 0, body=b"m" * 20_000).respond(200, 0.5)
    message = call.transaction("MESSAGE", body=b"m" * 20_000)
    message.fragment_size = 1480
    message.send(1).respond(200, 1.5)


@case
def headers_beyond_the_kernels_reach(scene):
    """What is needed comes after 9 KB of another header: the request is counted, the rest is the agent's."""
    call = Call(scene, dress=lambda data: data.replace(b"\r\n", b"\r\nX-Long: " + b"x" * 9000 + b"\r\n", 1))
    request = call.transaction("OPTIONS")
    scene.sip(0, request.source, request.destination, request.request)
    scene.truth.request("inbound", "OPTIONS")
    scene.truth.together(
        [
            ("sipsonde_messages_deferred_total", frozenset({("reason", reason)}))
            for reason in ("start-line-length", "header-length", "value-length")
        ],
        1,
    )


# ---- cut ----


@case(oracle=False)
def cut_frames(scene):
    """What can be read counts; a message cut before its Call-ID is malformed. A missing body is not the sender's fault."""
    call = Call(scene)
    body_cut = call.transaction("OPTIONS", body=b"x" * 1000)
    scene.snap_length = 42 + len(body_cut.request) - 900
    body_cut.send(0)
    scene.snap_length = 42 + 60
    early = call.transaction("OPTIONS")
    scene.sip(1, early.source, early.destination, early.request)
    scene.truth.malformed("truncated", "kernel")
    scene.snap_length = 34
    scene.packet(2, early.source, early.destination, early.request, "other")
    scene.snap_length = None


@case
def frames_that_are_not_ours(scene):
    """ARP, LLDP, ICMP, TCP, frames shorter than an Ethernet header, IP headers that lie: all `other`."""
    ours = packets.datagram(ALICE.endpoint, BOB.endpoint, sip.message("OPTIONS sip:b SIP/2.0", []))
    syn = packets.ipv4(
        ALICE.address,
        BOB.address,
        packets.tcp(ALICE.endpoint, BOB.endpoint, b"", flags=2),
        protocol=packets.TCP,
    )
    frames = [
        packets.arp(BOB.address),
        packets.ethernet(bytes(46), ethertype=0x88CC),
        packets.ethernet(
            packets.ipv4(ALICE.address, BOB.address, bytes([8, 0, 0xF7, 0xFF, 0, 0, 0, 0]), protocol=1)
        ),
        packets.ethernet(syn),
        b"\x02",
        b"\x02" * 13,
        b"\x02" * 12 + b"\x08\x00",
        packets.ethernet(ours[:10]),
        packets.ethernet(b"\x4f" + ours[1:28]),  # a header of 60 bytes in a packet of 28
        packets.ethernet(b"\x41" + ours[1:]),  # a header of 4 bytes
        packets.ethernet(ours[:20] + b"\x13\xc4\x13\xc4\0\7\0\0"),  # a UDP length below its own header
        packets.ethernet(
            bytes([0x60]) + bytes(5) + bytes([60, 64]) + bytes(32) + bytes([60, 255])
        ),  # extensions without end
    ]
    for number, frame in enumerate(frames):
        scene.other(number / 10, frame)
