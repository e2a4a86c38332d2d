# SPDX-License-Identifier: Apache-2.0
"""The pods of a node: their names on facts, and the interfaces that lead to those selected. A node with two pods that
have a route each, as with Calico or kindnet, and one behind a bridge, as with flannel."""

import os
import signal
import socket
import unittest

from lab.namespace import Namespace, connect, random_suffix
from lab.process import run, wait_until

from support.agent import Agent
from support.case import new_folder
from support.certificate import make_certificate
from support.pod_api import PodApi, pod
from support.talk import Talk

PORT = 6443
NODE, OUTSIDE = "198.51.100.1", "198.51.100.2"
ROUTED, UNSELECTED, BRIDGED, NODE_OF_BRIDGED = "10.244.0.5", "10.244.0.6", "10.245.0.7", "10.245.0.1"
SHARED, ROUTED_IPV6 = "10.246.0.9", "fd00:10:244::6"
UPLINK = "up0"
SBC, WEB = {"app": "sbc", "tier": "edge"}, {"app": "web"}

CONFIGURATION = """
node: sonde-1
kubernetes:
  pods: true
  api: "https://127.0.0.1:{port}"
  token_file: {folder}/token
  ca_file: {folder}/tls/certificate.pem
  refresh: 1s
  interfaces_of: ["voip/app=sbc,tier=edge"]
"""


class Node:
    """Undone by `cleanup`."""

    def __init__(self, cleanup):
        suffix = random_suffix()

        def namespace(role):
            made = Namespace(role, suffix)
            cleanup(made.delete)
            return made

        self.node, self.outside = namespace("node"), namespace("outside")
        self.pods = {address: namespace(f"pod{number}") for number, address in enumerate((ROUTED, UNSELECTED, BRIDGED))}
        connect(self.node, UPLINK, f"{NODE}/24", self.outside, "eth0", f"{OUTSIDE}/24")
        self.outside.ip("route", "add", "default", "via", NODE)
        for number, address in enumerate((ROUTED, UNSELECTED)):
            connect(self.node, f"cali{number}", "169.254.1.1/32", self.pods[address], "eth0", f"{address}/32")
            self.node.ip("route", "add", address, "dev", f"cali{number}")
            self.pods[address].ip("route", "add", "169.254.1.1", "dev", "eth0")
            self.pods[address].ip("route", "add", "default", "via", "169.254.1.1", "dev", "eth0")
        self.node.ip("route", "add", "10.246.0.0/24", "dev", "cali0")
        self.node.sysctl("net.ipv6.conf.cali1.disable_ipv6", 0)
        self.node.ip("-6", "route", "add", f"{ROUTED_IPV6}/128", "dev", "cali1")
        self.node.ip("link", "add", "cni0", "type", "bridge")
        self.node.ip("addr", "add", f"{NODE_OF_BRIDGED}/24", "dev", "cni0")
        self.node.ip("link", "set", "cni0", "up")
        bridged = self.pods[BRIDGED]
        run("ip", "link", "add", "vethc", "netns", self.node.name, "type", "veth",
            "peer", "name", "eth0", "netns", bridged.name)  # fmt: skip
        self.node.ip("link", "set", "vethc", "master", "cni0", "up")
        bridged.ip("addr", "add", f"{BRIDGED}/24", "dev", "eth0")
        bridged.ip("link", "set", "eth0", "up")
        bridged.ip("route", "add", "default", "via", NODE_OF_BRIDGED)
        self.node.sysctl("net.ipv4.ip_forward", 1)

    def speak(self, address):
        """As the kubelet does when it probes a pod: ARP and the bridge learn it."""
        with self.node.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.sendto(b"\r\n", (address, 9))

    def call(self, call_id, caller, callee):
        """A call without media, each message sent when the one before has come."""
        namespaces = {**self.pods, OUTSIDE: self.outside}
        with namespaces[caller].socket(socket.AF_INET, socket.SOCK_DGRAM) as one, namespaces[callee].socket(
            socket.AF_INET, socket.SOCK_DGRAM
        ) as other:
            for end, address in ((one, caller), (other, callee)):
                end.bind((address, 5060))
                end.settimeout(5)
            for datagram in Talk(call_id, caller, callee, media_packets=0).datagrams():
                sender, receiver = (one, other) if datagram.from_caller else (other, one)
                sender.sendto(datagram.payload, (callee if datagram.from_caller else caller, 5060))
                receiver.recv(65536)


class Pods(unittest.TestCase):
    maxDiff = 4000

    def setUp(self):
        self.folder = new_folder(self.addCleanup)
        self.lab = Node(self.addCleanup)
        self.write_token("first.token")
        tls = make_certificate(self.folder, "kubernetes", "127.0.0.1")
        self.api = PodApi(self.lab.node, PORT, tls, "first.token")
        self.addCleanup(self.api.stop)
        self.api.pods = [
            pod("sbc-0", "voip", [ROUTED], SBC),
            pod("proxy", "kube-system", [NODE], SBC, host_network=True),
            pod("web-0", "voip", [UNSELECTED], WEB),
            pod("done-0", "voip", [UNSELECTED], SBC, phase="Succeeded"),
            pod("sbc-1", "voip", [BRIDGED], SBC),
            pod("shared-0", "voip", [SHARED], SBC),
        ]

    def write_token(self, token):
        with open(os.path.join(self.folder, "token"), "w", encoding="ascii") as file:
            file.write(token + "\n")

    def agent(self):
        agent = Agent(
            self.lab.node,
            self.folder,
            (UPLINK,),
            CONFIGURATION.format(port=PORT, folder=self.folder),
            environment={"NODE_NAME": "worker-1"},
        )
        self.addCleanup(agent.stop, signal.SIGKILL)
        return agent.ready()

    @staticmethod
    def lists(agent, result):
        return agent.metrics().sum("sipsonde_kubernetes_lookups_total", result=result)

    @staticmethod
    def attached(agent):
        return {labels["interface"] for labels, _ in agent.metrics().matching("sipsonde_attach_info")}

    def becomes(self, agent, interfaces):
        wait_until(
            lambda: self.attached(agent) == {UPLINK, *interfaces},
            6,
            f"{interfaces} are not what is watched: {agent.errors()}",
        )

    def test_facts_name_pods_and_interfaces_follow_them(self):
        """One agent for all, in the order of a pod's life."""
        agent = self.agent()
        self.interfaces_are_found(agent)
        self.names_are_on_facts(agent)
        self.an_api_server_that_fails_changes_nothing(agent)
        for name in ("sbc-1", "shared-0"):
            self.assertEqual(agent.errors().count(f"no interface leads to pod voip/{name}"), 1, agent.errors())
        self.pods_that_go_are_left(agent)
        self.assertEqual(agent.end(), 0)

    def interfaces_are_found(self, agent):
        """The bridge and the neighbours know nothing of a pod until the node speaks with it, and a route that is another
        pod's too, as with Cilium, leads to none of them."""
        self.becomes(agent, {"cali0"})
        self.assertIn("pod voip/shared-0: the route to 10.246.0.9 by cali0 is not its alone", agent.errors())
        self.lab.speak(BRIDGED)
        self.becomes(agent, {"cali0", "vethc"})

    def names_are_on_facts(self, agent):
        self.lab.call("out@example.com", ROUTED, OUTSIDE)
        self.lab.call("in@example.com", OUTSIDE, BRIDGED)
        self.lab.call("between@example.com", ROUTED, BRIDGED)
        rows = agent.rows(at_least=6)
        told = sorted(
            (row["call_id"], row["direction"], row["custom"]["k8s.pod.name"], row["custom"]["k8s.namespace.name"])
            for row in rows
        )
        self.assertEqual(
            told,
            [
                ("between@example.com", "inbound", "sbc-0", "voip"),
                ("between@example.com", "outbound", "sbc-1", "voip"),
                ("in@example.com", "inbound", "sbc-1", "voip"),
                ("in@example.com", "outbound", "sbc-1", "voip"),
                ("out@example.com", "inbound", "sbc-0", "voip"),
                ("out@example.com", "outbound", "sbc-0", "voip"),
            ],
        )
        self.assertEqual({row["node"] for row in rows}, {"sonde-1"})
        names = {ROUTED: "sbc-0", BRIDGED: "sbc-1"}
        for event in agent.events():
            ends = [event[end].rsplit(":", 1)[0] for end in ("src", "dst")]
            expected = names.get(ends[0]) or names.get(ends[1])
            self.assertEqual(event["attributes"].get("k8s.pod.name"), expected, event)

    def an_api_server_that_fails_changes_nothing(self, agent):
        """And when it is back it is asked with the token that was renewed meanwhile."""
        self.assertEqual(self.lists(agent, "failed"), 0)
        self.api.fails = 503
        wait_until(lambda: self.lists(agent, "failed") >= 2, 6, "failures are not counted")
        self.write_token("second.token")
        self.api.token = "second.token"
        self.assertEqual(self.attached(agent), {UPLINK, "cali0", "vethc"})
        self.lab.call("meanwhile@example.com", ROUTED, OUTSIDE)
        rows = [row for row in agent.rows(at_least=8) if row["call_id"] == "meanwhile@example.com"]
        self.assertEqual([row["custom"]["k8s.pod.name"] for row in rows], ["sbc-0"] * 2)
        self.api.fails = None
        wait_until(lambda: "listed again" in agent.errors(), 5, "that it is back is not said")
        self.assertEqual(agent.errors().count("HTTP 503: the server is not there for now"), 1, agent.errors())

    def pods_that_go_are_left(self, agent):
        """One is deleted with its interface, of the other the API server tells first. One that comes is found by IPv6."""
        self.lab.node.ip("link", "del", "vethc")
        self.becomes(agent, {"cali0"})
        self.api.pods = [one for one in self.api.pods if one["metadata"]["name"] not in ("sbc-0", "sbc-1")]
        self.becomes(agent, set())
        self.api.pods.append(pod("sbc-2", "voip", [ROUTED_IPV6], SBC))
        self.becomes(agent, {"cali1"})
