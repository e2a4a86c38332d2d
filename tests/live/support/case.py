# SPDX-License-Identifier: Apache-2.0
"""The base of the live tests: a topology and a folder for each class or each test, gone afterwards."""

import os
import shutil
import signal
import tempfile
import unittest

from lab.kamailio import Kamailio
from lab.process import Process
from lab.topology import CALLEE, CALLER, PROXY_TO_CALLEE, PROXY_TO_CALLER, TO_CALLEE, TO_CALLER, Topology

from .agent import SIPSONDE, Agent
from .frames import options_request, udp_frame


def new_folder(cleanup):
    folder = tempfile.mkdtemp(prefix="sipsonde-live-")
    cleanup(shutil.rmtree, folder, ignore_errors=True)
    return folder


def new_topology(cleanup):
    lab = Topology()
    cleanup(lab.close)
    fix_neighbours(lab)
    return lab


def fix_neighbours(lab):
    """ARP would add frames at any time; here they are counted."""
    for near, near_interface, far, far_interface, far_address in (
        (lab.proxy, TO_CALLER, lab.caller, "eth0", CALLER),
        (lab.caller, "eth0", lab.proxy, TO_CALLER, PROXY_TO_CALLER),
        (lab.proxy, TO_CALLEE, lab.callee, "eth0", CALLEE),
        (lab.callee, "eth0", lab.proxy, TO_CALLEE, PROXY_TO_CALLEE),
    ):
        near.ip(
            "neigh",
            "replace",
            far_address,
            "lladdr",
            far.hardware_address(far_interface),
            "dev",
            near_interface,
            "nud",
            "permanent",
        )


def start_agent(lab, folder, cleanup, interfaces=(TO_CALLER, TO_CALLEE), **more):
    agent = Agent(lab.proxy, folder, interfaces, **more)
    cleanup(agent.stop, signal.SIGKILL)
    return agent.ready()


def start_kamailio(lab, folder, cleanup, **more):
    proxy = Kamailio(lab.proxy, folder, **more)
    cleanup(proxy.stop)
    return proxy


class LiveCase(unittest.TestCase):
    """A fresh topology for each test."""

    maxDiff = 4000
    longMessage = True

    def setUp(self):
        self.folder = new_folder(self.addCleanup)
        self.lab = new_topology(self.addCleanup)

    def agent(self, **more):
        return start_agent(self.lab, self.folder, self.addCleanup, **more)

    def one_request_is_counted(self, agent):
        before = agent.metrics().sum("sip_requests_total")
        udp_frame(self.lab, options_request()).send_from_caller()
        agent.wait_for("sip_requests_total", before + 1)

    def kamailio(self):
        return start_kamailio(self.lab, self.folder, self.addCleanup)

    def refused(self, *arguments, configuration=""):
        """A start that should end at once: (status, what it said on stderr)."""
        if configuration:
            path = os.path.join(self.folder, "refused.yaml")
            with open(path, "w", encoding="utf-8") as file:
                file.write(configuration)
            arguments += ("-c", path)
        agent = Process(
            self.lab.proxy.command(SIPSONDE, *arguments, "-o", self.folder),
            log=os.path.join(self.folder, "refused.out"),
            error_log=os.path.join(self.folder, "refused.err"),
        )
        self.addCleanup(agent.stop, signal.SIGKILL)
        return agent.wait(10), agent.errors()
