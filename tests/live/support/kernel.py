# SPDX-License-Identifier: Apache-2.0
"""What the kernel holds of whom: programs, maps and links of a process, and what sits on an interface."""

import glob
import json
import os
import re

from lab.process import run

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


def qdiscs_and_filters(namespace, interface):
    """The text of every qdisc and filter, as `tc` shows them."""
    return "\n".join(
        namespace.run("tc", *what, "show", "dev", interface, *where, check=False).stdout
        for what, where in ((("qdisc",), ()), (("filter",), ("ingress",)), (("filter",), ("egress",)))
    )


def pins():
    return {
        os.path.join(folder, name)
        for folder, folders, files in os.walk("/sys/fs/bpf")
        for name in folders + files
    }
