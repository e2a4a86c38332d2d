# SPDX-License-Identifier: Apache-2.0
"""The local store: the same rows as the file's, read by others meanwhile; a full disk; kill -9 in the midst of calls.

SIPSONDE_KILL_ROUNDS says how often the agent is killed: twice unless set."""

import collections
import os
import random
import signal
import time
import unittest

from lab import sipp
from lab.process import run, wait_until

from support.case import new_folder, new_topology, start_agent, start_kamailio
from support.doors import Doors
from support.sinks import every_sink, wait_for_start
from support.store import Store, key_of

ROUNDS = int(os.environ.get("SIPSONDE_KILL_ROUNDS", "2"))
COMMITTED = 1.0  # docs/store.md: within a second


def start_calls(lab, folder, cleanup):
    start_kamailio(lab, folder, cleanup)
    sipp.callee(lab, folder, "callee-answers", 5080)


class SmallDisk(unittest.TestCase):
    """One agent with its store on a file system of 12 MiB, which is filled and emptied again."""

    @classmethod
    def setUpClass(cls):
        cleanup = cls.addClassCleanup
        cls.folder, cls.lab = new_folder(cleanup), new_topology(cleanup)
        start_calls(cls.lab, cls.folder, cleanup)
        path = os.path.join(cls.folder, "agent", "store")
        os.makedirs(path)
        run("mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", path)
        cleanup(run, "umount", path)
        cls.store = Store(path)
        cls.agent = start_agent(
            cls.lab, cls.folder, cleanup, configuration="store: {messages: true}\nlimits: {queue: 1024}\n"
        )
        cls.call("before", 30)
        cls.rows = cls.settled_rows()
        wait_until(lambda: len(cls.store.rows()) >= len(cls.rows), 5, "the store has not all rows")
        cls.stored = cls.store.rows()
        cls.seen_by_program = run(
            "sqlite3", f"file:{cls.store.files()[-1]}?mode=ro", "SELECT count(*) FROM cdr", check=False
        )
        cls.fill_the_disk()
        cls.call("full", 120)
        cls.rows_when_full = cls.settled_rows()
        cls.while_full = cls.agent.metrics()
        os.unlink(cls.filler)
        wait_until(lambda: len(cls.store.rows()) > len(cls.rows), 10, "no rows after there is room again")
        cls.call("after", 20)
        cls.all_rows = cls.settled_rows()
        time.sleep(COMMITTED)
        cls.after = cls.store.rows()
        cls.status = cls.agent.end()
        cls.metrics = cls.agent.last_metrics()

    @classmethod
    def call(cls, name, calls):
        caller = sipp.caller(
            cls.lab, cls.folder, "caller-talks", "answer", "-m", calls, "-r", 40, "-d", 100, name=name
        )
        caller.wait(60)

    @classmethod
    def settled_rows(cls):
        """The rows of the file once no more come."""
        rows = []
        while len(more := cls.agent.rows()) != len(rows) or not rows:
            rows = more
            time.sleep(COMMITTED)
        return rows

    @classmethod
    def fill_the_disk(cls):
        cls.filler = os.path.join(cls.store.folder, "filler")
        with open(cls.filler, "wb", buffering=0) as file:
            try:
                while file.write(bytes(4096)) == 4096:
                    pass
            except OSError:
                pass

    def test_the_store_has_the_rows_of_the_file(self):
        self.assertGreaterEqual(len(self.rows), 60)
        self.assertEqual({key_of(row): row for row in self.stored}, {key_of(row): row for row in self.rows})

    def test_the_sqlite_program_reads_it_while_it_is_written(self):
        self.assertEqual((self.seen_by_program.stdout.strip(), self.seen_by_program.stderr), (str(len(self.rows)), ""))

    def test_the_story_of_each_call_is_that_of_the_file(self):
        told = collections.defaultdict(list)
        for event in self.agent.events():
            told[event["call_id"]].append(event)
        for call_id in {row["call_id"] for row in self.rows[:20]}:
            self.assertEqual(
                sorted(map(str, self.store.events(call_id))), sorted(map(str, told[call_id])), call_id
            )

    def test_messages_are_there_as_they_passed(self):
        messages = self.store.messages(self.rows[0]["call_id"])
        lines = collections.Counter(message[4].split(b"\r\n")[0].split(b" ")[0] for message in messages)
        for first in (b"INVITE", b"ACK", b"BYE", b"SIP/2.0"):
            self.assertGreaterEqual(lines[first], 2, lines)  # a leg on each side of the proxy
        for message in messages:
            self.assertIn(self.rows[0]["call_id"].encode(), message[4])
            self.assertIn(b"\r\n\r\n", message[4])

    def test_a_full_disk_costs_counted_facts_of_the_store_and_nobody_else(self):
        metrics = self.while_full
        self.assertGreater(metrics.sum("sipsonde_sink_failed_total", sink="store"), 0)
        self.assertGreater(metrics.sum("sipsonde_sink_dropped_total", sink="store"), 0)
        self.assertLessEqual(metrics.sum("sipsonde_sink_queue_depth", sink="store"), 1024)
        self.assertGreaterEqual(len(self.rows_when_full), len(self.rows) + 100)
        for sink in ("cdr-file", "events-file"):
            self.assertEqual(self.metrics.sum("sipsonde_sink_failed_total", sink=sink), 0)
            self.assertEqual(self.metrics.sum("sipsonde_sink_dropped_total", sink=sink), 0)
        self.assertEqual(self.metrics.sum("sipsonde_sink_sent_total", sink="cdr-file"), len(self.agent.rows()))

    def test_one_line_says_so_and_one_that_it_works_again(self):
        lines = [line for line in self.agent.errors().splitlines() if "store: " in line]
        self.assertRegex(lines[0], "full|No space left")
        self.assertRegex(lines[-1], "works again")
        self.assertLessEqual(len(lines), 3, lines)

    def test_rows_flow_again_when_there_is_room(self):
        last = {key_of(row) for row in self.all_rows[len(self.rows_when_full) :]}
        self.assertGreaterEqual(len(last), 20)
        self.assertEqual(last - {key_of(row) for row in self.after}, set())
        self.assertEqual({key_of(row) for row in self.after} - {key_of(row) for row in self.all_rows}, set())
        self.assertEqual(self.status, 0)

    def test_no_row_is_there_twice(self):
        self.assertEqual(max(collections.Counter(map(key_of, self.after)).values()), 1)


class Kills(unittest.TestCase):
    """Calls go on while the agent is killed and started again, with every backend that there is; sipp's own log says what
    happened and when."""

    @classmethod
    def setUpClass(cls):
        cleanup = cls.addClassCleanup
        folder, lab = new_folder(cleanup), new_topology(cleanup)
        doors = Doors(lab.proxy)
        cleanup(doors.close)
        cls.sinks, _ = every_sink(doors, lab.proxy, folder)
        for sink in cls.sinks.values():
            cleanup(sink.stop)
        cls.sinks = {name: sink for name, sink in cls.sinks.items() if sink.durable}
        backends = "cdr:\n" + "".join(f"{sink.lines}\n" for sink in cls.sinks.values())
        start_calls(lab, folder, cleanup)
        for name in cls.sinks:
            wait_for_start(cls.sinks, name)
        callers, logs = [], []
        for port, milliseconds in ((5060, 200), (5061, 2500)):
            logs.append(os.path.join(folder, f"messages-{port}.csv"))
            more = ("-r", 12, "-d", milliseconds, "-trace_shortmsg", "-shortmessage_file", logs[-1])
            callers.append(sipp.caller(lab, folder, "caller-talks", "answer", *more, port=port, name=f"caller-{port}"))
        cls.lives = []  # of the agent: ready, killed
        for _ in range(ROUNDS):
            agent = start_agent(lab, folder, cleanup, configuration=backends)
            ready = time.time()
            time.sleep(random.uniform(1.6, 2.6))
            agent.send(signal.SIGKILL)
            cls.lives.append((ready, time.time()))
            agent.wait(5)
        agent = start_agent(lab, folder, cleanup, configuration=backends)
        time.sleep(COMMITTED)
        for caller in callers:
            caller.stop()
        time.sleep(0.5)
        cls.status = agent.end()
        cls.rows = Store(os.path.join(agent.folder, "store")).rows()
        cls.told = {name: sink.told() for name, sink in cls.sinks.items()}
        cls.calls = {call_id: times for log in logs for call_id, times in cls.read(log).items()}

    @staticmethod
    def read(log):
        """Call-ID → when sipp sent INVITE, ACK and BYE, and heard the 200 of that, in seconds of the clock."""
        calls = collections.defaultdict(dict)
        with open(log, encoding="utf-8") as lines:
            for line in lines:
                time_text, way, call_id, cseq, first = Kills.fields(line)
                calls[call_id].setdefault((way, cseq.split()[-1], first.split()[1 if way == "R" else 0]), time_text)
        return {
            call_id: (
                seen.get(("S", "INVITE", "INVITE")),
                seen.get(("S", "ACK", "ACK")),
                seen.get(("S", "BYE", "BYE")),
                seen.get(("R", "BYE", "200")),
            )
            for call_id, seen in calls.items()
        }

    @staticmethod
    def fields(line):
        parts = line.rstrip("\n").split("\t")
        *_, seconds, way, call_id, cseq, first = parts
        return float(seconds), way, call_id, cseq.removeprefix("CSeq:"), first

    def of_call(self, call_id):
        return [row for row in self.rows if row["call_id"] == call_id]

    def open_at_kills(self):
        """Calls that were answered a second before a kill, seen from the start, and not hung up."""
        for call_id, (invite, ack, bye, _) in self.calls.items():
            for ready, killed in self.lives:
                if invite and ack and ready < invite and ack < killed - COMMITTED and (bye or killed + 1) > killed:
                    yield call_id

    def over_at_kills(self):
        for call_id, (invite, _, _, over) in self.calls.items():
            for ready, killed in self.lives:
                if invite and over and ready < invite and over < killed - COMMITTED:
                    yield call_id

    def test_each_leg_that_ended_a_second_before_a_kill_has_its_record(self):
        for call_id in self.over_at_kills():
            rows = self.of_call(call_id)
            self.assertEqual([row["coverage"] for row in rows], ["full", "full"], (call_id, rows))

    def test_each_leg_that_was_open_at_a_kill_comes_back_as_cut(self):
        for call_id in self.open_at_kills():
            rows = self.of_call(call_id)
            self.assertEqual([row["coverage"] for row in rows], ["cut", "cut"], (call_id, rows))
            self.assertEqual({row["disposition"] for row in rows}, {"answered"})

    def test_each_backend_was_told_of_every_record_and_of_no_other_call(self):
        for name, told in self.told.items():
            self.assertEqual(set(map(key_of, self.rows)) - set(told), set(), name)
            self.assertEqual({key[1] for key in told} - set(self.calls), set(), name)

    def test_backends_were_told_in_order_and_of_few_twice(self):
        of_full = [key_of(row) for row in self.rows if row["coverage"] == "full"]
        for name in ("http", "syslog"):
            first = list(dict.fromkeys(self.told[name]))
            known = set(of_full)
            self.assertEqual([key for key in first if key in known], of_full, name)
            again = len(self.told[name]) - len(first)
            replaced = sum(row["coverage"] == "cut" for row in self.rows)
            self.assertLessEqual(again, 100 * ROUNDS + replaced, name)
            print(f"     {name}: {len(first)} rows, {again} of them came again", flush=True)

    def test_there_were_kills_in_the_midst_of_calls(self):
        self.assertEqual(len(self.lives), ROUNDS)
        self.assertGreater(len(list(self.open_at_kills())), ROUNDS)
        self.assertGreater(len(list(self.over_at_kills())), ROUNDS)
        print(
            f"     {ROUNDS} kills: {len(list(self.over_at_kills()))} calls were over, "
            f"{len(list(self.open_at_kills()))} open, {len(self.rows)} rows",
            flush=True,
        )

    def test_none_is_invented(self):
        self.assertEqual({row["call_id"] for row in self.rows} - set(self.calls), set())

    def test_none_is_there_twice(self):
        self.assertEqual([key for key, times in collections.Counter(map(key_of, self.rows)).items() if times > 1], [])
        self.assertEqual(self.status, 0)
