# SPDX-License-Identifier: Apache-2.0
"""What sipsonde tells by HEP: each message byte for byte under its own addresses, RTCP and MOS in Homer's words."""

import collections
import json
import os
import re
import unittest

from lab import sipp
from lab.baresip import Baresip
from lab.process import run, wait_until
from lab.sipcapture import Sipcapture, Sngrep
from lab.topology import CALLEE, CALLER, PROXY_TO_CALLEE, PROXY_TO_CALLER, TO_CALLEE, TO_CALLER

from support.capture import Capture
from support.case import LiveCase, new_folder, new_topology, start_agent, start_kamailio
from support.certificate import make_certificate
from support.hep import MOS_REPORT, RTCP_JSON, SIP, Receiver

CALLS = 30
HOME = "127.0.0.1"  # of the proxy's namespace: nothing of HEP passes the interfaces that are watched


def configuration(port, transport="udp", more=""):
    return f'hep: {{enabled: true, endpoint: "{HOME}:{port}", transport: {transport}{more}}}\n'


def messages_of(path):
    """(source, destination, bytes) of each SIP datagram in a capture, and when."""
    fields = ("ip.src", "udp.srcport", "ip.dst", "udp.dstport", "frame.time_epoch", "udp.payload")
    text = run(
        "tshark", "-n", "-r", path, "-Y", "sip", "-T", "fields", *(part for field in fields for part in ("-e", field))
    ).stdout
    for line in text.splitlines():
        source, source_port, destination, destination_port, time, payload = line.split("\t")
        yield ((source, int(source_port)), (destination, int(destination_port)), bytes.fromhex(payload)), float(time)


class Mirror(unittest.TestCase):
    """Three agents side by side, each with another receiver, watch the same calls."""

    @classmethod
    def setUpClass(cls):
        cleanup = cls.addClassCleanup
        folder, lab = new_folder(cleanup), new_topology(cleanup)
        cls.receiver = Receiver(lab.proxy, HOME, 9060, "tcp")
        cleanup(cls.receiver.close)
        cls.sipcapture = Sipcapture(lab.proxy, folder, HOME, 9065)
        cleanup(cls.sipcapture.stop)
        sngrep = Sngrep(lab.proxy, folder, HOME, 9066)
        cleanup(sngrep.stop)
        start_kamailio(lab, folder, cleanup)
        sipp.callee(lab, folder, "callee-answers", 5080)
        captures = [
            Capture(lab.proxy, folder, TO_CALLER, PROXY_TO_CALLER),
            Capture(lab.proxy, folder, TO_CALLEE, PROXY_TO_CALLEE),
        ]
        for capture in captures:
            cleanup(capture.stop)
        more = ", capture_id: 4711, agent_id: edge-1, password: hidden"
        agents = [
            start_agent(
                lab,
                folder,
                cleanup,
                configuration=text,
                name=f"agent-{number}",
                metrics_port=9091 + 10 * number,
                api_port=9092 + 10 * number,
            )
            for number, text in enumerate(
                (
                    configuration(9060, "tcp", more),
                    configuration(9065) + cls.ports(1),
                    configuration(9066) + cls.ports(2),
                )
            )
        ]
        cls.caller = sipp.caller(lab, folder, "caller-talks", "answer", "-m", CALLS, "-r", 15, "-d", 500)
        cls.caller.wait(60)
        agents[0].quiet_metrics()
        for capture in captures:
            capture.finish()
        cls.truth = [message for capture in captures for message in messages_of(capture.path)]
        cls.wait_for_all(agents)
        cls.metrics = [agent.metrics() for agent in agents]
        cls.status = [agent.end() for agent in agents]
        sngrep.finish()
        cls.of_sngrep = list(messages_of(sngrep.capture))

    @staticmethod
    def ports(number):
        return (
            f'metrics: {{listen: "127.0.0.1:{9091 + 10 * number}"}}\napi: {{listen: "127.0.0.1:{9092 + 10 * number}"}}\n'
        )

    @classmethod
    def wait_for_all(cls, agents):
        for agent in agents:
            agent.wait_for("sipsonde_sink_sent_total", len(cls.truth), seconds=10, sink="hep")

    def test_there_were_calls(self):
        self.assertEqual(self.caller.succeeded(), CALLS, self.caller.complaint())
        self.assertGreaterEqual(len(self.truth), CALLS * 10)

    def test_each_message_is_told_byte_for_byte(self):
        told = collections.Counter(
            (packet.source, packet.destination, packet.payload) for packet in self.receiver.of_kind(SIP)
        )
        self.assertEqual(self.receiver.faults, [])
        self.assertEqual(told, collections.Counter(message for message, _ in self.truth))

    def test_sngrep_has_the_same_bytes_under_the_same_addresses(self):
        self.assertEqual(
            collections.Counter(message for message, _ in self.of_sngrep),
            collections.Counter(message for message, _ in self.truth),
        )

    def test_kamailio_reads_every_message_and_its_call(self):
        told = self.sipcapture.told(SIP)
        self.assertEqual({capture for _, capture, _ in told}, {2001})
        self.assertEqual(
            collections.Counter((call, length) for call, _, length in told),
            collections.Counter(
                (re.search(rb"\r\nCall-ID: (.*)\r\n", message[2])[1].decode(), len(message[2]))
                for message, _ in self.truth
            ),
        )

    def test_times_are_those_of_the_packets(self):
        times = collections.defaultdict(list)
        for message, time in self.truth:
            times[message].append(time)
        # The wall clock may be set between our look at it and tcpdump's: that moves all of them alike.
        behind = [
            min((packet.time - time for time in times[(packet.source, packet.destination, packet.payload)]), key=abs)
            for packet in self.receiver.of_kind(SIP)
        ]
        self.assertLess(max(map(abs, behind)), 1)
        self.assertLess(max(behind) - min(behind), 0.1)

    def test_who_tells_and_which_call_it_is(self):
        for packet in self.receiver.of_kind(SIP):
            self.assertEqual((packet.capture_id, packet.agent, packet.key), (4711, "edge-1", "hidden"))
            self.assertEqual(packet.protocol, 17)
            self.assertIn(f"\r\nCall-ID: {packet.call_id}\r\n".encode(), packet.payload)

    def test_the_sinks_count_what_they_sent_and_lost_nothing(self):
        for metrics in self.metrics:
            self.assertEqual(metrics.sum("sipsonde_sink_sent_total", sink="hep"), len(self.truth))
            self.assertEqual(metrics.sum("sipsonde_sink_dropped_total"), 0)
        self.assertEqual(self.status, [0, 0, 0])


class HepSink(LiveCase):
    def receiver(self, port, transport="udp", **more):
        receiver = Receiver(self.lab.proxy, HOME, port, transport, **more)
        self.addCleanup(receiver.close)
        return receiver

    def trust(self, folder):
        """OpenSSL's variable, for the agents that are started from here on."""
        os.environ["SSL_CERT_FILE"] = os.path.join(folder, "certificate.pem")
        self.addCleanup(os.environ.pop, "SSL_CERT_FILE")

    def test_rtcp_and_mos_come_in_the_words_of_homer(self):
        receiver = self.receiver(9060)
        agent = self.agent(interfaces=(TO_CALLER,), configuration=configuration(9060))
        registrar = start_kamailio(self.lab, self.folder, self.addCleanup)
        phones = {
            "from-a": Baresip(self.lab.caller, self.folder, "from-a", CALLER, PROXY_TO_CALLER, 0, "PCMU"),
            "to-b": Baresip(self.lab.callee, self.folder, "to-b", CALLEE, PROXY_TO_CALLEE, 0, "PCMU"),
        }
        for phone in phones.values():
            self.addCleanup(phone.stop)
        wait_until(lambda: {user for user, _ in registrar.bindings()} == set(phones), 20, "phones are not registered")
        phones["from-a"].dial("to-b", PROXY_TO_CALLER)
        wait_until(phones["to-b"].rings, 10, "the callee does not ring")
        phones["to-b"].answer()
        reports = receiver.wait_for(RTCP_JSON, 2, seconds=20)
        phones["from-a"].hang_up()
        row = agent.rows(at_least=1)[0]
        opinions = receiver.wait_for(MOS_REPORT, 1)

        self.assertEqual(receiver.faults, [])
        for report in reports:
            told = json.loads(report.payload)
            self.assertEqual(report.call_id, row["call_id"])
            self.assertEqual(told["type"], 200)
            self.assertEqual(told["report_count"], len(told["report_blocks"]))
            self.assertGreater(told["sender_information"]["packets"], 0)
            self.assertGreater(told["sender_information"]["ntp_timestamp_sec"], 3_900_000_000)
            for block in told["report_blocks"]:
                self.assertEqual(
                    set(block),
                    {"source_ssrc", "fraction_lost", "packets_lost", "highest_seq_no", "ia_jitter", "lsr", "dlsr"},
                )
        for opinion in opinions:
            told = json.loads(opinion.payload)
            self.assertEqual((opinion.call_id, told["CORRELATION_ID"]), (row["call_id"], row["call_id"]))
            self.assertEqual(told["CODEC_NAME"], "PCMU")
            self.assertIn(told["MOS"], [stream["mos"] for stream in row["media"]])
        self.assertEqual(agent.end(), 0)

    def test_what_comes_while_the_receiver_is_away_arrives_when_it_is_back(self):
        agent = self.agent(configuration=configuration(9060, "tcp"))
        for _ in range(3):
            self.one_request_is_counted(agent)
        wait_until(lambda: agent.metrics().sum("sipsonde_sink_failed_total", sink="hep") > 1, 10, "nothing failed")
        receiver = self.receiver(9060, "tcp")
        receiver.wait_for(SIP, 3)
        receiver.close()
        self.one_request_is_counted(agent)
        back = self.receiver(9060, "tcp")
        back.wait_for(SIP, 1)
        self.assertEqual(agent.metrics().sum("sipsonde_sink_dropped_total"), 0)
        self.assertEqual(agent.end(), 0)

    def test_tls_to_a_receiver_that_is_trusted(self):
        folder = make_certificate(self.folder, "homer", HOME)
        receiver = self.receiver(9061, "tcp", tls=folder)
        self.trust(folder)
        agent = self.agent(configuration=configuration(9061, "tls"))
        for _ in range(5):
            self.one_request_is_counted(agent)
        receiver.wait_for(SIP, 5)
        self.assertEqual(agent.end(), 0)

    def test_nothing_goes_to_a_receiver_that_nobody_vouches_for(self):
        receiver = self.receiver(9061, "tcp", tls=make_certificate(self.folder, "homer", HOME))
        agent = self.agent(configuration=configuration(9061, "tls"))
        self.one_request_is_counted(agent)
        wait_until(lambda: agent.metrics().sum("sipsonde_sink_failed_total", sink="hep") > 1, 10, "nothing failed")
        self.assertEqual(receiver.packets, [])
        self.assertIn("self-signed certificate", agent.errors())

    def test_hidden_numbers_and_whole_messages_do_not_go_together(self):
        status, said = self.refused(
            "run", "-i", TO_CALLER, configuration=configuration(9060) + "privacy: {numbers: mask}\n"
        )
        self.assertEqual(status, 2, said)
        self.assertIn("hep.enabled", said)
