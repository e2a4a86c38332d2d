# SPDX-License-Identifier: Apache-2.0
"""baresip as a phone of one user, driven over its control socket: netstrings of JSON."""

import json
import os
import signal
import socket
import time

from .process import Process, wait_until

_PORTS_EACH = 8  # RTP and RTCP of a call are two; SIP takes the next one too, for TLS
_FIRST_SIP_PORT, _FIRST_RTP_PORT, _FIRST_CONTROL_PORT = 6000, 20000, 4400


class Baresip(Process):
    """`number` tells apart the phones of a namespace: their ports follow from it. `account` is added to the
    account's line: codecs, encryption. It has asked to register when this returns, not yet succeeded."""

    def __init__(self, namespace, folder, user, address, registrar, number, account):
        self.user = user
        self.address = address
        self._namespace = namespace
        self._control_port = _FIRST_CONTROL_PORT + number
        self._control = None
        self._unread = b""
        first = _FIRST_RTP_PORT + number * _PORTS_EACH
        self.rtp_ports = range(first, first + _PORTS_EACH)  # RTP has the even one, RTCP the odd one above
        own = os.path.join(folder, user)
        os.makedirs(own)
        self._write(
            os.path.join(own, "config"),
            ADDRESS=address,
            PORT=_FIRST_SIP_PORT + number * _PORTS_EACH,
            FOLDER=own,
            FIRST_RTP_PORT=first,
            LAST_RTP_PORT=first + _PORTS_EACH - 2,
            CONTROL_PORT=self._control_port,
        )
        with open(os.path.join(own, "accounts"), "w", encoding="utf-8") as file:
            file.write(f"<sip:{user}@{registrar}>;regint=600;auth_pass=none;answermode=auto;{account}\n")
        super().__init__(namespace.command("baresip", "-f", own), log=os.path.join(folder, f"{user}.log"))

    @staticmethod
    def _write(path, **values):
        template = os.path.join(os.path.dirname(os.path.abspath(__file__)), "baresip.config")
        with open(template, encoding="utf-8") as file:
            text = file.read()
        for key, value in values.items():
            text = text.replace(f"@{key}@", str(value))
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def _connect(self):
        def connected():
            if not self.running():
                raise RuntimeError(f"baresip of {self.user} ended: {self.output()[-600:]}")
            try:
                return self._namespace.call(
                    lambda: socket.create_connection(("127.0.0.1", self._control_port), 5)
                )
            except OSError:
                return None

        self._control = wait_until(connected, 10, f"baresip of {self.user} takes no commands")

    def tell(self, name, parameters="", seconds=5):
        """Has it carried out and returns what baresip says to it; its notices of events are passed over."""
        if not self._control:
            self._connect()
        text = json.dumps({"command": name, "params": parameters, "token": name}).encode()
        self._control.sendall(b"%d:%s," % (len(text), text))
        deadline = time.monotonic() + seconds
        while True:
            self._control.settimeout(max(deadline - time.monotonic(), 0.01))
            said = self._next()
            if said.get("response"):
                if not said.get("ok"):
                    raise RuntimeError(f"baresip of {self.user}: {name}: {said}")
                return said["data"]

    def _next(self):
        while True:
            length, colon, rest = self._unread.partition(b":")
            if colon and len(rest) > int(length):
                self._unread = rest[int(length) + 1 :]
                return json.loads(rest[: int(length)])
            more = self._control.recv(65536)
            if not more:
                raise RuntimeError(f"baresip of {self.user} ended: {self.output()[-600:]}")
            self._unread += more

    def stop(self, number=signal.SIGKILL, seconds=5):
        """Asked politely it would wait for the registrar to forget it."""
        if self._control:
            self._control.close()
        return super().stop(number, seconds)
