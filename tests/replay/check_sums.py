# SPDX-License-Identifier: Apache-2.0
"""The arithmetic that must hold whatever the capture is: every packet and every message is accounted for."""


def check(metrics, frames):
    packets = metrics.total("sipsonde_packets_total")
    if packets != frames:
        yield f"packets by verdict add up to {packets:g}, but the capture has {frames} frames"

    by_kind = [metrics.total(name) for name in ("sip_requests_total", "sip_responses_total")]
    by_kind.append(metrics.total("sip_malformed_total", stage="kernel"))
    messages = metrics.total("sipsonde_messages_total")
    if messages != sum(by_kind):
        yield f"messages {messages:g} are not requests + responses + malformed {by_kind}"

    whole, verdict = metrics.total("sipsonde_messages_total", path="packet"), metrics.total(
        "sipsonde_packets_total", verdict="sip"
    )
    if whole != verdict:
        yield f"messages of path packet {whole:g} are not the packets with verdict sip {verdict:g}"

    ring = metrics.total("sipsonde_ring_events_total", kind="sip") + metrics.total(
        "sipsonde_ring_dropped_total", kind="sip"
    )
    if ring != whole:
        yield f"ring events of kind sip, dropped ones included, {ring:g} are not the messages of path packet {whole:g}"

    segments, events = metrics.total("sipsonde_segments_total"), metrics.total(
        "sipsonde_ring_events_total", kind="segment"
    )
    if segments != events:
        yield f"segments by result add up to {segments:g}, but {events:g} went through the ring"

    fragments = {
        result: metrics.total("sipsonde_fragments_total", result=result)
        for result in ("held", "reassembled", "timeout", "overlap", "evicted")
    }
    if fragments["held"] < sum(fragments.values()) - fragments["held"]:
        yield f"more fragments left than came: {fragments}"
