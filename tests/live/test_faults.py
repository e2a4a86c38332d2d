# SPDX-License-Identifier: Apache-2.0
"""Every output at once, and each receiver in turn killed, stalled, slow or talking nonsense, and disks that are full: the
others have everything meanwhile, counters stay the truth, and what is durable arrives in the end.

SIPSONDE_FAULT_ROUNDS: so many rounds of faults at random follow; none unless set."""

import collections
import os
import random
import time
import unittest

from lab.topology import TO_CALLEE, TO_CALLER

from support.agent import Agent
from support.case import new_folder, new_topology
from support.doors import KILLED, NONSENSE, OPEN, SLOW, STALLED, Doors
from support.records import key_of, once_each, stored_rows
from support.sinks import every_sink, wait_for_start
from support.small_disk import SmallDisk
from support.watched_calls import WatchedCalls

ROUNDS = int(os.environ.get("SIPSONDE_FAULT_ROUNDS", "0"))
RATE = 12  # calls a second
FAULT_SECONDS = {KILLED: 1, STALLED: 1.4, SLOW: 0.8, NONSENSE: 2.2}
# One half of the receivers fails while the other is well. A broker takes longest to start.
HALVES = (("hep", "http", "kafka"), ("otlp", "syslog", "clickhouse", "grpc"))
PORTS_OF_GRPC = """
metrics: {listen: "127.0.0.1:9191"}
api: {listen: "127.0.0.1:9192"}
"""
# Of the others, what kernels and producers hold of what is not read is no trouble yet.
SEEN_WHEN_STALLED = ("otlp", "cdr-http", "cdr-clickhouse", "cdr-kafka")
# docs/hep.md: what a receiver's host had taken and not read is lost with it; at random a jam may end in a kill.
LOST_WITH_A_HOST = 20 * ROUNDS
OF_THE_STORE = ("cdr-http", "cdr-syslog", "cdr-clickhouse", "cdr-kafka")


def wait_patiently(condition, seconds, what):
    """Asks seldom: an answer costs more than a moment."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"after {seconds} s: {what()}")
        time.sleep(0.15)


class EverySink(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.complaints = []
        cleanup = cls.addClassCleanup
        folder, cls.lab = new_folder(cleanup), new_topology(cleanup)
        doors = Doors(cls.lab.proxy)
        cleanup(doors.close)
        cls.sinks, left_out = every_sink(doors, cls.lab.proxy, folder)
        for sink in cls.sinks.values():
            cleanup(sink.stop)
        for name in left_out:
            print(f"note faults: without {name}", flush=True)
        cls.calls = WatchedCalls(cls.lab, folder, cleanup, RATE, 300)
        cls.start_agents(folder, cleanup)
        wait_for_start(cls.sinks, "clickhouse")
        cls.calls.start()
        cls.run_faults()
        cls.calls.end()
        cls.settle()

    @classmethod
    def start_agents(cls, folder, cleanup):
        cls.files = SmallDisk(os.path.join(folder, "agent"), 24 + 4 * ROUNDS)
        cleanup(cls.files.close)
        cls.disk = SmallDisk(os.path.join(folder, "agent", "store"), 32 + 8 * ROUNDS)
        cleanup(cls.disk.close)
        backends = "".join(f"{sink.lines}\n" for sink in cls.sinks.values() if sink.durable)
        others = "".join(f"{cls.sinks[name].lines}\n" for name in ("otlp", "hep"))
        agents = (
            Agent(cls.lab.proxy, folder, (TO_CALLER, TO_CALLEE), f"{others}cdr:\n{backends}"),
            Agent(
                cls.lab.proxy,
                folder,
                (TO_CALLER, TO_CALLEE),
                cls.sinks["grpc"].lines + PORTS_OF_GRPC,
                name="agent-grpc",
                metrics_port=9191,
                api_port=9192,
            ),
        )
        for agent in agents:
            cleanup(agent.stop, 9)
        cls.agent, cls.grpc_agent = [agent.ready() for agent in agents]

    # ---- faults ----

    @classmethod
    def run_faults(cls):
        time.sleep(0.5)
        cls.first_memory = cls.agent.metrics().sum("sipsonde_memory_allocated_bytes")
        for fault in (KILLED, STALLED, SLOW, NONSENSE):
            for half in HALVES:
                cls.one_fault({name: fault for name in half if name in cls.sinks}, FAULT_SECONDS[fault])
                wait_for_start(cls.sinks, "kafka")
        cls.full_disks(1.5)
        for number in range(ROUNDS):
            faults = {
                name: random.choice((OPEN, OPEN, KILLED, STALLED, SLOW, NONSENSE)) for name in cls.sinks
            }
            cls.one_fault({name: fault for name, fault in faults.items() if fault != OPEN}, random.uniform(0.3, 4))
            if number % 5 == 4:
                cls.full_disks(random.uniform(0.5, 3))

    @classmethod
    def one_fault(cls, faults, seconds):
        before = [agent.metrics() for agent in (cls.agent, cls.grpc_agent)]
        if faults.get("grpc") == NONSENSE:
            cls.sinks["grpc"].receiver.script = ["no trailers", 14, 14]
        for name, fault in faults.items():
            cls.sinks[name].door.set(fault)
        time.sleep(seconds)
        what = ", ".join(f"{name} {fault}" for name, fault in faults.items())
        cls.others_have_everything(what, [name for name in cls.sinks if name not in faults])
        cls.sinks_tell(what, faults, before)
        for name in faults:
            cls.sinks[name].door.set(OPEN)

    @classmethod
    def full_disks(cls, seconds):
        before = cls.agent.metrics()
        cls.disk.fill()
        cls.files.fill()
        time.sleep(seconds)
        cls.others_have_everything("disks full", ["hep"])
        now = cls.agent.metrics()
        for sink in ("store", "cdr-file", "events-file"):
            if now.sum("sipsonde_sink_failed_total", sink=sink) == before.sum("sipsonde_sink_failed_total", sink=sink):
                cls.complaints.append(f"{sink} says nothing of a disk that is full")
        cls.disk.free()
        cls.files.free()

    # ---- what holds meanwhile ----

    @classmethod
    def stored(cls):
        return [key_of(row) for row in stored_rows(cls.disk.path)]

    @classmethod
    def missing_at(cls, name, stored, messages):
        sink = cls.sinks[name]
        told = sink.told()
        if name == "hep":
            return max(0, messages - len(told) - LOST_WITH_A_HOST)
        if not sink.durable:
            return max(0, len({key[1:3] for key in stored} - set(told)) - cls.legs_refused(name))
        return len(set(stored) - set(told))

    @classmethod
    def legs_refused(cls, name):
        """Of gRPC: an answer without trailers has a status that is not to be tried again."""
        if name != "grpc":
            return 0
        return cls.grpc_agent.metrics().sum("sipsonde_sink_dropped_total", sink="otlp")  # spans, at most so many legs

    @classmethod
    def others_have_everything(cls, what, names, seconds=60):  # on a busy machine receivers need a while
        """All that was stored, or seen, when this was asked first."""
        metrics = cls.agent.metrics()
        messages = metrics.sum("sip_requests_total") + metrics.sum("sip_responses_total")
        stored = cls.stored()
        for name in names:
            try:
                wait_patiently(
                    lambda: not cls.missing_at(name, stored, messages),  # pylint: disable=cell-var-from-loop
                    seconds,
                    lambda: f"{cls.missing_at(name, stored, messages)} are missing",  # pylint: disable=cell-var-from-loop
                )
            except TimeoutError as error:
                cls.complaints.append(f"{what}: {name}: {error}")

    @classmethod
    def sinks_tell(cls, what, faults, before):
        """Of each receiver that fails, sooner or later: a failure that is counted, or rows that wait."""
        for name, fault in faults.items():
            # Without answers, what kernels hold of what is not read is no trouble yet.
            if fault not in ((KILLED,) if name in ("hep", "syslog") else (KILLED, STALLED)):
                continue
            agent, old = (cls.grpc_agent, before[1]) if name == "grpc" else (cls.agent, before[0])
            for label in cls.sinks[name].names:
                try:
                    wait_patiently(
                        lambda: cls.is_seen(agent, old, label),  # pylint: disable=cell-var-from-loop
                        10,
                        lambda: f"nothing is to be seen of it at {label}",  # pylint: disable=cell-var-from-loop
                    )
                except TimeoutError as error:
                    cls.complaints.append(f"{what}: {error}")
        for agent in (cls.agent, cls.grpc_agent):
            if agent.metrics().sum("sipsonde_ring_dropped_total"):
                cls.complaints.append(f"{what}: the ring dropped")

    @staticmethod
    def is_seen(agent, before, label):
        now = agent.metrics()
        failed = [page.sum("sipsonde_sink_failed_total", sink=label) for page in (before, now)]
        return failed[0] != failed[1] or now.sum("sipsonde_sink_queue_depth", sink=label)

    @classmethod
    def settle(cls):
        cls.agent.quiet_metrics(0.6)
        wait_patiently(
            lambda: len(cls.stored()) == 2 * cls.calls.succeeded(), 10, lambda: f"{len(cls.stored())} rows are stored"
        )
        cls.others_have_everything("in the end", list(cls.sinks))
        cls.metrics, cls.grpc_metrics = cls.agent.metrics(), cls.grpc_agent.metrics()
        cls.rows = stored_rows(cls.disk.path)
        cls.told = {name: sink.told() for name, sink in cls.sinks.items()}
        cls.file_rows = cls.agent.rows()
        cls.status = [agent.end() for agent in (cls.agent, cls.grpc_agent)]

    # ---- and in the end ----

    def test_nobody_missed_anything_while_others_failed(self):
        self.assertEqual(self.complaints, [])

    def test_there_were_calls_all_the_time(self):
        self.assertEqual(self.calls.failed(), 0)
        self.assertEqual(len(self.rows), 2 * self.calls.succeeded())
        self.assertGreater(self.calls.succeeded(), 10 * RATE)

    def test_counters_of_the_kernel_are_the_truth(self):
        for metrics in (self.metrics, self.grpc_metrics):
            self.assertEqual(metrics.by("sip_requests_total", "direction", "method"), self.calls.requests())
            self.assertEqual(metrics.sum("sipsonde_ring_dropped_total"), 0)
            self.assertEqual(metrics.sum("sip_malformed_total"), 0)

    def test_what_is_durable_came_at_least_once(self):
        keys = [key_of(row) for row in self.rows]
        for name, sink in self.sinks.items():
            if sink.durable:
                self.assertEqual(set(self.told[name]), set(keys), name)
                for label in set(sink.names) & set(OF_THE_STORE):
                    self.assertEqual(self.metrics.sum("sipsonde_sink_sent_total", sink=label), len(keys), label)
                    self.assertEqual(self.metrics.sum("sipsonde_sink_queue_depth", sink=label), 0, label)

    def test_what_has_an_order_came_in_it(self):
        keys = [key_of(row) for row in self.rows]
        for name in ("http", "syslog"):
            self.assertEqual(list(dict.fromkeys(self.told[name])), keys, name)

    def test_files_have_each_row_once(self):
        self.assertEqual(
            collections.Counter(map(key_of, self.file_rows)), collections.Counter(map(key_of, self.rows))
        )

    def test_nothing_was_dropped(self):
        self.assertEqual(self.metrics.by("sipsonde_sink_dropped_total", "sink"), {})
        self.assertEqual(once_each(self.rows), self.rows)

    def test_spans_and_packets_are_all_there(self):
        legs = {(row["call_id"], row["leg"]) for row in self.rows}
        self.assertEqual(set(self.told["otlp"]), legs)
        refused = self.grpc_metrics.sum("sipsonde_sink_dropped_total", sink="otlp")
        missing = len(legs - set(self.told["grpc"]))
        self.assertLessEqual(missing, refused)
        self.assertLessEqual(abs(3 * missing - refused), 4 * (4 + ROUNDS))  # a batch may end within a leg's three
        self.assertEqual(set(self.told["grpc"]) - legs, set())
        messages = self.metrics.sum("sip_requests_total") + self.metrics.sum("sip_responses_total")
        self.assertIn(messages - len(self.told["hep"]), range(LOST_WITH_A_HOST + 1))
        self.assertEqual(self.sinks["hep"].receiver.faults, [])

    def test_memory_does_not_grow_with_what_receivers_say(self):
        grown = self.metrics.sum("sipsonde_memory_allocated_bytes") - self.first_memory
        self.assertLess(grown, 32 << 20)

    def test_every_kind_of_nonsense_was_told(self):
        for name, at_least in (("otlp", 5), ("http", 5), ("clickhouse", 1), ("grpc", 2), ("syslog", 1), ("hep", 1)):
            if name in self.sinks:
                self.assertGreaterEqual(len(self.sinks[name].door.told), at_least, (name, self.sinks[name].door.told))

    def test_the_log_says_so_and_is_not_filled(self):
        lines = collections.Counter(line.split(" ")[2].rstrip(":") for line in self.agent.errors().splitlines())
        for name in (name for sink in self.sinks.values() if sink is not self.sinks["grpc"] for name in sink.names):
            self.assertGreaterEqual(lines[name], 2, lines)  # away, and back
            self.assertLessEqual(lines[name], 16 + 2 * ROUNDS, self.agent.errors())

    def test_the_end_is_orderly(self):
        self.assertEqual(self.status, [0, 0], self.agent.errors() + self.grpc_agent.errors())
