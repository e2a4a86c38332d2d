# SPDX-License-Identifier: Apache-2.0
"""The local store: the same rows as the file's, read by others meanwhile; a full disk."""

import collections
import os
import time
import unittest

from lab import sipp
from lab.process import run, wait_until

from support.case import new_folder, new_topology, start_agent, start_kamailio
from support.store import Store, key_of

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
