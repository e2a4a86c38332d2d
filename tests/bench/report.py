# SPDX-License-Identifier: Apache-2.0
"""Runs every benchmark and prints one table: python3 -m report BUILD_FOLDER [--quick]. tools/bench calls it."""

import datetime
import json
import os
import platform
import signal
import subprocess
import sys

from live_agent import measure_agent, measure_idle, measure_media, measure_outputs, measure_start
from live_others import measure_others
from live_tcp import measure_bulk, measure_tcp
from live_traffic import Road
from report_table import Row, markdown

JSON_LINES_BUDGET_US = 1.5
# name of the benchmark, what it is in the table, budget in ns (design of the budgets: docs/performance.md)
AGENT_ROWS = (
    ("ring_to_facts", "agent: a message from the ring to facts", 1000),
    ("ring_to_json_lines", "agent: the same, events and CDRs to JSON Lines", 1500),
)
# budgets in percent of a core
OUTPUT_ROWS = (
    ("store_calls/messages:0", "store: 5 k events/s", 10, "a row of events and one of the record a leg"),
    ("store_calls/messages:1", "store: 5 k events/s and their messages", None, "3.9 k messages/s of 800 bytes"),
    ("calls_sent/gzip:0", "OTLP over HTTP: 5 k calls/s", 15, "the thread that makes and sends three spans a call"),
    ("calls_sent/gzip:1", "OTLP over HTTP, gzip: 5 k calls/s", 15, "calls of one shape: they compress well"),
)
TIMER_ROWS = (
    ("timer_moves/10000$", "agent: a message moves a timer, 10 k armed"),
    ("timer_moves/1000000$", "agent: the same, a million armed"),
    ("time_passes/1000000$", "agent: a poll without a due timer, a million armed"),
)


def say(text):
    print(text, file=sys.stderr, flush=True)


def run_json(*command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip() or done.returncode}")
    return json.loads(done.stdout)


def kernel_rows(folder, rounds):
    say("kernel: packets through the programs")
    answer = run_json(f"{folder}/tests/bench/kernel_bench", "--json", "--rounds", str(rounds))
    rows = []
    for row in answer["rows"]:
        net = row["total_ns"] - row["empty_ns"]
        remark = f"{row['total_ns']:.0f} in all, {row['empty_ns']:.0f} the empty program"
        rows.append(Row(f"kernel, {row['hook']}: {row['packet']}", net, "ns", row["budget_ns"] or None, remark))
    if answer["ring_refused"]:
        rows.append(Row("kernel: samples refused by the ring", answer["ring_refused"], "samples", 0))
    return rows


def median_run(folder, name, repetitions):
    """The counters of the run in the middle; each run is a process of its own, for its memory is counted too."""
    runs = []
    for _ in range(repetitions):
        answer = run_json(
            f"{folder}/tests/bench/agent_bench", f"--benchmark_filter=^{name}", "--benchmark_format=json"
        )
        run = answer["benchmarks"][0]
        if run.get("error_occurred"):
            raise RuntimeError(f"{name}: {run['error_message']}")
        runs.append(run)
    return sorted(runs, key=lambda run: run.get("ns_a_message", run["cpu_time"]))[repetitions // 2]


def agent_rows(folder, repetitions):
    say("agent: messages through decoder and call model")
    decode = median_run(folder, "decode/invite", repetitions)
    rows = [Row(f"agent: decode an INVITE of {decode['bytes']:.0f} bytes", decode["cpu_time"], "ns")]
    for name, what, budget in AGENT_ROWS:
        run = median_run(folder, name, repetitions)
        remark = f"{run['messages_a_second'] / 1000:.0f} k messages/s on one core"
        rows.append(Row(what, run["ns_a_message"], "ns", budget, remark))
        if name == "ring_to_facts":
            remark = (
                f"{run['open_dialogs']:.0f} dialogs open; {run['grown_MB']:.0f} MB more than before them; beside it "
                f"{run['mapped_MB']:.0f} MB of the kernel's tables are mapped"
            )
            memory = Row("agent: resident at 10 k concurrent calls", run["resident_MB"], "MB", 150, remark)
    rows.append(memory)
    run = median_run(folder, "streams_reported", repetitions)
    share = run["core_percent"]
    remark = "one look at each stream in ten seconds, figures and MOS included"
    rows.append(Row("agent: 100 k streams, reports each 10 s", share, "% of a core", 5, remark))
    for name, what, budget, remark in OUTPUT_ROWS:
        share = 100 * median_run(folder, name, repetitions)["cores"]
        rows.append(Row(what, share, "% of a core", budget, remark))
    for name, what in TIMER_ROWS:
        rows.append(Row(what, median_run(folder, name, repetitions)["cpu_time"], "ns"))
    return rows


def live_rows(folder, seconds):
    rows = []
    with Road(f"{folder}/tests/bench") as road:
        say("live: start and idle")
        rows += measure_start(road) + measure_idle(road, 2 * seconds)
        for rate in (20_000, 50_000, 100_000):
            say(f"live: {rate} messages/s for {seconds} s")
            rows += measure_agent(road, rate, seconds, JSON_LINES_BUDGET_US)
        say(f"live: 20000 messages/s for {seconds} s into the store and OTLP, too")
        rows += measure_outputs(road, 20_000, seconds)
        for connections in (1, 100):
            say(f"live: 50000 messages/s over {connections} TCP connections for {seconds} s")
            rows += measure_tcp(road, 50_000, seconds, connections)
        say("live: other TCP, with sipsonde and without")
        rows += measure_bulk(road, max(1, seconds // 3))
        say(f"live: 100000 RTP packets/s for {seconds} s")
        rows += measure_media(road, 100_000, seconds)
        say("live: the same traffic into other tools")
        rows += measure_others(road, 20_000, seconds)
    return rows


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    return f"{len(names)} × {names[0]}" if names else platform.machine()


def main():
    folder = os.path.abspath(sys.argv[1])
    quick = "--quick" in sys.argv[2:]
    load = os.getloadavg()[0]
    rows = kernel_rows(folder, 3 if quick else 11)
    rows += agent_rows(folder, 1 if quick else 5)
    rows += live_rows(folder, 2 if quick else 10)
    now = datetime.datetime.now(datetime.timezone.utc)
    print(f"Measured {now:%Y-%m-%d %H:%M} UTC on Linux {platform.release()}, {processor()};")
    print(f"load {load:.1f} at the start{', quick mode' if quick else ''}.\n")
    print(markdown(rows))


if __name__ == "__main__":
    # As Ctrl-C does: what is open is closed, and the namespaces go.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("tools/bench: terminated"))
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("tools/bench: interrupted")
    except (RuntimeError, OSError, TimeoutError) as error:
        sys.exit(f"tools/bench: {error}")
