# SPDX-License-Identifier: Apache-2.0
"""baresip as a phone of one user, driven over its control socket: netstrings of JSON."""

import json
import os
import signal
import socket

from .process import Process, wait_until
from .template import fill_in

_PORTS_EACH = 8  # RTP and RTCP of a call are two; SIP takes the next one too, for TLS
_FIRST_SIP_PORT, _FIRST_RTP_PORT, _FIRST_CONTROL_PORT = 6000, 20000, 4400
_CODECS = {"PCMU": "PCMU/8000/1", "PCMA": "PCMA/8000/1", "G722": "G722/16000/1", "opus": "opus/48000/2"}
_SECONDS = 5  # for an answer


class Baresip(Process):
    """`number` tells apart the phones of a namespace: their ports follow from it. `encryption` is one that baresip
    knows. It has asked to register when this returns, not yet succeeded."""

    def __init__(self, namespace, folder, user, address, registrar, number, codec, encryption=None, transport="udp"):
        self.user, self.address = user, address
        self._namespace = namespace
        self._control_port = _FIRST_CONTROL_PORT + number
        self._control = None
        self._unread = b""
        first = _FIRST_RTP_PORT + number * _PORTS_EACH
        self.rtp_ports = range(first, first + _PORTS_EACH)  # RTP has an even one, RTCP the odd one above
        own = os.path.join(folder, user)
        os.makedirs(own)
        fill_in(
            "baresip.config",
            os.path.join(own, "config"),
            ADDRESS=address,
            PORT=_FIRST_SIP_PORT + number * _PORTS_EACH,
            FOLDER=own,
            FIRST_RTP_PORT=first,
            LAST_RTP_PORT=first + _PORTS_EACH - 2,
            CONTROL_PORT=self._control_port,
        )
        by = "" if transport == "udp" else f";transport={transport}"
        account = [f"<sip:{user}@{registrar}{by}>", "regint=600", "auth_pass=none", "answermode=manual"]
        account.append(f"audio_codecs={_CODECS[codec]}")
        if encryption:
            account.append(f"mediaenc={encryption}")
        with open(os.path.join(own, "accounts"), "w", encoding="utf-8") as file:
            file.write(";".join(account) + "\n")
        super().__init__(namespace.command("baresip", "-f", own), log=os.path.join(folder, f"{user}.log"))

    def dial(self, user, proxy):
        self._tell("dial", f"sip:{user}@{proxy}")

    def rings(self):
        return "Incoming call from" in self.output()

    def answer(self):
        self._tell("accept")

    def press(self, digit):
        self._tell("sndcode", digit)

    def hang_up(self):
        self._tell("hangup")

    def _tell(self, name, parameters=""):
        """Has a command carried out; baresip's notices of events are passed over."""
        if not self._control:
            self._connect()
        text = json.dumps({"command": name, "params": parameters}).encode()
        self._control.sendall(b"%d:%s," % (len(text), text))
        while not (said := self._next()).get("response"):
            pass
        if not said.get("ok"):
            raise RuntimeError(f"baresip of {self.user}: {name}: {said}")

    def _connect(self):
        def connected():
            if not self.running():
                raise RuntimeError(f"baresip of {self.user} ended: {self.output()[-600:]}")
            try:
                return self._namespace.call(
                    lambda: socket.create_connection(("127.0.0.1", self._control_port), _SECONDS)
                )
            except OSError:
                return None

        self._control = wait_until(connected, 10, f"baresip of {self.user} takes no commands")

    def _next(self):
        """The next netstring: its length, a colon, the text, a comma."""
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
