# SPDX-License-Identifier: Apache-2.0
"""A container of a pod in the words of an OCI runtime: what a kubelet and containerd make of it, as far as the chart
asks for anything. https://github.com/opencontainers/runtime-spec, version 1.0. Not here: limits, which need control
groups."""

from pathlib import Path

from seccomp import runtime_default


def all_capabilities():
    """Those that this process may give."""
    names = """CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE
    NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE
    SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL
    SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE""".split()
    status = Path("/proc/self/status").read_text(encoding="ascii")
    held = int(status.partition("CapBnd:")[2].split()[0], 16)
    return [f"CAP_{name}" for number, name in enumerate(names) if held >> number & 1]


def capabilities_of(security):
    if security.get("privileged"):
        return all_capabilities()
    own = security["capabilities"]
    assert own["drop"] == ["ALL"], "what a runtime gives by itself is written down nowhere here"
    return [f"CAP_{name}" for name in own.get("add", [])]


def environment_of(container, names):
    """`names` are what the downward API may ask for."""
    made = {}
    for one in container.get("env", []):
        field = one.get("valueFrom", {}).get("fieldRef", {}).get("fieldPath")
        made[one["name"]] = names[field] if field else one["value"]
    return made


def mount(destination, kind, source, *options):
    return {"destination": destination, "type": kind, "source": str(source), "options": list(options)}


def _own_mounts(privileged):
    """What every container has."""
    return [
        mount("/proc", "proc", "proc", "nosuid", "noexec", "nodev"),
        mount("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k"),
        mount("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", "rw" if privileged else "ro"),
    ]


def specification(pod, container, image, root, network, mounts, names):
    """config.json. `pod` and `container` are as Kubernetes has them, `image` is the image's config."""
    assert pod["hostNetwork"], "a pod of the chart is in the network of its node"
    security = {**pod.get("securityContext", {}), **container.get("securityContext", {})}
    privileged, held = bool(security.get("privileged")), capabilities_of(security)
    environment = dict(one.split("=", 1) for one in image["Env"]) | environment_of(container, names)
    entry = container.get("command") or image["Entrypoint"]
    arguments = container.get("args") or ([] if container.get("command") else image["Cmd"])
    user, group = (int(value) for value in image["User"].split(":"))
    kinds = [{"type": kind} for kind in ("mount", "pid", "ipc", "uts")]
    linux = {"namespaces": [*kinds, {"type": "network", "path": network}]}
    if not privileged:
        linux["maskedPaths"] = ["/proc/kcore", "/proc/keys", "/proc/timer_list", "/sys/firmware"]
        linux["readonlyPaths"] = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]
    if not privileged and security.get("seccompProfile") == {"type": "RuntimeDefault"}:
        linux["seccomp"] = runtime_default(held)
    return {
        "ociVersion": "1.0.2",
        "process": {
            "user": {"uid": security.get("runAsUser", user), "gid": security.get("runAsGroup", group)},
            "args": [*entry, *arguments],
            "env": [f"{name}={value}" for name, value in environment.items()],
            "cwd": "/",
            "capabilities": {"bounding": held, "effective": held, "permitted": held},
            "noNewPrivileges": security.get("allowPrivilegeEscalation") is False,
        },
        "root": {"path": str(root), "readonly": bool(security.get("readOnlyRootFilesystem"))},
        "hostname": names["spec.nodeName"],
        "mounts": [*_own_mounts(privileged), *mounts],
        "linux": linux,
    }
