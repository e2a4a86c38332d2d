# SPDX-License-Identifier: Apache-2.0
"""The package under a real systemd: installed, started, upgraded, stuck, removed and purged."""

import http.client
import socket
import unittest

from lab.exposition import Metrics
from lab.process import wait_until
from lab.topology import TO_CALLER, Topology
from support.frames import options_request, udp_frame

import built
from container import Container

# Everything that needs a right of the unit: pins, the store, the script's machine code.
SETTINGS = f"""
interfaces: [{TO_CALLER}]
pin: true
store: {{}}
script: /usr/share/doc/sipsonde/examples/voice-attach.lua
"""
PACKAGE = "/root/sipsonde.deb"


class Service(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        system = built.system()
        (system / PACKAGE[1:]).write_bytes(built.package().read_bytes())
        cls.lab = Topology()
        cls.addClassCleanup(cls.lab.close)
        cls.host = Container(system, cls.lab.proxy)
        cls.addClassCleanup(cls.host.end)

    def setUp(self):
        """Installed as if for the first time, with settings that ask for much."""
        self.host.run("dpkg", "--purge", "sipsonde", check=False)
        self.host.run("dpkg", "--install", PACKAGE)

    def configure(self, settings):
        (self.host.root / "etc/sipsonde/sipsonde.yaml").write_text(settings, encoding="utf-8")

    def start(self, settings=SETTINGS):
        """Returns when systemd has heard READY."""
        self.configure(settings)
        try:
            self.host.run("systemctl", "start", "sipsonde.service")
        except RuntimeError as error:
            self.fail(f"{error}: {self.host.journal()}")

    def get(self, path, port):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.sock = self.lab.proxy.call(lambda: socket.create_connection(("127.0.0.1", port), 10))
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def requests(self):
        return Metrics(self.get("/metrics", 9091)[1]).sum("sip_requests_total", method="OPTIONS", direction="inbound")

    def send(self, number):
        for _ in range(number):
            udp_frame(self.lab, options_request()).send_from_caller()

    def test_installing_starts_and_enables_nothing(self):
        self.assertEqual(self.host.run("systemctl", "is-active", "sipsonde", check=False).strip(), "inactive")
        self.assertEqual(self.host.run("systemctl", "is-enabled", "sipsonde", check=False).strip(), "disabled")
        kept = self.host.run("dpkg-query", "-W", "-f", "${Conffiles}", "sipsonde")
        self.assertIn("/etc/sipsonde/sipsonde.yaml", kept)
        said = self.host.run("sipsonde", "config", "-c", "/etc/sipsonde/sipsonde.yaml")
        self.assertNotIn("sipsonde.yaml:", said, "the file that is installed changes no default")

    def test_the_service_is_ready_when_systemd_says_so_counts_and_stops(self):
        self.start()
        self.assertEqual(self.get("/admin/ready", 9092)[0], 200)
        self.send(7)
        wait_until(lambda: self.requests() == 7, 20, "7 requests are not counted")
        self.assertIn(f"watching {TO_CALLER} ingress", self.host.journal())
        logs = self.host.root / "var/log/sipsonde"
        self.assertEqual(logs.stat().st_mode & 0o007, 0, "records are open to everybody")
        self.assertTrue(list((self.host.root / "var/lib/sipsonde").glob("*.db")), "the store was not opened")

        (logs / "cdr.jsonl").rename(logs / "cdr.jsonl.1")
        self.host.run("systemctl", "reload", "sipsonde.service")
        wait_until((logs / "cdr.jsonl").exists, 10, "the file was not opened anew")

        self.host.run("systemctl", "stop", "sipsonde.service")
        self.assertEqual(self.host.show("Result"), "success", self.host.journal())

    def test_it_holds_three_capabilities_at_most_and_cannot_write_elsewhere(self):
        self.start()
        pid = self.host.show("MainPID")
        status = self.host.run("cat", f"/proc/{pid}/status")
        field = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
        three = 1 << 12 | 1 << 38 | 1 << 39  # NET_ADMIN, PERFMON, BPF of linux/capability.h
        self.assertEqual(int(field["CapBnd"], 16), three)
        self.assertEqual(int(field["CapEff"], 16) & ~three, 0)
        self.assertEqual((field["NoNewPrivs"], field["Seccomp"]), ("1", "2"))
        mounts = [line.split() for line in self.host.run("cat", f"/proc/{pid}/mountinfo").splitlines()]
        writable = {mount[4] for mount in mounts if mount[5].startswith("rw")}
        allowed = {"/var/lib/sipsonde", "/var/log/sipsonde", "/run/sipsonde", "/sys/fs/bpf"}
        self.assertLessEqual(allowed, writable)
        own = ("/dev", "/proc", "/tmp", "/var/tmp", "/run/")
        self.assertEqual({path for path in writable - allowed if not path.startswith(own)}, set())

    def test_an_upgrade_restarts_what_runs_keeps_settings_and_loses_no_count(self):
        self.start()
        self.send(5)
        wait_until(lambda: self.requests() == 5, 20, "5 requests are not counted")
        before = self.host.show("MainPID")
        self.host.run("dpkg", "--install", "--force-confold", PACKAGE)
        wait_until(lambda: self.host.show("ActiveState") == "active", 60, "it does not run again")
        self.assertNotEqual(self.host.show("MainPID"), before)
        self.assertEqual((self.host.root / "etc/sipsonde/sipsonde.yaml").read_text(encoding="utf-8"), SETTINGS)
        self.send(2)
        wait_until(lambda: self.requests() == 7, 20, "counters did not go on")

    def test_an_agent_that_is_stuck_is_started_again(self):
        drop_in = "/run/systemd/system/sipsonde.service.d"
        self.host.run("mkdir", "-p", drop_in)
        self.host.run("sh", "-c", f"printf '[Service]\\nWatchdogSec=6\\nRestartSec=0\\n' > {drop_in}/quick.conf")
        self.addCleanup(self.host.run, "systemctl", "daemon-reload")
        self.addCleanup(self.host.run, "rm", "-r", drop_in)
        self.host.run("systemctl", "daemon-reload")
        self.start()
        self.host.run("systemctl", "kill", "--signal=STOP", "--kill-whom=main", "sipsonde.service")
        wait_until(lambda: self.host.show("NRestarts") == "1", 60, "the watchdog did not bite")
        wait_until(lambda: self.host.show("ActiveState") == "active", 60, "it does not run again")

    def test_purging_leaves_nothing(self):
        self.start()
        self.host.run("systemctl", "enable", "sipsonde.service")
        self.assertIn("sipsonde", self.host.pins())
        said = self.host.run("dpkg", "--remove", "sipsonde")
        self.assertRegex(said, r"removed \d+ pinned hooks")
        self.assertEqual(self.host.run("sh", "-c", "cat /proc/[0-9]*/comm").split().count("sipsonde"), 0)
        self.assertNotIn("sipsonde", self.host.pins())
        self.assertTrue((self.host.root / "etc/sipsonde/sipsonde.yaml").exists(), "removing keeps the settings")
        self.assertTrue((self.host.root / "var/log/sipsonde/cdr.jsonl").exists(), "removing keeps records")

        self.host.run("dpkg", "--purge", "sipsonde")
        left = self.host.run(
            *("find", "/", "-xdev", "-name", "*sipsonde*", "!", "-path", "/proc/*", "!", "-path", PACKAGE)
        )
        left += self.host.run("find", "/run", "/sys/fs/bpf", "-name", "*sipsonde*")
        self.assertEqual(left, "")
        self.assertEqual(self.host.run("systemctl", "--failed", "--no-legend"), "")
