# SPDX-License-Identifier: Apache-2.0
"""Tests that hold for every conversation: rows, counters and events are what tshark makes of the same packets.

The capture's clock is not the hooks': tcpdump takes the time of day, which is set now and then, of a packet's arrival; a
hook takes the monotonic clock when the packet's turn has come, which on a busy machine is milliseconds later. So
figures that are made of times are held closely against tshark's where the capture is taken again by its own clock, and
loosely as they were told live."""

import collections

FEW_PACKETS = 50  # tell nothing of jitter or quality
DOUBTFUL_MS = 0.02  # a round trip so near to 0 may be below it for one and above it for the other


class Slack:
    """How far a time may be from tshark's: the larger of a share of it and so many milliseconds."""

    def __init__(self, share, least_ms):
        self._share, self._least_ms = share, least_ms

    def around(self, value_ms):
        return max(self._share * value_ms, self._least_ms)


REPLAYED = Slack(0.01, 0.05)
LIVE_JITTER = Slack(0.1, 5)  # a clock rate or a unit that is mistaken is further away
LIVE_ROUND_TRIP = Slack(0.1, 50)


def address(end):
    return "{}:{}".format(*end)


def passed_here(row):
    """What the row tells of streams that passed here; beside it stands what the far ends reported."""
    return [own for own in row["media"] if own["source"] == "rtp"]


class MediaAsTsharkSeesIt:
    """What holds for each leg of every call. To be mixed into a TestCase whose class has `seen`, a Conversation."""

    seen = None

    def for_each_leg(self, check, replayed=False):
        """Calls check(call, the leg's row, its streams by way). A relay may begin from another port, which makes
        two streams of a way."""
        for call in self.seen.calls:
            for interface in self.seen.interfaces:
                with self.subTest(call=call.name, at=interface, replayed=replayed):
                    row = call.row_of(self.seen.replayed[interface] if replayed else self.seen.rows, interface)
                    self.assertIsNotNone(row, "it has not one row")
                    ways = call.streams_of(self.seen.captures[interface].streams, interface)
                    self.assertTrue(all(ways.values()), ways)
                    check(call, row, ways)

    def for_each_stream(self, check, replayed=False):
        """Calls check(call, the row's figures of the stream as it passed here, the stream)."""

        def check_leg(call, row, ways):
            figures = {(own["way"], own["src"], own["dst"], own["ssrc"]): own for own in passed_here(row)}
            streams = {
                (way, address(stream.source), address(stream.destination), stream.ssrc): stream
                for way, of_way in ways.items()
                for stream in of_way
            }
            self.assertEqual(sorted(figures), sorted(streams))
            for key, stream in streams.items():
                with self.subTest(call=call.name, src=key[1]):
                    check(call, figures[key], stream)

        self.for_each_leg(check_leg, replayed)

    def test_calls_were_answered_and_seen_whole(self):
        def check(_, row, __):
            self.assertEqual(
                (row["disposition"], row["disconnect_initiator"], row["coverage"]), ("answered", "caller", "full")
            )

        self.for_each_leg(check)

    def test_packets_bytes_and_losses_of_a_row_are_tsharks(self):
        def check(_, row, ways):
            def total(way, field):
                return sum(getattr(stream, field) for stream in ways[way])

            lost = total("sent", "lost") + total("received", "lost")
            expected = {
                "packets_sent": total("sent", "packets"),
                "packets_received": total("received", "packets"),
                "packets_lost": lost,
                "bytes_sent": total("sent", "bytes"),
                "bytes_received": total("received", "bytes"),
            }
            self.assertEqual({key: row[key] for key in expected}, expected)
            share = lost / (lost + row["packets_sent"] + row["packets_received"])
            self.assertAlmostEqual(row["loss_fraction"], share, places=4)

        self.for_each_leg(check)

    def test_figures_of_each_stream_are_tsharks(self):
        def check(call, own, stream):
            expected = {
                "codec": call.codec,
                "packets": stream.packets,
                "bytes": stream.bytes,
                "lost": stream.lost,
                "duplicate": 0,
            }
            self.assertEqual({key: own[key] for key in expected}, expected)

        self.for_each_stream(check)

    def test_jitter_is_tsharks(self):
        for replayed, slack in ((True, REPLAYED), (False, LIVE_JITTER)):

            def check(_, own, stream, slack=slack):
                if "telephone-event" in stream.codecs or stream.packets < FEW_PACKETS:
                    return  # tshark takes events, too
                self.assertAlmostEqual(own["jitter_ms"], stream.jitter_ms, delta=slack.around(stream.jitter_ms))

            self.for_each_stream(check, replayed)

    def test_a_row_has_the_figures_of_its_worse_way(self):
        def check(call, row, ways):
            self.assertEqual(row["codec"], call.codec)
            if all(len(streams) == 1 for streams in ways.values()):
                own = passed_here(row)
                self.assertAlmostEqual(row["jitter_ms"], max(one["jitter_ms"] for one in own), places=3)
                known = [one["mos"] for one in own if one["mos"] is not None]
                self.assertEqual(row["estimated_mos"] is None, not known)
                if known:
                    self.assertAlmostEqual(row["estimated_mos"], min(known), places=3)

        self.for_each_leg(check)

    def test_a_stream_without_loss_sounds_well(self):
        def check(call, own, stream):
            if stream.lost == 0 and stream.packets >= FEW_PACKETS:
                # A busy machine makes packets late; of G.722 with such losses nothing is known.
                least = 4 if call.codec in ("PCMU", "PCMA") else 3
                if own["mos"] is not None or call.codec != "G722":
                    self.assertTrue(least <= own["mos"] <= 4.5, own)

        self.for_each_stream(check)

    def test_the_round_trip_is_that_of_the_reports(self):
        def check(call, row, ways):
            if call.encryption:
                self.assertIsNone(row["rtt_ms"], "the reports cannot be read")
                return
            # Of a wire so short baresip, which counts in milliseconds, makes some trips take less than nothing.
            halves = [self.round_trips_to(stream.source for stream in streams) for streams in ways.values()]
            if all(abs(one) > DOUBTFUL_MS for half in halves for one in half):
                usable = [[one for one in half if one > 0] for half in halves]
                expected = sum(sum(half) / len(half) for half in usable) if all(usable) else None
                self.assertEqual(row["rtt_ms"] is None, expected is None, halves)
                if expected is not None:
                    self.assertAlmostEqual(row["rtt_ms"], expected, delta=REPLAYED.around(expected))

        self.for_each_leg(check, replayed=True)

    def test_the_round_trip_is_told_live(self):
        def check(call, row, ways):
            trips = [self.round_trips_to(stream.source for stream in streams) for streams in ways.values()]
            if row["rtt_ms"] is not None:
                most = sum(max(half, default=0) for half in trips)
                self.assertFalse(call.encryption, "the reports cannot be read")
                self.assertTrue(0 < row["rtt_ms"] <= most + LIVE_ROUND_TRIP.around(most), (row["rtt_ms"], trips))

        self.for_each_leg(check)

    def round_trips_to(self, senders):
        """By RTCP from the ports above those of their RTP, at the interface where they are seen."""
        ends = {(own, port + 1) for own, port in senders}
        found = [
            [one for end, trips in capture.round_trips_ms().items() if end in ends for one in trips]
            for capture in self.seen.captures.values()
        ]
        return max(found, key=len)

    def test_the_start_of_each_stream_is_told_once(self):
        def check(_, row, ways):
            # A relay may pass the first packet of an answer before the answer itself.
            told = self.seen.events_of(row, "media.started") + self.seen.events_of(row, "media.early")
            self.assertEqual(
                sorted((event["attributes"]["way"], event["src"]) for event in told),
                sorted((way, address(stream.source)) for way, streams in ways.items() for stream in streams),
            )
            started = self.seen.events_of(row, "media.started")
            self.assertIn("sent", [event["attributes"]["way"] for event in started])

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
        self.seen.agent.wait_for("rtp_lost_packets_total", lost)

    def test_packets_of_rtcp_are_counted_by_type(self):
        encrypted = {
            (phone.address, port)
            for call in self.seen.calls
            if call.encryption
            for phone in (call.caller, call.callee)
            for port in phone.rtp_ports
        }
        least, most = collections.Counter(), collections.Counter()
        for capture in self.seen.captures.values():
            few, many = capture.rtcp_packets(encrypted)
            least.update(few)
            most.update(many)
        self.assertGreater(sum(least.values()), 0)
        counted = self.seen.metrics.by("rtcp_packets_total", "direction", "type")
        for key in {*counted, *most}:
            with self.subTest(key):
                self.assertTrue(
                    least[key] <= counted.get(key, 0) <= most[key],
                    f"{least[key]} <= {counted.get(key, 0)} <= {most[key]}",
                )

    def test_dtls_handshakes_went_well(self):
        handshakes = sum(capture.dtls_handshakes() for capture in self.seen.captures.values())
        self.assertGreater(handshakes, 0)
        counted = self.seen.metrics.by("sip_dtls_handshake_total", "result")
        counted.pop(("timeout",), None)  # a relay may begin one, and once more when it knows the answer
        self.assertEqual(counted, {("ok",): handshakes})

    def test_nothing_is_dropped_or_evicted(self):
        for family in ("sipsonde_ring_dropped_total", "sipsonde_evictions_total", "sipsonde_jobs_shed_total"):
            with self.subTest(family):
                self.assertEqual(self.seen.metrics.by(family), {})
