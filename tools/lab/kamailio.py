# SPDX-License-Identifier: Apache-2.0
"""Kamailio as the proxy of a topology: who is called decides where the call goes (kamailio.cfg)."""

import os

from .process import Process, wait_until


class Kamailio(Process):
    def __init__(self, namespace, folder):
        configuration = os.path.join(os.path.dirname(os.path.abspath(__file__)), "kamailio.cfg")
        runtime = os.path.join(folder, "kamailio")
        os.makedirs(runtime, exist_ok=True)
        super().__init__(
            namespace.command(
                "kamailio",
                "-DD",
                "-E",
                "-f",
                configuration,
                "-Y",
                runtime,
                "-P",
                os.path.join(runtime, "pid"),
                "-m",
                "64",
                "-M",
                "8",
            ),
            log=os.path.join(folder, "kamailio.log"),
        )
        wait_until(
            lambda: 5060 in namespace.udp_ports() or not self.running(), 10, "Kamailio does not listen"
        )
        if not self.running():
            raise RuntimeError(f"Kamailio ended: {self.output()[-600:]}")
