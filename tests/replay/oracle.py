# SPDX-License-Identifier: Apache-2.0
"""tshark counts the SIP requests by method and the responses by status, the RTCP packets by kind, and measures RTP:
somebody else's opinion of the capture. It puts streams together and looks into tunnels by itself."""

import shutil
import subprocess
from collections import Counter
from typing import NamedTuple

import stream_oracle
from dialog import KNOWN_METHODS


def is_installed():
    return shutil.which("tshark") is not None


# Streams are put together as a receiver does, also where segments came in another order.
STREAMS = ("tcp.desegment_tcp_streams", "tcp.reassemble_out_of_order", "sip.desegment_headers", "sip.desegment_body")


def decoded_as(case):
    """What tshark must be told of ports that it would take for something else."""
    options = []
    for port in case.sip_ports:
        options += ["-d", f"udp.port=={port},sip", "-d", f"tcp.port=={port},sip"]
    for port in case.http_ports:
        options += ["-d", f"tcp.port=={port},http"]
    return options


class Opinion(NamedTuple):
    messages: Counter  # ("request", method) and ("response", code)
    streams: dict  # as stream_oracle.streams_of()
    reports: Counter  # RTCP packets by kind, those within compounds too


def ask(capture, case, about_media=False):
    """Starting it takes longer than any of our captures, so it is asked once. `about_media`: it also guesses what may
    be RTP or RTCP, as it must where no SDP says so."""
    command = ["tshark", "-n", "-r", str(capture), "-Y", "sip or rtcp", "-T", "fields"]
    command += ["-e", "sip.Method", "-e", "sip.Status-Code", "-e", "rtcp.pt", *decoded_as(case)]
    for preference in STREAMS:
        command += ["-o", f"{preference}:TRUE"]
    if about_media:
        command += ["--enable-heuristic", "rtp_udp", "--enable-heuristic", "rtcp_udp", "-z", "rtp,streams"]
    done = subprocess.run(command, capture_output=True, timeout=120, text=True, check=True)
    return opinion_of(done.stdout)


def opinion_of(text):
    """Lines with tabs are of packets, the table of streams has none."""
    messages, reports = Counter(), Counter()
    for line in text.splitlines():
        if "\t" not in line:
            continue
        methods, codes, kinds = ([value for value in field.split(",") if value] for field in line.split("\t"))
        messages.update(("request", method if method in KNOWN_METHODS else "other") for method in methods)
        messages.update(("response", code) for code in codes)
        reports.update(stream_oracle.KINDS.get(int(kind), kind) for kind in kinds)
    return Opinion(messages, stream_oracle.streams_of(text), reports)


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
