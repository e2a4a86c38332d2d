# SPDX-License-Identifier: Apache-2.0
"""Callers - proxy - callees, each in a namespace of its own, and the proxy's two interfaces between them."""

import contextlib
import os

from .namespace import Namespace, connect, random_suffix
from .process import run

CALLER, PROXY_TO_CALLER = "10.60.1.2", "10.60.1.1"
CALLEE, PROXY_TO_CALLEE = "10.60.2.2", "10.60.2.1"
TO_CALLER, TO_CALLEE = "caller0", "callee0"  # the proxy's interfaces


class Topology(contextlib.ExitStack):
    """To be used in a `with`: everything it made is gone afterwards."""

    def __init__(self):
        super().__init__()
        self.suffix = random_suffix()
        with contextlib.ExitStack() as undo:
            self.caller = self._namespace("caller", undo)
            self.proxy = self._namespace("proxy", undo)
            self.callee = self._namespace("callee", undo)
            connect(self.proxy, TO_CALLER, f"{PROXY_TO_CALLER}/24", self.caller, "eth0", f"{CALLER}/24")
            connect(self.proxy, TO_CALLEE, f"{PROXY_TO_CALLEE}/24", self.callee, "eth0", f"{CALLEE}/24")
            self.caller.ip("route", "add", "default", "via", PROXY_TO_CALLER)
            self.callee.ip("route", "add", "default", "via", PROXY_TO_CALLEE)
            self.proxy.sysctl(
                "net.ipv4.ip_forward", 1
            )  # media goes from caller to callee through the proxy's host
            self.push(undo.pop_all())

    def _namespace(self, role, undo):
        namespace = Namespace(role, self.suffix)
        undo.callback(namespace.delete)
        return namespace

    def lose(self, percent, proxy_too=True):
        """Drops that share of what each of the three receives, at random. Captures and hooks on the proxy's
        interfaces lie before its filter: what it loses was seen on the wire."""
        for namespace in (self.caller, self.callee, *((self.proxy,) if proxy_too else ())):
            namespace.run(
                "nft",
                "add table ip lab; "
                "add chain ip lab lossy { type filter hook input priority 0; }; "
                f"add rule ip lab lossy meta l4proto udp numgen random mod 100 < {percent} drop",
            )

    def reach_from_host(self):
        """A link from this host to the proxy, for its metrics and API. Returns the proxy's address on it. The
        API listens on the proxy's loopback, as without a token it must; a rule in the proxy leads there."""
        number = int(self.suffix[:4], 16) % 16384  # of the /30 networks in 198.18.0.0/16, RFC 2544
        network = f"198.18.{number // 64}.{number % 64 * 4}".rsplit(".", 1)
        host, proxy = (f"{network[0]}.{int(network[1]) + last}" for last in (1, 2))
        interface = f"sonde-{self.suffix}"
        run("ip", "link", "add", interface, "type", "veth", "peer", "name", "host0", "netns", self.proxy.name)
        self.callback(run, "ip", "link", "del", interface, check=False)
        run("ip", "addr", "add", f"{host}/30", "dev", interface)
        run("ip", "link", "set", interface, "up")
        self.proxy.ip("addr", "add", f"{proxy}/30", "dev", "host0")
        self.proxy.ip("link", "set", "host0", "up")
        self.proxy.sysctl("net.ipv4.conf.host0.route_localnet", 1)
        self.proxy.run(
            "nft",
            "add table ip lab_api; "
            "add chain ip lab_api reach { type nat hook prerouting priority -100; }; "
            f"add rule ip lab_api reach ip daddr {proxy} tcp dport 9092 dnat to 127.0.0.1",
        )
        return proxy


def scenario_path(name):
    return os.path.join(os.path.dirname(os.path.abspath(__file__)), "scenarios", name)
