# SPDX-License-Identifier: Apache-2.0
"""Holds events.jsonl and cdr.jsonl against the truth."""

from collections import defaultdict

from approximate import accepts
from check_media import check_beginnings, check_events_of_media, check_streams

ROW_FIELDS = frozenset(
    """call_id leg tenant_id trunk_id account_id direction from_number to_number from_uri to_uri src dst
    transport start_timestamp_ms ringing_timestamp_ms answer_timestamp_ms end_timestamp_ms duration_seconds
    billable_seconds disposition sip_status q850_cause hangup_cause disconnect_initiator user_agent codec packets_sent
    packets_received packets_lost bytes_sent bytes_received jitter_ms rtt_ms loss_fraction estimated_mos price currency
    recording_url agent_id route custom media node trace_id linked_call_id link_reason coverage""".split()
)
EVENT_FIELDS = frozenset(
    """ts call_id leg account_id tenant trunk direction event method code reason src dst transport node
    attributes""".split()
)

# Said at the end of a leg by one reading and not by another; never counted against anyone unless a case names it.
UNSETTLED = frozenset({"sip.terminated"})
SCANNER = "sip.scanner"


# ---- rows ----


def check_rows(rows, truth):
    left = {(row["call_id"], row["leg"]): row for row in rows}
    if len(left) != len(rows):
        yield f"{len(rows)} rows for {len(left)} legs"
    named = [key for key in truth.rows if key[0] is not ...]
    for key in named:
        if key not in left:
            yield f"no row for leg {key[1]} of {key[0]}"
            continue
        yield from check_row(left.pop(key), truth.rows[key])
    for _, expected in ((key, row) for key, row in truth.rows.items() if key[0] is ...):
        if not left:
            yield "no row for the call whose Call-ID is not compared"
            continue
        yield from check_row(
            left.pop(next(iter(left))),
            {field: value for field, value in expected.items() if value is not ...},
        )
    for call_id, leg in left:
        yield f"a row for leg {leg} of {call_id}, which was no leg"


def check_row(row, expected):
    where = f"row {row['call_id']} leg {row['leg']}"
    if row.keys() != ROW_FIELDS:
        yield f"{where}: the fields {sorted(row.keys() ^ ROW_FIELDS)} are missing or unknown"
    for field, value in expected.items():
        if field == "media":
            yield from check_streams(row.get(field), value, where)
        elif not accepts(value, row.get(field)):
            yield f"{where}: {field} is {row.get(field)!r}, not {value!r}"
    for field, value in row.items():
        if value == "":
            yield f"{where}: {field} is empty; unknown is null"


# ---- numbers ----

VERBATIM = frozenset({"call_id", "linked_call_id", "replaces"})


def texts_in(value, name=""):
    """(name, text) of every string inside a fact that is not kept verbatim."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in VERBATIM:
                yield from texts_in(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_in(inner, name)
    elif isinstance(value, str):
        yield name, value


def check_hidden(facts, truth):
    for fact in facts:
        for name, text in texts_in(fact):
            digits = "".join(filter(str.isdigit, text))
            for number in truth.hidden:
                if number in digits:
                    yield f"{name} of {fact['call_id']} shows {number}: {text!r}"


# ---- events ----


def check_events(events, truth):
    by_leg = defaultdict(list)
    for event in events:
        by_leg[event["call_id"], event["leg"]].append(event)
        if event.keys() != EVENT_FIELDS:
            yield f"an event with the fields {sorted(event.keys() ^ EVENT_FIELDS)} missing or unknown"
        account = truth.accounts.get(event["call_id"], event["account_id"])
        if event["account_id"] != account:
            yield f"{event['event']} of {event['call_id']} has the account {event['account_id']}, not {account}"
        yield from check_travel(event, truth)
    for (call_id, leg), found in by_leg.items():
        if any(after["ts"] < before["ts"] for before, after in zip(found, found[1:])):
            yield f"the events of leg {leg} of {call_id} are not in the order of their time"
    for (call_id, leg), expected in truth.events.items():
        of_media = truth.media_events.get((call_id, leg))
        # What a source is told for hangs on whichever of its messages was one too many.
        plain = {name.lstrip("?").split(" ")[0] for name in expected}
        found = [
            event
            for event in by_leg[call_id, leg]
            if event["event"] not in UNSETTLED | {SCANNER} or event["event"] in plain
            if of_media is None or not event["event"].startswith("media.")
        ]
        if not matches(found, expected):
            yield f"the events of leg {leg} of {call_id} are {[text_of(event) for event in found]}, not {expected}"
    for key, expected in truth.media_events.items():
        where = f"leg {key[1]} of {key[0]}"
        yield from check_events_of_media(by_leg[key], expected, where)
        yield from check_beginnings(by_leg[key], truth.media_begins[key], where)
    for key, name, which, details in truth.details:
        named = [event for event in by_leg[key] if event["event"] == name]
        if which >= len(named):
            yield f"leg {key[1]} of {key[0]} has {len(named)} {name}, so there is no number {which}"
            continue
        yield from check_details(named[which], details)
    yield from check_scanners([event for event in events if event["event"] == SCANNER], truth)


def check_travel(event, truth):
    """By what transport its message came, and in which tunnels."""
    if not event["event"].startswith("sip."):
        return
    where = f"{event['event']} of {event['call_id']}"
    row = truth.rows.get((event["call_id"], event["leg"]), {})
    is_mixed = len(truth.transports) > 1  # then a message of the call may have come by another than its INVITE
    transports = {row["transport"]} if "transport" in row and not is_mixed else truth.transports
    if event["transport"] not in transports:
        yield f"{where} has the transport {event['transport']!r}, not {' or '.join(sorted(transports))}"
    tunnel = event["attributes"].get("tunnel")
    if truth.tunnel is not ... and tunnel != truth.tunnel:
        yield f"{where} has the tunnel {tunnel!r}, not {truth.tunnel!r}"


def check_scanners(events, truth):
    """As many as were there, each with its kind, its source and about as many targets as it had."""
    if len(events) != len(truth.scanners):
        yield f"{len(events)} scanners are told: {[event['attributes'] for event in events]}, not {truth.scanners}"
        return
    for event, (kind, source, low, high, user_agent) in zip(events, truth.scanners):
        told = event["attributes"]
        if (told["kind"], told["source"], told.get("user_agent")) != (kind, source, user_agent):
            yield f"a scanner is told as {told}, not {kind} from {source} with {user_agent}"
        elif not low <= int(told["count"]) <= high:
            yield f"the {kind} from {source} has {told['count']} targets, not {low} to {high}"
        if event["leg"] is not None or event["src"].rpartition(":")[0].strip("[]") != source:
            yield f"the {kind} from {source} is told of leg {event['leg']} from {event['src']}"


def check_details(event, details):
    for name, value in details.items():
        found = event[name] if name in EVENT_FIELDS else event["attributes"].get(name)
        if not accepts(value, found):
            yield f"{event['event']} of {event['call_id']}: {name} is {found!r}, not {value!r}"


def text_of(event):
    return event["event"] if event["code"] is None else f"{event['event']} {event['code']}"


def is_event(event, expected):
    return text_of(event) == expected if " " in expected else event["event"] == expected


def matches(found, expected):
    """`?name` may be there or not."""
    if not expected:
        return not found
    first, *rest = expected
    if first.startswith("?") and matches(found, rest):
        return True
    return bool(found) and is_event(found[0], first.lstrip("?")) and matches(found[1:], rest)
