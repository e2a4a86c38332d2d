# SPDX-License-Identifier: Apache-2.0
"""Calls between two namespaces made for the purpose, and what watching them costs whoever watches."""

import contextlib
import json
import os
import subprocess

from lab.namespace import Namespace, connect, random_suffix

CALLER, CALLEE = "10.61.1.10", "10.61.1.20"
CLIENT, SERVER = "10.61.1.1", "10.61.1.2"  # of the interfaces themselves
INTERFACE = "eth0"
SENDER_CPU, WATCHER_CPU = "0", "1"
MESSAGES_A_CALL = 7
_TICKS = os.sysconf("SC_CLK_TCK")


class Pinned:
    """A namespace whose commands run on one CPU."""

    def __init__(self, namespace, cpu):
        self._namespace = namespace
        self._cpu = cpu
        self.call = namespace.call

    def command(self, *command):
        return self._namespace.command("taskset", "-c", self._cpu, *command)


class Road(contextlib.ExitStack):
    """The sender's namespace and the watcher's with a cable between them; gone when the `with` ends."""

    def __init__(self, binaries):
        """`binaries`: the folder of the senders."""
        super().__init__()
        self.binaries = binaries
        suffix = random_suffix()
        with contextlib.ExitStack() as undo:
            self.sender = Namespace("sender", suffix)
            undo.callback(self.sender.delete)
            receiver = Namespace("receiver", suffix)
            undo.callback(receiver.delete)
            connect(self.sender, INTERFACE, f"{CLIENT}/24", receiver, INTERFACE, f"{SERVER}/24")
            # Both sides of the calls are somebody else's: the receiver sees them as a mirror port would.
            for address in (CALLER, CALLEE):
                self.sender.ip(
                    "neigh", "add", address, "lladdr", receiver.hardware_address(INTERFACE), "dev", INTERFACE
                )
            self.push(undo.pop_all())
        self.receiver = receiver
        self.watcher = Pinned(receiver, WATCHER_CPU)

    def received(self):
        """Packets that the receiver's interface counted."""
        link = json.loads(self.receiver.ip("-j", "-s", "link", "show", INTERFACE).stdout)[0]
        return link["stats64"]["rx"]["packets"]

    def send(self, rate, seconds, calls=10_000):
        """Sends, waits for the end; what sip_sender says of it, and `arrived` as the interface counted."""
        ends = ("--caller", f"{CALLER}:5060", "--callee", f"{CALLEE}:5060")
        return self._run("sip_sender", rate, seconds, "--calls", str(calls), *ends)

    def send_rtp(self, rate, seconds, streams):
        """The same of rtp_sender."""
        ends = ("--source", f"{CALLER}:20000", "--destination", f"{CALLEE}:30000")
        return self._run("rtp_sender", rate, seconds, "--streams", str(streams), *ends)

    def _run(self, sender, rate, seconds, *options):
        before = self.received()
        command = Pinned(self.sender, SENDER_CPU).command(
            os.path.join(self.binaries, sender), "--rate", str(rate), "--seconds", str(seconds), *options
        )
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=3 * seconds + 20,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{sender} ends with {done.returncode}: {done.stderr.strip()}")
        outcome = json.loads(done.stdout)
        outcome["arrived"] = self.received() - before
        return outcome


def _fields(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
        return file.read().rpartition(")")[2].split()


def cpu_seconds(leader):
    """User and system time of a process and of all others in its session: some tools work in children."""
    ticks = 0
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            fields = _fields(pid)
        except OSError:
            continue  # ended meanwhile
        if int(fields[3]) == leader:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / _TICKS


def resident_peak_megabytes(pid):
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
        for line in file:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
    return 0.0
