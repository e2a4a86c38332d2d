# SPDX-License-Identifier: Apache-2.0
"""Calls between phones that really talk, side by side, watched by sipsonde and by tcpdump."""

import time

from lab.baresip import Baresip
from lab.linphone import Linphone
from lab.process import wait_until
from lab.rtpengine import Rtpengine
from lab.topology import CALLEE, CALLER, PROXY_TO_CALLEE, PROXY_TO_CALLER, TO_CALLEE, TO_CALLER

from .case import new_folder, new_topology, start_agent, start_kamailio
from .media import MediaCapture
from .replayed import replayed_rows

ANSWER_AFTER_SECONDS = 0.5  # as a person does; a machine would talk before anybody has read what was offered


class Call:
    """`codec` as in metrics. `encryption` is baresip's name of it; `loses` a share in percent of the caller's media
    between the proxy's interfaces; `digits` are pressed by the caller."""

    def __init__(self, name, codec, encryption=None, loses=0, digits="", phones="baresip", transport="udp"):
        self.name, self.codec, self.encryption, self.loses, self.digits = name, codec, encryption, loses, digits
        self._phones = phones
        self._transport = transport
        self.caller = self.callee = None

    def start_phones(self, lab, folder, number):
        self.caller = self._phone(lab.caller, folder, f"from-{self.name}", CALLER, PROXY_TO_CALLER, number)
        lab.callback(self.caller.stop)
        self.callee = self._phone(lab.callee, folder, f"to-{self.name}", CALLEE, PROXY_TO_CALLEE, number)
        lab.callback(self.callee.stop)

    def _phone(self, namespace, folder, user, address, registrar, number):
        if self._phones == "linphone":
            return Linphone(namespace, folder, user, address, registrar)
        return Baresip(namespace, folder, user, address, registrar, number, self.codec, self.encryption, self._transport)

    def row_of(self, rows, interface):
        """The leg at that interface of the proxy, None when there is not exactly one."""
        direction = {TO_CALLER: "inbound", TO_CALLEE: "outbound"}[interface]
        found = [row for row in rows if row["to_number"] == self.callee.user and row["direction"] == direction]
        return found[0] if len(found) == 1 else None

    def streams_of(self, streams, interface):
        """{"sent": …, "received": …} at that interface: what the caller sends is sent."""
        phone = {TO_CALLER: self.caller, TO_CALLEE: self.callee}[interface]
        ways = {"sent": [], "received": []}
        for stream in streams:
            from_phone = stream.source[0] == phone.address and stream.source[1] in phone.rtp_ports
            to_phone = stream.destination[0] == phone.address and stream.destination[1] in phone.rtp_ports
            if from_phone or to_phone:
                ways["sent" if from_phone == (interface == TO_CALLER) else "received"].append(stream)
        return ways


class Conversation:
    def __init__(self, cleanup, calls, interfaces, seconds, media_relay=False, configuration=""):
        self.calls, self.interfaces = calls, interfaces
        folder, lab = new_folder(cleanup), new_topology(cleanup)
        if media_relay:
            relay = Rtpengine(lab.proxy, folder)
            cleanup(relay.stop)
        registrar = start_kamailio(lab, folder, cleanup, media_relay=media_relay)
        captures = {interface: MediaCapture(lab.proxy, folder, interface) for interface in interfaces}
        for capture in captures.values():
            cleanup(capture.stop)
        self.agent = start_agent(lab, folder, cleanup, interfaces=interfaces, configuration=configuration)
        for number, call in enumerate(calls):
            call.start_phones(lab, folder, number)
            if call.loses:
                self._lose(lab, call)
        self._wait_for_registrations(registrar)

        self._talk(seconds)
        self.rows = self.agent.rows(at_least=len(calls) * len(interfaces), seconds=10)
        self.agent.quiet_metrics()
        for capture in captures.values():
            capture.finish()
        self.metrics = self.agent.metrics()
        self.events = self.agent.events()
        self.captures = captures
        self.replayed = {
            interface: replayed_rows(capture, folder) for interface, capture in captures.items()
        }

    def _wait_for_registrations(self, registrar):
        phones = {phone.user: phone for call in self.calls for phone in (call.caller, call.callee)}
        missing = set(phones)

        def registered():
            missing.intersection_update(set(phones) - {user for user, _ in registrar.bindings()})
            return not missing

        try:
            wait_until(registered, 30, "not every phone is registered")
        except TimeoutError as error:
            raise TimeoutError(f"{error}: {[(user, phones[user].output()[-300:]) for user in missing]}") from None

    @staticmethod
    def _lose(lab, call):
        """After one interface of the proxy, before the other. RTP has even ports; RTCP arrives."""
        ports = ", ".join(str(port) for port in call.caller.rtp_ports if port % 2 == 0)
        lab.proxy.run(
            "nft",
            "add table ip media; "
            "add chain ip media lossy { type filter hook forward priority 0; }; "
            f"add rule ip media lossy ip saddr {CALLER} udp sport {{ {ports} }} "
            f"numgen random mod 100 < {call.loses} drop",
        )

    def _talk(self, seconds):
        for call in self.calls:
            call.caller.dial(call.callee.user, PROXY_TO_CALLER)
        for call in self.calls:
            wait_until(call.callee.rings, 10, f"the callee of {call.name} does not ring")
        time.sleep(ANSWER_AFTER_SECONDS)
        for call in self.calls:
            call.callee.answer()
        time.sleep(seconds / 2)
        for call in self.calls:
            for digit in call.digits:
                call.caller.press(digit)
        time.sleep(seconds / 2)
        for call in self.calls:
            call.caller.hang_up()

    def events_of(self, row, name):
        return [
            event
            for event in self.events
            if (event["call_id"], event["leg"], event["event"]) == (row["call_id"], row["leg"], name)
        ]
