# SPDX-License-Identifier: Apache-2.0
"""Records in ClickHouse: the engine is the real one, what speaks HTTP in front of it our own
(support/clickhouse_front.py). Proves the table, its types, rows and deduplication; neither users nor quotas."""

import datetime
import os
import unittest

from lab import sipp
from lab.process import wait_until

from support.case import LiveCase, start_kamailio
from support.clickhouse import ClickHouse, find_chdb
from support.records import stored_rows

CALLS = 10
LEGS = 2 * CALLS  # the proxy sees each call come in and go out
CONFIGURATION = """
cdr: {clickhouse: {url: "http://127.0.0.1:8123"}}
node: edge-1
"""
RENAMED = {"call_id": "call_sid"}


def as_a_row(record):
    """What a SELECT should say of a record of the store."""
    row = {RENAMED.get(name, name): value for name, value in record.items()}
    for name, value in row.items():
        if name.endswith("_timestamp_ms") and value is not None:
            moment = datetime.datetime.fromtimestamp(value // 1000, datetime.timezone.utc)
            row[name] = f"{moment:%Y-%m-%d %H:%M:%S}.{value % 1000:03}"
    return {**row, "status": row["disposition"]}


def in_order(rows):
    return sorted(rows, key=lambda row: (row["call_sid"], row["leg"]))


@unittest.skipUnless(find_chdb(), "needs chdb: tests/live/build_chdb installs it")
class InClickHouse(LiveCase):
    def setUp(self):
        super().setUp()
        self.clickhouse = ClickHouse(self.lab.proxy, self.folder)
        self.addCleanup(self.clickhouse.kill)
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

    def all_come(self, rows):
        wait_until(lambda: self.clickhouse.count() >= rows, 30, f"not {rows} rows came")
        selected = self.clickhouse.ask(
            "SELECT * FROM telephony_cdrs SETTINGS output_format_json_quote_64bit_integers = 0"
        )
        self.assertEqual(in_order(selected), in_order([as_a_row(record) for record in self.stored()]))
        self.assertEqual(len(selected), rows)

    def test_every_row_comes_once_with_the_right_types_whatever_happens(self):
        agent = self.agent(configuration=CONFIGURATION)
        self.call()  # before there is a server
        self.clickhouse.start(unanswered=1)  # and its first insert is done without our hearing of it
        self.all_come(LEGS)
        self.clickhouse.kill()
        self.call()
        self.clickhouse.start()
        self.all_come(2 * LEGS)
        agent.wait_for("sipsonde_sink_sent_total", 2 * LEGS, sink="cdr-clickhouse")

        [made] = self.clickhouse.ask(
            "SELECT partition_key, sorting_key FROM system.tables WHERE name = 'telephony_cdrs'"
        )
        self.assertEqual(made["partition_key"], "toYYYYMM(start_timestamp_ms)")
        self.assertEqual(made["sorting_key"], "tenant_id, start_timestamp_ms, call_sid")
        columns = self.clickhouse.ask("DESCRIBE TABLE telephony_cdrs")
        types = {column["name"]: column["type"] for column in columns}
        self.assertEqual(list(types)[:4], ["call_sid", "tenant_id", "trunk_id", "direction"])
        self.assertEqual(types["direction"], "Enum8('inbound' = 1, 'outbound' = 2)")
        self.assertEqual(types["start_timestamp_ms"], "Nullable(DateTime64(3, 'UTC'))")
        self.assertEqual(set(types), set(as_a_row(self.stored()[0])))
        [sums] = self.clickhouse.ask(
            "SELECT countIf(answer_timestamp_ms >= start_timestamp_ms) AS answered, "
            "sum(duration_seconds) AS seconds, countIf(estimated_mos IS NULL) AS silent "
            "FROM telephony_cdrs WHERE status = 'answered'"
        )
        self.assertEqual(int(sums["answered"]), 2 * LEGS)
        self.assertEqual(int(sums["silent"]), 2 * LEGS)  # nobody has spoken: unknown is not 0
        seconds = sum(record["duration_seconds"] for record in self.stored())
        self.assertAlmostEqual(float(sums["seconds"]), seconds, places=3)
        self.assertEqual(agent.end(), 0, agent.errors())
