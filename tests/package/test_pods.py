# SPDX-License-Identifier: Apache-2.0
"""The pods of the chart, run by an OCI runtime from the image with exactly the privileges that they have there: the
agent, the test of a release, and the clean-up before its end."""

import copy
import http.client
import signal
import socket
import tempfile
import unittest
from pathlib import Path

from lab.exposition import Metrics
from lab.process import wait_until
from lab.topology import TO_CALLER, Topology
from support import kernel
from support.frames import options_request, udp_frame

import built
from archive import unpack
from bundle import capabilities_of
from node import Node, Pod, manifests

NUMBERS = {"CAP_NET_ADMIN": 12, "CAP_PERFMON": 38, "CAP_BPF": 39}  # linux/capability.h


class Pods(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        built.need("crun", "bpftool")
        cls.folder = Path(tempfile.mkdtemp(prefix="run-", dir=built.FOLDER))
        config, _ = unpack(built.image(), cls.folder / "rootfs")
        cls.image = config, cls.folder / "rootfs"

    def setUp(self):
        self.lab = Topology()
        self.addCleanup(self.lab.close)
        self.node = Node(self.folder, self.lab.proxy, self.image)
        self.addCleanup(self.node.end)

    def pod(self, of, kind):
        return Pod(self.node, of[kind], of["ConfigMap"])

    def get(self, host, port, path):
        """(status, text), asked from the node. Refused is status 0."""
        connection = http.client.HTTPConnection(host, port, timeout=10)
        try:
            connection.sock = self.lab.proxy.call(lambda: socket.create_connection((host, port), 10))
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except ConnectionError:
            return 0, ""
        finally:
            connection.close()

    def answers(self, pod, probe):
        """As the kubelet asks."""
        asked = pod.container("sipsonde")[f"{probe}Probe"]["httpGet"]
        return self.get(asked["host"], asked["port"], asked["path"])[0] == 200

    def started(self, of):
        """The agent, once its startup probe succeeds."""
        pod = self.pod(of, "DaemonSet")
        agent = pod.start("sipsonde")
        self.addCleanup(agent.end)

        def is_up():
            if not agent.running():
                raise RuntimeError(f"it ended with {agent.wait(1)}: {agent.errors()}")
            return self.answers(pod, "startup")

        wait_until(is_up, 60, "it is not ready")
        self.assertTrue(self.answers(pod, "liveness") and self.answers(pod, "readiness"))
        return pod, agent

    def hooks(self):
        return kernel.hooked(self.lab.proxy, TO_CALLER) | kernel.tcx(self.lab.proxy, TO_CALLER)

    def send(self, number):
        for _ in range(number):
            udp_frame(self.lab, options_request()).send_from_caller()

    def check_counted(self, number):
        def counted():
            page = Metrics(self.get("127.0.0.1", 9091, "/metrics")[1])
            return page.sum("sip_requests_total", method="OPTIONS", direction="inbound") == number

        wait_until(counted, 20, f"{number} requests are not counted")

    def check_privileges(self, agent, security):
        held = capabilities_of(security)
        status = agent.status()
        if not security.get("privileged"):
            self.assertEqual(int(status["CapBnd"], 16), sum(1 << NUMBERS[name] for name in held))
            self.assertEqual((status["NoNewPrivs"], status["Seccomp"]), ("1", "2"))
        self.assertEqual(status["Uid"].split()[0], "0")
        of_the_node = {"/run/sipsonde", "/sys/fs/bpf"}
        self.assertEqual(agent.writable(), {"/var/lib/sipsonde", "/var/log/sipsonde"} | of_the_node)

    def test_a_release_is_started_tested_and_removed_with_either_preset(self):
        for preset in ("least", "privileged"):
            with self.subTest(preset=preset):
                of = manifests(preset)
                test = self.pod(of, "Pod")
                self.assertNotEqual(test.run("status")[0], 0, "there is no agent to be well")
                pod, agent = self.started(of)
                self.check_privileges(agent, pod.container("sipsonde")["securityContext"])
                self.send(6)
                self.check_counted(6)
                self.assertTrue(self.node.pins(), "nothing is pinned")
                for name in ("configuration", "status"):
                    code, said = test.run(name)
                    self.assertEqual(code, 0, said)

                # helm deletes the DaemonSet when the clean-up has ended
                code, said = self.pod(of, "Job").run("detach")
                self.assertEqual(code, 0, said)
                self.assertRegex(said, r"removed \d+ pinned hooks .*; an agent runs with them")
                agent.send(signal.SIGTERM)
                self.assertEqual(agent.wait(30), 0, agent.errors())
                self.assertEqual((self.node.pins(), self.hooks()), ([], set()))
                self.assertNotEqual(test.run("status")[0], 0, "the agent is gone")

    def test_an_upgrade_goes_on_counting_what_came_between_two_pods_too(self):
        of = manifests("least")
        _, old = self.started(of)
        self.send(3)
        self.check_counted(3)
        old.send(signal.SIGTERM)
        self.assertEqual(old.wait(30), 0, old.errors())
        self.send(4)
        self.started(of)
        self.send(5)
        self.check_counted(12)

    def test_what_a_killed_agent_leaves_the_clean_up_removes(self):
        for attach in ("clsact", "xdp"):  # what leaves the node is seen by tc in both
            with self.subTest(attach=attach):
                of = copy.deepcopy(manifests("least"))
                of["ConfigMap"]["data"]["sipsonde.yaml"] += f"attach: {attach}\n"
                _, agent = self.started(of)
                agent.kill()
                agent.wait(10)
                self.assertEqual(len(self.hooks()), 2)
                if attach == "clsact":
                    record = self.node.path("/run/sipsonde/clsact-tags").read_text(encoding="ascii")
                    self.assertRegex(record, r"^([0-9a-f]{16}\n)+$")
                code, said = self.pod(of, "Job").run("detach")
                self.assertEqual(code, 0, said)
                self.assertEqual((self.node.pins(), self.hooks()), ([], set()), said)

    def test_without_a_capability_it_says_so_in_one_line(self):
        of = manifests("least")
        given = of["DaemonSet"]["spec"]["template"]["spec"]["containers"][0]["securityContext"]["capabilities"]
        everything = given["add"]
        for missing in everything:
            with self.subTest(missing=missing):
                given["add"] = [name for name in everything if name != missing]
                code, said = self.pod(of, "DaemonSet").run("sipsonde")
                self.assertEqual(code, 1, said)
                self.assertRegex(said, r"load the kernel programs: not permitted; .*CAP_.*\n$")
                self.assertEqual(said.count("\n"), 1, said)
