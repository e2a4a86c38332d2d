# SPDX-License-Identifier: Apache-2.0
"""How calls sounded, as rows, counters and events tell it, against what tshark makes of the same packets: phones
that call each other through Kamailio, their media straight through the proxy's host or through rtpengine on it."""

import unittest

from lab.topology import TO_CALLEE, TO_CALLER

from support.conversation import Call, Conversation
from support.media_promises import MediaAsTsharkSeesIt, passed_here

SECONDS = 12  # the second sender report of baresip, which answers the first of the other side, comes after 10 s
PERCENT_LOST = 5
DIGITS = "15*#"


class Direct(MediaAsTsharkSeesIt, unittest.TestCase):
    """The media of both phones pass the host that is watched, at the interface towards the callees."""

    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        cls.clean = Call("pcmu", "PCMU")
        cls.lossy = Call("lossy", "PCMU", loses=PERCENT_LOST)
        cls.dialling = Call("dialling", "PCMU", digits=DIGITS)
        cls.reporting = Call("reporting", "opus", phones="linphone")
        others = [
            Call("pcma", "PCMA"),
            Call("g722", "G722"),
            Call("opus", "opus"),
            Call("sdes", "PCMU", encryption="srtp-mand"),
            Call("dtls", "PCMU", encryption="dtls_srtp"),
        ]
        cls.seen = Conversation(
            cls.addClassCleanup,
            [cls.clean, cls.lossy, cls.dialling, cls.reporting, *others],
            [TO_CALLEE],
            SECONDS,
            configuration="media: {dtmf_digits: true}\n",
        )

    def row_of(self, call):
        row = call.row_of(self.seen.rows, TO_CALLEE)
        self.assertIsNotNone(row, f"{call.name} has not one row")
        return row

    def ways_of(self, call):
        return {own["way"]: own for own in passed_here(self.row_of(call))}

    def test_a_lossy_way_is_heard(self):
        ways = self.ways_of(self.lossy)
        share = ways["sent"]["lost"] / (ways["sent"]["lost"] + ways["sent"]["packets"])
        self.assertTrue(0.014 < share < 0.086, share)  # of 600 packets: 5 % and four times its deviation
        self.assertEqual(ways["received"]["lost"], 0)
        clean = self.ways_of(self.clean)
        self.assertLess(ways["sent"]["mos"], clean["sent"]["mos"] - 0.05)
        self.assertLess(ways["sent"]["mos"], ways["received"]["mos"] - 0.05)

    def test_digits_are_told_as_they_were_dialled(self):
        self.assertEqual(self.seen.captures[TO_CALLEE].digits(), DIGITS)
        row = self.row_of(self.dialling)
        told = [event["attributes"]["digit"] for event in self.seen.events_of(row, "media.dtmf")]
        self.assertEqual("".join(told), DIGITS)
        self.assertEqual(
            len(told), sum(event["event"] == "media.dtmf" for event in self.seen.events), "others dialled nothing"
        )

    def test_extended_reports_are_seen(self):
        """How many of them is held against tshark's number with those of the other types."""
        self.assertGreater(self.seen.captures[TO_CALLEE].rtcp_packets(set())[0]["inbound", "xr"], 0)
        row = self.row_of(self.reporting)
        self.assertGreater(row["rtt_ms"], 0)
        self.assertEqual({own["way"] for own in row["media"] if own["source"] == "rtcp-xr"}, {"sent", "received"})


class ThroughRtpengine(MediaAsTsharkSeesIt, unittest.TestCase):
    """The relay is one end of the media of each leg; both interfaces of its host are watched."""

    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        calls = [
            Call("pcmu", "PCMU"),
            Call("pcma", "PCMA"),
            Call("g722", "G722"),
            Call("opus", "opus"),
            Call("sdes", "PCMU", encryption="srtp-mand"),
            Call("dtls", "PCMU", encryption="dtls_srtp"),
        ]
        cls.seen = Conversation(cls.addClassCleanup, calls, [TO_CALLER, TO_CALLEE], SECONDS, media_relay=True)

    def test_legs_of_a_call_have_streams_of_their_own(self):
        for call in self.seen.calls:
            with self.subTest(call.name):
                rows = [call.row_of(self.seen.rows, interface) for interface in self.seen.interfaces]
                self.assertNotIn(None, rows)
                ends = [{own[end] for own in passed_here(row) for end in ("src", "dst")} for row in rows]
                self.assertGreater(min(map(len, ends)), 1)
                self.assertEqual(ends[0] & ends[1], set())
