# SPDX-License-Identifier: Apache-2.0
"""OTLP over TLS, HTTP and gRPC side by side: who is not vouched for gets nothing and who shows no certificate is not let
in; that costs nobody anything, and when the files are mended, what waited arrives."""

import os
import shutil
import ssl
import unittest

from lab import sipp
from lab.process import wait_until

from support.case import LiveCase, start_kamailio
from support.certificate import Authority
from support.otlp import Collector, GrpcSpans, Receiver, find_collector

CALLS = 5
LEGS = 2 * CALLS  # the proxy sees each call come in and go out
HOME = "127.0.0.1"
SETTINGS = """
otlp:
  enabled: true
  endpoint: "https://127.0.0.1:{port}"
  protocol: {protocol}
  service_name: "over-{port}"
  certificate: {folder}/ca.pem
  client_certificate: {folder}/client.pem
  client_key: {folder}/client-key.pem
  batch: {{delay: 200ms}}
metrics: {{listen: "127.0.0.1:{metrics}"}}
api: {{listen: "127.0.0.1:{api}"}}
"""


class Client:
    """An agent, and the files that it reads, which may be exchanged meanwhile."""

    def __init__(self, case, port, protocol):
        self.port, self.failed_before = port, 0
        self.files = os.path.join(case.folder, f"files-{port}")
        os.makedirs(self.files)
        self.trust(case.stranger.certificate)
        self.show(case.stranger.issue(f"client-{port}"))
        ports = {"metrics_port": 5000 + port, "api_port": 5010 + port}
        self.agent = case.agent(
            name=f"agent-{port}",
            configuration=SETTINGS.format(
                port=port,
                protocol=protocol,
                folder=self.files,
                metrics=ports["metrics_port"],
                api=ports["api_port"],
            ),
            **ports,
        )

    def trust(self, certificate):
        shutil.copy(certificate, os.path.join(self.files, "ca.pem"))

    def show(self, certificate_and_key):
        for path, name in zip(certificate_and_key, ("client.pem", "client-key.pem")):
            shutil.copy(path, os.path.join(self.files, name))

    def count(self, what):
        return self.agent.metrics().sum(f"sipsonde_sink_{what}_total", sink="otlp")


class OverTls(LiveCase):
    def setUp(self):
        super().setUp()
        self.authority, self.stranger = Authority(self.folder, "ours"), Authority(self.folder, "a-stranger")
        self.server = self.authority.issue("receiver", HOME)
        start_kamailio(self.lab, self.folder, self.addCleanup)
        sipp.callee(self.lab, self.folder, "callee-answers", 5080)

    def server_context(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.server)
        context.load_verify_locations(self.authority.certificate)
        context.verify_mode = ssl.CERT_REQUIRED
        return context

    def call(self):
        caller = sipp.caller(self.lab, self.folder, "caller-talks", "answer", "-m", CALLS, "-r", 10, "-d", 300)
        caller.wait(30)
        self.assertEqual(caller.succeeded(), CALLS, caller.complaint())

    def all_is_mended(self, arrived, refused):
        """`arrived(client)`: roots of calls that came from it; `refused(client)`: whether the receiver has refused it."""
        clients = [Client(self, 4318, "http/protobuf"), Client(self, 4317, "grpc")]
        self.call()
        for client in clients:
            wait_until(lambda: client.count("failed") >= 2, 15, "nothing failed")  # pylint: disable=cell-var-from-loop
            self.assertRegex(client.agent.errors(), "otlp: .*(?i:certificate)")
            self.assertEqual((client.count("sent"), client.count("dropped"), arrived(client)), (0, 0, 0))
            self.assertEqual(len(client.agent.rows(at_least=LEGS)), LEGS)
            self.assertEqual(client.agent.metrics().sum("sip_requests_total", method="INVITE"), LEGS)

        # The receiver is trusted, and has no reason to trust us.
        for client in clients:
            client.trust(self.authority.certificate)
            client.failed_before = client.count("failed")
        for client in clients:
            wait_until(lambda: refused(client), 15, "nobody was refused")  # pylint: disable=cell-var-from-loop
            self.assertEqual((client.count("sent"), arrived(client)), (0, 0))

        for client in clients:
            client.show(self.authority.issue(f"client-{client.port}"))
        for client in clients:
            wait_until(lambda: arrived(client) >= LEGS, 15, "not all came")  # pylint: disable=cell-var-from-loop
            self.assertEqual(arrived(client), LEGS)
            client.agent.wait_for("sipsonde_sink_sent_total", 3 * LEGS, seconds=10, sink="otlp")
            self.assertEqual(client.count("dropped"), 0)
            self.assertIn("otlp: works again", client.agent.errors())
            self.assertEqual(client.agent.end(), 0, client.agent.errors())

    def test_at_receivers_of_our_own(self):
        receivers = {
            4318: Receiver(self.lab.proxy, 4318, self.server_context()),
            4317: GrpcSpans(self.lab.proxy, 4317, self.server_context()),
        }
        for receiver in receivers.values():
            self.addCleanup(receiver.stop)
        self.all_is_mended(
            lambda client: len(receivers[client.port].spans_with(name="sip.call")),
            lambda client: any("verify failed" in why for why in receivers[client.port].refused),
        )

    @unittest.skipUnless(find_collector(), "needs an OpenTelemetry collector: tests/live/build_collector makes one")
    def test_at_a_collector(self):
        collector = Collector(
            self.lab.proxy, self.folder, find_collector(), (*self.server, self.authority.certificate)
        )
        self.addCleanup(collector.stop)
        self.all_is_mended(
            lambda client: collector.calls_by_service()[f"over-{client.port}"],
            # It says nothing of whom it refuses over gRPC. The first failure may be one of before.
            lambda client: client.count("failed") >= client.failed_before + 2,
        )
