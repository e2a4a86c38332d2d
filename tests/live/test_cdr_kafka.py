# SPDX-License-Identifier: Apache-2.0
"""Records and events at a Kafka broker that is killed and comes back, read by kcat."""

import json
import os
import unittest

from lab import sipp
from lab.process import wait_until

from support.case import LiveCase, start_kamailio
from support.kafka import Kafka, find_kafka, partition_of
from support.records import stored_rows

CALLS = 10
LEGS = 2 * CALLS  # the proxy sees each call come in and go out
CONFIGURATION = """
cdr: {kafka: {brokers: "127.0.0.1:19092"}}
node: edge-1
"""


def by_call(items, call_of, value_of):
    calls = {}
    for item in items:
        calls.setdefault(call_of(item), []).append(value_of(item))
    return calls


@unittest.skipUnless(find_kafka(), "needs Kafka: tests/live/build_kafka fetches it; kcat reads it")
class InKafka(LiveCase):
    def setUp(self):
        super().setUp()
        self.kafka = Kafka(self.lab.proxy, self.folder)
        self.addCleanup(self.kafka.kill)
        start_kamailio(self.lab, self.folder, self.addCleanup)
        sipp.callee(self.lab, self.folder, "callee-answers", 5080)

    def call(self):
        caller = sipp.caller(
            self.lab, self.folder, "caller-talks", "answer", "-m", CALLS, "-r", 20, "-d", 100
        )
        caller.wait(30)
        self.assertEqual(caller.succeeded(), CALLS, caller.complaint())

    def stored(self):
        return stored_rows(os.path.join(self.folder, "agent", "store"))

    def assert_topic_holds(self, topic, facts):
        """Each once; those of a call in their order, with the Call-ID as key, where Java would put it."""
        messages = self.kafka.messages(topic)
        self.assertEqual(len(messages), len(facts))
        self.assertEqual(
            by_call(messages, lambda message: message["key"], lambda message: json.loads(message["payload"])),
            by_call(facts, lambda fact: fact["call_id"], lambda fact: fact),
        )
        for message in messages:
            self.assertEqual(message["partition"], partition_of(message["key"]))

    def all_come(self, agent, records):
        wait_until(lambda: len(self.stored()) == records, 10, "the store is not complete")
        agent.wait_for("sipsonde_sink_sent_total", records, seconds=30, sink="cdr-kafka")
        agent.wait_for("sipsonde_sink_sent_total", len(agent.events()), seconds=30, sink="events-kafka")
        self.assert_topic_holds("sip.cdr", self.stored())
        self.assert_topic_holds("sip.call_events", agent.events())

    def test_every_record_and_event_comes_once_and_in_order_over_the_death_of_the_broker(self):
        agent = self.agent(configuration=CONFIGURATION)
        self.call()  # before there is a broker
        self.kafka.start()
        self.all_come(agent, LEGS)
        self.kafka.kill()
        self.call()
        wait_until(lambda: len(self.stored()) == 2 * LEGS, 10, "the store is not complete")
        self.kafka.start()
        self.all_come(agent, 2 * LEGS)
        for sink in ("cdr-kafka", "events-kafka"):
            self.assertEqual(agent.metrics().sum("sipsonde_sink_dropped_total", sink=sink), 0)
        self.assertEqual(agent.end(), 0, agent.errors())


class Refusals(LiveCase):
    def test_an_option_that_librdkafka_does_not_know_is_said_at_the_start(self):
        status, said = self.refused(
            "run", "-i", "lo", configuration=CONFIGURATION.replace("}}", ", options: {no.such.thing: 1}}}")
        )
        self.assertEqual((status, said.count("\n")), (2, 1), said)
        self.assertIn("cdr.kafka", said)
