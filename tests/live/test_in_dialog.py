# SPDX-License-Identifier: Apache-2.0
"""What goes on in a call between real stacks: hold and resume, session refreshes, a transfer; none of it another call."""

import unittest

from lab import sipp

from support.case import new_folder, new_topology, start_agent, start_kamailio

CALLS = 5


class InDialog(unittest.TestCase):
    maxDiff = 6000

    @classmethod
    def setUpClass(cls):
        folder, lab = new_folder(cls.addClassCleanup), new_topology(cls.addClassCleanup)
        start_kamailio(lab, folder, cls.addClassCleanup)
        sipp.callee(lab, folder, "callee-transfers", 5086)
        cls.agent = start_agent(lab, folder, cls.addClassCleanup)
        cls.caller = sipp.caller(lab, folder, "caller-holds", "transfer", "-m", CALLS, "-r", 5)
        cls.caller.wait(60)
        cls.rows = cls.agent.rows(at_least=2 * CALLS)
        cls.metrics = cls.agent.quiet_metrics()
        cls.events = cls.agent.events()

    def told(self, name):
        return [event for event in self.events if event["event"] == name]

    def test_sipp_had_the_calls_it_wanted(self):
        self.assertEqual(
            (self.caller.succeeded(), self.caller.failed()), (CALLS, 0), self.caller.complaint()
        )

    def test_every_leg_has_one_row(self):
        self.assertEqual(len(self.rows), 2 * CALLS)
        for row in self.rows:
            self.assertEqual(
                (row["disposition"], row["disconnect_initiator"], row["coverage"]),
                ("answered", "callee", "full"),
            )

    def test_hold_and_resume_are_told_once_a_leg(self):
        self.assertEqual(len(self.told("sip.hold")), 2 * CALLS)
        self.assertEqual(len(self.told("sip.resume")), 2 * CALLS)
        self.assertEqual(len(self.told("sip.reinvite")), 4 * CALLS)
        self.assertEqual(len(self.told("sip.invite")), 2 * CALLS)

    def test_refreshes_of_the_session_are_counted(self):
        # Two by re-INVITE, one by UPDATE, on both legs.
        self.assertEqual(
            self.metrics.by("sip_session_timer_refresh_total", "result"),
            {("ok",): 6 * CALLS},
        )

    def test_the_transfer_is_told_when_its_party_says_that_it_was_done(self):
        self.assertEqual(len(self.told("sip.refer")), 2 * CALLS)
        self.assertEqual(len(self.told("sip.notify")), 4 * CALLS)
        transferred = self.told("sip.transferred")
        self.assertEqual(len(transferred), 2 * CALLS)
        for event in transferred:
            self.assertEqual(event["attributes"]["refer_to"], "sip:third@example.com")

    def test_nothing_timed_out(self):
        self.assertEqual(self.metrics.sum("sip_transaction_timeout_total"), 0)
        self.assertEqual(self.metrics.sum("sip_calls_active"), 0)
