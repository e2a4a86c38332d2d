# SPDX-License-Identifier: Apache-2.0
"""tools/run --demo: callers, a proxy and callees in network namespaces make calls of several kinds, sipsonde
watches the proxy, and a short digest is printed until Ctrl-C. Every argument goes to `sipsonde run`."""

import collections
import json
import os
import signal
import sys
import tempfile
import time
import urllib.request

from . import sipp
from .exposition import Metrics
from .kamailio import Kamailio
from .process import Process, ProcessFailed, wait_until
from .topology import TO_CALLEE, TO_CALLER, Topology

SIPSONDE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "build", "sipsonde")
EVERY_SECONDS = 2
EVENTS_SHOWN = 4
RESULTS = ("answered", "busy", "no-answer", "cancelled", "rejected", "failed", "timeout")


def start_calls(lab, folder):
    """Callees, then callers that go on until they are ended: sipp's -r calls every -rp milliseconds."""
    sipp.callee(lab, folder, "callee-answers", 5080)
    sipp.callee(lab, folder, "callee-rings", 5081)
    sipp.callee(
        lab, folder, "callee-refuses", 5082, name="callee-busy", values={"CODE": 486, "REASON": "Busy Here"}
    )
    sipp.callee(lab, folder, "callee-does-not-answer", 5083, arguments=("-d", 3000))
    sipp.callee(
        lab,
        folder,
        "callee-refuses",
        5085,
        name="callee-unavailable",
        values={"CODE": 503, "REASON": "Service Unavailable"},
    )

    def caller(port, scenario, user, every_ms, *arguments, **more):
        sipp.caller(lab, folder, scenario, user, "-r", 1, "-rp", every_ms, *arguments, port=port, **more)

    caller(5060, "caller-talks", "answer", 700, "-d", 6000)
    caller(5061, "caller-authenticates", "protected", 2500, "-d", 4000)
    caller(5062, "caller-cancels", "ring", 3000, "-d", 2000)
    caller(5063, "caller-is-refused", "busy", 2500, name="caller-hears-busy", values={"CODE": 486})
    caller(5064, "caller-is-refused", "silent", 4000, name="caller-hears-nobody", values={"CODE": 480})
    caller(
        5065, "caller-is-refused", "wrong-number", 5000, name="caller-hears-not-found", values={"CODE": 404}
    )
    caller(
        5066, "caller-is-refused", "unavailable", 7000, name="caller-hears-unavailable", values={"CODE": 503}
    )
    caller(5067, "registrant", "registrar", 2000)
    caller(5068, "pinger", "ping", 3000)


class Events:
    """The new lines of events.jsonl since the last look."""

    def __init__(self, folder):
        self._path = os.path.join(folder, "events.jsonl")
        self._offset = 0

    def take_new(self):
        if not os.path.exists(self._path):
            return []
        with open(self._path, "rb") as file:
            file.seek(self._offset)
            whole_lines = file.read().rpartition(b"\n")[0]
        if not whole_lines:
            return []
        self._offset += len(whole_lines) + 1
        return [json.loads(line) for line in whole_lines.splitlines()]


def scrape(url):
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return Metrics(answer.read().decode())
    except OSError:
        return None


def answers(url):
    """With success: before the hooks are on it is 503."""
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except OSError:
        return False


def digest(metrics, events):
    results = metrics.by("sip_calls_total", "result")
    ended = ", ".join(f"{results[(name,)]} {name}" for name in RESULTS if (name,) in results)
    print(
        f"{time.strftime('%H:%M:%S')}  active {metrics.sum('sip_calls_active')} | ended: {ended or 'none'} | "
        f"requests {metrics.sum('sip_requests_total')}, responses {metrics.sum('sip_responses_total')}, "
        f"repeated {metrics.sum('sip_retransmissions_total')} | "
        f"lost by the ring {metrics.sum('sipsonde_ring_dropped_total')}"
    )
    for event in events[-EVENTS_SHOWN:]:
        what = " ".join(str(event[key]) for key in ("method", "code") if event.get(key) is not None)
        print(
            f"          {event['event']:<18} {what:<14} {event['src']} → {event['dst']}  {event['call_id']}"
        )
    sys.stdout.flush()


def print_rows(folder):
    """What was made of the calls: CDRs by disposition, those cut by the end included."""
    path = os.path.join(folder, "cdr.jsonl")
    if not os.path.exists(path):
        return
    with open(path, encoding="utf-8") as file:
        count = collections.Counter(
            json.loads(line)["disposition"] or "cut before an answer" for line in file
        )
    print(
        f"{sum(count.values())} CDRs: "
        + ", ".join(f"{number} {name}" for name, number in count.most_common())
    )


def output_folder(arguments, otherwise):
    for index, argument in enumerate(arguments[:-1]):
        if argument == "-o":
            return arguments[index + 1]
    return otherwise


def watch(agent, metrics_url, folder):
    """Until the agent ends, by --for or on its own."""
    events = Events(folder)
    while agent.running():
        next_look = time.monotonic() + EVERY_SECONDS
        while agent.running() and time.monotonic() < next_look:
            time.sleep(0.1)
        if metrics := scrape(metrics_url):
            digest(metrics, events.take_new())


def run_demo(arguments):
    with tempfile.TemporaryDirectory(prefix="sipsonde-demo-") as folder, Topology() as lab:
        address = lab.reach_from_host()
        metrics_url, api_url = f"http://{address}:9091/metrics", f"http://{address}:9092"
        proxy = Kamailio(lab.proxy, folder)
        lab.callback(proxy.stop)

        written = output_folder(arguments, folder)
        own = [] if written != folder else ["-o", folder]
        agent = Process(
            lab.proxy.command(SIPSONDE, "run", "-i", TO_CALLER, "-i", TO_CALLEE, *own, *arguments),
            log=os.path.join(folder, "sipsonde.log"),
        )
        lab.callback(agent.stop, signal.SIGTERM, 12)
        ready_url = f"{api_url}/admin/ready"
        wait_until(lambda: not agent.running() or answers(ready_url), 15, f"not ready at {ready_url}")
        if not agent.running():
            sys.stderr.write(agent.output())
            return agent.wait(1)

        print(
            f"metrics  {metrics_url}\nAPI      {ready_url}\n"
            f"events   {written}/events.jsonl\nCDRs     {written}/cdr.jsonl\n"
            "Ctrl-C ends it and removes everything."
        )
        start_calls(lab, folder)
        try:
            watch(agent, metrics_url, written)
        except KeyboardInterrupt:
            print("\nending")
        status = agent.stop(signal.SIGTERM, 12)
        print_rows(written)
        if status != 0:
            sys.stderr.write(agent.output()[-2000:])
        return status


def main():
    endings = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def interrupt(*_):
        for number in endings:  # what is being removed is removed to the end
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in endings:
        signal.signal(number, interrupt)
    try:
        return run_demo(sys.argv[1:])
    except KeyboardInterrupt:
        return 0
    except (ProcessFailed, TimeoutError, RuntimeError) as error:
        print(f"tools/run: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
