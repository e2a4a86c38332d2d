# SPDX-License-Identifier: Apache-2.0
"""Tests that hold for every observation, whatever happened to the packets: the counters are the truth, the
sums add up, and every call has its rows."""

import os
import subprocess


class CountersAreTheTruth:
    """To be mixed into a TestCase whose class has `seen`, an Observation."""

    seen = None
    transport = "udp"

    def test_requests_per_method_equal_the_capture(self):
        self.assertGreater(sum(self.seen.truth.requests.values()), 0)
        self.assertEqual(
            self.seen.metrics.by("sip_requests_total", "direction", "method", transport=self.transport),
            dict(self.seen.truth.requests),
        )

    def test_responses_per_code_equal_the_capture(self):
        self.assertEqual(
            self.seen.metrics.by("sip_responses_total", "direction", "method", "code", transport=self.transport),
            dict(self.seen.truth.responses),
        )

    def test_retransmissions_equal_the_capture(self):
        self.assertEqual(
            self.seen.metrics.by("sip_retransmissions_total", "direction", "method", "kind"),
            dict(self.seen.truth.retransmissions),
        )

    def test_every_frame_is_counted(self):
        self.assertEqual(
            self.seen.metrics.by("sipsonde_packets_total", "direction"),
            {("ingress",): self.seen.truth.frames_received, ("egress",): self.seen.truth.frames_sent},
        )

    def test_messages_are_requests_responses_and_malformed(self):
        metrics = self.seen.metrics
        judged = (
            metrics.sum("sip_requests_total")
            + metrics.sum("sip_responses_total")
            + metrics.sum("sip_malformed_total", stage="kernel")
        )
        self.assertEqual(metrics.sum("sipsonde_messages_total"), judged)

    def test_messages_in_one_packet_are_the_verdict_sip_and_went_to_the_ring(self):
        metrics = self.seen.metrics
        whole = metrics.sum("sipsonde_messages_total", path="packet")
        self.assertEqual(metrics.sum("sipsonde_packets_total", verdict="sip"), whole)
        self.assertEqual(
            metrics.sum("sipsonde_ring_events_total", kind="sip")
            + metrics.sum("sipsonde_ring_dropped_total", kind="sip"),
            whole,
        )

    def test_nothing_is_dropped_evicted_or_malformed(self):
        for family, *labels in (
            ("sipsonde_ring_dropped_total", "kind"),
            ("sipsonde_evictions_total", "table"),
            ("sipsonde_jobs_shed_total",),
            ("sip_malformed_total", "reason"),
            ("sipsonde_messages_deferred_total", "reason"),
        ):
            with self.subTest(family):
                self.assertEqual(self.seen.metrics.by(family, *labels), {})

    def test_no_call_is_active_any_more(self):
        self.assertTrue(self.seen.metrics.has("sip_calls_active"))
        self.assertEqual(self.seen.metrics.sum("sip_calls_active"), 0)

    def test_every_call_has_one_row_for_each_leg(self):
        for direction in ("inbound", "outbound"):
            with self.subTest(direction):
                ids = [row["call_id"] for row in self.seen.rows_of(direction)]
                self.assertEqual(sorted(ids), sorted(self.seen.truth.call_ids))

    def test_rows_agree_with_sipp(self):
        self.assertGreater(self.seen.caller.succeeded(), 0, self.seen.caller.complaint())
        self.assertEqual(self.seen.caller.failed(), 0, self.seen.caller.complaint())
        for direction in ("inbound", "outbound"):
            with self.subTest(direction):
                answered = self.seen.rows_of(
                    direction,
                    disposition="answered",
                    sip_status=200,
                    coverage="full",
                    disconnect_initiator="caller",
                    q850_cause=16,
                )
                self.assertEqual(len(answered), self.seen.caller.succeeded())
                self.assertEqual(
                    self.seen.metrics.by("sip_calls_total", "result", direction=direction),
                    {("answered",): self.seen.caller.succeeded()},
                )

    def test_every_row_has_its_transport(self):
        self.assertEqual({row["transport"] for row in self.seen.rows}, {self.transport})

    def test_answer_times_are_the_captures(self):
        # Packet time against packet time; the tenth of a second allows for the two clocks being read apart.
        for row in self.seen.rows_of("inbound"):
            self.assertAlmostEqual(
                row["answer_timestamp_ms"] / 1000,
                self.seen.truth.answered_at[row["call_id"]],
                delta=0.1,
                msg=row["call_id"],
            )

    def test_promtool_finds_nothing_but_the_fixed_units(self):
        checked = subprocess.run(
            ["promtool", "check", "metrics"],
            input=self.seen.metrics.text,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "LC_ALL": "C"},
        )
        findings = [
            line
            for line in (checked.stdout + checked.stderr).splitlines()
            if line and not (("_ms" in line or "_us" in line) and "unit" in line)
        ]
        self.assertEqual(findings, [])
