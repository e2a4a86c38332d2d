# SPDX-License-Identifier: Apache-2.0
"""Capture files: pcap and pcapng, in either byte order, gzipped or not. The same frames give the same bytes."""

import gzip
import struct
from typing import NamedTuple, Optional

ETHERNET, NULL, RAW, LOOP, COOKED, IPV4, COOKED2 = 1, 0, 101, 108, 113, 228, 276


class Frame(NamedTuple):
    time_ns: int
    data: bytes
    original_length: Optional[int] = None  # None: nothing was cut


def pcap(frames, link_type=ETHERNET, order="<", nanoseconds=False):
    magic, unit = (0xA1B23C4D, 1) if nanoseconds else (0xA1B2C3D4, 1000)
    out = [struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 262144, link_type)]
    for frame in frames:
        seconds, rest = divmod(frame.time_ns, 1_000_000_000)
        length = len(frame.data)
        out.append(
            struct.pack(order + "IIII", seconds, rest // unit, length, frame.original_length or length)
        )
        out.append(frame.data)
    return b"".join(out)


def _block(order, kind, body):
    body += bytes(-len(body) % 4)
    length = len(body) + 12
    return struct.pack(order + "II", kind, length) + body + struct.pack(order + "I", length)


def _option(order, code, value):
    return struct.pack(order + "HH", code, len(value)) + value + bytes(-len(value) % 4)


def pcapng(frames, link_types=(ETHERNET,), order="<", resolution=6, sections=1, names=()):
    """Frames go to the interfaces and to the sections in turn. `names`: of the interfaces. Blocks that no reader needs stand in between."""
    parts = [[] for _ in range(sections)]
    for number, frame in enumerate(frames):
        parts[number * sections // max(len(frames), 1)].append(frame)
    return b"".join(_section(part, link_types, order, resolution, names) for part in parts)


def _section(frames, link_types, order, resolution, names):
    out = [_block(order, 0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))]
    options = _option(order, 9, bytes([resolution])) + _option(order, 0, b"")
    for number, link_type in enumerate(link_types):
        name = _option(order, 2, names[number].encode()) if names else b""
        out.append(_block(order, 1, struct.pack(order + "HHI", link_type, 0, 262144) + name + options))
    out.append(_block(order, 4, struct.pack(order + "HH", 0, 0)))  # name resolution, empty
    for number, frame in enumerate(frames):
        ticks = frame.time_ns * 10**resolution // 10**9
        length = len(frame.data)
        head = struct.pack(
            order + "IIIII",
            number % len(link_types),
            ticks >> 32,
            ticks & 0xFFFFFFFF,
            length,
            frame.original_length or length,
        )
        out.append(_block(order, 6, head + frame.data))
    out.append(_block(order, 0x40000BAD, b"unknown to everybody"))
    return b"".join(out)


def gzipped(data):
    return gzip.compress(data, mtime=0)
