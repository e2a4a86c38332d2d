# SPDX-License-Identifier: Apache-2.0
"""The arrows between the rooms of userspace/, as ARCHITECTURE.md draws them: what each room may include besides
itself, base/ and include/sipsonde/. A room alone stands for all of its headers; a header alone for the values in
it. What is not here is not allowed."""

from sources import ROOT

EVERYBODY = "base"
KERNEL_BOUNDARY = "sipsonde"

ARROWS = {
    # what a request over HTTP says of who asks
    "base": ["version.h"],
    "config": [],
    "ring": [],
    "decode": [],
    # TCP segments to messages, with the decoder's own steps
    "flows": ["decode"],
    "capture": [],
    # the headers of bpf/parse are the kernel's own parser, built for the host; the skeleton is its object
    "probe": ["media/kernel_media.h", "config/settings.h", "config/values.h", "parse/sip.h", "schema.h", "sipsonde.skel.h"],
    # which trunk: rules held against a message; and which calls belong together
    "trunks": ["config/settings.h", "decode", "facts/fact.h"],
    "links": ["config/settings.h", "decode"],
    # what a session description promises, in the kernel's terms
    "media": [
        "decode/characters.h",
        "decode/dtls.h",
        "decode/dtls_reassembly.h",
        "decode/session_description.h",
        "facts/dtls_result.h",
    ],
    "facts": ["config/settings.h"],
    # takes apart what the decoder leaves whole, with the decoder's own steps
    "stir": ["decode"],
    "registrations": ["decode", "facts/fact.h"],
    "rating": ["config/values.h", "facts/fact.h"],
    "privacy": ["config/settings.h", "config/values.h", "facts/fact.h"],
    "scanners": ["config/settings.h", "decode/sip_message.h", "facts/scanner_kind.h"],
    # values of what is asked at the turns of a leg
    "calls": [
        "config/settings.h",
        "decode/dtls.h",
        "decode/rtcp.h",
        "decode/srtcp.h",
        "media",
        "decode/session_body.h",
        "decode/session_description.h",
        "decode/sip_message.h",
        "facts/fact.h",
        "facts/measures.h",
        "facts/trace_context.h",
        "registrations",
        "stir/assessment.h",
        "stir/status.h",
        "links/link_handle.h",
        "links/link_table.h",
        "scanners/asked_target.h",
        "scanners/scanners.h",
        "trunks/trunk_finder.h",
    ],
    # a script is asked through the interface that calls/ states; its metrics keep the rules of the table's
    "script": [
        "calls/leg_script.h",
        "config/settings.h",
        "facts/fact.h",
        "metrics/families.h",
        "metrics/series.h",
    ],
    # facts, and what they say as text
    "store": ["config/settings.h", "facts/fact.h", "facts/json.h", "facts/packet_facts.h", "facts/timestamp.h"],
    # spans of what is over, events, a few metrics, and how they reach a receiver
    "otlp": ["config/otlp_settings.h", "config/settings.h", "facts/fact.h", "facts/trace_context.h", "metrics/series.h", "version.h"],
    # messages to a cluster, for whoever has some
    "kafka": ["config/kafka_settings.h"],
    # the pods of this node, asked of the API server, and their names in facts
    "kubernetes": ["config/kubernetes_settings.h", "facts/fact.h", "facts/timestamp.h"],
    # a set of sinks is itself a source of metrics; one of them writes the store, others send spans and events
    "sinks": ["config/settings.h", "facts/fact.h", "facts/csv.h", "facts/json.h", "facts/json_line.h", "hep", "kafka/kafka_producer.h", "metrics/series.h", "otlp/batches.h", "otlp/log_pipeline.h", "otlp/span_pipeline.h", "store"],
    # rows of the store to receivers: an outlet that brings its facts itself
    "cdr": [
        "config/cdr_settings.h",
        "config/clickhouse_settings.h",
        "config/settings.h",
        "facts/csv.h",
        "facts/timestamp.h",
        "kafka/kafka_producer.h",
        "sinks/line_file.h",
        "sinks/outlet.h",
        "store",
    ],
    # pages are made of what these rooms count
    "metrics": [
        "config/settings.h",
        "facts/fact.h",
        "hep/hep_counts.h",
        "facts/measures.h",
        "facts/scanner_kind.h",
        "calls/call_table.h",
        "decode/reassembly.h",
        "flows/segment_result.h",
        "links/link_table.h",
        "media/stream_reports.h",
        "registrations/registration_watch.h",
    ],
    # a call's facts as a diagram; they come as text
    "ladder": ["facts/timestamp.h"],
    # what it is asked for stands in these rooms
    "api": [
        "calls/leg_inquiry.h",
        "config/settings.h",
        "config/values.h",
        "facts/fact.h",
        "facts/json.h",
        "facts/json_line.h",
        "facts/timestamp.h",
        "ladder/ladder.h",
        "store",
        "version.h",
        "metrics/admin_requests.h",
        "metrics/metrics_page.h",
        "metrics/negotiation.h",
        "registrations",
    ],
    # SIP that others have seen, and what this program tells others; its transport stands in the top Via
    "hep": ["config/settings.h", "config/values.h", "decode/network_order.h", "decode/sip_message.h"],
    # asks an agent, and shows what it answers
    "cli": ["config", "facts/json_line.h", "facts/timestamp.h", "ladder/ladder.h", "ladder/story_row.h", "probe", "version.h"],
}

# The files at the top of userspace/ wire the rooms together; these know many, and each only what it wires.
WIRING = {
    "agent": ["finisher.h", "cdr/receivers.h", "config/settings.h", "media/handshake_board.h", "metrics", "otlp/metric_export.h", "scanners/scanners.h", "script/script_set.h", "sinks", "stir/trust_store.h", "worker.h", "version.h"],
    "finisher": ["config/settings.h", "facts/fact.h", "kubernetes", "privacy", "rating"],
    "worker": ["finisher.h", "calls", "decode", "flows", "media/stream_reports.h", "metrics", "probe", "ring", "sinks"],
    "hep_input": ["agent.h", "config", "hep", "metrics/hep_metrics.h"],
    "pod_input": ["agent.h", "config/settings.h", "kubernetes", "metrics/kubernetes_metrics.h", "probe"],
    "run": ["agent.h", "api", "cli/command_line.h", "config", "hep_input.h", "pod_input.h", "probe"],
    "replay": [
        "agent.h",
        "capture",
        "cli/command_line.h",
        "config",
        "replay_direction.h",
        "replay_programs.h",
        "replay_summary.h",
    ],
    "replay_headers": ["capture/frame.h", "parse/packet.h", "parse/tunnel.h"],
    "replay_direction": ["config/settings.h", "replay_headers.h"],
    "replay_programs": ["capture", "config/settings.h", "probe/probe.h", "replay_headers.h"],
    "replay_summary": ["agent.h", "capture/capture_reader.h"],
    "detach": ["cli/command_line.h", "config", "probe"],
    "live_look": ["probe"],
    "main": ["cli", "detach.h", "live_look.h", "replay.h", "run.h"],
    "version": [],
    "schema": [],
}


def room_of(path):
    """("calls", its arrows) for userspace/calls/leg.h, ("agent", its arrows) for userspace/agent.cpp."""
    parts = path.parts
    if len(parts) > 2:
        return parts[1], ARROWS.get(parts[1])
    name = parts[1].split(".")[0]
    return name, WIRING.get(name)


def is_allowed(path, included):
    room, allowed = room_of(path)
    if allowed is None:
        return False
    first = included.split("/")[0]
    if "/" in included and first in (room, EVERYBODY, KERNEL_BOUNDARY):
        return True
    if included == f"{room}.h" and len(path.parts) == 2:
        return True
    return included in allowed or ("/" in included and first in allowed)


def reaches_beyond(path, text_includes):
    """The includes that go against the arrows."""
    return [included for included in text_includes if not is_allowed(path, included)]


def rooms_on_disk():
    return sorted(entry.name for entry in (ROOT / "userspace").iterdir() if entry.is_dir())
