# SPDX-License-Identifier: Apache-2.0
"""Holds metrics.prom against the truth. Each check yields one line for each thing that is wrong."""

import check_media
from prometheus import text_of, without_label
from ratios import RATIOS, are_decided, ratios
from truth import CLOSED_COUNTERS, CLOSED_HISTOGRAMS, EDGES_SECONDS, sample

# Families of at most 32 closed label sets: they stand at zero before anything happened.
PRESENT_FROM_THE_START = {
    "sip_invite_result_total": 12,
    "sip_bye_total": 16,
    "sip_call_failed_total": 12,
    "sip_session_timer_refresh_total": 5,
    "sip_stir_verify_total": 4,
    "sip_scanner_events_total": 4,
    "sipsonde_messages_total": 2,
    "sipsonde_messages_deferred_total": 3,
    "sipsonde_fragments_total": 5,
    "sipsonde_segments_total": 6,
    "sipsonde_stream_breaks_total": 8,
}


def close(left, right):
    return abs(left - right) <= 1e-9 + 1e-12 * abs(right)


def check(metrics, truth, hook):
    for name in CLOSED_COUNTERS:
        if name not in truth.unstated and not is_absent(metrics, name):
            yield from closed_family(metrics, truth, name)
    for name in CLOSED_HISTOGRAMS:
        if name not in truth.unstated:
            yield from closed_histogram(metrics, truth, name)
    yield from sums(metrics, truth)
    yield from optional(metrics, truth)
    yield from stated(metrics, truth)
    yield from ratio_families(metrics, truth)
    yield from check_media.check_round_trips(metrics, truth)
    yield from check_media.check_call_histograms(metrics, truth)
    yield from hooks(metrics, hook)
    for name, count in PRESENT_FROM_THE_START.items() if truth.starts_at_zero else ():
        found = len(metrics.family(name))
        if found != count:
            yield f"{name} has {found} samples, not the {count} that start at zero"


def is_absent(metrics, name):
    """Said once, by the case that asks for what starts at zero, and not in every other case again."""
    return name in PRESENT_FROM_THE_START and name not in metrics.families


def closed_family(metrics, truth, name):
    elsewhere = {key for samples, _, _ in truth.sums for key in samples}
    expected = {key: value for key, value in truth.samples.items() if key[0] == name}
    found = without_label(metrics.family(name), "hook")
    for key in sorted((expected.keys() | found.keys()) - elsewhere, key=text_of):
        if found.get(key, 0) != expected.get(key, 0):
            yield f"{text_of(key)} is {found.get(key, 0):g}, not {expected.get(key, 0):g}"


def closed_histogram(metrics, truth, name):
    expected = {key[1]: values for key, values in truth.observations.items() if key[0] == name}
    found = {key[1] for key in metrics.family(f"{name}_count")}
    for labels in sorted(expected.keys() | found, key=sorted):
        values = [value / 1e9 for value in expected.get(labels, [])]
        count, total = metrics.samples.get((f"{name}_count", labels), 0), metrics.samples.get(
            (f"{name}_sum", labels), 0
        )
        if count != len(values):
            yield f"{text_of((f'{name}_count', labels))} is {count:g}, not {len(values)}"
        elif not close(total, sum(values)):
            yield f"{text_of((f'{name}_sum', labels))} is {total!r}, not {sum(values)!r}"
        elif values:
            yield from buckets(metrics, name, labels, values)


def buckets(metrics, name, labels, values):
    edges = {}
    for (_, has), number in metrics.family(f"{name}_bucket").items():
        edge = dict(has)["le"]
        if has - {("le", edge)} == labels:
            edges[float(edge)] = number
    if name != "sip_call_duration_seconds" and not set(EDGES_SECONDS) <= set(edges):
        yield f"{name} lacks the edges {sorted(set(EDGES_SECONDS) - set(edges))}"
    for edge, number in sorted(edges.items()):
        below = sum(value <= edge for value in values)
        if number != below:
            yield f"{text_of((f'{name}_bucket', labels))} le={edge:g} is {number:g}, not {below}"


def sums(metrics, truth):
    found = without_label(metrics.samples, "hook")
    for samples, low, high in truth.sums:
        total = sum(found.get(key, 0) for key in samples)
        if not low <= total <= high:
            wanted = f"{low}" if low == high else f"{low} to {high}"
            yield f"{' + '.join(map(text_of, samples))} is {total:g}, not {wanted}"


def optional(metrics, truth):
    for key, number in truth.optional.items():
        family = key[0].removesuffix("_count").removesuffix("_sum")
        if family in metrics.families and not close(metrics.samples.get(key, 0), number):
            yield f"{text_of(key)} is {metrics.samples.get(key, 0):g}, not {number:g}"


def stated(metrics, truth):
    for key, number in truth.stated.items():
        if key not in metrics.samples:
            yield f"{text_of(key)} is absent, not {number:g}"
        elif not close(metrics.samples[key], number):
            yield f"{text_of(key)} is {metrics.samples[key]!r}, not {number!r}"


def ratio_families(metrics, truth):
    """They follow from the rows; where no leg decides one, there is no sample."""
    if not are_decided(truth.rows.values()):
        return
    expected = {
        sample(name, direction=direction): float(number)
        for (name, direction), number in ratios(truth.rows.values(), truth.now_ms).items()
    }
    for name in RATIOS:
        if name in truth.unstated:
            continue
        found = metrics.family(name)
        wanted = {key for key in expected if key[0] == name}
        for key in sorted(wanted | found.keys(), key=text_of):
            if key not in found:
                yield f"{text_of(key)} is absent, not {expected[key]!r}"
            elif key not in wanted:
                yield f"{text_of(key)} is {found[key]!r}, though no leg decides it"
            elif not close(found[key], expected[key]):
                yield f"{text_of(key)} is {found[key]!r}, not {expected[key]!r}"


def hooks(metrics, hook):
    """Ingress takes the hook that was asked for, egress is always tc's."""
    for (name, labels), value in metrics.family("sipsonde_packets_total").items():
        has = dict(labels)
        right = "tc" if has["direction"] == "egress" else hook
        if value and has["hook"] != right:
            yield f"{text_of((name, labels))} is {value:g} in a replay with --hook {hook}"
