# SPDX-License-Identifier: Apache-2.0
"""A Debian that has booted: systemd as process 1 of a root folder, in the network namespace of a laboratory."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from lab.process import Process, wait_until

import built

CAPABILITIES = "CAP_BPF,CAP_PERFMON,CAP_NET_ADMIN"


class Container:
    """Nothing of it is mounted where this host sees it, its bpf filesystem included. end() leaves nothing."""

    def __init__(self, root, namespace):
        built.need("systemd-nspawn")
        self.root = Path(root)
        self._name = namespace.name
        self._folder = Path(tempfile.mkdtemp(prefix="boot-", dir=built.FOLDER))
        pins = self._folder / "bpf"
        pins.mkdir()
        boot = (
            f"mount -t bpf bpf {pins} && exec systemd-nspawn --boot --register=no --keep-unit --directory={root} "
            f"--machine={self._name} --network-namespace-path={namespace.path} --capability={CAPABILITIES} "
            f"--system-call-filter='bpf perf_event_open' --bind={pins}:/sys/fs/bpf --console=pipe "
            "--resolv-conf=off --timezone=off"
        )
        self._nspawn = Process(
            ["unshare", "--mount", "--propagation=private", "sh", "-c", boot],
            log=str(self._folder / "log"),
            environment={"SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"},
        )
        try:
            self._leader = wait_until(self._first_process, 60, "no process 1 in the container")
            wait_until(self._is_up, 120, "systemd does not come up")
        except BaseException as error:
            self.end()
            if isinstance(error, TimeoutError):
                raise RuntimeError(f"{error}: {self._nspawn.output()[-2000:]}") from None
            raise

    def _first_process(self):
        if not self._nspawn.running():
            raise RuntimeError(f"systemd-nspawn ended: {self._nspawn.output()[-2000:]}")
        children = Path(f"/proc/{self._nspawn.pid}/task/{self._nspawn.pid}/children").read_text(encoding="ascii")
        for child in children.split():
            try:
                if os.readlink(f"/proc/{child}/exe").endswith("/systemd"):
                    return child
            except OSError:  # it has ended
                pass
        return None

    def _is_up(self):
        return self.run("systemctl", "is-system-running", check=False).strip() in ("running", "degraded")

    def run(self, *command, check=True, seconds=180):
        """What it prints, errors included."""
        done = subprocess.run(
            ["nsenter", "-t", self._leader, "-m", "-p", "-n", "-u", "-i", "-C", "--", "env", "-i"]
            + ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "DEBIAN_FRONTEND=noninteractive", *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=seconds,
        )
        if check and done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}: {done.returncode}: {done.stdout}")
        return done.stdout

    def show(self, unit_property):
        return self.run("systemctl", "show", "-P", unit_property, "sipsonde.service").strip()

    def journal(self):
        return self.run("journalctl", "-u", "sipsonde.service", "--no-pager", "-o", "cat")

    def pins(self):
        return self.run("ls", "/sys/fs/bpf").split()

    def end(self):
        self._nspawn.stop(9)
        shutil.rmtree(f"/run/systemd/nspawn/propagate/{self._name}", ignore_errors=True)
