# SPDX-License-Identifier: Apache-2.0
"""Receivers that were dead for days: what waited comes in order, over all day files, at the pace of docs/cdr-backends.md,
and calls of the moment are told as quickly as ever.

SIPSONDE_BACKLOG_ROWS: so many rows wait; 5000 unless set."""

import contextlib
import datetime
import json
import os
import signal
import sqlite3
import time
import unittest

from lab import sipp
from lab.rsyslog import Rsyslog

from support.case import new_folder, new_topology, start_agent, start_kamailio
from support.http_receiver import HttpReceiver
from support.records import key_of

ROWS = int(os.environ.get("SIPSONDE_BACKLOG_ROWS", "5000"))
DAYS = 3
HOME = "127.0.0.1"
PACE = 2000  # rows a second: docs/cdr-backends.md
AT_ONCE = 0.1 * PACE + 100  # what a bucket holds, and a batch
PATIENCE_SECONDS = 5  # with a machine that does other things; what it took is printed
SINKS = ("cdr-http", "cdr-syslog")
SETTINGS = f"""
cdr:
  http: {{url: "http://{HOME}:8080/cdr"}}
  syslog: {{address: "tcp://{HOME}:1601"}}
"""


class KeyReceiver(HttpReceiver):
    """Of the rows it takes it keeps the keys."""

    def __init__(self, namespace):
        self.keys = []
        super().__init__(namespace, 8080)

    def take(self, handler, body):
        self.keys += [key_of(row) for row in json.loads(body)]


class Backlog(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cleanup = cls.addClassCleanup
        cls.folder, cls.lab = new_folder(cleanup), new_topology(cleanup)
        cls.store = os.path.join(cls.folder, "agent", "store")
        start_kamailio(cls.lab, cls.folder, cleanup)
        sipp.callee(cls.lab, cls.folder, "callee-answers", 5080)
        cls.begin_a_store(cleanup)
        cls.keys = cls.multiply()
        for sink in SINKS:
            with open(os.path.join(cls.store, f"{sink}.cursor"), "w", encoding="ascii") as file:
                file.write(f"{cls.day_before(DAYS)}/0\n")
        cls.receiver = KeyReceiver(cls.lab.proxy)
        cleanup(cls.receiver.stop)
        rsyslog = Rsyslog(cls.lab.proxy, cls.folder, HOME, 1601, 1602)
        cleanup(rsyslog.stop)
        cls.agent = start_agent(cls.lab, cls.folder, cleanup, configuration=SETTINGS)
        cls.look_on()
        cls.keys += cls.keys_of_today()
        cls.told = {"cdr-http": cls.receiver.keys, "cdr-syslog": [key_of(row) for row in rsyslog.rows()]}
        cls.metrics = cls.agent.metrics()
        cls.status = cls.agent.end()

    @classmethod
    def begin_a_store(cls, cleanup):
        """What the agent writes itself while receivers are dead; it is killed in the end."""
        agent = start_agent(cls.lab, cls.folder, cleanup, configuration=SETTINGS)
        caller = sipp.caller(cls.lab, cls.folder, "caller-talks", "answer", "-m", 5, "-r", 20, "-d", 100, name="first")
        caller.wait(20)
        agent.rows(at_least=10)
        deadline = time.monotonic() + 10
        while len(cls.keys_of_today()) < 10 and time.monotonic() < deadline:
            time.sleep(0.1)
        agent.send(signal.SIGKILL)
        agent.wait(5)

    @staticmethod
    def day_before(days):
        return (datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days)).strftime("%Y-%m-%d")

    @classmethod
    def files(cls):
        return sorted(name for name in os.listdir(cls.store) if name.endswith(".db"))

    @classmethod
    def keys_of_today(cls):
        path = os.path.join(cls.store, cls.files()[-1])
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            return [
                key_of(json.loads(text)) for text, in database.execute("SELECT document FROM cdr ORDER BY sequence")
            ]

    @classmethod
    def multiply(cls):
        """Files of the days before, made of the one that the agent has written; the keys of their rows, in order."""
        keys = []
        today = os.path.join(cls.store, cls.files()[-1])
        for days in range(DAYS, 0, -1):
            path = os.path.join(cls.store, f"{cls.day_before(days)}.db")
            with contextlib.closing(sqlite3.connect(today)) as database:
                database.execute("VACUUM INTO ?", (path,))
            with contextlib.closing(sqlite3.connect(path)) as database:
                keys += cls.fill(database, f"-{days}-days-ago", ROWS // DAYS)
        return keys

    @staticmethod
    def fill(database, suffix, rows):
        cursor = database.execute("SELECT * FROM cdr LIMIT 1")
        names = [column[0] for column in cursor.description]
        row = dict(zip(names, cursor.fetchone()))
        old = row["call_id"]
        template = row["document"]
        one = json.loads(template)
        for table in ("cdr", "events", "open_legs", "messages"):
            database.execute(f"DELETE FROM {table}")
        keys = []

        def made():
            for number in range(1, rows + 1):
                call_id = f"{number}{suffix}"
                row.update(sequence=number, call_id=call_id, document=template.replace(old, call_id), events="")
                keys.append((one["node"], call_id, one["leg"], one["start_timestamp_ms"]))
                yield tuple(row.values())

        database.executemany(f"INSERT INTO cdr VALUES ({','.join('?' * len(names))})", made())
        database.commit()
        return keys

    # ---- while it comes ----

    @classmethod
    def look_on(cls):
        """Until nothing waits any more; notes how many rows are confirmed, and how late rows of calls are in the file: those
        that were not there at the look before, although they could have been."""
        caller = sipp.caller(cls.lab, cls.folder, "caller-talks", "answer", "-r", 10, "-d", 200)
        cls.looks, cls.lags, cls.page_seconds = [], [], []
        seen = len(cls.agent.rows())
        looked_before = time.time()
        deadline = time.monotonic() + 30 + 3 * ROWS / PACE
        while True:
            asked = time.monotonic()
            metrics = cls.agent.metrics()
            answered = time.monotonic()
            cls.page_seconds.append(answered - asked)
            sent = [metrics.sum("sipsonde_sink_sent_total", sink=sink) for sink in SINKS]
            cls.looks.append((asked, answered, sent))
            looking = time.time()
            rows = cls.agent.rows()
            cls.lags += [looked_before - row["end_timestamp_ms"] / 1000 for row in rows[seen:]]
            seen, looked_before = len(rows), looking
            if min(sent) >= ROWS // DAYS * DAYS:
                break
            if time.monotonic() > deadline:
                raise TimeoutError(f"{sent} of {ROWS} rows came")
            time.sleep(0.2)
        caller.send(signal.SIGUSR1)
        caller.wait(20)
        cls.live_rows = 2 * caller.succeeded()
        for sink in SINKS:
            cls.agent.wait_for("sipsonde_sink_sent_total", ROWS // DAYS * DAYS + 10 + cls.live_rows, sink=sink)

    def test_everything_comes_in_order_over_all_days(self):
        self.assertGreaterEqual(len(self.files()), DAYS + 1)
        for sink, told in self.told.items():
            self.assertEqual(len(told), len(self.keys), sink)
            self.assertTrue(told == self.keys, sink)
        self.assertEqual(self.metrics.by("sipsonde_sink_dropped_total", "sink"), {})

    def test_it_comes_at_its_pace_and_not_as_a_flood(self):
        for place, sink in enumerate(SINKS):
            fastest = 0
            for began, _, before in self.looks:
                for _, at, after in self.looks:  # each was counted within these two moments
                    if 1 <= at - began < 1.5:
                        fastest = max(fastest, (after[place] - before[place] - AT_ONCE) / (at - began))
            over = next(at for _, at, sent in self.looks if sent[place] >= ROWS // DAYS * DAYS)
            first = next(at for _, at, sent in self.looks if sent[place] > 0)
            print(
                f"     {sink}: {ROWS} rows in {over - first:.1f} s, at most {fastest:.0f} in a second; "
                f"rows of {self.live_rows // 2} calls not in the file after {max(self.lags):.2f} s at most, "
                f"metrics after {max(self.page_seconds):.2f} s",
                flush=True,
            )
            self.assertLessEqual(fastest, 1.1 * PACE, sink)

    def test_calls_of_the_moment_are_told_as_quickly_as_ever(self):
        self.assertGreater(len(self.lags), 0)
        self.assertLess(max(self.lags), PATIENCE_SECONDS)
        self.assertLess(max(self.page_seconds), PATIENCE_SECONDS)
        self.assertEqual(self.metrics.sum("sipsonde_ring_dropped_total"), 0)
        self.assertEqual(self.status, 0)
