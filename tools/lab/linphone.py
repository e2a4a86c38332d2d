# SPDX-License-Identifier: Apache-2.0
"""linphonec as the one phone of a namespace: it takes its commands from a pipe and plays a tone out of a file."""

import math
import os
import signal
import struct
import wave

from .process import Process
from .template import fill_in

_SIP_PORT, _RTP_PORT = 5900, 29000
_RATE, _HERTZ, _AMPLITUDE = 8000, 440, 8000


def _write_tone(path):
    samples = (int(_AMPLITUDE * math.sin(2 * math.pi * _HERTZ * index / _RATE)) for index in range(_RATE))
    with wave.open(path, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))


class Linphone(Process):
    """It has asked to register when this returns, not yet succeeded."""

    rtp_ports = range(_RTP_PORT, _RTP_PORT + 2)

    def __init__(self, namespace, folder, user, address, registrar):
        self.user, self.address = user, address
        own = os.path.join(folder, user)
        os.makedirs(os.path.join(own, ".local", "share", "linphone"))
        configuration, commands, tone = (os.path.join(own, name) for name in ("rc", "commands", "tone.wav"))
        fill_in(
            "linphone.rc",
            configuration,
            USER=user,
            ADDRESS=address,
            REGISTRAR=registrar,
            PORT=_SIP_PORT,
            RTP_PORT=_RTP_PORT,
        )
        _write_tone(tone)
        os.mkfifo(commands)
        self._commands = os.open(commands, os.O_RDWR)  # a reader of our own, so that neither side waits
        super().__init__(
            namespace.command("sh", "-c", 'exec linphonec -c "$1" <"$2"', "sh", configuration, commands),
            log=os.path.join(folder, f"{user}.log"),
            environment={"HOME": own},
        )
        self._tell("soundcard use files")
        self._tell(f"play {tone}")

    def _tell(self, command):
        os.write(self._commands, command.encode() + b"\n")

    def dial(self, user, proxy):
        self._tell(f"call sip:{user}@{proxy}")

    def rings(self):
        return "Receiving new incoming call" in self.output()

    def answer(self):
        self._tell("answer")

    def hang_up(self):
        self._tell("terminate")

    def stop(self, number=signal.SIGKILL, seconds=5):
        os.close(self._commands)
        return super().stop(number, seconds)
