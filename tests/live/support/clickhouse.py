# SPDX-License-Identifier: Apache-2.0
"""A ClickHouse in a namespace: the engine of the Python package chdb behind clickhouse_front.py."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys

from lab.process import Process, wait_until

from .peer_cache import peer_cache

FRONT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "clickhouse_front.py")
PORT = 8123


def find_chdb():
    """A Python that has chdb, or None. tests/live/build_chdb makes one."""
    python = os.path.join(peer_cache("chdb"), "bin", "python")
    return python if os.access(python, os.X_OK) else None


def build_chdb():
    """A virtual environment: about 900 MB."""
    folder = peer_cache("chdb")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    try:
        subprocess.run([os.path.join(folder, "bin", "pip"), "install", "-q", "chdb"], check=True)
    except subprocess.CalledProcessError:
        os.remove(os.path.join(folder, "bin", "python"))  # it is not to be found
        raise


class ClickHouse:
    """Its tables outlive kill() and start()."""

    def __init__(self, namespace, folder):
        self._namespace, self._folder = namespace, folder
        self._process = None

    def start(self, unanswered=0):
        """`unanswered`: so many inserts are done without an answer."""
        self.begin_to_start(unanswered)
        self.wait_for_start()

    def begin_to_start(self, unanswered=0):
        self._process = Process(
            self._namespace.command(
                find_chdb(), FRONT, str(PORT), os.path.join(self._folder, "clickhouse"), str(unanswered)
            ),
            log=os.path.join(self._folder, "clickhouse.log"),
        )

    def wait_for_start(self):
        wait_until(self._listens, 60, "ClickHouse does not listen")

    def _listens(self):
        if not self._process.running():
            raise RuntimeError(f"ClickHouse ended: {self._process.output()[-600:]}")
        return PORT in self._namespace.tcp_ports()

    def kill(self):
        if self._process:
            self._process.stop(signal.SIGKILL)
            self._process = None

    def ask(self, statement):
        """The rows of a SELECT, each a dictionary; nothing of other statements."""
        connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
        connection.sock = self._namespace.call(lambda: socket.create_connection(("127.0.0.1", PORT), 30))
        select = statement.startswith(("SELECT", "DESCRIBE"))
        try:
            connection.request("POST", "/", (statement + (" FORMAT JSONEachRow" if select else "")).encode())
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{statement}: {text[:400]}")
        return [json.loads(line) for line in text.splitlines()] if select else []

    def count(self):
        """Of records; 0 where there is no table."""
        if not self.ask("SELECT name FROM system.tables WHERE name = 'telephony_cdrs'"):
            return 0
        return int(self.ask("SELECT count() AS rows FROM telephony_cdrs")[0]["rows"])
