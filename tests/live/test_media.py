# SPDX-License-Identifier: Apache-2.0
"""How calls sounded, as rows, counters and events tell it, against what tshark makes of the same packets: phones
of baresip that call each other through Kamailio, their media straight through the proxy's host or through rtpengine
on it."""

import unittest

from lab.topology import TO_CALLEE, TO_CALLER

from support.conversation import Call, Conversation

SECONDS = 12  # the second sender report of baresip, which answers the first of the other side, comes after 10 s
PERCENT_LOST = 5
DIGITS = "15*#"

JITTER_SHARE, JITTER_MS = 0.01, 0.05  # how far from tshark's; packets get their time at different moments


def address(end):
    return "{}:{}".format(*end)


class MediaAsTsharkSeesIt:
    """What holds for each leg of every call. To be mixed into a TestCase whose class has `seen`, a Conversation."""

    seen = None

    def for_each_leg(self, check):
        """Calls check(call, the leg's row, its streams by way)."""
        for call in self.seen.calls:
            for interface in self.seen.interfaces:
                with self.subTest(call=call.name, at=interface):
                    row = call.row_of(self.seen.rows, interface)
                    self.assertIsNotNone(row, "it has not one row")
                    ways = call.streams_of(self.seen.captures[interface].streams, interface)
                    self.assertEqual(
                        {way: len(streams) for way, streams in ways.items()}, {"sent": 1, "received": 1}
                    )
                    check(call, row, {way: streams[0] for way, streams in ways.items()})

    def for_each_way(self, check):
        """Calls check(call, the row's own figures of that way, the stream)."""

        def check_leg(call, row, streams):
            ways = {own["way"]: own for own in row["media"]}
            self.assertEqual(sorted(ways), ["received", "sent"])
            for way, stream in streams.items():
                with self.subTest(call=call.name, src=stream.source):
                    check(call, ways[way], stream)

        self.for_each_leg(check_leg)

    def test_calls_were_answered_and_seen_whole(self):
        def check(_, row, __):
            self.assertEqual(
                (row["disposition"], row["disconnect_initiator"], row["coverage"]), ("answered", "caller", "full")
            )

        self.for_each_leg(check)

    def test_packets_bytes_and_losses_of_a_row_are_tsharks(self):
        def check(_, row, streams):
            sent, received = streams["sent"], streams["received"]
            lost = sent.lost + received.lost
            expected = {
                "packets_sent": sent.packets,
                "packets_received": received.packets,
                "packets_lost": lost,
                "bytes_sent": sent.bytes,
                "bytes_received": received.bytes,
            }
            self.assertEqual({key: row[key] for key in expected}, expected)
            share = lost / (lost + sent.packets + received.packets)
            self.assertAlmostEqual(row["loss_fraction"], share, places=4)

        self.for_each_leg(check)

    def test_figures_of_each_way_are_tsharks(self):
        def check(call, own, stream):
            expected = {
                "ssrc": stream.ssrc,
                "codec": call.codec,
                "packets": stream.packets,
                "bytes": stream.bytes,
                "lost": stream.lost,
                "duplicate": 0,
                "reordered": 0,
                "src": address(stream.source),
                "dst": address(stream.destination),
            }
            self.assertEqual({key: own[key] for key in expected}, expected)

        self.for_each_way(check)

    def test_jitter_is_tsharks(self):
        def check(_, own, stream):
            if "telephone-event" not in stream.codecs:  # which tshark does not leave out
                delta = max(JITTER_MS, JITTER_SHARE * stream.jitter_ms)
                self.assertAlmostEqual(own["jitter_ms"], stream.jitter_ms, delta=delta)

        self.for_each_way(check)

    def test_a_row_has_the_figures_of_its_worse_way(self):
        def check(call, row, _):
            self.assertEqual(row["codec"], call.codec)
            self.assertAlmostEqual(row["jitter_ms"], max(own["jitter_ms"] for own in row["media"]), places=3)
            self.assertAlmostEqual(row["estimated_mos"], min(own["mos"] for own in row["media"]), places=3)

        self.for_each_leg(check)

    def test_a_way_without_loss_sounds_well(self):
        def check(call, own, stream):
            if stream.lost == 0:
                least = 4 if call.codec in ("PCMU", "PCMA") else 3  # a busy machine makes packets late
                self.assertTrue(least <= own["mos"] <= 4.5, own)

        self.for_each_way(check)

    def test_the_round_trip_is_that_of_a_short_wire(self):
        def check(call, row, _):
            if call.encryption:  # the reports cannot be read
                self.assertIsNone(row["rtt_ms"])
            else:
                self.assertIsNotNone(row["rtt_ms"])
                self.assertTrue(0 <= row["rtt_ms"] < 50, row["rtt_ms"])

        self.for_each_leg(check)

    def test_media_started_once_each_way(self):
        def check(_, row, streams):
            told = [event["attributes"] for event in self.seen.events_of(row, "media.started")]
            self.assertEqual(
                sorted((own["way"], own["src"]) for own in told),
                sorted((way, address(stream.source)) for way, stream in streams.items()),
            )

        self.for_each_leg(check)

    def test_packets_and_bytes_of_rtp_are_counted(self):
        for family, field in (("rtp_packets_total", "packets"), ("rtp_bytes_total", "bytes")):
            expected = {"inbound": 0, "outbound": 0}
            for capture in self.seen.captures.values():
                for stream in capture.streams:
                    expected[capture.direction(stream)] += getattr(stream, field)
            with self.subTest(family):
                self.assertEqual(
                    {way: self.seen.metrics.sum(family, direction=way) for way in expected}, expected
                )

    def test_lost_packets_are_counted_once_their_streams_ended(self):
        lost = sum(stream.lost for capture in self.seen.captures.values() for stream in capture.streams)
        self.assertEqual(self.seen.metrics.sum("rtp_lost_packets_total"), lost)

    def test_packets_of_rtcp_are_counted_by_type(self):
        expected = {}
        for capture in self.seen.captures.values():
            for key, number in capture.rtcp_packets().items():
                expected[key] = expected.get(key, 0) + number
        self.assertGreater(len(expected), 0)
        self.assertEqual(self.seen.metrics.by("rtcp_packets_total", "direction", "type"), expected)

    def test_dtls_handshakes_went_well(self):
        handshakes = sum(capture.dtls_handshakes() for capture in self.seen.captures.values())
        self.assertGreater(handshakes, 0)
        self.assertEqual(
            self.seen.metrics.by("sip_dtls_handshake_total", "result"), {("ok",): handshakes}
        )

    def test_nothing_is_dropped_or_evicted(self):
        for family in ("sipsonde_ring_dropped_total", "sipsonde_evictions_total", "sipsonde_jobs_shed_total"):
            with self.subTest(family):
                self.assertEqual(self.seen.metrics.by(family), {})


class Direct(MediaAsTsharkSeesIt, unittest.TestCase):
    """The media of both phones pass the host that is watched, at the interface towards the callees."""

    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        cls.clean = Call("pcmu", "PCMU")
        cls.lossy = Call("lossy", "PCMU", loses=PERCENT_LOST)
        cls.dialling = Call("dialling", "PCMU", digits=DIGITS)
        others = [
            Call("pcma", "PCMA"),
            Call("g722", "G722"),
            Call("opus", "opus"),
            Call("sdes", "PCMU", encryption="srtp-mand"),
            Call("dtls", "PCMU", encryption="dtls_srtp"),
            Call("extended-reports", "opus", phones="linphone"),
        ]
        cls.seen = Conversation(
            cls.addClassCleanup,
            [cls.clean, cls.lossy, cls.dialling, *others],
            [TO_CALLEE],
            SECONDS,
            configuration="media: {dtmf_digits: true}\n",
        )

    def ways_of(self, call):
        row = call.row_of(self.seen.rows, TO_CALLEE)
        self.assertIsNotNone(row, f"{call.name} has not one row")
        return {own["way"]: own for own in row["media"]}

    def test_a_lossy_way_is_heard(self):
        ways = self.ways_of(self.lossy)
        share = ways["sent"]["lost"] / (ways["sent"]["lost"] + ways["sent"]["packets"])
        self.assertTrue(0.014 < share < 0.086, share)  # of 600 packets: 5 % and four times its deviation
        self.assertEqual(ways["received"]["lost"], 0)
        clean = self.ways_of(self.clean)
        self.assertLess(ways["sent"]["mos"], clean["sent"]["mos"] - 0.05)
        self.assertLess(ways["sent"]["mos"], ways["received"]["mos"] - 0.05)

    def test_digits_are_told_as_they_were_dialled(self):
        self.assertEqual(self.seen.captures[TO_CALLEE].digits(), DIGITS)
        row = self.dialling.row_of(self.seen.rows, TO_CALLEE)
        told = [event["attributes"]["digit"] for event in self.seen.events_of(row, "media.dtmf")]
        self.assertEqual("".join(told), DIGITS)
        self.assertEqual(
            len(told), sum(event["event"] == "media.dtmf" for event in self.seen.events), "others dialled nothing"
        )

    def test_extended_reports_are_seen(self):
        """Their numbers are held against tshark's with those of the other types."""
        self.assertGreater(self.seen.captures[TO_CALLEE].rtcp_packets()["inbound", "xr"], 0)


class ThroughRtpengine(MediaAsTsharkSeesIt, unittest.TestCase):
    """The relay is one end of the media of each leg; both interfaces of its host are watched."""

    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        calls = [
            Call("pcmu", "PCMU"),
            Call("pcma", "PCMA"),
            Call("g722", "G722"),
            Call("opus", "opus"),
            Call("sdes", "PCMU", encryption="srtp-mand"),
            Call("dtls", "PCMU", encryption="dtls_srtp"),
        ]
        cls.seen = Conversation(cls.addClassCleanup, calls, [TO_CALLER, TO_CALLEE], SECONDS, media_relay=True)

    def test_legs_of_a_call_have_streams_of_their_own(self):
        for call in self.seen.calls:
            with self.subTest(call.name):
                rows = [call.row_of(self.seen.rows, interface) for interface in self.seen.interfaces]
                self.assertNotIn(None, rows)
                ends = [{own[end] for own in row["media"] for end in ("src", "dst")} for row in rows]
                self.assertEqual([len(one) for one in ends], [2, 2])
                self.assertEqual(ends[0] & ends[1], set())
