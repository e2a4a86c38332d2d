# SPDX-License-Identifier: Apache-2.0
"""An OCI image archive as a bundle for a runtime, with what Kubernetes adds to it: mounts, capabilities, seccomp.
https://github.com/opencontainers/runtime-spec, version 1.0."""

import hashlib
import io
import json
import os
import tarfile
import tempfile
from pathlib import Path

LEAST = ("CAP_BPF", "CAP_NET_ADMIN", "CAP_PERFMON")

# What the profiles of containerd and Moby refuse to a container, in short: mounting, other namespaces, modules, clocks,
# keys. bpf and perf_event_open they allow with CAP_BPF and CAP_PERFMON.
REFUSED = """mount umount2 pivot_root chroot move_mount open_tree fsopen fsconfig fsmount fspick mount_setattr setns
unshare reboot kexec_load kexec_file_load init_module finit_module delete_module swapon swapoff acct settimeofday
clock_settime clock_adjtime adjtimex add_key request_key keyctl userfaultfd open_by_handle_at lookup_dcookie ptrace
process_vm_readv process_vm_writev kcmp iopl ioperm quotactl nfsservctl syslog vhangup sethostname setdomainname
personality move_pages mbind migrate_pages""".split()


def unpack(archive, root):
    """Returns (config, digest of the manifest). Every blob is what its name says."""
    with tarfile.open(archive) as tar:
        names = tar.getnames()
        assert json.load(tar.extractfile("oci-layout")) == {"imageLayoutVersion": "1.0.0"}, names

        def blob(entry):
            content = tar.extractfile("blobs/" + entry["digest"].replace(":", "/")).read()
            digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
            if digest != entry["digest"] or len(content) != entry["size"]:
                raise ValueError(f"{entry['digest']}: another content")
            return content

        (entry,) = json.load(tar.extractfile("index.json"))["manifests"]
        manifest = json.loads(blob(entry))
        (layer,) = manifest["layers"]
        with tarfile.open(fileobj=io.BytesIO(blob(layer)), mode="r:gz") as files:
            files.extractall(root)
        return json.loads(blob(manifest["config"])), entry["digest"]


def all_capabilities():
    """Those that this process may give."""
    names = """CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE
    NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE
    SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL
    SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE""".split()
    status = Path("/proc/self/status").read_text(encoding="ascii")
    held = int(status.partition("CapBnd:")[2].split()[0], 16)
    return [f"CAP_{name}" for number, name in enumerate(names) if held >> number & 1]


def mount(destination, kind, source, *options):
    return {"destination": destination, "type": kind, "source": source, "options": list(options)}


class Bundle:
    """`capabilities` are those of the preset `least` or fewer; None is `privileged`. The root is read-only in both."""

    def __init__(self, folder, root, namespace, settings, capabilities):
        self.folder = Path(tempfile.mkdtemp(prefix="bundle-", dir=folder))
        self._name = self.folder.name + "-" + namespace.name
        privileged = capabilities is None
        held = all_capabilities() if privileged else list(capabilities)
        config, state, log = (self.folder / name for name in ("config", "state", "log"))
        for each in (config, state, log):
            each.mkdir()
        (config / "sipsonde.yaml").write_text(settings, encoding="utf-8")
        mounts = [
            mount("/proc", "proc", "proc", "nosuid", "noexec", "nodev"),
            mount("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k"),
            mount("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", "rw" if privileged else "ro"),
            mount("/etc/sipsonde", "bind", str(config), "rbind", "ro"),
            mount("/var/lib/sipsonde", "bind", str(state), "rbind", "rw"),
            mount("/var/log/sipsonde", "bind", str(log), "rbind", "rw"),
        ]
        kinds = [{"type": kind} for kind in ("mount", "pid", "ipc", "uts")]
        spec = {
            "ociVersion": "1.0.2",
            "process": {
                "user": {"uid": 0, "gid": 0},
                "args": ["/usr/bin/sipsonde", "run", "-c", "/etc/sipsonde/sipsonde.yaml"],
                "env": ["PATH=/usr/bin"],
                "cwd": "/",
                "capabilities": {"bounding": held, "effective": held, "permitted": held},
                "noNewPrivileges": not privileged,
            },
            "root": {"path": str(root), "readonly": True},
            "hostname": "node",
            "mounts": mounts,
            "linux": {"namespaces": [*kinds, {"type": "network", "path": namespace.path}]},
        }
        if not privileged:
            refused = REFUSED + ([] if "CAP_BPF" in held else ["bpf"])
            refused += [] if "CAP_PERFMON" in held else ["perf_event_open"]
            spec["linux"]["seccomp"] = {
                "defaultAction": "SCMP_ACT_ALLOW",
                "syscalls": [{"names": refused, "action": "SCMP_ACT_ERRNO", "errnoRet": 1}],
            }
            spec["linux"]["maskedPaths"] = ["/proc/kcore", "/proc/keys", "/sys/firmware"]
            spec["linux"]["readonlyPaths"] = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]
        (self.folder / "config.json").write_text(json.dumps(spec), encoding="utf-8")

    def _crun(self, *arguments):
        return ["crun", f"--root={self.folder / 'crun'}", "--cgroup-manager=disabled", *arguments]

    def command(self):
        """Ends when the container does; signals are handed on. crun takes no host whose control groups are of both
        versions: it sees those of the second alone, and makes none."""
        run = " ".join(self._crun("run", f"--bundle={self.folder}", self._name))
        alone = f"mount -t cgroup2 cgroup2 /sys/fs/cgroup && exec {run}"
        return ["unshare", "--mount", "--propagation=private", "sh", "-c", alone]

    def delete(self):
        os.spawnvp(os.P_WAIT, "crun", [*self._crun("delete", "--force", self._name)])
