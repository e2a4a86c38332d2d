# SPDX-License-Identifier: Apache-2.0
"""sipp as caller or callee, with the scenarios of this folder, and its own statistics."""

import csv
import os
import signal

from .process import Process, wait_until
from .topology import CALLEE, CALLER, PROXY_TO_CALLER, scenario_path


class Sipp(Process):
    """`values` replaces @NAME@ in the scenario: sipp takes no variable where it expects a response."""

    def __init__(self, namespace, folder, scenario, address, port, *arguments, name=None, values=None):
        name = name or scenario
        with open(scenario_path(f"{scenario}.xml"), encoding="utf-8") as file:
            text = file.read()
        for key, value in (values or {}).items():
            text = text.replace(f"@{key}@", str(value))
        path = os.path.join(folder, f"{name}.xml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        self.statistics_path = os.path.join(folder, f"{name}.csv")
        self.error_path = os.path.join(folder, f"{name}.errors")
        super().__init__(
            namespace.command(
                "prlimit",
                "--nofile=8192",  # a socket for each connection
                "sipp",
                "-sf",
                path,
                "-i",
                address,
                "-p",
                str(port),
                "-nostdin",
                "-trace_err",
                "-error_file",
                self.error_path,
                "-trace_stat",
                "-stf",
                self.statistics_path,
                "-fd",
                "1",
                *map(str, arguments),
            ),
            log=os.path.join(folder, f"{name}.log"),
        )

    def statistics(self):
        """The last line of sipp's own count: column → text."""
        with open(self.statistics_path, encoding="utf-8") as file:
            return list(csv.DictReader(file, delimiter=";"))[-1]

    def succeeded(self):
        return int(self.statistics()["SuccessfulCall(C)"])

    def failed(self):
        return int(self.statistics()["FailedCall(C)"])

    def complaint(self):
        """What sipp found wrong, for a failure's text."""
        if not os.path.exists(self.error_path):
            return ""
        with open(self.error_path, encoding="utf-8", errors="replace") as file:
            return file.read()[:600]

    def stop(self, number=signal.SIGKILL, seconds=5):
        return super().stop(number, seconds)


def callee(topology, folder, scenario, port, name=None, values=None, arguments=()):
    """A callee that listens when this returns; over TCP when `arguments` have `-t`."""
    process = Sipp(topology.callee, folder, scenario, CALLEE, port, *arguments, name=name, values=values)
    topology.callback(process.stop)
    listening = topology.callee.tcp_ports if "-t" in arguments else topology.callee.udp_ports
    wait_until(
        lambda: port in listening() or not process.running(),
        10,
        f"{scenario} does not listen",
    )
    if not process.running():
        raise RuntimeError(f"sipp {scenario} ended: {process.output()[-600:]}")
    return process


def caller(topology, folder, scenario, user, *arguments, port=5060, name=None, values=None):
    """A caller of `sip:user@proxy`."""
    process = Sipp(
        topology.caller,
        folder,
        scenario,
        CALLER,
        port,
        "-s",
        user,
        *arguments,
        f"{PROXY_TO_CALLER}:5060",
        name=name,
        values=values,
    )
    topology.callback(process.stop)
    return process
