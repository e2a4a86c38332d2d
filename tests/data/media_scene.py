# SPDX-License-Identifier: Apache-2.0
"""Streams and reports on a Scene, and calls that speak. What is sent is entered in the truth: as what it is on the
wire for the counters, by way for the row of the call."""

from collections import defaultdict
from typing import NamedTuple, Optional

import emodel
from approximate import Between, Near, OneOf
from dialog import SETUP, Call
from measure import measure
from scene import to_ns
from sipwire import rtcp, rtp, sdp
from sipwire.packets import Endpoint
from source import Source

OTHER = {"caller": "callee", "callee": "caller"}
WAYS = {"caller": "sent", "callee": "received"}
NARROWBAND = {"PCMU": emodel.G711, "PCMA": emodel.G711, "G729": emodel.G729A}
WIDEBAND = {"G722": 13}  # Ie,wb of 64 kbit/s, ITU-T G.113 appendix IV


class Stream(NamedTuple):
    """As tshark must see it. `judged`: what of "packets", "lost" and "jitter" it defines as we do."""

    source: Endpoint
    destination: Endpoint
    measured: object
    judged: tuple


class Beginning(NamedTuple):
    first_ns: int  # when the first packet passed
    answered_ns: Optional[int]


def play(
    scene,
    source,
    origin,
    destination,
    announced=False,
    judged=("packets", "lost", "jitter"),
    names=None,
    buffer=0.06,
):
    """`announced`: an SDP named the destination, so the stream is believed from its first packet on. `names`: what
    the codec counts as when it is not the name of its rtpmap."""
    measured = measure(source, buffer)
    for at, packet in source.arrivals():
        scene.packet(at, origin, destination, packet.wire(source.ssrc), "rtp")
    truth, direction = scene.truth, scene.direction(origin)
    for name, (packets, octets, copies, copied, padding) in measured.by_codec.items():
        labels = {"direction": direction, "codec": (names or {}).get(name, name)}
        truth.add("rtp_packets_total", packets, **labels)
        truth.add("rtp_bytes_total", octets, **labels)
        if copies:
            truth.loosen("rtp_packets_total", above=copies, **labels)
        if copies or padding:
            truth.loosen("rtp_bytes_total", below=padding, above=copied, **labels)
    if measured.lost:
        truth.add("rtp_lost_packets_total", measured.lost, direction=direction)
    if not announced:
        truth.probation(scene.flow(origin), measured.packets)
    truth.streams.append(Stream(origin, destination, measured, tuple(judged)))
    return measured


def control(scene, at, origin, destination, *packets):
    """One RTCP datagram; each packet of the compound counts."""
    scene.packet(at, origin, destination, b"".join(packets), "rtcp")
    for packet in packets:
        count_control(scene, origin, packet)


def count_control(scene, origin, packet):
    kinds = ("sr", "rr", "sdes", "bye", "app", "rtpfb", "psfb", "xr")
    kind = kinds[packet[1] - rtcp.SR]
    scene.truth.add("rtcp_packets_total", direction=scene.direction(origin), type=kind)


class Clock:
    """Somebody's NTP clock, which agrees with nobody's."""

    def __init__(self, offset):
        self.offset = offset

    def at(self, seconds):
        whole, part = divmod(seconds + self.offset, 1)
        return 3_976_214_400 + int(whole), round(part * 2**32) & 0xFFFFFFFF


class Talk:
    """A call between two who speak. `media`: where each of them receives."""

    def __init__(self, scene, media=None, buffer=0.06, **options):
        """`buffer`: seconds that a listener's jitter buffer is taken to hold."""
        self.scene, self.buffer = scene, buffer
        self.call = Call(scene, **options)
        self.media = media or {
            "caller": Endpoint(self.call.caller.address, 20000),
            "callee": Endpoint(self.call.callee.address, 30000),
        }
        self.heard = {"caller": [], "callee": []}  # (Measured, origin, destination)
        self.round_trips = {}  # half -> seconds
        self.times = {}
        self.may = defaultdict(lambda: (0, 0))

    # ---- signalling ----

    def description(self, by, *codecs, **options):
        where = self.media[by]
        return sdp.description(where.address, sdp.audio(where.port, *codecs, **options))

    def set_up(self, at=0.0, codecs=(), offer=None, answer=None, **options):
        """INVITE, 100, 180, 200 after a second, ACK. Returns when it was answered."""
        offer = offer or self.description("caller", *codecs, **options)
        answer = answer or self.description("callee", *codecs, **options)
        invite = self.call.invite(at, body=offer).respond(100, at + 0.01).respond(180, at + 0.2)
        self.call.answer(invite, at + 1, body=answer)
        self.call.ack(invite, at + 1.02)
        self.times.update(start=at, ringing=at + 0.2, answer=at + 1)
        return at + 1

    def change(self, at, offered, answered, by="caller"):
        """A re-INVITE that is accepted."""
        invite = self.call.invite(at, by=by, body=offered)
        self.call.answer(invite, at + 0.05, body=answered)
        self.call.ack(invite, at + 0.07, by=by)

    # ---- media ----

    def speak(self, by, source, origin=None, destination=None, announced=True, **options):
        origin = origin or self.media[by]
        destination = destination or self.media[OTHER[by]]
        measured = play(self.scene, source, origin, destination, announced, buffer=self.buffer, **options)
        self.heard[by].append((measured, origin, destination))
        return measured

    def both_speak(self, at, count=150, codec=rtp.PCMU, **options):
        """The same in both ways, 20 ms each."""
        for by, ssrc in (("caller", 0xA11CE001), ("callee", 0xB0B00001)):
            self.speak(by, Source(ssrc, at, codec).talk(count), **options)

    def reports(self, at, rounds=3, halves=(0.03, 0.05), hold=0.4, ports=None):
        """Both send sender reports in turn, each with a block about the last report of the other. `halves`: the way
        from here to the caller and back, and to the callee and back. `ports`: of RTCP; those above RTP unless set."""
        where = ports or {by: each._replace(port=each.port + 1) for by, each in self.media.items()}
        ssrcs = {by: heard[0][0].ssrc for by, heard in self.heard.items()}
        clocks = {"caller": Clock(-1234.56789), "callee": Clock(98765.4321)}
        half_of = dict(zip(("caller", "callee"), halves))
        answered, by = None, "caller"
        for _ in range(2 * rounds):
            blocks = []
            if answered is not None:
                blocks.append(
                    rtcp.Block(
                        ssrcs[OTHER[by]],
                        last_report=rtcp.middle_of(answered),
                        delay=round(hold * 65536),
                    )
                )
                direction = self.scene.direction(where[by])
                self.scene.truth.round_trips[direction].append(half_of[by])
                self.round_trips[by] = half_of[by]
            ntp = clocks[by].at(at)
            report = rtcp.sender_report(ssrcs[by], 50, 8000, ntp, blocks=blocks)
            control(self.scene, at, where[by], where[OTHER[by]], report, rtcp.description(ssrcs[by]))
            answered, by = ntp, OTHER[by]
            at += half_of[by] + hold

    # ---- the truth ----

    def hang_up(self, at, by="caller", **fields):
        """BYE and its 200; `fields` of the row that are other than what follows from the streams."""
        self.call.request("BYE", at, by=by).respond(200, at + 0.02)
        self.times["end"] = at
        inbound = self.scene.direction(self.call.hops["caller"].endpoint) == "inbound"
        # Without local networks the caller's side is taken for the node.
        local = (by == "caller") != (bool(self.scene.local) and inbound)
        return self.expect(by=by, bye=("local" if local else "remote", "normal"), teardown=0.02, **fields)

    def expect(self, by, end=None, story=(), setup=SETUP, last=("sip.bye",), **fields):
        """`story`: what is told between the setup and the BYE."""
        if end is not None:
            self.times["end"] = end
        row = {"disposition": "answered", "status": 200, "cause": 16, "by": by, **self.times, **self.row(), **fields}
        self.call.expect(row.pop("disposition"), **row)
        self.call.events(*setup, *story, *last)
        key = self.call.call_id, self.call.leg
        self.scene.truth.media_events[key] = self.may
        self.scene.truth.media_begins[key] = {
            WAYS[by]: Beginning(to_ns(min(measured.first for measured, _, _ in heard)), self.answered_ns)
            for by, heard in self.heard.items()
            if heard
        }
        for speaker, heard in self.heard.items():
            if heard:
                for event in ("media.started", "media.ended"):
                    self.may.setdefault((event, WAYS[speaker]), (1, len(heard)))
        return self

    def tells(self, event, least=1, most=None, way=None):
        """An event of media that the leg has; without a way: of either."""
        self.may[event, way] = least, least if most is None else most
        return self

    @property
    def answered_ns(self):
        return to_ns(self.times["answer"]) if "answer" in self.times else None

    @property
    def round_trip(self):
        return sum(self.round_trips.values()) if len(self.round_trips) == 2 else None

    def row(self):
        """The fields of media of the leg's row."""
        every = [stream for by in WAYS for stream in self.heard[by]]
        if not every:
            return {}
        measured = [each for each, _, _ in every]
        lost, expected = sum(m.lost for m in measured), sum(m.expected for m in measured)
        codecs = {m.codec for m in measured if m.codec}
        # A way in which nothing was heard is unknown or empty, as one reads it.
        fields = {}
        for by, way in WAYS.items():
            mine = [m for m, _, _ in self.heard[by]]
            octets, padding = sum(m.bytes for m in mine), sum(m.padding for m in mine)
            fields[f"packets_{way}"] = sum(m.packets for m in mine) if mine else OneOf(None, 0)
            fields[f"bytes_{way}"] = octets if mine else OneOf(None, 0)
            if padding:
                fields[f"bytes_{way}"] = Between(octets - padding, octets)
        fields["packets_lost"] = lost
        fields["loss_fraction"] = Near(lost / expected, 0.0005)
        fields["codec"] = codecs.pop() if len(codecs) == 1 else OneOf(*codecs)
        fields["jitter_ms"] = worst(Near, max, (self.jitter_of(by) for by in WAYS))
        fields["rtt_ms"] = None if self.round_trip is None else Near(1000 * self.round_trip, 0.1)
        fields["estimated_mos"] = worst(Near, min, (self.mos_of(by) for by in WAYS))
        fields["media"] = [
            {**self.stream_row(m, origin, destination), "way": WAYS[by]}
            for by in WAYS
            for m, origin, destination in self.heard[by]
        ]
        return fields

    def jitter_of(self, by):
        jitters = [value for m, _, _ in self.heard[by] for value in m.jitters]
        return 1000 * sum(jitters) / len(jitters) if jitters else None

    def mos_of(self, by):
        return self.mos_of_streams([m for m, _, _ in self.heard[by]])

    def mos_of_streams(self, measured):
        """None: nothing was heard. A range: the scale is another one, or no standard says."""
        if not measured or not any(m.codec for m in measured):
            return None
        codec = measured[0].codec
        if codec not in NARROWBAND:
            value = emodel.wideband_mos(WIDEBAND[codec]) if codec in WIDEBAND else None
            return Between(value - 0.03, value + 0.03) if value else Between(1, 4.5)
        lost, expected = sum(m.lost for m in measured), sum(m.expected for m in measured)
        late, runs = sum(m.late for m in measured), sum(len(m.runs) for m in measured)
        one_way_ms = 1000 * ((self.round_trip or 0) / 2 + self.buffer) + 20
        return emodel.mos(
            NARROWBAND[codec],
            100 * (lost + late) / expected,
            one_way_ms,
            emodel.burst_ratio(lost, runs, expected),
        )

    def stream_row(self, measured, origin, destination):
        row = {
            "ssrc": measured.ssrc,
            "codec": measured.codec,
            "packets": measured.packets,
            "bytes": Between(measured.bytes - measured.padding, measured.bytes),
            "lost": measured.lost,
            "duplicate": measured.copies,
            "reordered": measured.reordered,
            "jitter_ms": None if measured.jitter_ms is None else Near(measured.jitter_ms),
            "mos": worst(Near, min, [self.mos_of_streams([measured])]),
            "src": str(origin),
            "dst": str(destination),
        }
        return {name: value for name, value in row.items() if value != ""}


def worst(tolerance, choose, values):
    known = [value for value in values if value is not None]
    ranges = [value for value in known if isinstance(value, Between)]
    if ranges:
        return ranges[0]
    return tolerance(choose(known)) if known else None


