# SPDX-License-Identifier: Apache-2.0
"""The rows of the report that are measured on live traffic: sipsonde itself."""

import tempfile
import time

from live_traffic import INTERFACE, MESSAGES_A_CALL, cpu_seconds, resident_peak_megabytes
from report_table import Row
from support.agent import Agent
from support.http_receiver import HttpReceiver


def _answers(agent):
    try:
        return bool(agent.metrics().matching("sipsonde_attach_info"))
    except OSError:
        return False


def start(road, folder, configuration=""):
    """The agent and how long it took until /metrics named its hooks."""
    begin = time.monotonic()
    agent = Agent(road.watcher, folder, [INTERFACE], configuration)
    while not _answers(agent):
        if not agent.running():
            raise RuntimeError(f"sipsonde ended: {agent.errors()}")
        if time.monotonic() - begin > 30:
            raise TimeoutError("sipsonde's metrics do not answer")
        time.sleep(0.005)
    return agent, time.monotonic() - begin


class Counted:
    """What sipsonde counted between two looks at its metrics."""

    def __init__(self, before, after):
        self._before, self._after = before, after

    def sum(self, family, **labels):
        return self._after.sum(family, **labels) - self._before.sum(family, **labels)


def answered_sums(counted, calls):
    """What and what it has to be, when calls were answered and nothing was odd."""
    return {
        "answered calls": (counted.sum("sip_calls_total", result="answered"), calls),
        "malformed": (counted.sum("sip_malformed_total"), 0),
        "retransmissions": (counted.sum("sip_retransmissions_total"), 0),
    }


def _sums(counted, sent):
    """What does not add up, in words; empty when all sums hold."""
    seen = counted.sum("sip_requests_total") + counted.sum("sip_responses_total")
    calls = sent["sent"] // MESSAGES_A_CALL
    expected = {
        "requests and responses": (seen, sent["sent"]),
        "messages": (counted.sum("sipsonde_messages_total", path="packet"), sent["sent"]),
        "verdict sip": (counted.sum("sipsonde_packets_total", verdict="sip"), sent["sent"]),
        "packets": (counted.sum("sipsonde_packets_total"), sent["arrived"]),
    } | answered_sums(counted, calls)
    return "; ".join(f"{what} {is_} instead of {be}" for what, (is_, be) in expected.items() if is_ != be)


def measure_outputs(road, rate, seconds):
    """With events and records in the store as well, and spans sent to a receiver, beside JSON Lines."""
    with tempfile.TemporaryDirectory(prefix="sipsonde-bench-") as folder:
        receiver = HttpReceiver(road.receiver, 4318)
        try:
            configuration = f"store: {{path: {folder}/store}}\notlp: {{enabled: true}}\n"
            return measure_agent(road, rate, seconds, None, configuration, "JSON Lines, store and OTLP")
        finally:
            receiver.stop()


def measure_agent(road, rate, seconds, budget_us, configuration="", outputs="JSON Lines"):
    with tempfile.TemporaryDirectory(prefix="sipsonde-bench-") as folder:
        agent, _ = start(road, folder, configuration)
        try:
            before, cpu_before = agent.metrics(), cpu_seconds(agent.pid)
            sent = road.send(rate, seconds)
            time.sleep(0.2)  # for the last messages; then the scrapes begin, which cost CPU time too
            cpu = cpu_seconds(agent.pid) - cpu_before
            counted = Counted(before, agent.quiet_metrics())
            peak = resident_peak_megabytes(agent.pid)
        finally:
            agent.stop()
    lost = counted.sum("sipsonde_ring_dropped_total")
    shed = counted.sum("sipsonde_sink_dropped_total")
    calls = sent["sent"] // MESSAGES_A_CALL
    wrong = _sums(counted, sent)
    name = f"live, {rate // 1000} k messages/s" + (", all outputs" if configuration else "")
    remark = (
        f"sent {sent['sent']} of {sent['wanted']} in {sent['seconds']:.1f} s; "
        f"sender {sent['cpu_seconds'] / sent['sent'] * 1e6:.2f} µs a message"
    )
    return [
        Row(f"{name}: agent CPU a message, {outputs}", cpu / sent["sent"] * 1e6, "µs", budget_us, remark),
        Row(f"{name}: lost in the ring", lost, "samples", 0, ""),
        Row(f"{name}: lost before the sinks", shed, "facts", 0, "a full queue drops: limits.queue"),
        Row(f"{name}: sums", "hold" if not wrong else "differ", "", "hold", wrong),
        Row(f"{name}: resident peak", peak, "MB", None, f"{calls} calls; an ended one is remembered for 32 s"),
    ]


def measure_media(road, rate, seconds, streams=2000):
    """RTP without signalling: the kernel measures, the agent looks at each stream every ten seconds."""
    with tempfile.TemporaryDirectory(prefix="sipsonde-bench-") as folder:
        agent, _ = start(road, folder)
        try:
            before, cpu_before = agent.metrics(), cpu_seconds(agent.pid)
            sent = road.send_rtp(rate, seconds, streams)
            time.sleep(0.2)
            cpu = cpu_seconds(agent.pid) - cpu_before
            counted = Counted(before, agent.quiet_metrics())
        finally:
            agent.stop()
    name = f"live, {rate // 1000} k RTP packets/s"
    remark = (
        f"sent {sent['sent']} of {sent['wanted']} in {sent['seconds']:.1f} s; {streams} streams; "
        f"sender {sent['cpu_seconds'] / sent['sent'] * 1e6:.2f} µs a packet"
    )
    uncounted = sent["sent"] - counted.sum("rtp_packets_total")
    return [
        Row(f"{name}: agent", cpu / sent["seconds"] * 100, "% of a core", None, remark),
        Row(f"{name}: sent and not counted", uncounted, "packets", 0, ""),
        Row(f"{name}: counted as lost", counted.sum("rtp_lost_packets_total"), "packets", 0, ""),
    ]


def measure_start(road, times=3):
    taken = []
    for _ in range(times):
        with tempfile.TemporaryDirectory(prefix="sipsonde-bench-") as folder:
            agent, seconds = start(road, folder)
            taken.append((seconds, cpu_seconds(agent.pid)))
            agent.stop()
    seconds, cpu = sorted(taken)[times // 2]
    return [Row("start to first metric", seconds, "s", 1, f"median of {times}; {cpu:.2f} s of CPU time")]


def measure_idle(road, seconds):
    with tempfile.TemporaryDirectory(prefix="sipsonde-bench-") as folder:
        agent, _ = start(road, folder)
        try:
            before = cpu_seconds(agent.pid)
            time.sleep(seconds)
            used = cpu_seconds(agent.pid) - before
        finally:
            agent.stop()
    share = used / seconds * 100
    return [Row("agent without traffic", share, "% of a core", None, "it polls its ring once a millisecond")]
