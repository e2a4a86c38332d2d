# SPDX-License-Identifier: Apache-2.0
"""The local store, read as any other program may: its files with SQLite, for reading only, while the agent writes."""

import glob
import json
import os
import sqlite3
import zlib


class Store:
    def __init__(self, folder):
        self.folder = folder

    def files(self):
        return sorted(glob.glob(os.path.join(self.folder, "????-??-??.db")))

    def ask(self, query, *values):
        """The answers of all files, oldest first."""
        answers = []
        for path in self.files():
            connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)
            try:
                answers += connection.execute(query, values).fetchall()
            finally:
                connection.close()
        return answers

    def rows(self):
        return [json.loads(document) for (document,) in self.ask("SELECT document FROM cdr ORDER BY sequence")]

    def events(self, call_id):
        lines = "".join(lines for (lines,) in self.ask("SELECT lines FROM story WHERE call_id = ?", call_id))
        return sorted((json.loads(line) for line in lines.splitlines()), key=lambda event: event["ts"])

    def messages(self, call_id):
        """(time in ns, transport, source, destination, bytes) of each, by docs/store.md."""
        messages = []
        for length, document in self.ask("SELECT bytes, document FROM messages WHERE call_id = ?", call_id):
            text = zlib.decompress(document)
            assert len(text) == length
            while text:
                line, _, text = text.partition(b"\n")
                time, transport, source, destination, _, size = line.decode().split(" ")
                messages.append((int(time), transport, source, destination, text[: int(size)]))
                text = text[int(size) + 1 :]
        return sorted(messages)


def key_of(row):
    return row["node"], row["call_id"], row["leg"], row["start_timestamp_ms"]
