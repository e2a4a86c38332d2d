# SPDX-License-Identifier: Apache-2.0
"""Holds what is said of media against the truth: streams of a row, events of a leg, the histograms of calls and of
round trips."""

from datetime import datetime, timezone

from approximate import Between, Near, OneOf, accepts
from prometheus import text_of
from truth import sample

NOT_COMPARED = frozenset({"media.rtcp"})  # one for each report that somebody cares to tell

BEGINNINGS = ("media.started", "media.early")
BELIEF_NS = 100_000_000

# Family -> the field of a row that is observed once when its leg ends.
CALL_HISTOGRAMS = {
    "sip_call_rtt_ms": "rtt_ms",
    "sip_call_jitter_ms": "jitter_ms",
    "sip_call_loss_fraction": "loss_fraction",
    "sip_call_mos_estimate": "estimated_mos",
}


# ---- streams of a row ----


def identity(stream):
    return tuple(stream.get(field) for field in ("way", "ssrc", "src", "dst"))


def check_streams(found, expected, where):
    if not isinstance(found, list):
        yield f"{where}: media is {found!r}, no list"
        return
    # What the far end says of a stream stands beside it, with the report as its source.
    measured = [stream for stream in found if stream.get("source") == "rtp"]
    left = {identity(stream): stream for stream in measured}
    if len(left) != len(measured):
        yield f"{where}: media has a stream twice"
    for stream in expected:
        theirs = left.pop(identity(stream), None)
        name = f"{where}: media {stream['way']} {stream['ssrc']:#x} to {stream['dst']}"
        if theirs is None:
            yield f"{name} is missing"
            continue
        for field, value in stream.items():
            if not accepts(value, theirs.get(field)):
                yield f"{name}: {field} is {theirs.get(field)!r}, not {value!r}"
    for way, ssrc, source, destination in left:
        yield f"{where}: media has {way} {ssrc} from {source} to {destination}, which was no stream of this leg"


# ---- events ----


def check_events_of_media(events, expected, where):
    left = [event for event in events if event["event"].startswith("media.")]
    left = [event for event in left if event["event"] not in NOT_COMPARED]
    # Those of one way first: the others may be of either.
    for (name, way), (least, most) in sorted(expected.items(), key=lambda item: item[0][1] is None):
        mine = [e for e in left if e["event"] == name and way in (None, e["attributes"].get("way"))]
        left = [event for event in left if event not in mine]
        if not least <= len(mine) <= most:
            wanted = f"{least}" if least == most else f"{least} to {most}"
            yield f"{where} has {len(mine)} {name} of {way or 'either way'}, not {wanted}"
    for event in left:
        yield f"{where} has {event['event']} {event['attributes']}, which nobody expects"


def nanoseconds(ts):
    """Of an event's time, `2026-01-01T00:00:01.050000000Z`."""
    whole, _, fraction = ts.rstrip("Z").partition(".")
    seconds = datetime.fromisoformat(whole).replace(tzinfo=timezone.utc).timestamp()
    return int(seconds) * 10**9 + int(fraction.ljust(9, "0")[:9] or 0)


def check_beginnings(events, begins, where):
    """A way has begun with its first packet, or with the third, when it took so many to believe it."""
    for way, begin in begins.items():
        mine = [e for e in events if e["event"] in BEGINNINGS and e["attributes"].get("way") == way]
        for event in mine[:1]:
            after_ns = nanoseconds(event["ts"]) - begin.first_ns
            if not 0 <= after_ns <= BELIEF_NS:
                yield f"{where}: media {way} begins {after_ns / 1e6:g} ms after its first packet"
            if event["event"] == "media.started" and begin.answered_ns is not None:
                yield from check_wait(event["attributes"], begin, f"{where}: media {way}")


def check_wait(attributes, begin, where):
    told = attributes.get("after_answer_ms")
    wanted_ms = (begin.first_ns - begin.answered_ns) // 1_000_000
    if told is None or not wanted_ms <= int(told) <= wanted_ms + BELIEF_NS // 1_000_000:
        yield f"{where} has waited {told!r} ms for its first packet, not {wanted_ms}"


# ---- histograms ----


def check_round_trips(metrics, truth):
    for direction in ("inbound", "outbound"):
        expected = truth.round_trips.get(direction, [])
        count = sample("rtcp_rtt_seconds_count", direction=direction)
        total = sample("rtcp_rtt_seconds_sum", direction=direction)
        if metrics.samples.get(count, 0) != len(expected):
            yield f"{text_of(count)} is {metrics.samples.get(count, 0):g}, not {len(expected)}"
        elif not Near(sum(expected), 0.0001 * len(expected)).accepts(metrics.samples.get(total, 0)):
            yield f"{text_of(total)} is {metrics.samples.get(total, 0):g}, not about {sum(expected):g}"


def range_of(values):
    """(least and most count, least and most sum) of what rows are expected to have observed."""
    low = high = least = most = 0
    for value in values:
        if value is None:
            continue
        # MOS of another scale is in no histogram of this one.
        optional = isinstance(value, (OneOf, Between))
        if isinstance(value, Near):
            slack = max(0.01 * abs(value.value), value.absolute)
            bounds = value.value - slack, value.value + slack
        elif isinstance(value, Between):
            bounds = value.low, value.high
        else:
            bounds = (0, float("inf")) if optional else (value, value)
        least, most = least + (not optional), most + 1
        low, high = low + (0 if optional else bounds[0]), high + bounds[1]
    return least, most, low, high


def check_call_histograms(metrics, truth):
    for family, field in CALL_HISTOGRAMS.items():
        if family in truth.unstated:
            continue
        rows = [row for row in truth.rows.values() if row.get("coverage") == "full"]
        least, most, low, high = range_of(row.get(field) for row in rows)
        # A leg that was cut has ended for nobody, or for whoever closed it.
        most += sum(row.get(field) is not None for row in truth.rows.values()) - sum(
            row.get(field) is not None for row in rows
        )
        count = metrics.samples.get(sample(f"{family}_count"), 0)
        total = metrics.samples.get(sample(f"{family}_sum"), 0)
        if not least <= count <= most:
            yield f"{family}_count is {count:g}, not {least} to {most}"
        elif least == most == len(rows) and not low - 1e-6 <= total <= high + 1e-6:
            yield f"{family}_sum is {total:g}, not {low:g} to {high:g}"
