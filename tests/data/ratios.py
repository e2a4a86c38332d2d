# SPDX-License-Identifier: Apache-2.0
"""What the operators' ratios must be, from the rows that a capture states: docs/kpis.md in a few lines, after RFC 6076
sections 4.5 to 4.8, ITU-T E.411 and E.425."""

from fractions import Fraction

SER = "sip_session_establishment_ratio"
SEER = "sip_session_establishment_effectiveness_ratio"
ISA = "sip_ineffective_session_attempts_ratio"
ASR = "sip_answer_seizure_ratio"
NER = "sip_network_effectiveness_ratio"
ACD = "sip_average_call_seconds"
RATIOS = (SER, SEER, ISA, ASR, NER, ACD)

WINDOW_SECONDS = 300
USER = {480, 486, 600, 603}
INEFFECTIVE = {408, 500, 503, 504}


def are_decided(rows):
    """A case that leaves open how a leg ended leaves the ratios open."""
    return all(
        {"direction", "disposition"} <= row.keys()
        and (row["disposition"] in (None, "answered") or "sip_status" in row)
        for row in rows
    )


def reached(row):
    cause, status = row.get("q850_cause"), row.get("sip_status")
    if row["disposition"] in ("answered", "busy", "no-answer"):
        return True
    if row["disposition"] == "cancelled" and row.get("ringing_timestamp_ms") is not None:
        return True
    return status in {480, 603, 607} or cause in {20, 27} or (cause == 21 and status not in {401, 402, 403, 407})


def counted(rows, now_ms):
    """The legs of which something is known, and whose end lies in the window; an end out of sight is now."""
    oldest = now_ms // 1000 - WINDOW_SECONDS
    for row in rows:
        end_ms = row.get("end_timestamp_ms")
        if row["disposition"] is not None and (now_ms if end_ms is None else end_ms) // 1000 >= oldest:
            yield row


def ratios(rows, now_ms):
    """{(family, direction): Fraction}; what has no leg to be of is not there."""
    found = {}
    for direction in ("inbound", "outbound"):
        legs = [row for row in counted(rows, now_ms) if row["direction"] == direction]
        answered = [row for row in legs if row["disposition"] == "answered"]
        others = [row for row in legs if row["disposition"] != "answered"]
        codes = [row["sip_status"] or (408 if row["disposition"] == "timeout" else 0) for row in others]
        attempts = len(legs) - sum(300 <= code < 400 for code in codes)
        lengths = [
            row["end_timestamp_ms"] - row["answer_timestamp_ms"]
            for row in answered
            if row.get("end_timestamp_ms") is not None and row.get("answer_timestamp_ms") is not None
        ]
        for family, part, whole in (
            (SER, len(answered), attempts),
            (SEER, len(answered) + sum(code in USER for code in codes), attempts),
            (ISA, sum(code in INEFFECTIVE for code in codes), len(legs)),
            (ASR, len(answered), len(legs)),
            (NER, sum(map(reached, legs)), len(legs)),
            (ACD, sum(lengths), 1000 * len(lengths)),
        ):
            if whole:
                found[family, direction] = Fraction(part, whole)
    return found
