# SPDX-License-Identifier: Apache-2.0
"""The demo of tools/run: its URLs answer, it shows calls, and it leaves nothing behind however it ends."""

import os
import re
import signal
import unittest
import urllib.request

from lab.process import Process, run, wait_until
from support.case import new_folder

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")


class Demo(unittest.TestCase):
    def setUp(self):
        self.before = self.state()
        self.log = os.path.join(new_folder(self.addCleanup), "demo.log")

    @staticmethod
    def state():
        """What a demo could leave: files of the checkout, folders, links to namespaces of its own."""
        return {
            "checkout": run(
                "git", "-C", ROOT, "status", "--porcelain", "tools", "tests/live", check=False
            ).stdout,
            "folders": sorted(name for name in os.listdir("/tmp") if name.startswith("sipsonde-demo-")),
            "links": re.findall(r"sonde-\w+", run("ip", "-o", "link").stdout),
        }

    def start(self, *arguments):
        demo = Process([os.path.join(ROOT, "tools", "run"), "--demo", *arguments], self.log)
        self.addCleanup(demo.stop, signal.SIGTERM, 30)
        wait_until(lambda: "Ctrl-C" in demo.output() or not demo.running(), 600, "the demo prints no URLs")
        self.assertTrue(demo.running(), demo.output())
        return demo

    def test_its_urls_answer_and_it_shows_calls(self):
        demo = self.start("--for", "12s")
        for name in ("metrics", "API"):
            url = re.search(rf"^{name} +(http://\S+)", demo.output(), re.MULTILINE)[1]
            with urllib.request.urlopen(url, timeout=5) as answer:
                self.assertEqual(answer.status, 200)
        self.assertEqual(demo.wait(40), 0, demo.output())
        for shown in ("sip.answered", " active ", " answered", " busy", "CDRs: "):
            self.assertIn(shown, demo.output())
        self.assertEqual(self.state(), self.before)

    def test_ending_it_early_removes_everything(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number.name):
                demo = self.start()
                demo.send(number)
                self.assertEqual(demo.wait(30), 0, demo.output())
                self.assertEqual(self.state(), self.before)
