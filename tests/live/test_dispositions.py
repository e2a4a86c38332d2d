# SPDX-License-Identifier: Apache-2.0
"""How calls end: each kind several times through the proxy at once; rows and counters say what happened."""

import unittest

from lab import sipp

from support.case import new_folder, new_topology, start_agent, start_kamailio

CALLS = 4  # of each kind

# What each leg of a call to that user must say: disposition, status, Q.850 cause, who ended it. The status of
# the outbound leg to `nobody` is timer B's; its caller hears the proxy's own 408.
ENDINGS = {
    ("answer", "inbound"): ("answered", 200, 16, "caller"),
    ("answer", "outbound"): ("answered", 200, 16, "caller"),
    ("protected", "inbound"): ("answered", 200, 16, "caller"),
    ("protected", "outbound"): ("answered", 200, 16, "caller"),
    ("busy", "inbound"): ("busy", 486, 17, "callee"),
    ("busy", "outbound"): ("busy", 486, 17, "callee"),
    ("silent", "inbound"): ("no-answer", 480, 18, "callee"),
    ("silent", "outbound"): ("no-answer", 480, 18, "callee"),
    ("ring", "inbound"): ("cancelled", 487, 16, "caller"),
    ("ring", "outbound"): ("cancelled", 487, 16, "caller"),
    ("wrong-number", "inbound"): ("rejected", 404, 1, "callee"),
    ("refuse", "inbound"): ("rejected", 603, 21, "callee"),
    ("refuse", "outbound"): ("rejected", 603, 21, "callee"),
    ("unavailable", "inbound"): ("failed", 500, 41, "network"),
    ("unavailable", "outbound"): ("failed", 500, 41, "network"),
    ("nobody", "inbound"): ("timeout", 408, 102, "network"),
    ("nobody", "outbound"): ("timeout", 408, 102, "timeout"),
}
REASONS = {
    "busy": "busy",
    "silent": "no-answer",
    "ring": "cancelled",
    "wrong-number": "not-found",
    "refuse": "forbidden",
    "unavailable": "server-error",
    "nobody": "timeout",
}


class Dispositions(unittest.TestCase):
    maxDiff = 6000

    @classmethod
    def setUpClass(cls):
        folder, lab = new_folder(cls.addClassCleanup), new_topology(cls.addClassCleanup)
        kamailio = start_kamailio(lab, folder, cls.addClassCleanup)
        cls._start_callees(lab, folder)
        cls.agent = start_agent(lab, folder, cls.addClassCleanup)
        cls.callers = cls._call(lab, folder)
        for caller in cls.callers:
            caller.wait(60)
        # Timer B of the last one runs out 32 s after its first INVITE.
        cls.rows = [row for row in cls.agent.rows(at_least=CALLS * len(ENDINGS), seconds=40)]
        cls.metrics = cls.agent.quiet_metrics()
        cls.kamailio = kamailio.statistics()
        cls.events = cls.agent.events()

    @staticmethod
    def _start_callees(lab, folder):
        sipp.callee(lab, folder, "callee-answers", 5080)
        sipp.callee(lab, folder, "callee-rings", 5081)
        sipp.callee(lab, folder, "callee-does-not-answer", 5083, arguments=("-d", 500))
        for port, code, reason in (
            (5082, 486, "Busy Here"),
            (5084, 603, "Decline"),
            (5085, 500, "Server Internal Error"),
        ):
            sipp.callee(
                lab,
                folder,
                "callee-refuses",
                port,
                name=f"callee-{code}",
                values={"CODE": code, "REASON": reason},
            )

    @staticmethod
    def _call(lab, folder):
        def call(port, scenario, user, *arguments, **more):
            return sipp.caller(
                lab, folder, scenario, user, "-m", CALLS, "-r", 5, *arguments, port=port, **more
            )

        refused = {
            "busy": 486,
            "silent": 480,
            "wrong-number": 404,
            "refuse": 603,
            "unavailable": 500,
            "nobody": 408,
        }
        return [
            call(5060, "caller-talks", "answer", "-d", 1000),
            call(5061, "caller-authenticates", "protected", "-d", 1000),
            call(5062, "caller-cancels", "ring", "-d", 800),
            *(
                call(5070 + index, "caller-is-refused", user, name=f"caller-{user}", values={"CODE": code})
                for index, (user, code) in enumerate(refused.items())
            ),
        ]

    def test_sipp_had_the_calls_it_wanted(self):
        for caller in self.callers:
            self.assertEqual((caller.succeeded(), caller.failed()), (CALLS, 0), caller.complaint())

    def test_every_leg_has_its_row_and_no_more(self):
        count = {}
        for row in self.rows:
            key = (row["to_number"], row["direction"])
            count[key] = count.get(key, 0) + 1
        self.assertEqual(count, {key: CALLS for key in ENDINGS})

    def test_rows_say_how_it_ended(self):
        for row in self.rows:
            key = (row["to_number"], row["direction"])
            with self.subTest(user=key[0], direction=key[1]):
                self.assertEqual(
                    (row["disposition"], row["sip_status"], row["q850_cause"], row["disconnect_initiator"]),
                    ENDINGS[key],
                )
                self.assertEqual(row["coverage"], "full")

    def test_unanswered_calls_have_no_answer_and_no_billable_time(self):
        for row in self.rows:
            if row["disposition"] != "answered":
                with self.subTest(row["to_number"]):
                    self.assertIsNone(row["answer_timestamp_ms"])
                    self.assertIn(row["billable_seconds"], (None, 0))

    def test_those_that_rang_say_when(self):
        for row in self.rows:
            if row["to_number"] in ("silent", "ring", "answer"):
                self.assertIsNotNone(row["ringing_timestamp_ms"], row)
            if row["to_number"] in ("busy", "wrong-number", "nobody"):
                self.assertIsNone(row["ringing_timestamp_ms"], row)

    def test_results_are_counted_per_leg(self):
        expected = {}
        for (_, direction), ending in ENDINGS.items():
            expected[(direction, ending[0])] = expected.get((direction, ending[0]), 0) + CALLS
        self.assertEqual(self.metrics.by("sip_calls_total", "direction", "result"), expected)

    def test_failures_are_counted_by_reason(self):
        expected = {}
        for user, _ in ENDINGS:
            if user in REASONS:
                expected[(REASONS[user],)] = expected.get((REASONS[user],), 0) + CALLS
        self.assertEqual(self.metrics.by("sip_call_failed_total", "reason"), expected)

    def test_final_codes_of_initial_invites_are_counted_once(self):
        for user, code in (("busy", "486"), ("unavailable", "500")):
            del user
            self.assertEqual(
                self.metrics.by("sip_responses_total", "direction", code=code),
                {("inbound",): CALLS, ("outbound",): CALLS},
            )
        results = self.metrics.by("sip_invite_result_total", "code_class", direction="outbound")
        self.assertEqual(
            (results[("2xx",)], results[("4xx",)], results[("5xx",)], results[("6xx",)]),
            (2 * CALLS, 3 * CALLS, CALLS, CALLS),
        )

    def test_the_challenge_is_an_event_and_not_a_leg(self):
        challenged = [event for event in self.events if event["event"] == "sip.challenged"]
        self.assertEqual(len(challenged), CALLS)
        self.assertEqual({event["code"] for event in challenged}, {407})

    def test_kamailio_counts_the_requests_that_we_count(self):
        for method in ("INVITE", "BYE", "CANCEL"):
            with self.subTest(method):
                # What Kamailio receives comes in.
                self.assertEqual(
                    self.metrics.sum("sip_requests_total", direction="inbound", method=method),
                    self.kamailio[f"rcv_requests_{method.lower()}"],
                )

    def test_kamailio_counts_the_replies_that_we_count(self):
        for code_class in ("1xx", "2xx", "4xx", "5xx", "6xx"):
            with self.subTest(code_class):
                # The answers that it receives are those of what it sent out.
                self.assertEqual(
                    self.metrics.sum("sip_responses_total", direction="outbound", code_class=code_class),
                    self.kamailio[f"rcv_replies_{code_class}"],
                )

    def test_no_call_is_active_any_more(self):
        self.assertEqual(self.metrics.sum("sip_calls_active"), 0)
