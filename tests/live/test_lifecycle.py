# SPDX-License-Identifier: Apache-2.0
"""Starting, running on, and ending: what a user sees when something is missing, goes away, comes back or is
asked to stop."""

import glob
import os
import shutil
import signal
import socket

from lab import sipp
from lab.namespace import connect
from lab.process import wait_until
from lab.topology import TO_CALLEE, TO_CALLER

from support.agent import API_PORT, METRICS_PORT, SIPSONDE
from support.case import LiveCase
from support.frames import options_request, udp_frame

NOBODY = "65534"


class Refusals(LiveCase):
    """A start that cannot work is one line on stderr and the right status."""

    def expect(self, status, words, *arguments, configuration=""):
        got, said = self.refused("run", *arguments, configuration=configuration)
        self.assertEqual(got, status, said)
        self.assertEqual(said.count("\n"), 1, said)
        for word in words:
            self.assertIn(word, said)

    def test_a_missing_interface(self):
        self.expect(2, ["nosuch0"], "-i", "nosuch0")

    def test_one_of_two_interfaces_missing(self):
        self.expect(2, ["nosuch0"], "-i", TO_CALLER, "-i", "nosuch0")

    def test_an_unknown_key(self):
        self.expect(
            2,
            ["refused.yaml:2", '"prots"', 'did you mean "ports"?'],
            "-i",
            TO_CALLER,
            configuration="sip:\n  prots: [5060]\n",
        )

    def test_a_setting_that_makes_no_sense(self):
        self.expect(2, ["refused.yaml:1"], "-i", TO_CALLER, configuration="attach: sideways\n")

    def test_a_configuration_file_that_is_not_there(self):
        self.expect(2, ["/nosuch.yaml"], "-i", TO_CALLER, "-c", "/nosuch.yaml")

    def test_an_unknown_option(self):
        self.expect(2, ["--frobnicate"], "-i", TO_CALLER, "--frobnicate")

    def test_an_open_api_without_a_token(self):
        self.expect(2, ["token"], "-i", TO_CALLER, configuration=f'api: {{listen: "0.0.0.0:{API_PORT}"}}\n')

    def test_ports_in_use(self):
        for address, port in (("0.0.0.0", METRICS_PORT), ("127.0.0.1", API_PORT)):
            with self.subTest(port=port), self.lab.proxy.socket(socket.AF_INET, socket.SOCK_STREAM) as taken:
                taken.bind((address, port))
                taken.listen()
                self.expect(1, [str(port)], "-i", TO_CALLER)

    def test_not_root(self):
        # A copy, since the checkout may be closed to others.
        os.chmod(self.folder, 0o755)
        binary = shutil.copy(SIPSONDE, self.folder)
        output = os.path.join(self.folder, "output")
        os.mkdir(output)
        os.chmod(output, 0o777)
        done = self.lab.proxy.run(
            "setpriv",
            f"--reuid={NOBODY}",
            f"--regid={NOBODY}",
            "--clear-groups",
            binary,
            "run",
            "-i",
            TO_CALLER,
            "-o",
            output,
            check=False,
        )
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertIn("root", done.stderr)


class Running(LiveCase):
    def attached(self, agent):
        return {labels["interface"] for labels, _ in agent.metrics().matching("sipsonde_attach_info")}

    def test_without_an_interface_it_takes_the_default_routes(self):
        self.lab.proxy.ip("route", "add", "default", "via", "10.60.2.2")
        agent = self.agent(interfaces=())
        self.assertEqual(self.attached(agent), {TO_CALLEE})
        self.assertEqual(agent.end(), 0)

    def test_it_is_ready_while_running(self):
        agent = self.agent()
        self.assertEqual(agent.get("/admin/health")[0], 200)
        self.assertEqual(agent.get("/admin/ready")[0], 200)
        self.assertEqual(agent.end(), 0)

    def test_it_ends_by_itself_after_a_time(self):
        agent = self.agent(arguments=("--for", "2s"))
        self.assertEqual(agent.wait(15), 0)
        self.assertTrue(agent.last_metrics().has("sipsonde_packets_total"))

    def test_an_interface_goes_and_comes_back(self):
        agent = self.agent()
        lines = len((agent.errors() + agent.output()).splitlines())
        self.lab.proxy.ip("link", "del", TO_CALLER)
        wait_until(
            lambda: self.attached(agent) == {TO_CALLEE}, 5, "the lost interface is still said to be attached"
        )
        said = (agent.errors() + agent.output()).splitlines()[lines:]
        self.assertEqual(len(said), 1, said)
        self.assertIn(TO_CALLER, said[0])

        connect(self.lab.proxy, TO_CALLER, "10.60.1.1/24", self.lab.caller, "eth0", "10.60.1.2/24")
        wait_until(
            lambda: self.attached(agent) == {TO_CALLER, TO_CALLEE}, 10, "the interface is not attached again"
        )
        self.one_request_is_counted(agent)
        self.assertEqual(agent.end(), 0)

    def test_interfaces_that_fit_a_pattern_are_followed(self):
        agent = self.agent(interfaces=("call*",))
        self.assertEqual(self.attached(agent), {TO_CALLER, TO_CALLEE})
        self.lab.proxy.ip("link", "del", TO_CALLER)
        wait_until(lambda: self.attached(agent) == {TO_CALLEE}, 5, "the lost interface is still attached")
        self.lab.proxy.ip("link", "add", "callnew0", "type", "veth", "peer", "name", "other")
        wait_until(lambda: "callnew0" in self.attached(agent), 5, "a new interface that fits is not watched")
        self.assertNotIn("other", self.attached(agent))
        connect(self.lab.proxy, TO_CALLER, "10.60.1.1/24", self.lab.caller, "eth0", "10.60.1.2/24")
        wait_until(lambda: TO_CALLER in self.attached(agent), 5, "the interface is not attached again")
        self.one_request_is_counted(agent)
        self.assertEqual(agent.end(), 0)

    def test_a_pattern_may_fit_nothing_yet(self):
        agent = self.agent(interfaces=("later*",))
        self.assertEqual(self.attached(agent), set())
        self.lab.proxy.ip("link", "add", "later0", "type", "veth", "peer", "name", "other")
        wait_until(lambda: self.attached(agent) == {"later0"}, 5, "the interface that came is not watched")
        self.assertEqual(agent.end(), 0)

    def test_threads_keep_no_more_privileges_than_they_need(self):
        """CAP_BPF and CAP_NET_ADMIN where hooks are, none where HTTP is spoken; never CAP_SYS_ADMIN."""
        agent = self.agent()
        held = []
        for path in glob.glob(f"/proc/{agent.pid}/task/*/status"):
            with open(path, encoding="ascii") as file:
                fields = dict(line.split(":\t", 1) for line in file.read().splitlines() if ":\t" in line)
            held.append(int(fields["CapEff"], 16))
        bpf, net_admin, dac_override = 1 << 39, 1 << 12, 1 << 1
        self.assertIn(bpf | net_admin | dac_override, held)  # main
        self.assertIn(bpf, held)  # a worker
        self.assertIn(dac_override, held)  # a sink
        self.assertIn(0, held)  # HTTP
        for capabilities in held:
            self.assertEqual(capabilities & ~(bpf | net_admin | dac_override), 0, hex(capabilities))
        self.one_request_is_counted(agent)
        self.assertEqual(agent.end(), 0)

    def test_the_service_manager_is_told(self):
        """What systemd's Type=notify and WatchdogSec= wait for (sd_notify(3))."""
        address = os.path.join(self.folder, "notify")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(address)
            manager.settimeout(15)
            os.environ.update(NOTIFY_SOCKET=address, WATCHDOG_USEC="3000000")
            try:
                agent = self.agent()
            finally:
                del os.environ["NOTIFY_SOCKET"], os.environ["WATCHDOG_USEC"]
            told = [manager.recv(4096).decode() for _ in range(3)]
            self.assertTrue(told[0].startswith("READY=1\n"), told)
            self.assertEqual(told[1:], ["WATCHDOG=1"] * 2)
            agent.send(signal.SIGTERM)
            while not (last := manager.recv(4096).decode()).startswith("STOPPING=1"):
                self.assertEqual(last, "WATCHDOG=1")
        self.assertEqual(agent.wait(10), 0)

    def test_two_agents_count_the_same(self):
        first = self.agent(name="first")
        second = self.agent(
            name="second",
            configuration='metrics: {listen: "0.0.0.0:9191"}\n' 'api: {listen: "127.0.0.1:9192"}\n',
            metrics_port=9191,
            api_port=9192,
        )
        for _ in range(3):
            udp_frame(self.lab, options_request()).send_from_caller()
        for agent in (first, second):
            agent.wait_for("sip_requests_total", 3)
        self.assertEqual(first.end(), 0)
        self.one_request_is_counted(second)
        self.assertEqual(second.end(), 0)

    def test_sighup_opens_new_files(self):
        agent = self.agent()
        path = os.path.join(agent.folder, "events.jsonl")
        first, second = options_request(), options_request()
        self.register(first)
        wait_until(agent.events, 40, "no event of the first request")
        os.rename(path, path + ".1")
        agent.send(signal.SIGHUP)
        wait_until(lambda: os.path.exists(path), 5, "no new file")
        self.register(second)
        wait_until(agent.events, 40, "no event in the new file")
        self.assertTrue(agent.running())
        self.assertEqual(agent.end(), 0)

    def register(self, request):
        """A request and its answer: outside a dialog an event comes with the final response."""
        udp_frame(self.lab, request).send_from_caller()
        answer = request.replace(request.split(b"\r\n")[0], b"SIP/2.0 200 OK").replace(
            b"Max-Forwards: 70\r\n", b""
        )
        udp_frame(self.lab, answer).send_from_proxy()


class Ending(LiveCase):
    def call_in_progress(self, **more):
        """An agent that has seen a call answered and not yet ended."""
        self.kamailio()
        sipp.callee(self.lab, self.folder, "callee-answers", 5080)
        agent = self.agent(**more)
        self.caller = sipp.caller(self.lab, self.folder, "caller-talks", "answer", "-m", 1, "-d", 8000)
        wait_until(lambda: agent.metrics().sum("sip_calls_active") == 2, 10, "the call is not active")
        return agent

    def test_sigterm_in_a_call_writes_what_was_seen(self):
        agent = self.call_in_progress()
        self.assertEqual(agent.end(), 0)
        rows = agent.rows()
        self.assertEqual(sorted(row["direction"] for row in rows), ["inbound", "outbound"])
        for row in rows:
            self.assertEqual((row["coverage"], row["disposition"]), ("cut", "answered"))
            self.assertIsNotNone(row["answer_timestamp_ms"])
        self.assertEqual(agent.last_metrics().sum("sip_calls_active"), 0)
        self.assertEqual(agent.last_metrics().sum("sip_calls_total", result="answered"), 2)
        self.assertIn("sip.answered", [event["event"] for event in agent.events()])

    def test_a_call_begun_before_the_start_is_cut(self):
        first = self.call_in_progress()
        self.assertEqual(first.end(), 0)
        second = self.agent(name="second")
        self.caller.wait(30)
        rows = second.rows(at_least=2, seconds=15)
        self.assertEqual({row["coverage"] for row in rows}, {"cut"}, rows)
        self.assertEqual({row["start_timestamp_ms"] for row in rows}, {None})
        self.assertEqual(second.metrics().sum("sip_calls_active"), 0)

    def test_a_kill_leaves_whole_lines(self):
        agent = self.call_in_progress()
        agent.stop(signal.SIGKILL)
        for name in ("events.jsonl", "cdr.jsonl"):
            path = os.path.join(agent.folder, name)
            if os.path.exists(path):
                with open(path, "rb") as file:
                    content = file.read()
                self.assertTrue(content == b"" or content.endswith(b"\n"), name)
