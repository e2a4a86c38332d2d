# SPDX-License-Identifier: Apache-2.0
"""The call API while calls go on and when they are over, against events.jsonl, cdr.jsonl, tshark and schemathesis."""

import json
import os
import subprocess
import unittest
import urllib.parse
import xml.etree.ElementTree

from lab import sipp
from lab.process import wait_until

from support.agent import API_PORT
from support.case import new_folder, new_topology, start_agent, start_kamailio
from support.schemathesis import ask_everything, find_schemathesis

CALLS = 4
TOKEN = "s3cret"
CONFIGURATION = f"api: {{token: {TOKEN}}}\nstore: {{messages: true}}\n"


class Api(unittest.TestCase):
    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        cls.folder, cls.lab = new_folder(cls.addClassCleanup), new_topology(cls.addClassCleanup)
        start_kamailio(cls.lab, cls.folder, cls.addClassCleanup)
        sipp.callee(cls.lab, cls.folder, "callee-answers", 5080)
        cls.agent = start_agent(cls.lab, cls.folder, cls.addClassCleanup, configuration=CONFIGURATION)
        caller = sipp.caller(cls.lab, cls.folder, "caller-talks", "answer", "-m", CALLS, "-r", 20, "-d", 2500)
        cls.live = wait_until(cls._live_legs, 10, "not every leg is told while it goes on")
        cls.call_id = cls.live[0]["call_id"]
        cls.posted = cls.post(cls.call_id, [{"event": "app.routed", "to": "callee"}, {"event": "admitted"}])
        caller.wait(30)
        cls.agent.rows(at_least=2 * CALLS)
        cls.page = wait_until(cls._stored_page, 5, "not every leg is in the store")
        cls.events = [event for event in cls.agent.events() if event["call_id"] == cls.call_id]

    @classmethod
    def ask(cls, path, method="GET", body=None, token=TOKEN):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return cls.agent.ask(method, path, body=body, headers=headers)

    @classmethod
    def get(cls, path):
        status, body = cls.ask(path)
        return status, json.loads(body)

    @classmethod
    def post(cls, call_id, events):
        status, body = cls.ask(cls.path_of(call_id, "/events"), "POST", json.dumps(events))
        return status, json.loads(body)

    @staticmethod
    def path_of(call_id, what=""):
        return "/calls/" + urllib.parse.quote(call_id, safe="") + what

    @classmethod
    def _live_legs(cls):
        status, page = cls.get("/calls?active=true")
        answered = [row for row in page["calls"] if row["answer_timestamp_ms"]] if status == 200 else []
        return answered if len(answered) == 2 * CALLS else None

    @classmethod
    def _stored_page(cls):
        status, page = cls.get("/calls")
        return page if status == 200 and len(page["calls"]) == 2 * CALLS else None

    def test_live_legs_know_everything_but_their_end(self):
        for row in self.live:
            self.assertEqual((row["end_timestamp_ms"], row["sip_status"], row["coverage"]), (None, None, "full"))
        ended = {(row["call_id"], row["leg"]): row for row in self.page["calls"]}
        for row in self.live:
            for member in ("start_timestamp_ms", "answer_timestamp_ms", "from_uri", "to_number", "src", "direction"):
                self.assertEqual(row[member], ended[row["call_id"], row["leg"]][member], member)
        self.assertEqual(self.get("/calls?active=true")[1], {"calls": [], "next": None})

    def test_the_list_has_the_rows_of_cdr_jsonl(self):
        def key(row):
            return row["call_id"], row["leg"]

        self.assertEqual(sorted(self.page["calls"], key=key), sorted(self.agent.rows(), key=key))
        starts = [row["start_timestamp_ms"] for row in self.page["calls"]]
        self.assertEqual(starts, sorted(starts, reverse=True))

    def test_pages_add_up_to_the_list(self):
        rows, cursor = [], ""
        while cursor is not None:
            status, page = self.get("/calls?limit=3" + (cursor and f"&cursor={cursor}"))
            self.assertEqual(status, 200)
            self.assertLessEqual(len(page["calls"]), 3)
            rows += page["calls"]
            cursor = page["next"]
        self.assertEqual(rows, self.page["calls"])

    def test_a_call_has_its_legs(self):
        status, call = self.get(self.path_of(self.call_id))
        self.assertEqual((status, call["call_id"]), (200, self.call_id))
        legs = [row for row in self.page["calls"] if row["call_id"] == self.call_id]
        self.assertEqual(sorted(call["legs"], key=lambda row: row["leg"]), sorted(legs, key=lambda row: row["leg"]))
        self.assertEqual(self.get(self.path_of("nobody@nowhere"))[0], 404)

    def test_the_trace_is_events_jsonl_and_what_was_posted(self):
        status, trace = self.get(self.path_of(self.call_id, "/trace"))
        self.assertEqual((status, trace["call_id"]), (200, self.call_id))
        events = trace["events"]
        self.assertEqual([event["ts"] for event in events], sorted(event["ts"] for event in events))
        seen = [event for event in events if not event["event"].startswith("app.")]
        self.assertCountEqual(seen, self.events)
        status, posted = self.posted
        self.assertEqual((status, [event["event"] for event in posted["events"]]), (201, ["app.routed", "app.admitted"]))
        self.assertEqual([event for event in events if event["event"].startswith("app.")], posted["events"])
        self.assertEqual(posted["events"][0]["attributes"], {"to": "callee"})

    def test_the_ladder_is_a_picture(self):
        status, picture = self.ask(self.path_of(self.call_id, "/ladder.svg"))
        self.assertEqual(status, 200)
        self.assertTrue(xml.etree.ElementTree.fromstring(picture).tag.endswith("svg"))
        for word in ("INVITE", "200", "BYE", "app.routed"):
            self.assertIn(word, picture)

    def test_tshark_reads_the_messages_of_the_call(self):
        status, capture = self.agent.ask(
            "GET", self.path_of(self.call_id, "/pcap"), headers={"Authorization": f"Bearer {TOKEN}"}, raw=True
        )
        self.assertEqual(status, 200)
        path = os.path.join(self.folder, "call.pcap")
        with open(path, "wb") as file:
            file.write(capture)
        fields = ("sip.Call-ID", "sip.Method", "sip.Status-Code", "ip.src", "ip.checksum.status", "udp.checksum.status")
        done = subprocess.run(
            ["tshark", "-r", path, "-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-T", "fields"]
            + [word for field in fields for word in ("-e", field)],
            capture_output=True,
            text=True,
            check=True,
        )
        messages = [dict(zip(fields, line.split("\t"))) for line in done.stdout.splitlines()]
        self.assertEqual({message["sip.Call-ID"] for message in messages}, {self.call_id})
        self.assertEqual({message["ip.checksum.status"] for message in messages}, {"1"})
        self.assertEqual({message["udp.checksum.status"] for message in messages}, {"1"})
        for method, copies in (("INVITE", 2), ("ACK", 2), ("BYE", 2)):
            self.assertEqual(sum(message["sip.Method"] == method for message in messages), copies, method)

    def test_only_who_knows_the_token_is_answered(self):
        for token in (None, "S3cret", "s3cre", TOKEN + "x"):
            for path in ("/calls", self.path_of(self.call_id, "/trace"), "/admin/stats", "/openapi.json", "/"):
                self.assertEqual(self.ask(path, token=token)[0], 401, (token, path))
            self.assertEqual(self.ask("/calls/x/events", "POST", '{"event": "x"}', token)[0], 401)
            self.assertEqual(self.ask("/admin/ready", token=token)[0], 200)

    def test_stats_agree_with_metrics(self):
        status, stats = self.get("/admin/stats")
        metrics = self.agent.metrics()
        self.assertEqual((status, stats["state"], len(stats["hooks"])), (200, "ready", 4))
        self.assertEqual(stats["messages"]["requests"], metrics.sum("sip_requests_total"))
        self.assertEqual(stats["calls"], {"active": 0, "dialogs": 0, "ended": 2 * CALLS})
        self.assertEqual(stats["ring"]["dropped"], 0)
        self.assertIn("store", [sink["sink"] for sink in stats["sinks"]])

    @unittest.skipUnless(find_schemathesis(), "needs schemathesis: tests/live/build_schemathesis installs it")
    def test_whatever_the_document_allows_is_answered_as_it_says(self):
        status, said = ask_everything(self.lab.proxy, f"http://127.0.0.1:{API_PORT}", self.folder, TOKEN)
        self.assertEqual(status, 0, said[-6000:])
        self.assertTrue(self.agent.running())
