# SPDX-License-Identifier: Apache-2.0
"""RuntimeDefault: what a runtime's own seccomp profile makes of a container's capabilities. Moby's, which containerd's
follows, where tests/chart/build_helm has put it into the cache; else the short of it."""

import json
import os

from places import SECCOMP_PROFILE

# Mounting, other namespaces, modules, clocks, keys, and what looks into other processes.
REFUSED = """mount umount2 pivot_root chroot move_mount open_tree fsopen fsconfig fsmount fspick mount_setattr setns
unshare reboot kexec_load kexec_file_load init_module finit_module delete_module swapon swapoff acct settimeofday
clock_settime clock_adjtime adjtimex add_key request_key keyctl userfaultfd open_by_handle_at lookup_dcookie ptrace
process_vm_readv process_vm_writev kcmp iopl ioperm quotactl nfsservctl syslog vhangup sethostname setdomainname
personality move_pages mbind migrate_pages""".split()
NEEDS = {"bpf": "CAP_BPF", "perf_event_open": "CAP_PERFMON"}
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def runtime_default(capabilities):
    """linux.seccomp of https://github.com/opencontainers/runtime-spec."""
    if SECCOMP_PROFILE.exists():
        return _of_profile(json.loads(SECCOMP_PROFILE.read_text(encoding="utf-8")), set(capabilities))
    refused = REFUSED + [call for call, needed in NEEDS.items() if needed not in capabilities]
    rule = {"names": refused, "action": "SCMP_ACT_ERRNO", "errnoRet": 1}
    return {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [rule]}


def _of_profile(profile, capabilities):
    def met(condition):
        """Of each kind that is named, one has to be there."""
        here = {"caps": capabilities, "arches": {ARCHITECTURES[os.uname().machine]}}
        return all(here[kind] & set(condition[kind]) for kind in here if condition.get(kind))

    kept = ("names", "action", "args", "errnoRet")
    return {
        "defaultAction": profile["defaultAction"],
        "defaultErrnoRet": profile["defaultErrnoRet"],
        "syscalls": [
            {name: rule[name] for name in kept if name in rule}
            for rule in profile["syscalls"]
            if met(rule.get("includes", {})) and not (rule.get("excludes") and met(rule["excludes"]))
        ],
    }
