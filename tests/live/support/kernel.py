# SPDX-License-Identifier: Apache-2.0
"""What the kernel holds of whom: programs, maps and links of a process, and what sits on an interface."""

import ctypes
import glob
import json
import os
import platform
import re
import socket
import struct

from lab.process import run

BPF_PROG_QUERY = 16  # linux/bpf.h
TCX = {"tcx/ingress": 46, "tcx/egress": 47}  # enum bpf_attach_type
_BPF_CALL = {"x86_64": 321, "aarch64": 280}
_libc = ctypes.CDLL(None, use_errno=True)
_KINDS = {"prog_id": "prog", "map_id": "map", "link_id": "link"}


def held_by(pid):
    """{("prog", 17), …}: everything the process has open."""
    held = set()
    for path in glob.glob(f"/proc/{pid}/fdinfo/*"):
        try:
            with open(path, encoding="ascii") as file:
                text = file.read()
        except OSError:
            continue
        for key, kind in _KINDS.items():
            held.update(
                (kind, int(number)) for number in re.findall(rf"^{key}:\s+(\d+)$", text, re.MULTILINE)
            )
    return held


def still_there(objects):
    return {
        (kind, number)
        for kind, number in objects
        if run("bpftool", kind, "show", "id", str(number), check=False).returncode == 0
    }


def hooked(namespace, interface):
    """Ids and names of the programs on an interface, by hook: what bpftool sees there."""
    shown = json.loads(namespace.run("bpftool", "-j", "net", "show", "dev", interface).stdout)
    found = set()
    for group in shown:
        for hook, entries in group.items():
            for entry in entries if isinstance(entries, list) else ():
                found.add(
                    (
                        hook,
                        entry.get("kind") or entry.get("mode"),
                        entry.get("name"),
                        entry.get("id") or entry.get("prog_id"),
                    )
                )
    return found


def tcx(namespace, interface):
    """{("tcx/ingress", program id), …}, asked of the kernel: older bpftools do not show tcx."""

    def query(attach_type):
        ids = (ctypes.c_uint32 * 64)()
        # union bpf_attr, query: interface, type, two flags, ids, their number; then what newer kernels add.
        attributes = ctypes.create_string_buffer(
            struct.pack(
                "=4IQI", socket.if_nametoindex(interface), attach_type, 0, 0, ctypes.addressof(ids), len(ids)
            ),
            72,
        )
        if _libc.syscall(_BPF_CALL[platform.machine()], BPF_PROG_QUERY, attributes, 72) != 0:
            raise OSError(ctypes.get_errno(), f"query tcx of {interface}")
        return ids[: struct.unpack_from("=I", attributes, 24)[0]]

    return {
        (hook, program)
        for hook, attach_type in TCX.items()
        for program in namespace.call(lambda kind=attach_type: query(kind))
    }


def qdiscs_and_filters(namespace, interface):
    """The text of every qdisc and filter, as `tc` shows them."""
    return "\n".join(
        namespace.run("tc", *what, "show", "dev", interface, *where, check=False).stdout
        for what, where in ((("qdisc",), ()), (("filter",), ("ingress",)), (("filter",), ("egress",)))
    )


def pins():
    """What is pinned. The file system's own two files are none, nor are the folders that `tc` makes when it mounts it."""
    return {
        os.path.join(folder, name)
        for folder, _, files in os.walk("/sys/fs/bpf")
        for name in files
        if name not in ("maps.debug", "progs.debug")
    }
