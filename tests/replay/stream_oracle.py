# SPDX-License-Identifier: Apache-2.0
"""tshark's RTP streams and RTCP packets held against the truth, where it defines things as the truth does. It counts
copies as packets, takes marked packets and other payload types into the jitter, and knows no probation; a stream says
what of it is judged."""

import re
from collections import Counter

KINDS = {200: "sr", 201: "rr", 202: "sdes", 203: "bye", 204: "app", 205: "rtpfb", 206: "psfb", 207: "xr"}

LINE = re.compile(
    r"^\s*[\d.]+\s+[\d.]+\s+(\S+)\s+(\d+)\s+(\S+)\s+(\d+)\s+(0x[0-9A-F]+)\s+.*?"  # from, to, SSRC, payload
    r"(\d+)\s+(-?\d+)\s+\(-?[\d.]+%\)"  # packets, lost
    r"\s+\S+\s+\S+\s+\S+\s+\S+\s+([\d.]+)\s+([\d.]+)"  # deltas, least jitter; mean and greatest jitter
)


def streams_of(text):
    """(source, destination, SSRC) -> {"packets", "lost", "jitter", "jitter_max"}, jitters in milliseconds."""
    found = {}
    for line in text.splitlines():
        match = LINE.match(line)
        if match:
            source, port, destination, to_port, ssrc, packets, lost, mean, greatest = match.groups()
            found[(source, int(port)), (destination, int(to_port)), int(ssrc, 16)] = {
                "packets": int(packets),
                "lost": int(lost),
                "jitter": float(mean),
                "jitter_max": float(greatest),
            }
    return found


def within(theirs, ours):
    """One per cent, or what tshark's three decimals leave open."""
    return abs(theirs - ours) <= max(0.01 * ours, 0.002)


def check(found, streams):
    for stream in streams:
        measured, judged = stream.measured, stream.judged
        if not judged:
            continue
        theirs = found.get((tuple(stream.source), tuple(stream.destination), measured.ssrc))
        name = f"{stream.source} to {stream.destination} {measured.ssrc:#x}"
        if theirs is None:
            yield f"tshark sees no stream from {name}"
            continue
        # Each copy is a packet to tshark, and makes up for one that was lost.
        counts = {"packets": measured.packets + measured.copies, "lost": measured.lost - measured.copies}
        for field, ours in counts.items():
            if field in judged and theirs[field] != ours:
                yield f"tshark says {theirs[field]} {field} from {name}, the truth {ours}"
        jitters = {"jitter": measured.jitter_ms or 0.0, "jitter_max": measured.jitter_max_ms}
        for field, ours in jitters.items() if "jitter" in judged else ():
            if not within(theirs[field], ours):
                yield f"tshark says {theirs[field]:g} ms {field} from {name}, the truth {ours:g} ms"


# ---- RTCP ----


def check_reports(theirs, samples):
    ours = Counter()
    for (name, labels), number in samples.items():
        if name == "rtcp_packets_total":
            ours[dict(labels)["type"]] += number
    for kind in sorted(theirs.keys() | ours.keys()):
        if theirs[kind] != ours[kind]:
            yield f"tshark counts {theirs[kind]} RTCP packets of type {kind}, the truth {ours[kind]}"
