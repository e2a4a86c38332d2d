# SPDX-License-Identifier: Apache-2.0
"""The same traffic watched by the tools that are installed: what it costs them, and how much of it they see."""

import os
import re
import shutil
import signal
import tempfile
import time

from lab.process import Process
from live_traffic import INTERFACE, MESSAGES_A_CALL, cpu_seconds
from report_table import Row


def _captured(output, errors):
    found = re.findall(r"(\d+) packets? captured", output + errors)
    return int(found[-1]) if found else None


def _lines(output, _errors):
    return output.count("\n")


def _dialogs(output, errors):
    found = re.findall(r"Dialog count: (\d+)", output + errors)
    return int(found[-1]) * MESSAGES_A_CALL if found else None


# name, program, arguments, what of its output says how many messages it saw, and what that number is
OTHERS = (
    ("tcpdump -w", "tcpdump", ("-i", INTERFACE, "-n", "-w", "/dev/null"), _captured, "packets captured"),
    ("tshark -w", "tshark", ("-i", INTERFACE, "-n", "-q", "-w", "/dev/null"), _captured, "packets captured"),
    (
        "tshark -Y sip",
        "tshark",
        ("-i", INTERFACE, "-n", "-l", "-Y", "sip", "-T", "fields", "-e", "sip.CSeq.method"),
        _lines,
        "messages printed",
    ),
    ("sngrep -N", "sngrep", ("-N", "-d", INTERFACE, "-l", "1000000"), _dialogs, "7 × dialogs"),
)


def _settle(process, at_most):
    """Until the tool has caught up, which shows in its CPU time, or the time is over."""
    deadline = time.monotonic() + at_most
    last = cpu_seconds(process.pid)
    while time.monotonic() < deadline:
        time.sleep(1)
        now = cpu_seconds(process.pid)
        if now - last < 0.05:
            return True
        last = now
    return False


def _measure(road, rate, seconds, other):
    name, program, arguments, seen_of, seen_are = other
    with tempfile.TemporaryDirectory(prefix="sipsonde-bench-") as folder:
        tool = Process(
            road.watcher.command(program, *arguments),
            log=os.path.join(folder, "out"),
            error_log=os.path.join(folder, "err"),
            environment={"TMPDIR": folder, "TERM": "dumb"},
        )
        try:
            time.sleep(3)  # none of them says when it listens
            if not tool.running():
                return Row(name, "ended", "", None, tool.errors().strip().replace("\n", " ")[-120:])
            before = cpu_seconds(tool.pid)
            sent = road.send(rate, seconds)
            caught_up = _settle(tool, 2 * seconds)
            cpu = cpu_seconds(tool.pid) - before
        finally:
            tool.stop(signal.SIGINT)
        seen = seen_of(tool.output(), tool.errors())
    remark = f"sent {sent['sent']}, {seen_are} {seen if seen is not None else 'unknown'}"
    if not caught_up:
        remark += f"; still behind {2 * seconds} s later"
    what = f"{rate // 1000} k messages/s into {name}: CPU a message"
    return Row(what, cpu / sent["sent"] * 1e6, "µs", None, remark)


def measure_others(road, rate, seconds):
    rows = []
    for other in OTHERS:
        if shutil.which(other[1]):
            rows.append(_measure(road, rate, seconds, other))
        else:
            rows.append(Row(other[0], "not installed", "", None, ""))
    return rows
