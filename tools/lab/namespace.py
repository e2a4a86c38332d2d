# SPDX-License-Identifier: Apache-2.0
"""A network namespace with a random name. Commands enter it by nsenter: `ip netns exec` hides /sys/fs/bpf."""

import ctypes
import os
import socket
import threading

from .process import run

CLONE_NEWNET = 0x40000000  # linux/sched.h
_libc = ctypes.CDLL(None, use_errno=True)


def random_suffix():
    return os.urandom(3).hex()


class Namespace:
    def __init__(self, role, suffix):
        self.name = f"sipsonde-{role}-{suffix}"
        self.path = f"/run/netns/{self.name}"
        run("ip", "netns", "add", self.name)
        self.ip("link", "set", "lo", "up")

    def delete(self):
        run("ip", "netns", "del", self.name, check=False)

    def ip(self, *arguments):
        return run("ip", "-n", self.name, *arguments)

    def command(self, *command):
        return ["nsenter", f"--net={self.path}", *command]

    def run(self, *command, check=True):
        return run(*self.command(*command), check=check)

    def call(self, function):
        """Calls a function inside. What it opens stays inside: a socket belongs to where it was made."""
        answer = []

        def inside():
            try:
                with open(self.path, "rb") as target:
                    if _libc.setns(target.fileno(), CLONE_NEWNET) != 0:
                        raise OSError(ctypes.get_errno(), f"enter {self.name}")
                answer.append((function(), None))
            except Exception as error:  # pylint: disable=broad-except  # handed to the caller
                answer.append((None, error))

        thread = threading.Thread(target=inside)
        thread.start()
        thread.join()
        value, error = answer[0]
        if error:
            raise error
        return value

    def socket(self, *kind):
        return self.call(lambda: socket.socket(*kind))

    def udp_ports(self):
        """The UDP ports that somebody listens on."""
        return self._ports("-u")

    def tcp_ports(self):
        return self._ports("-t")

    def _ports(self, kind):
        lines = self.run("ss", "-Hln", kind).stdout.splitlines()
        return {int(line.split()[3].rsplit(":", 1)[1]) for line in lines}

    def hardware_address(self, interface):
        return self.ip("-o", "link", "show", interface).stdout.split("link/ether ")[1].split()[0]

    def sysctl(self, name, value):
        self.run("sysctl", "-qw", f"{name}={value}")


def connect(first, first_interface, first_address, second, second_interface, second_address):
    """A veth pair between two namespaces; the addresses are `10.0.0.1/24`."""
    run(
        "ip",
        "link",
        "add",
        first_interface,
        "netns",
        first.name,
        "type",
        "veth",
        "peer",
        "name",
        second_interface,
        "netns",
        second.name,
    )
    for namespace, interface, address in (
        (first, first_interface, first_address),
        (second, second_interface, second_address),
    ):
        # Neighbour discovery of IPv6 would send frames of its own at any time.
        namespace.sysctl(f"net.ipv6.conf.{interface}.disable_ipv6", 1)
        namespace.ip("addr", "add", address, "dev", interface)
        namespace.ip("link", "set", interface, "up")
