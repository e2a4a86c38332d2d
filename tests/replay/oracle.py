# SPDX-License-Identifier: Apache-2.0
"""tshark counts the SIP requests by method and the responses by status: somebody else's opinion of the capture."""

import shutil
import subprocess
from collections import Counter

from dialog import KNOWN_METHODS


def is_installed():
    return shutil.which("tshark") is not None


def count(capture, sip_ports):
    """Counter of ("request", method) and ("response", code)."""
    command = [
        "tshark",
        "-n",
        "-r",
        str(capture),
        "-Y",
        "sip",
        "-T",
        "fields",
        "-e",
        "sip.Method",
        "-e",
        "sip.Status-Code",
    ]
    for port in sip_ports:
        command += ["-d", f"udp.port=={port},sip"]
    done = subprocess.run(command, capture_output=True, timeout=120, text=True, check=True)
    counts = Counter()
    for line in done.stdout.splitlines():
        methods, codes = (line.split("\t") + ["", ""])[:2]
        counts.update(
            ("request", method if method in KNOWN_METHODS else "other")
            for method in methods.split(",")
            if method
        )
        counts.update(("response", code) for code in codes.split(",") if code)
    return counts


def counts_of(samples):
    """The same from samples of sip_requests_total and sip_responses_total."""
    counts = Counter()
    for (name, labels), value in samples.items():
        if name == "sip_requests_total":
            counts["request", dict(labels)["method"]] += int(value)
        elif name == "sip_responses_total":
            counts["response", dict(labels)["code"]] += int(value)
    return +counts


def check(theirs, ours, whose):
    for kind, which in sorted(theirs.keys() | ours.keys()):
        if theirs[kind, which] != ours[kind, which]:
            yield f"tshark counts {theirs[kind, which]} {kind}s {which}, {whose} {ours[kind, which]}"
