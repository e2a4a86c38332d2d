# SPDX-License-Identifier: Apache-2.0
"""SIP over TCP at a pace, and other TCP as fast as it goes, with sipsonde and without it."""

import contextlib
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time

from live_agent import Counted, answered_sums, start
from live_traffic import MESSAGES_A_CALL, SENDER_CPU, SERVER, WATCHER_CPU, cpu_seconds
from report_table import Row

SIP_PORT, BULK_PORT = 5060, 8080
# Sends or reads for as long as it is told; says how many bytes and what CPU time they took.
_BULK = """
import resource, socket, sys, time
road = socket.socket(fileno=int(sys.argv[2]))
buffer, moved, end = bytearray(1 << 20), 0, time.monotonic() + float(sys.argv[3])
if sys.argv[1] == "send":
    while time.monotonic() < end:
        moved += road.send(buffer)
    road.shutdown(socket.SHUT_WR)
else:
    while taken := road.recv_into(buffer):
        moved += taken
used = resource.getrusage(resource.RUSAGE_SELF)
print(moved, used.ru_utime + used.ru_stime)
"""


def _open(road, port, count):
    """Connections from the sender's namespace to the watcher's: pairs of sockets, the client's first."""
    pairs = []
    with road.receiver.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((SERVER, port))
        listener.listen(count)
        for _ in range(count):
            client = road.sender.socket(socket.AF_INET, socket.SOCK_STREAM)
            client.connect((SERVER, port))
            server, _ = listener.accept()
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            pairs.append((client, server))
    return pairs


def _close(pairs):
    for pair in pairs:
        for end in pair:
            end.close()


def _send_calls(road, rate, seconds, pairs, calls=10_000):
    command = ["taskset", "-c", SENDER_CPU, os.path.join(road.binaries, "tcp_sender")]
    command += ["--rate", str(rate), "--seconds", str(seconds), "--calls", str(calls)]
    for client, server in pairs:
        command += ["--connection", f"{client.fileno()}:{server.fileno()}"]
    files = [end.fileno() for pair in pairs for end in pair]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=3 * seconds + 20, pass_fds=files
    )
    if done.returncode != 0:
        raise RuntimeError(f"tcp_sender ends with {done.returncode}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def _sums(counted, sent):
    expected = {
        "requests and responses over TCP": (
            counted.sum("sip_requests_total", transport="tcp") + counted.sum("sip_responses_total", transport="tcp"),
            sent["sent"],
        ),
        "messages": (counted.sum("sipsonde_messages_total", path="reassembled"), sent["sent"]),
        "segments read": (
            counted.sum("sipsonde_segments_total"),
            counted.sum("sipsonde_ring_events_total", kind="segment"),
        ),
        "breaks": (counted.sum("sipsonde_stream_breaks_total"), 0),
    } | answered_sums(counted, sent["sent"] // MESSAGES_A_CALL)
    return "; ".join(f"{what} {is_} instead of {be}" for what, (is_, be) in expected.items() if is_ != be)


def measure_tcp(road, rate, seconds, connections):
    with tempfile.TemporaryDirectory(prefix="sipsonde-bench-") as folder:
        agent, _ = start(road, folder)
        pairs = []
        try:
            before, cpu_before = agent.metrics(), cpu_seconds(agent.pid)
            pairs = _open(road, SIP_PORT, connections)
            sent = _send_calls(road, rate, seconds, pairs)
            time.sleep(0.2)
            cpu = cpu_seconds(agent.pid) - cpu_before
            counted = Counted(before, agent.quiet_metrics())
        finally:
            _close(pairs)
            agent.stop()
    wrong = _sums(counted, sent)
    segments = counted.sum("sipsonde_segments_total")
    name = f"live, {rate // 1000} k messages/s over {connections} TCP connection{'s' if connections > 1 else ''}"
    remark = (
        f"sent {sent['sent']} of {sent['wanted']} in {sent['seconds']:.1f} s, {segments:g} segments and buffers; "
        f"sender {sent['cpu_seconds'] / sent['sent'] * 1e6:.2f} µs a message"
    )
    return [
        Row(f"{name}: agent CPU a message", cpu / sent["sent"] * 1e6, "µs", None, remark),
        Row(f"{name}: lost in the ring", counted.sum("sipsonde_ring_dropped_total"), "samples", 0, ""),
        Row(f"{name}: sums", "hold" if not wrong else "differ", "", "hold", wrong),
    ]


def _move_bulk(road, seconds):
    """Gbit/s, and the CPU seconds of both ends a gigabyte: what the kernel does for them counts as theirs."""
    pairs = _open(road, BULK_PORT, 1)
    ends = []
    try:
        for what, cpu, end in (("read", WATCHER_CPU, pairs[0][1]), ("send", SENDER_CPU, pairs[0][0])):
            command = ["taskset", "-c", cpu, sys.executable, "-c", _BULK, what, str(end.fileno()), str(seconds)]
            ends.append(
                subprocess.Popen(command, stdout=subprocess.PIPE, text=True, pass_fds=[end.fileno()])
            )
        _close(pairs)  # the children have theirs
        moved, used = zip(*(end.communicate(timeout=3 * seconds + 20)[0].split() for end in ends))
    finally:
        for end in ends:
            end.kill()
            end.wait()
        _close(pairs)
    size = int(moved[0])
    return size * 8 / seconds / 1e9, sum(map(float, used)) / size * 1e9


def measure_bulk(road, seconds, rounds=5):
    """Rounds with sipsonde and without alternate; the medians are compared."""
    without, watched = [], []
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="sipsonde-bench-"))
        _move_bulk(road, 1)
        for _ in range(rounds):
            without.append(_move_bulk(road, seconds))
            agent, _ = start(road, folder)
            try:
                watched.append(_move_bulk(road, seconds))
            finally:
                agent.stop()
    gigabits, cost = (statistics.median(column) for column in zip(*without))
    gigabits_watched, cost_watched = (statistics.median(column) for column in zip(*watched))
    return [
        Row("live, other TCP without sipsonde", gigabits, "Gbit/s", None, f"{cost:.3f} CPU s a gigabyte, both ends"),
        Row("live, other TCP with sipsonde", gigabits_watched, "Gbit/s", None, f"{cost_watched:.3f} CPU s a gigabyte"),
    ]
