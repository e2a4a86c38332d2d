# SPDX-License-Identifier: Apache-2.0
"""Registrants of sipp and Kamailio as their registrar; its own table is the second opinion."""

import json
import unittest
import urllib.parse

from lab import sipp
from lab.process import wait_until
from lab.topology import CALLER, PROXY_TO_CALLER

from support.case import new_folder, new_topology, start_agent, start_kamailio

STAYING, LEAVING, BRIEF = 20, 10, 5
BRIEF_SECONDS = 3


class Registrations(unittest.TestCase):
    maxDiff = 6000

    @classmethod
    def setUpClass(cls):
        folder, lab = new_folder(cls.addClassCleanup), new_topology(cls.addClassCleanup)
        cls.registrar = start_kamailio(lab, folder, cls.addClassCleanup)
        cls.agent = start_agent(lab, folder, cls.addClassCleanup)

        def registrants(user, count, port, first, second):
            values = {"USER": user, "FIRST": first, "SECOND": second}
            return sipp.caller(
                lab, folder, "registrant-stays", user, "-m", count, "-r", 20, port=port, name=user, values=values
            )

        cls.registrants = [
            registrants("stays", STAYING, 5061, 600, 600),
            registrants("leaves", LEAVING, 5062, 600, 0),
            registrants("brief", BRIEF, 5063, BRIEF_SECONDS, BRIEF_SECONDS),
        ]
        for one in cls.registrants:
            one.wait(20)
        cls.agent.wait_for("sip_registrations", STAYING, seconds=BRIEF_SECONDS + 5)
        wait_until(
            lambda: len(cls.registrar.bindings()) == STAYING, BRIEF_SECONDS + 20, "Kamailio has others bound"
        )
        cls.metrics = cls.agent.metrics()
        cls.listed = json.loads(cls.agent.get("/admin/registrations")[1])["registrations"]
        cls.events = wait_until(cls._all_events, 5, "not every event was written")

    @classmethod
    def _all_events(cls):
        events = [event for event in cls.agent.events() if event["event"] == "sip.register"]
        return events if len(events) >= 2 * (STAYING + LEAVING + BRIEF) + BRIEF else None

    def test_sipp_had_what_it_wanted(self):
        for one, count in zip(self.registrants, (STAYING, LEAVING, BRIEF)):
            self.assertEqual((one.succeeded(), one.failed()), (count, 0), one.complaint())

    def test_the_registrar_has_the_same_bindings(self):
        ours = {(one["aor"].partition("@")[0], one["contact"]) for one in self.listed}
        self.assertEqual(ours, self.registrar.bindings())

    def test_bindings_say_where_from_and_by_what(self):
        self.assertEqual({one["source"] for one in self.listed}, {f"{CALLER}:5061"})
        self.assertEqual({one["user_agent"] for one in self.listed}, {"stays-phone/1.0"})
        self.assertEqual({one["aor"].partition("@")[2] for one in self.listed}, {PROXY_TO_CALLER})
        for one in self.listed:
            self.assertTrue(570 < one["expires"] <= 600, one)

    def test_each_register_answered_200_was_timed(self):
        registers = 2 * (STAYING + LEAVING + BRIEF)
        self.assertEqual(self.metrics.sum("sip_registration_delay_seconds_count"), registers)

    def test_events_tell_what_each_did(self):
        actions = {}
        for event in self.events:
            key = (event["attributes"]["aor"].rstrip("0123456789.@"), event["attributes"].get("action"))
            actions[key] = actions.get(key, 0) + 1
        self.assertEqual(
            actions,
            {
                ("stays", "registered"): STAYING,
                ("stays", "refreshed"): STAYING,
                ("leaves", "registered"): LEAVING,
                ("leaves", "removed"): LEAVING,
                ("brief", "registered"): BRIEF,
                ("brief", "refreshed"): BRIEF,
                ("brief", "expired"): BRIEF,
            },
        )

    def test_what_is_forgotten_is_gone_here_and_not_there(self):
        """Last in the alphabet, as it changes what the others look at."""
        one = self.listed[0]
        path = "/admin/registrations/" + urllib.parse.quote(one["aor"], safe="")
        status, body = self.agent.get(path)
        self.assertEqual((status, json.loads(body)["registrations"][0]["contact"]), (200, one["contact"]))
        self.assertEqual(self.agent.ask("DELETE", path), (204, ""))
        self.assertEqual(self.agent.ask("DELETE", path)[0], 404)
        self.assertEqual(self.agent.get(path)[0], 404)
        self.assertEqual(self.agent.metrics().sum("sip_registrations"), STAYING - 1)
        self.assertEqual(len(self.registrar.bindings()), STAYING)
        metrics = self.agent.metrics()
        self.assertEqual(metrics.sum("admin_requests_total", method="DELETE", result="ok"), 1)
        self.assertEqual(metrics.sum("admin_requests_total", method="DELETE", result="client-error"), 1)
