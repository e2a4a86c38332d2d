# SPDX-License-Identifier: Apache-2.0
"""One call in every kind of capture file."""

from functools import partial

from case import add, case
from cases.answered import simple_call
from dialog import ALICE6, BOB6, Call
from sipwire import files, packets


def wrapped(wrap):
    """An IPv4 and an IPv6 call below another link header."""

    def play(scene):
        scene.wrap = wrap
        simple_call(Call(scene))
        simple_call(Call(scene, caller=ALICE6, callee=BOB6, call_id="six@alice.example"), at=0.5)

    return play


def zipped(write):
    return lambda frames: files.gzipped(write(frames))


ORDINARY = wrapped(packets.ethernet)

add("pcap-nanoseconds", ORDINARY, write=partial(files.pcap, nanoseconds=True))
add("pcap-big-endian", ORDINARY, write=partial(files.pcap, order=">"))
add("pcap-gzipped", ORDINARY, write=zipped(files.pcap), suffix="pcap.gz")
add("pcapng", ORDINARY, write=files.pcapng, suffix="pcapng")
add(
    "pcapng-big-endian-nanoseconds",
    ORDINARY,
    write=partial(files.pcapng, order=">", resolution=9),
    suffix="pcapng",
)
add("pcapng-two-sections", ORDINARY, write=partial(files.pcapng, sections=2), suffix="pcapng")
add("pcapng-gzipped", ORDINARY, write=zipped(files.pcapng), suffix="pcapng.gz")
add("linux-cooked", wrapped(packets.cooked), write=partial(files.pcap, link_type=files.COOKED))
add("linux-cooked-2", wrapped(packets.cooked2), write=partial(files.pcap, link_type=files.COOKED2))
add("raw-ip", wrapped(packets.raw), write=partial(files.pcap, link_type=files.RAW))
add("bsd-null", wrapped(packets.null), write=partial(files.pcap, link_type=files.NULL))
add("bsd-loop", wrapped(packets.loop), write=partial(files.pcap, link_type=files.LOOP))


def seen_twice(scene, wraps):
    """A packet that passes two watched interfaces counts on both; the second sight is no retransmission."""
    for number, wrap in enumerate(wraps):
        scene.wrap = wrap
        call = Call(scene, call_id="seen-twice@alice.example")
        call.request("OPTIONS", number / 1000).respond(200, 0.01 + number / 1000)


@case(write=partial(files.pcapng, link_types=(files.ETHERNET, files.ETHERNET)), suffix="pcapng")
def one_packet_on_two_interfaces(scene):
    seen_twice(scene, [packets.ethernet] * 2)


@case(write=partial(files.pcap, link_type=files.COOKED2))
def one_packet_on_any_two_interfaces(scene):
    seen_twice(scene, [partial(packets.cooked2, interface=number) for number in (2, 3)])
