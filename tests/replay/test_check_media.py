# SPDX-License-Identifier: Apache-2.0
"""The checks of media find what is wrong: each is shown an outcome that differs from the truth in one thing."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "data"))

import check_media  # noqa: E402
import stream_oracle  # noqa: E402
from approximate import Between, Near, OneOf, accepts  # noqa: E402
from measure import measure  # noqa: E402
from media_scene import Beginning, Stream  # noqa: E402
from prometheus import Metrics  # noqa: E402
from sipwire.packets import Endpoint  # noqa: E402
from source import Source  # noqa: E402
from truth import Truth, sample  # noqa: E402

HERE, THERE = Endpoint("192.0.2.10", 20000), Endpoint("192.0.2.20", 30000)


class Values(unittest.TestCase):
    def test_are_accepted_within_what_they_leave_open(self):
        for expected, right, wrong in (
            (Near(4.0), (4.0, 4.039, 3.961), (4.05, None, "4")),
            (Near(0.1), (0.119, 0.081), (0.13,)),
            (Between(1, 4), (1, 4, 2.5), (0.9, 5, None)),
            (OneOf(None, 0), (None, 0), (1, "")),
            (None, (None,), (0, "")),
            ("PCMU", ("PCMU",), ("PCMA", None)),
        ):
            for value in right:
                self.assertTrue(accepts(expected, value), (expected, value))
            for value in wrong:
                self.assertFalse(accepts(expected, value), (expected, value))


class Streams(unittest.TestCase):
    RIGHT = {"way": "sent", "ssrc": 7, "src": "a:1", "dst": "b:2", "packets": 5, "source": "rtp"}
    EXPECTED = [{key: value for key, value in RIGHT.items() if key != "source"}]

    def wrong(self, *found):
        return list(check_media.check_streams(list(found), self.EXPECTED, "row"))

    def test_are_compared_field_by_field(self):
        self.assertEqual(self.wrong(self.RIGHT), [])
        self.assertIn("packets is 4, not 5", self.wrong({**self.RIGHT, "packets": 4})[0])
        self.assertEqual(len(list(check_media.check_streams(None, self.EXPECTED, "row"))), 1)

    def test_missing_surplus_and_double_ones_are_found(self):
        self.assertIn("is missing", self.wrong()[0])
        self.assertIn("was no stream", self.wrong(self.RIGHT, {**self.RIGHT, "ssrc": 8})[0])
        self.assertIn("twice", self.wrong(self.RIGHT, self.RIGHT)[0])

    def test_reports_of_the_far_end_stand_beside_them(self):
        self.assertEqual(self.wrong(self.RIGHT, {**self.RIGHT, "source": "rtcp", "packets": 3}), [])


class Events(unittest.TestCase):
    def wrong(self, *found, **expected):
        events = [{"event": f"media.{name}", "attributes": {"way": way}} for name, way in found]
        wanted = {("media.started", "sent"): (1, 1), ("media.silent", None): (0, 1)}
        return list(check_media.check_events_of_media(events, wanted, "leg"))

    def test_are_counted_by_way(self):
        self.assertEqual(self.wrong(("started", "sent")), [])
        self.assertEqual(self.wrong(("started", "sent"), ("silent", "received"), ("rtcp", "sent")), [])
        for found in (
            (),
            (("started", "sent"), ("started", "sent")),
            (("started", "received"),),
            (("started", "sent"), ("silent", "sent"), ("silent", "received")),
            (("started", "sent"), ("late", "sent")),
        ):
            self.assertTrue(self.wrong(*found), found)


class Beginnings(unittest.TestCase):
    def wrong(self, ts, after="50", name="media.started"):
        event = {"event": name, "ts": ts, "attributes": {"way": "sent", "after_answer_ms": after}}
        begin = Beginning(1_767_225_601_050_000_000, 1_767_225_601_000_000_000)
        return list(check_media.check_beginnings([event], {"sent": begin}, "leg"))

    def test_are_at_the_first_packet_or_a_little_later(self):
        for ts in ("2026-01-01T00:00:01.050000000Z", "2026-01-01T00:00:01.09Z"):
            self.assertEqual(self.wrong(ts), [])
        for ts in ("2026-01-01T00:00:01.049999999Z", "2026-01-01T00:00:02Z"):
            self.assertEqual(len(self.wrong(ts)), 1)

    def test_tell_how_long_it_took_from_the_answer(self):
        ts = "2026-01-01T00:00:01.05Z"
        for after in (None, "49", "500"):
            self.assertEqual(len(self.wrong(ts, after)), 1)
            self.assertEqual(self.wrong(ts, after, "media.early"), [])


class Histograms(unittest.TestCase):
    def calls(self, text, row):
        truth = Truth()
        truth.rows["a", 0] = {"coverage": "full", "jitter_ms": None, **row}
        return list(check_media.check_call_histograms(Metrics(text), truth))

    def test_each_leg_with_media_is_observed_once(self):
        right = "sip_call_jitter_ms_count 1\nsip_call_jitter_ms_sum 2\n"
        self.assertEqual(self.calls(right, {"jitter_ms": Near(2)}), [])
        self.assertEqual(self.calls("", {}), [])
        self.assertEqual(len(self.calls("", {"jitter_ms": Near(2)})), 1)
        self.assertEqual(len(self.calls(right, {})), 1)
        self.assertEqual(len(self.calls(right.replace("sum 2", "sum 3"), {"jitter_ms": Near(2)})), 1)

    def test_round_trips_are_counted_and_added(self):
        truth = Truth()
        truth.round_trips["inbound"] += [0.03, 0.05]
        text = 'rtcp_rtt_seconds_count{direction="inbound"} 2\nrtcp_rtt_seconds_sum{direction="inbound"} 0.08\n'
        self.assertEqual(list(check_media.check_round_trips(Metrics(text), truth)), [])
        for wrong in ("", text.replace("0.08", "0.09"), text.replace("inbound", "outbound")):
            self.assertTrue(list(check_media.check_round_trips(Metrics(wrong), truth)), wrong)


class Ranges(unittest.TestCase):
    def test_what_is_loosened_becomes_a_range_and_the_verdicts_still_add_up(self):
        truth = Truth()
        truth.packet("ingress", "rtp", 10)
        truth.packet("ingress", "other", 1)
        truth.probation("ingress", 10)
        truth.settle()
        ranges = {len(samples): (low, high) for samples, low, high in truth.sums}
        self.assertEqual(ranges, {1: (7, 10), 2: (11, 11)})
        self.assertEqual(truth.sums[0][0], [sample("sipsonde_packets_total", direction="ingress", verdict="rtp")])


class Oracle(unittest.TestCase):
    TEXT = (
        "     0.000000      3.989566      192.0.2.10 20000      192.0.2.20 30000 0x00000078            g711U   197"
        "     3 (1.5%)           0.165          20.355          88.576           0.891           %s           8.533 X\n"
    )

    def wrong(self, text, judged=("packets", "lost", "jitter")):
        source = Source(0x78, 0).talk(200).delay_at_random(0.02, 1).lose(5, 6, 7)
        measured = measure(source)
        text = text.replace("%s", f"{measured.jitter_ms:.3f}").replace("8.533", f"{measured.jitter_max_ms:.3f}")
        stream = Stream(HERE, THERE, measured, judged)
        return list(stream_oracle.check(stream_oracle.streams_of(text), [stream]))

    def test_the_same_opinion_is_no_fault(self):
        self.assertEqual(self.wrong(self.TEXT), [])

    def test_another_opinion_is_found_where_it_is_judged(self):
        for right, wrong, field in (("197", "198", "packets"), (" 3 (", " 2 (", "lost"), ("%s", "9.999", "jitter")):
            self.assertEqual(len(self.wrong(self.TEXT.replace(right, wrong))), 1, field)
            self.assertEqual(self.wrong(self.TEXT.replace(right, wrong), judged=("nothing",)), [])
        self.assertIn("sees no stream", self.wrong("")[0])

    def test_kinds_of_reports_are_compared(self):
        samples = {sample("rtcp_packets_total", direction=way, type="sr"): 2 for way in ("inbound", "outbound")}
        self.assertEqual(list(stream_oracle.check_reports(stream_oracle.Counter(sr=4), samples)), [])
        for theirs in ({"sr": 3}, {"sr": 4, "xr": 1}):
            self.assertEqual(len(list(stream_oracle.check_reports(stream_oracle.Counter(theirs), samples))), 1)


if __name__ == "__main__":
    unittest.main()
