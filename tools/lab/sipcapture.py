# SPDX-License-Identifier: Apache-2.0
"""Kamailio as a receiver of HEP (sipcapture.cfg), and sngrep as another."""

import os
import re
import signal

from .process import Process, wait_until


class Sipcapture(Process):
    """Listens when this returns."""

    def __init__(self, namespace, folder, address, port):
        configuration = os.path.join(os.path.dirname(os.path.abspath(__file__)), "sipcapture.cfg")
        runtime = os.path.join(folder, "sipcapture")
        os.makedirs(runtime, exist_ok=True)
        super().__init__(
            namespace.command(
                "kamailio", "-DD", "-E", "-f", configuration, "-A", f"LISTEN=udp:{address}:{port}", "-A",
                f'FOLDER="text://{runtime}"', "-Y", runtime, "-P", os.path.join(runtime, "pid"), "-m", "64", "-M", "8",
            ),
            log=os.path.join(folder, "sipcapture.log"),
        )  # fmt: skip
        wait_until(lambda: port in namespace.udp_ports() or not self.running(), 10, "Kamailio does not listen")
        if not self.running():
            raise RuntimeError(f"Kamailio ended: {self.output()[-600:]}")

    def told(self, kind):
        """(Call-ID, capture id, length) of what it was told under that protocol type."""
        lines = re.findall(r"TOLD type=(\d+) call=(.*) capture=(\d+) bytes=(\d+)", self.output())
        return [(call, int(capture), int(length)) for one, call, capture, length in lines if int(one) == kind]


class Sngrep(Process):
    """Writes what it is told to `capture`, under the addresses that it is told."""

    def __init__(self, namespace, folder, address, port):
        self.capture = os.path.join(folder, "sngrep.pcap")
        super().__init__(
            namespace.command("sngrep", "-N", "-q", "-L", f"udp:{address}:{port}", "-O", self.capture),
            log=os.path.join(folder, "sngrep.log"),
            environment={"TERM": "dumb"},
        )
        wait_until(lambda: port in namespace.udp_ports() or not self.running(), 10, "sngrep does not listen")
        if not self.running():
            raise RuntimeError(f"sngrep ended: {self.output()[-600:]}")

    def finish(self):
        return self.stop(signal.SIGINT)
