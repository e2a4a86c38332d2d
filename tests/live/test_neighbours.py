# SPDX-License-Identifier: Apache-2.0
"""Other people's filters and programs on the same interface survive the agent, however it ends, and nothing
of the agent's stays."""

import os
import signal

from lab.process import run, wait_until
from lab.topology import TO_CALLER

from support import kernel
from support.agent import SIPSONDE
from support.case import LiveCase

SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs", "neighbour.bpf.c")


class Neighbours(LiveCase):
    def setUp(self):
        super().setUp()
        self.object = os.path.join(self.folder, "neighbour.bpf.o")
        headers = f"/usr/include/{os.uname().machine}-linux-gnu"
        run(*f"clang -O2 -g -target bpf -I{headers} -c {SOURCE} -o {self.object}".split())
        self.pins = kernel.pins()

    def add_filters(self):
        self.tc(f"qdisc add dev {TO_CALLER} clsact")
        for direction in ("ingress", "egress"):
            self.tc(f"filter add dev {TO_CALLER} {direction} bpf direct-action obj {self.object} sec tc")
            self.tc(f"filter add dev {TO_CALLER} {direction} protocol ip u32 match u32 0 0 classid 1:1")

    def tc(self, arguments):
        self.lab.proxy.run("tc", *arguments.split())

    def add_xdp(self):
        self.lab.proxy.ip("link", "set", "dev", TO_CALLER, "xdpdrv", "obj", self.object, "sec", "xdp")

    def state(self):
        """Programs on the interface, and its qdiscs and filters as text."""
        hooked = kernel.hooked(self.lab.proxy, TO_CALLER) | kernel.tcx(self.lab.proxy, TO_CALLER)
        return hooked, kernel.qdiscs_and_filters(self.lab.proxy, TO_CALLER)

    def live_and_end(self, configuration, number):
        """An agent's whole life; returns what it held in the kernel."""
        agent = self.agent(interfaces=(TO_CALLER,), configuration=configuration)
        try:
            held = kernel.held_by(agent.pid)
            self.assertIn("prog", {kind for kind, _ in held}, "the agent holds no program")
            self.assertLess(
                self.before[0], self.state()[0], "a neighbour gave way, or the agent hangs nowhere"
            )
            self.one_request_is_counted(agent)
        finally:
            agent.send(number)
            status = agent.wait(10)
        self.assertEqual(status, -number if number == signal.SIGKILL else 0)
        return held

    def nothing_is_left(self, held):
        wait_until(
            lambda: not kernel.still_there(held), 5, f"still in the kernel: {kernel.still_there(held)}"
        )
        self.assertEqual(self.state(), self.before)
        self.assertEqual(kernel.pins() - self.pins, set())

    def check(self, configuration, signals=(signal.SIGTERM, signal.SIGKILL)):
        self.before = self.state()
        for number in signals:
            with self.subTest(configuration=configuration.strip(), signal=number.name):
                self.nothing_is_left(self.live_and_end(configuration, number))

    def test_a_bare_interface_is_bare_again(self):
        self.check("attach: tc\n", (signal.SIGTERM, signal.SIGINT, signal.SIGKILL))

    def test_filters_survive_tcx(self):
        self.add_filters()
        self.check("attach: tc\n")

    def test_a_foreign_xdp_program_survives_tcx(self):
        self.add_xdp()
        self.check("attach: auto\n")

    def test_filters_survive_xdp(self):
        self.add_filters()
        self.check("attach: xdp\n")

    def test_filters_survive_clsact_ended_by_sigterm(self):
        self.add_filters()
        self.check("attach: clsact\n", (signal.SIGTERM,))

    def test_a_clsact_of_our_own_goes_with_us(self):
        self.check("attach: clsact\n", (signal.SIGTERM,))

    def test_after_a_kill_detach_removes_our_clsact_filters_alone(self):
        self.add_filters()
        self.before = self.state()
        held = self.live_and_end("attach: clsact\n", signal.SIGKILL)
        self.assertNotEqual(self.state(), self.before, "a killed agent's clsact filter cannot be gone yet")
        done = self.lab.proxy.run(SIPSONDE, "detach", check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.nothing_is_left(held)

    def test_after_a_kill_the_next_start_takes_over(self):
        self.add_filters()
        self.before = self.state()
        killed = self.live_and_end("attach: clsact\n", signal.SIGKILL)
        second = self.agent(interfaces=(TO_CALLER,), configuration="attach: clsact\n", name="second")
        wait_until(lambda: not kernel.still_there(killed), 5, "the killed agent's objects stay")
        self.one_request_is_counted(second)
        held = kernel.held_by(second.pid)
        self.assertEqual(second.end(), 0)
        self.nothing_is_left(held)

    def test_detach_on_a_clean_host_touches_nothing(self):
        self.add_filters()
        self.add_xdp()
        self.before = self.state()
        done = self.lab.proxy.run(SIPSONDE, "detach", check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.nothing_is_left(set())

    def test_a_taken_xdp_slot_is_one_line_and_status_1(self):
        self.add_xdp()
        before = self.state()
        status, said = self.refused("run", "-i", TO_CALLER, configuration="attach: xdp\n")
        self.assertEqual(status, 1, said)
        self.assertRegex(said, rf"^[^\n]*{TO_CALLER}[^\n]*\n$")
        self.assertEqual(self.state(), before)
