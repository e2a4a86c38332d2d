# SPDX-License-Identifier: Apache-2.0
"""rsyslog as a receiver of records: a line for each message, with what its head said."""

import json
import os

from .process import Process, wait_until

CONFIGURATION = """
global(workDirectory="{folder}" maxMessageSize="64k" parser.escapeControlCharactersOnReceive="off"{files})
module(load="imtcp"{driver})
module(load="imudp")
input(type="imtcp" address="{address}" port="{tcp_port}")
input(type="imudp" address="{address}" port="{udp_port}")
template(name="told" type="string"
  string="%inputname% %pri% %timereported:::date-rfc3339% %hostname% %app-name% %msgid% %msg%\\n")
action(type="omfile" file="{folder}/told" template="told" asyncWriting="off" flushOnTXEnd="on")
"""
FILES = ' DefaultNetstreamDriverCertFile="{}" DefaultNetstreamDriverKeyFile="{}" DefaultNetstreamDriverCAFile="{}"'
DRIVER = ' StreamDriver.Name="ossl" StreamDriver.Mode="1" StreamDriver.AuthMode="anon"'
FIELDS = ("input", "priority", "time", "host", "application", "id", "text")


class Rsyslog(Process):
    """Listens when this returns. One that is made again in the same folder goes on where the other stopped. `tls`: paths
    of its certificate, its key and its authority, for what listens over TCP; wants the package rsyslog-openssl."""

    def __init__(self, namespace, folder, address, tcp_port, udp_port, tls=None):
        self._folder = os.path.join(folder, "rsyslog")
        os.makedirs(self._folder, exist_ok=True)
        path = os.path.join(self._folder, "rsyslog.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write(
                CONFIGURATION.format(
                    folder=self._folder,
                    address=address,
                    tcp_port=tcp_port,
                    udp_port=udp_port,
                    files=FILES.format(*tls) if tls else "",
                    driver=DRIVER if tls else "",
                )
            )
        super().__init__(
            namespace.command("rsyslogd", "-n", "-f", path, "-i", os.path.join(self._folder, "pid")),
            log=os.path.join(folder, "rsyslog.log"),
        )
        listens = lambda: tcp_port in namespace.tcp_ports() and udp_port in namespace.udp_ports()
        wait_until(lambda: listens() or not self.running(), 10, "rsyslog does not listen")
        if not self.running():
            raise RuntimeError(f"rsyslog ended: {self.output()[-600:]}")

    def told(self, source):
        """The messages of "imtcp" or "imudp" in the order in which they came, each a dictionary of FIELDS and `row`."""
        return [message for message in self._messages() if message["input"] == source]

    def rows(self):
        """Those of all messages, one after another: there may be many."""
        for message in self._messages():
            yield message["row"]

    def _messages(self):
        path = os.path.join(self._folder, "told")
        if not os.path.exists(path):
            return
        with open(path, encoding="utf-8") as file:
            for line in file:
                if line.endswith("\n"):  # the last may not be complete
                    message = dict(zip(FIELDS, line.rstrip("\n").split(" ", len(FIELDS) - 1)))
                    yield {**message, "row": json.loads(message["text"])}
