# SPDX-License-Identifier: Apache-2.0
"""Spans, log records and metrics of calls through a proxy, at a receiver of our own that fails in every way, and at a
real collector."""

import hashlib
import unittest

from lab import sipp
from lab.process import wait_until

from support.case import LiveCase, start_kamailio
from support.otlp import Collector, Receiver, find_collector
from support.otlp_messages import partial_success

SIGNALS = "  logs: true\n  metrics: true\n  metrics_interval: 500ms\n"

CALLS = 5
LEGS = 2 * CALLS  # the proxy sees each call come in and go out

SETTINGS = """
otlp:
  enabled: true
  endpoint: {endpoint}
  protocol: {protocol}
  compression: {compression}
  headers: {{X-Scope: tenant-1}}
  batch: {{delay: 200ms}}
"""


def settings(endpoint="http://127.0.0.1:4318", protocol="http/protobuf", compression="none", more=""):
    return SETTINGS.format(endpoint=endpoint, protocol=protocol, compression=compression) + more


class OtlpCase(LiveCase):
    def setUp(self):
        super().setUp()
        start_kamailio(self.lab, self.folder, self.addCleanup)
        sipp.callee(self.lab, self.folder, "callee-answers", 5080)
        self.calls_made = 0

    def call(self):
        """CALLS calls that are answered and hung up, each a while after the one before: what sipp makes of calls on a
        busy machine is not what is tested."""
        self.calls_made += 1
        caller = sipp.caller(
            self.lab, self.folder, "caller-talks", "answer", "-m", CALLS, "-r", 10, "-d", 300
        )
        caller.wait(30)
        self.assertEqual(caller.succeeded(), CALLS)

    def assert_sent(self, agent, spans):
        agent.wait_for("sipsonde_sink_sent_total", spans, seconds=10, sink="otlp")


class Spans(OtlpCase):
    def test_a_call_is_one_tree_of_spans_by_the_same_times_as_its_row(self):
        receiver = Receiver(self.lab.proxy)
        self.addCleanup(receiver.stop)
        agent = self.agent(configuration=settings(compression="gzip"))
        self.call()
        roots = receiver.wait_for_spans(LEGS, name="sip.call")
        rows = {(row["call_id"], row["leg"]): row for row in agent.rows(at_least=LEGS)}
        for root in roots:
            row = rows[root["attributes"]["sip.call_id"], root["attributes"]["sip.leg"]]
            self.assertEqual(root["trace_id"], hashlib.sha256(row["call_id"].encode()).digest()[:16].hex())
            self.assertEqual(root["trace_id"], row["trace_id"])
            self.assertEqual(root["start_ns"] // 1_000_000, row["start_timestamp_ms"])
            self.assertEqual(root["end_ns"] // 1_000_000, row["end_timestamp_ms"])
            self.assertEqual(root["resource"]["service.name"], "sipsonde")
            for name in ("sip.call.setup", "sip.call.teardown"):
                children = receiver.spans_with(name=name, parent=root["span_id"])
                self.assertEqual(len(children), 1, name)
                self.assertEqual(children[0]["kind"], 2 if row["direction"] == "inbound" else 3)
        setup = receiver.spans_with(name="sip.call.setup")[0]
        self.assertIn("sip.answered", setup["events"])
        self.assertTrue(setup["attributes"]["sip.via"].startswith("SIP/2.0/UDP "))
        self.assertEqual(setup["attributes"]["sip.status_code"], 200)
        path, headers = receiver.requests[0]
        self.assertEqual(path, "/v1/traces")
        self.assertEqual(headers["Content-Type"], "application/x-protobuf")
        self.assertEqual(headers["X-Scope"], "tenant-1")
        self.assert_sent(agent, len(receiver.spans))


class Faults(OtlpCase):
    def setUp(self):
        super().setUp()
        self.receiver = Receiver(self.lab.proxy)
        self.addCleanup(self.receiver.stop)

    def all_come_once(self, agent):
        self.receiver.wait_for_spans(LEGS * self.calls_made, name="sip.call")
        ids = [span["span_id"] for span in self.receiver.spans]
        self.assertEqual(len(ids), len(set(ids)))
        self.assert_sent(agent, len(ids))

    def test_what_is_to_be_tried_again_comes_once(self):
        self.receiver.script = [(503, {"Retry-After": "1"}, b""), (429, {}, b"<html>"), "reset"]
        agent = self.agent(configuration=settings())
        self.call()
        self.all_come_once(agent)
        self.assertGreaterEqual(self.receiver.times[1] - self.receiver.times[0], 0.95)
        self.assertEqual(agent.metrics().sum("sipsonde_sink_failed_total", sink="otlp"), 3)
        self.assertEqual(agent.metrics().sum("sipsonde_sink_dropped_total"), 0)

    def test_a_receiver_that_stalls_is_left_after_the_timeout(self):
        self.receiver.script = ["stall"]
        agent = self.agent(configuration=settings(more="  timeout: 500ms\n"))
        self.call()
        self.all_come_once(agent)

    def test_what_is_refused_for_good_is_counted_and_not_sent_again(self):
        self.receiver.script = [(400, {}, b"\xff\xfe garbage")] * 20
        agent = self.agent(configuration=settings())
        self.call()
        agent.wait_for("sipsonde_sink_dropped_total", 3 * LEGS, seconds=10, sink="otlp")
        requests = len(self.receiver.requests)
        self.assertEqual(agent.metrics().sum("sipsonde_sink_failed_total", sink="otlp"), requests)
        self.assertEqual(agent.metrics().sum("sipsonde_sink_sent_total", sink="otlp"), 0)
        self.assertEqual(len(agent.rows(at_least=LEGS)), LEGS)

    def test_a_part_that_is_rejected_is_told_once(self):
        self.receiver.script = [(200, {}, partial_success(2, "too old"))]
        agent = self.agent(configuration=settings())
        self.call()
        self.receiver.wait_for_spans(LEGS, name="sip.call")
        self.assert_sent(agent, 3 * LEGS - 2)
        self.assertEqual(agent.metrics().sum("sipsonde_sink_dropped_total", sink="otlp"), 2)
        self.assertEqual(agent.errors().count("the receiver refused 2 of"), 1)

    def test_a_receiver_that_was_away_gets_what_it_missed(self):
        self.receiver.stop()
        agent = self.agent(configuration=settings())
        self.call()
        agent.rows(at_least=LEGS)
        self.receiver.start()
        self.all_come_once(agent)

    def test_the_end_does_not_wait_for_a_receiver_that_stalls(self):
        self.receiver.script = ["stall"] * 100
        agent = self.agent(configuration=settings())
        self.call()
        self.assertEqual(agent.end(), 1)
        self.assertIn("were not delivered in time", agent.errors())


class Signals(OtlpCase):
    def test_log_records_stand_beside_their_spans_and_metrics_say_what_the_page_says(self):
        receiver = Receiver(self.lab.proxy)
        self.addCleanup(receiver.stop)
        agent = self.agent(configuration=settings(compression="gzip", more=SIGNALS))
        self.call()
        roots = receiver.wait_for_spans(LEGS, name="sip.call")
        self.assertEqual(agent.end(), 0, agent.errors() + agent.output())
        spans = {span["attributes"]["sip.call_id"] + str(span["attributes"]["sip.leg"]): span for span in roots}
        events = agent.events()
        self.assertEqual(len(receiver.logs), len(events))
        told = {(line["call_id"], line["leg"], line["event"], line["src"]) for line in events}
        for log in receiver.logs:
            attributes = log["attributes"]
            self.assertIn(
                (attributes["call_id"], attributes["leg"], log["event"], attributes["src"]), told
            )
            span = spans[attributes["call_id"] + str(attributes["leg"])]
            self.assertEqual((log["trace_id"], log["span_id"]), (span["trace_id"], span["span_id"]))
            self.assertLessEqual(log["time_ns"], log["observed_ns"])
        self.assertEqual(receiver.metrics["sip.response.count", (("sip.status_code", 200),)], 4 * CALLS)
        latencies = [number for (name, _), number in receiver.metrics.items() if name == "sip.call.setup_latency"]
        self.assertEqual(sum(latencies), LEGS)
        active = [number for (name, _), number in receiver.metrics.items() if name == "sip.calls.active"]
        self.assertEqual(sum(active), 0)
        self.assertEqual(receiver.metrics["sip.call.failed", (("reason", "busy"),)], 0)
        self.assertEqual({path for path, _ in receiver.requests}, {"/v1/traces", "/v1/logs", "/v1/metrics"})


class Refusals(LiveCase):
    def test_a_certificate_that_is_not_there_is_said_at_the_start(self):
        status, errors = self.refused(
            "run", "-i", "lo", configuration=settings(more="  certificate: /nowhere/ca.pem\n")
        )
        self.assertEqual(status, 2)
        self.assertIn("otlp.certificate", errors)
        self.assertEqual(errors.count("\n"), 1)


@unittest.skipUnless(find_collector(), "needs an OpenTelemetry collector: tests/live/build_collector makes one")
class AtACollector(OtlpCase):
    ROUTES = {"http/protobuf": "http://127.0.0.1:4318", "grpc": "http://127.0.0.1:4317"}

    def _down_and_up_again(self, protocol):
        collector = Collector(self.lab.proxy, self.folder, find_collector())
        self.addCleanup(collector.stop)
        agent = self.agent(
            configuration=settings(
                endpoint=self.ROUTES[protocol], protocol=protocol, compression="gzip", more=SIGNALS
            )
        )
        self.call()
        collector.wait_for_spans(LEGS, "sip.call")
        collector.stop()
        self.call()
        agent.rows(at_least=2 * LEGS)
        collector.start()
        collector.wait_for_spans(2 * LEGS, "sip.call")
        spans = collector.spans()
        self.assertEqual(len(spans), 6 * LEGS)
        ids = {(span["traceId"], span["spanId"]) for span in spans}
        self.assertEqual(len(ids), 6 * LEGS)
        self.assertEqual(agent.end(), 0)
        # What the collector has confirmed it writes a moment later.
        told = len(agent.events())
        wait_until(lambda: len(collector.logs()) >= told, 10, "log records are missing")
        logs = collector.logs()
        self.assertEqual(len(logs), told)
        for log in logs:
            self.assertIn((log["traceId"], log["spanId"]), ids)
        self.assertEqual(
            {metric["name"] for metric in collector.metrics()},
            {"sip.call.setup_latency", "sip.response.count", "sip.calls.active", "sip.call.failed"},
        )

    def test_over_http_down_and_up_again(self):
        self._down_and_up_again("http/protobuf")

    def test_over_grpc_down_and_up_again(self):
        self._down_and_up_again("grpc")
