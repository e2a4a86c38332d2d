# SPDX-License-Identifier: Apache-2.0
"""Counters and hooks that outlive the agent: whoever comes next goes on where the last one was stopped, and no
packet between them is uncounted."""

import glob
import os
import re
import secrets
import signal
import subprocess
import threading
import time

from lab.topology import TO_CALLEE, TO_CALLER

from support import kernel
from support.agent import SIPSONDE
from support.case import LiveCase
from support.frames import options_request, raw_socket, udp_frame

BPF_FILESYSTEM = "/sys/fs/bpf"


class Traffic:
    """OPTIONS, each of a transaction of its own, at a steady rate until stopped; `sent` is what went out."""

    AT_MOST = 999_999

    def __init__(self, lab, a_second):
        self.sent = 0
        self._a_second = a_second
        self._ends = threading.Event()
        frame = udp_frame(lab, options_request(call_id="live-000000@example.com")).from_caller()
        self._pieces = re.split(rb"(?<=live-)[0-9]{6}", frame)
        self._raw = raw_socket(lab.caller, "eth0")
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        started = time.monotonic()
        while not self._ends.is_set() and self.sent < self.AT_MOST:
            due = int((time.monotonic() - started) * self._a_second)
            for number in range(self.sent, min(due, self.AT_MOST)):
                self._raw.send((b"%06d" % number).join(self._pieces))
                self.sent = number + 1
            time.sleep(0.001)

    def stop(self):
        self._ends.set()
        self._thread.join()
        self._raw.close()
        return self.sent


class Pinned(LiveCase):
    def setUp(self):
        super().setUp()
        self.pins = os.path.join(BPF_FILESYSTEM, f"sipsonde-test-{secrets.token_hex(4)}")
        self.addCleanup(self.detach)

    def settings(self, more=""):
        return f"pin: true\npin_path: {self.pins}\n{more}"

    def detach(self):
        environment = os.environ | {"SIPSONDE_PIN_PATH": self.pins}
        done = subprocess.run([SIPSONDE, "detach"], env=environment, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertFalse(os.path.exists(self.pins), "the pins are still there")
        return done.stdout

    def pinned(self, more="", name="agent", **options):
        return self.agent(interfaces=(TO_CALLER,), configuration=self.settings(more), name=name, **options)

    def kept_links(self):
        return glob.glob(os.path.join(self.pins, "*", "link-*"))

    def test_whoever_comes_next_goes_on_counting(self):
        for attach, ending in (
            ("auto", signal.SIGKILL),
            ("auto", signal.SIGTERM),
            ("clsact", signal.SIGKILL),
            ("xdp", signal.SIGTERM),
        ):
            with self.subTest(attach=attach, ending=ending.name):
                self.one_after_the_other(attach, ending)
                self.detach()

    def one_after_the_other(self, attach, ending):
        name = f"{attach}-{ending.name}"
        first = self.pinned(f"attach: {attach}\n", name=f"{name}-1")
        hooks = kernel.hooked(self.lab.proxy, TO_CALLER) | kernel.tcx(self.lab.proxy, TO_CALLER)
        traffic = Traffic(self.lab, a_second=20_000)
        time.sleep(0.3)
        before = first.metrics()
        first.send(ending)
        first.wait(10)
        time.sleep(0.2)
        second = self.pinned(f"attach: {attach}\n", name=f"{name}-2")
        self.assertIn("taken over", second.errors() + second.output())
        after = second.metrics()
        for family in ("sip_requests_total", "sipsonde_packets_total", "sipsonde_ring_events_total"):
            self.assertGreaterEqual(after.sum(family), before.sum(family), family)
        time.sleep(0.2)
        sent = traffic.stop()
        second.wait_for("sip_requests_total", sent, direction="inbound")
        metrics = second.quiet_metrics()
        self.assertEqual(metrics.sum("sip_retransmissions_total"), 0)
        self.assertEqual(
            metrics.sum("sipsonde_ring_events_total", kind="sip")
            + metrics.sum("sipsonde_ring_dropped_total", kind="sip"),
            sent,
        )
        now = kernel.hooked(self.lab.proxy, TO_CALLER) | kernel.tcx(self.lab.proxy, TO_CALLER)
        self.assertEqual(len(now), len(hooks), "a hook too many or too few")
        self.assertEqual(second.end(), 0)

    def test_a_repetition_across_the_change_is_one(self):
        message = options_request()
        first = self.pinned()
        udp_frame(self.lab, message).send_from_caller()
        first.wait_for("sip_requests_total", 1)
        first.end(signal.SIGKILL)
        second = self.pinned(name="second")
        udp_frame(self.lab, message).send_from_caller()
        second.wait_for("sip_requests_total", 2)
        self.assertEqual(second.metrics().sum("sip_retransmissions_total"), 1)

    def test_other_sizes_start_afresh_and_say_so(self):
        first = self.pinned()
        self.one_request_is_counted(first)
        first.end()
        second = self.pinned("limits: {transactions: 4096}\n", name="second")
        self.assertIn("start afresh", second.errors() + second.output())
        self.assertEqual(second.metrics().sum("sip_requests_total"), 0)
        self.one_request_is_counted(second)

    def test_an_interface_no_longer_named_is_left(self):
        first = self.agent(interfaces=(TO_CALLER, TO_CALLEE), configuration=self.settings())
        self.assertEqual(len(self.kept_links()), 4)
        first.end()
        second = self.pinned(name="second")
        self.assertEqual(len(self.kept_links()), 2)
        self.assertFalse(kernel.tcx(self.lab.proxy, TO_CALLEE), "the other interface is still watched")
        self.one_request_is_counted(second)

    def test_a_second_agent_with_the_same_pins_is_refused(self):
        first = self.pinned()
        code, said = self.refused(
            "run", "-i", TO_CALLEE, configuration=self.settings() + "metrics: {listen: off}\napi: {listen: off}\n"
        )
        self.assertEqual(code, 1, said)
        self.assertIn("another sipsonde", said)
        self.one_request_is_counted(first)

    def test_a_run_without_pins_removes_what_is_left(self):
        self.pinned().end(signal.SIGKILL)
        self.assertEqual(len(self.kept_links()), 2)
        second = self.agent(
            interfaces=(TO_CALLER,), configuration=f"pin_path: {self.pins}\n", name="second"
        )
        self.assertFalse(os.path.exists(self.pins))
        self.one_request_is_counted(second)
        second.end()
        self.assertFalse(kernel.tcx(self.lab.proxy, TO_CALLER))

    def test_detach_under_a_running_agent_leaves_nothing_once_it_ends(self):
        agent = self.pinned()
        held = kernel.held_by(agent.pid)
        self.assertIn("an agent runs with them", self.detach())
        self.one_request_is_counted(agent)
        self.assertEqual(agent.end(), 0)
        self.assertFalse(kernel.tcx(self.lab.proxy, TO_CALLER))
        time.sleep(0.5)
        self.assertFalse({kind for kind, _ in kernel.still_there(held)} & {"prog", "link"})
