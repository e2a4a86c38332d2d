# SPDX-License-Identifier: Apache-2.0
"""kill -9 of the agent in the midst of calls: what the store and all backends that read it have in the end.

SIPSONDE_KILL_ROUNDS says how often the agent is killed: twice unless set."""

import collections
import os
import random
import signal
import time
import unittest

from lab import sipp

from support.case import new_folder, new_topology, start_agent, start_kamailio
from support.doors import Doors
from support.sinks import every_sink, wait_for_start
from support.store import Store, key_of

ROUNDS = int(os.environ.get("SIPSONDE_KILL_ROUNDS", "2"))
COMMITTED = 1.0  # docs/store.md: within a second


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
        start_kamailio(lab, folder, cleanup)
        sipp.callee(lab, folder, "callee-answers", 5080)
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
