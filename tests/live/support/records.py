# SPDX-License-Identifier: Apache-2.0
"""Records as they lie in the agent's store, and a receiver of them over HTTP."""

import contextlib
import json
import os
import sqlite3

from .http_receiver import HttpReceiver


def key_of(row):
    """The same for a row that comes twice (docs/store.md)."""
    return row["node"], row["call_id"], row["leg"], row["start_timestamp_ms"]


def stored_rows(folder):
    """What the store in that folder holds, in the order in which it was written."""
    rows = []
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".db"):
            continue
        path = os.path.join(folder, name)
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            rows += [json.loads(text) for text, in database.execute("SELECT document FROM cdr ORDER BY sequence")]
    return rows


def once_each(rows):
    """Without those that came again."""
    first = {}
    for row in rows:
        first.setdefault(key_of(row), row)
    return list(first.values())


class RecordReceiver(HttpReceiver):
    """Takes arrays of rows."""

    def __init__(self, namespace, port=8080, tls=None):
        self.batches = []
        super().__init__(namespace, port, tls)

    def take(self, handler, body):
        self.batches.append(json.loads(body))

    def rows(self):
        with self.lock:
            return [row for batch in self.batches for row in batch]
