# SPDX-License-Identifier: Apache-2.0
"""Kamailio as the proxy of a topology: who is called decides where the call goes (kamailio.cfg)."""

import os
import re

from .process import Process, run, wait_until


WEBSOCKET_PORT = 8088


class Kamailio(Process):
    """`media_relay`: an rtpengine on the same host, listening already, passes the media of every call. `websocket`:
    callers may come over WebSocket, on WEBSOCKET_PORT; wants the package kamailio-websocket-modules. `hep`: a SIP URI
    where every message is told by HEPv3. `tls`: a folder with key.pem and certificate.pem; callers may come over TLS."""

    def __init__(self, namespace, folder, media_relay=False, websocket=False, hep=None, tls=None):
        configuration = os.path.join(os.path.dirname(os.path.abspath(__file__)), "kamailio.cfg")
        runtime = os.path.join(folder, "kamailio")
        os.makedirs(runtime, exist_ok=True)
        self._control = f"unix:{runtime}/ctl"
        super().__init__(
            namespace.command(
                "kamailio",
                "-DD",
                "-E",
                "-f",
                configuration,
                "-A",
                f'CONTROL="{self._control}"',
                *(("-A", "MEDIA_RELAY") if media_relay else ()),
                *(("-A", "WEBSOCKET") if websocket else ()),
                *(("-A", f'HEP="{hep}"') if hep else ()),
                *self._tls_arguments(tls),
                "-Y",
                runtime,
                "-P",
                os.path.join(runtime, "pid"),
                "-m",
                "128",
                "-M",
                "8",
            ),
            log=os.path.join(folder, "kamailio.log"),
        )
        wait_until(
            lambda: self._listens(namespace) or not self.running(), 10, "Kamailio does not listen"
        )
        if not self.running():
            raise RuntimeError(f"Kamailio ended: {self.output()[-600:]}")

    @staticmethod
    def _listens(namespace):
        return 5060 in namespace.udp_ports() and 5060 in namespace.tcp_ports()

    @staticmethod
    def _tls_arguments(folder):
        if not folder:
            return ()
        key, certificate = (os.path.join(folder, f"{name}.pem") for name in ("key", "certificate"))
        return ("-A", "TLS", "-A", f'TLS_KEY="{key}"', "-A", f'TLS_CERTIFICATE="{certificate}"')

    def statistics(self):
        """What Kamailio itself counts of the messages it received: {"rcv_requests_invite": 12, …}."""
        said = run("kamcmd", "-s", self._control, "stats.get_statistics", "core:").stdout
        pairs = (line.strip().removeprefix("core:").split(" = ") for line in said.splitlines() if " = " in line)
        return {name: int(value) for name, value in pairs}

    def bindings(self):
        """{(user, contact)} of its own location table."""
        dump = run("kamcmd", "-s", self._control, "ul.dump").stdout
        found, user = set(), None
        for name, value in re.findall(r"^\s*(AoR|Address): (.*)$", dump, re.MULTILINE):
            if name == "AoR":
                user = value
            else:
                found.add((user, value))
        return found
