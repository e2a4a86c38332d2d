# SPDX-License-Identifier: Apache-2.0
"""rtpengine in user space on the proxy's host, an interface of its own towards each side: Kamailio's control goes
over the loopback."""

import os

from .process import Process, wait_until
from .topology import PROXY_TO_CALLEE, PROXY_TO_CALLER

CONTROL_PORT = 2223


class Rtpengine(Process):
    def __init__(self, namespace, folder):
        super().__init__(
            namespace.command(
                "rtpengine",
                "--foreground",
                "--log-stderr",
                "--config-file=none",
                "--table=-1",  # no kernel module
                f"--interface=caller/{PROXY_TO_CALLER}",
                f"--interface=callee/{PROXY_TO_CALLEE}",
                f"--listen-ng=127.0.0.1:{CONTROL_PORT}",
                "--port-min=30000",
                "--port-max=30999",
                "--num-threads=2",
            ),
            log=os.path.join(folder, "rtpengine.log"),
        )
        wait_until(
            lambda: CONTROL_PORT in namespace.udp_ports() or not self.running(), 10, "rtpengine does not listen"
        )
        if not self.running():
            raise RuntimeError(f"rtpengine ended: {self.output()[-600:]}")
