# SPDX-License-Identifier: Apache-2.0
"""The commands that ask a running agent, of calls that sipp has made: what they print, and how they end."""

import json
import os
import signal
import unittest
import xml.etree.ElementTree as ElementTree

from lab import sipp
from lab.process import Process, run, wait_until

from support.agent import SIPSONDE
from support.case import new_folder, new_topology, start_agent, start_kamailio

CALLS = 3
TOKEN = "a-token-for-this-test"


class Ask(unittest.TestCase):
    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        cls.folder, cls.lab = new_folder(cls.addClassCleanup), new_topology(cls.addClassCleanup)
        start_kamailio(cls.lab, cls.folder, cls.addClassCleanup)
        sipp.callee(cls.lab, cls.folder, "callee-answers", 5080)
        configuration = f'store: {{}}\napi: {{listen: "127.0.0.1:9092", token: "{TOKEN}"}}\n'
        # Asked without a token by the commands below alone; readiness needs none.
        cls.agent = start_agent(cls.lab, cls.folder, cls.addClassCleanup, configuration=configuration)
        cls.token_file = os.path.join(cls.folder, "token")
        with open(cls.token_file, "w", encoding="utf-8") as file:
            file.write(TOKEN + "\n")
        caller = sipp.caller(cls.lab, cls.folder, "caller-talks", "answer", "-m", CALLS, "-r", 10, "-d", 300)
        caller.wait(30)
        cls.listed = wait_until(cls._all_legs, 10, "not every leg is in the store")

    @classmethod
    def _all_legs(cls):
        answer = json.loads(cls.said("calls", "--json").stdout)
        return answer["calls"] if len(answer["calls"]) == 2 * CALLS else None

    @classmethod
    def ask(cls, *arguments):
        return run(*cls.lab.proxy.command("env", "LC_ALL=C.UTF-8", SIPSONDE, *arguments), check=False)

    @classmethod
    def said(cls, *arguments):
        done = cls.ask(*arguments, "--token-file", cls.token_file)
        if done.returncode != 0:
            raise AssertionError(f"{arguments}: {done.returncode}: {done.stderr}")
        return done

    def one_line(self, done, *words):
        self.assertEqual(done.stdout, "")
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)

    def test_calls_are_those_of_cdr_jsonl(self):
        key = lambda row: (row["call_id"], row["leg"])  # noqa: E731
        self.assertEqual(sorted(self.listed, key=key), sorted(self.agent.rows(2 * CALLS), key=key))

    def test_calls_is_a_table_with_pages(self):
        done = self.said("calls", "--limit", "2")
        self.assertEqual(len(done.stdout.splitlines()), 3)
        cursor = done.stderr.split("--cursor ")[1].strip()
        rest = self.said("calls", "--cursor", cursor)
        self.assertEqual(len(rest.stdout.splitlines()), 1 + 2 * CALLS - 2)
        self.assertEqual(rest.stderr, "")
        lines = set(done.stdout.splitlines()[1:]) | set(rest.stdout.splitlines()[1:])
        self.assertEqual({line.split()[-1] for line in lines}, {row["call_id"] for row in self.listed})

    def test_calls_takes_filters(self):
        one = self.listed[0]["call_id"]
        found = json.loads(self.said("calls", "-q", one, "--json").stdout)["calls"]
        self.assertEqual({row["call_id"] for row in found}, {one})
        self.assertEqual(json.loads(self.said("calls", "--until", "1d", "--json").stdout)["calls"], [])
        self.assertEqual(json.loads(self.said("calls", "--active", "--json").stdout)["calls"], [])

    def test_trace_draws_each_message_of_both_legs(self):
        call_id = self.listed[0]["call_id"]
        story = json.loads(self.said("trace", call_id, "--json").stdout)
        told = [event for event in self.agent.events() if event["call_id"] == call_id]
        self.assertEqual(len(story["events"]), len(told))
        self.assertEqual(len(story["legs"]), 2)
        text = self.said("trace", call_id).stdout
        self.assertTrue(text.startswith(call_id + "\n"), text)
        self.assertNotIn("\x1b", text)
        for words, times in (("INVITE", 2), ("200 OK", 4), ("200 OK (BYE)", 2), ("ACK", 2), ("BYE", 2)):
            self.assertEqual(text.count(f" {words} "), times, text)

    def test_the_picture_is_xml_and_names_what_happened(self):
        path = os.path.join(self.folder, "ladder.svg")
        self.said("trace", self.listed[0]["call_id"], "--svg", path)
        root = ElementTree.parse(path).getroot()
        self.assertEqual(root.tag, "{http://www.w3.org/2000/svg}svg")
        labels = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
        self.assertEqual(labels.count("INVITE"), 2, labels)

    def test_status_of_an_agent_at_work_is_healthy(self):
        self.assertIn("ok    ready", self.said("status").stdout)
        status = json.loads(self.said("status", "--json").stdout)
        self.assertEqual((status["healthy"], status["state"]), (True, "ready"))

    def test_top_once_and_as_lines_until_it_is_interrupted(self):
        self.assertIn("calls ", self.said("top", "--once").stdout)
        log = os.path.join(self.folder, "top.out")
        command = self.lab.proxy.command(SIPSONDE, "top", "--json", "--token-file", self.token_file)
        top = Process(command, log=log, error_log=log + ".err")
        self.addCleanup(top.stop, signal.SIGKILL)
        wait_until(lambda: top.output().count("\n") >= 1, 10, "top prints nothing")
        self.assertEqual(top.stop(signal.SIGINT), 0)
        for line in top.output().splitlines():
            self.assertEqual(json.loads(line)["state"], "ready")
        self.assertEqual(top.errors(), "")

    def test_what_goes_wrong_is_one_line(self):
        for command in (("calls",), ("status",), ("top", "--once"), ("trace", "x")):
            with self.subTest(command):
                without = self.ask(*command)
                self.assertEqual(without.returncode, 1)
                self.one_line(without, "wants a token", "SIPSONDE_API_TOKEN")
                nobody = self.ask(*command, "--api", "http://127.0.0.1:9")
                self.assertEqual(nobody.returncode, 1)
                self.one_line(nobody, "no agent answers at http://127.0.0.1:9", "sipsonde run", "--api URL")
        unknown = self.ask("trace", "no/such@call", "--token-file", self.token_file)
        self.assertEqual(unknown.returncode, 1)
        self.one_line(unknown, "no/such@call", "sipsonde calls")
        self.assertEqual(self.ask("calls", "--from", "yesterday", "--token-file", self.token_file).returncode, 1)
        self.assertEqual(self.ask("calls", "--limit", "many").returncode, 2)


if __name__ == "__main__":
    unittest.main()
