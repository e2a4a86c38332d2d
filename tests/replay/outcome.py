# SPDX-License-Identifier: Apache-2.0
"""Runs `sipsonde replay` over one capture and reads what it wrote."""

import json
import subprocess

from prometheus import Metrics

FILES = ("metrics.prom", "events.jsonl", "cdr.jsonl")


class Outcome:
    def __init__(self, raw):
        self.raw = raw  # file name -> bytes
        self.metrics = Metrics(raw["metrics.prom"].decode())
        self.events = lines_of(raw["events.jsonl"], "events.jsonl")
        self.rows = lines_of(raw["cdr.jsonl"], "cdr.jsonl")


def lines_of(data, name):
    if data and not data.endswith(b"\n"):
        raise ValueError(f"{name} ends within a line")
    return [json.loads(line.decode("utf-8", "strict")) for line in data.splitlines()]


def replay(binary, capture, settings, hook, folder):
    """Raises ValueError with one line when the replay failed or its output cannot be read."""
    folder.mkdir(parents=True)
    command = [str(binary), "replay", str(capture), "-o", str(folder), "--hook", hook]
    if settings:
        command += ["-c", str(settings)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=120, text=True, errors="replace")
    except subprocess.TimeoutExpired:
        raise ValueError(f"--hook {hook}: still running after 120 s") from None
    if done.returncode != 0:
        raise ValueError(f"--hook {hook}: exit {done.returncode}: {done.stderr.strip()[-400:]}")
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise ValueError(f"--hook {hook}: no {', '.join(missing)} was written")
    try:
        return Outcome({name: (folder / name).read_bytes() for name in FILES})
    except ValueError as error:
        raise ValueError(f"--hook {hook}: {error}") from None
