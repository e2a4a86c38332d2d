# SPDX-License-Identifier: Apache-2.0
"""sipsonde as a child in a namespace: started, asked over HTTP, its files read, ended."""

import http.client
import json
import os
import signal
import socket
import time

from lab.exposition import Metrics
from lab.process import Process, wait_until

SIPSONDE = os.path.abspath(
    os.environ.get("SIPSONDE")
    or os.path.join(os.path.dirname(__file__), "..", "..", "..", "build", "sipsonde")
)
METRICS_PORT, API_PORT = 9091, 9092


class Agent(Process):
    """`configuration` is YAML text. Not yet ready when made: see ready()."""

    def __init__(
        self,
        namespace,
        folder,
        interfaces,
        configuration="",
        arguments=(),
        name="agent",
        metrics_port=METRICS_PORT,
        api_port=API_PORT,
        environment=None,
    ):
        self._namespace = namespace
        self._metrics_port = metrics_port
        self._api_port = api_port
        self.folder = os.path.join(folder, name)
        os.makedirs(self.folder, exist_ok=True)
        command = [SIPSONDE, "run", "-o", self.folder]
        if configuration:
            path = os.path.join(folder, f"{name}.yaml")
            with open(path, "w", encoding="utf-8") as file:
                file.write(configuration)
            command += ["-c", path]
        for interface in interfaces:
            command += ["-i", interface]
        super().__init__(
            namespace.command(*command, *arguments),
            log=os.path.join(folder, f"{name}.out"),
            error_log=os.path.join(folder, f"{name}.err"),
            environment=environment,
        )

    def get(self, path, port=None):
        """(status, body) of the API, or of another port."""
        return self.ask("GET", path, port)

    def ask(self, method, path, port=None, body=None, headers=None, raw=False):
        """(status, body), the body as bytes when `raw`."""
        port = port or self._api_port
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.sock = self._namespace.call(lambda: socket.create_connection(("127.0.0.1", port), 5))
        try:
            connection.request(method, path, body=body, headers=headers or {})
            answer = connection.getresponse()
            read = answer.read()
            return answer.status, read if raw else read.decode()
        finally:
            connection.close()

    def metrics(self):
        status, text = self.get("/metrics", self._metrics_port)
        if status != 200:
            raise RuntimeError(f"/metrics answers {status}: {text[:200]}")
        return Metrics(text)

    def ready(self):
        """Waits until every hook is on; returns itself."""

        def answers():
            if not self.running():
                raise RuntimeError(f"sipsonde ended with {self.wait(1)}: {self.errors()}{self.output()}")
            try:
                return self.get("/admin/ready")[0] == 200
            except OSError:
                return False

        wait_until(answers, 30, "sipsonde is not ready")
        return self

    def quiet_metrics(self, quiet_seconds=1.0, at_most_seconds=60):
        """The metrics once no packet has come for that long."""
        deadline = time.monotonic() + at_most_seconds
        last, since = self.metrics(), time.monotonic()
        while time.monotonic() - since < quiet_seconds:
            if time.monotonic() > deadline:
                raise TimeoutError("packets keep coming")
            time.sleep(0.25)
            now = self.metrics()
            if now.sum("sipsonde_packets_total") != last.sum("sipsonde_packets_total"):
                since = time.monotonic()
            last = now
        return last

    def wait_for(self, family, number, seconds=5, **labels):
        """Until the family's sum is that number."""
        wait_until(
            lambda: self.metrics().sum(family, **labels) == number,
            seconds,
            f"{family}{labels or ''} is not {number}",
        )

    def _lines(self, name):
        path = os.path.join(self.folder, name)
        if not os.path.exists(path):
            return []
        with open(path, "rb") as file:
            return [json.loads(line) for line in file.read().rpartition(b"\n")[0].splitlines()]

    def events(self):
        return self._lines("events.jsonl")

    def rows(self, at_least=0, seconds=10):
        """The CDRs; waits until there are so many, or the time is up."""
        deadline = time.monotonic() + seconds
        while len(rows := self._lines("cdr.jsonl")) < at_least and time.monotonic() < deadline:
            time.sleep(0.2)
        return rows

    def last_metrics(self):
        """metrics.prom, written at the end."""
        with open(os.path.join(self.folder, "metrics.prom"), encoding="utf-8") as file:
            return Metrics(file.read())

    def end(self, number=signal.SIGTERM):
        """The exit status; contract: within 10 s of the signal."""
        self.send(number)
        return self.wait(10)
