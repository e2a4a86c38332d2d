# SPDX-License-Identifier: Apache-2.0
"""For those who answer for the calls: how many, how they ended, how long they took, why they failed, by trunk."""

from board import Board
from panels import above, heat, lines, number
from queries import (
    TRUNK,
    answered,
    extreme,
    legend,
    quantile,
    quantiles,
    rate,
    rates,
    refused,
    series,
    total,
    totals,
)
from trunks import registrations, trunks


def by_direction(name, before=""):
    """A ratio or a mean of each probe: of several, their mean."""
    return extreme("avg", series(name), "direction", before)


def times_by_direction(name):
    return quantiles(name, 0.5, 0.95, by="direction")


def now(made):
    made.row(
        "Now",
        number(
            "Active legs",
            total("sip_calls_active", **TRUNK),
            about="Answered and not ended. A call through a proxy is two legs.",
        ),
        number(
            "Legs ended",
            rate("sip_calls_total", **TRUNK),
            unit="cps",
            about="Legs that ended, each second: answered or not.",
        ),
        number(
            "ASR",
            answered(),
            unit="percentunit",
            about="Answer-seizure ratio: answered of all legs that ended (ITU-T E.411).",
        ),
        number(
            "NER",
            f"avg({series('sip_network_effectiveness_ratio')})",
            unit="percentunit",
            about="Network effectiveness ratio: legs that reached the far end, whatever it did (ITU-T E.425). The mean of the probes, over 5 minutes.",
        ),
        number(
            "Setup, p95",
            quantile(0.95, "sip_call_setup_seconds"),
            above(3),
            unit="s",
            about="INVITE to 200. Alert: SipCallSetupSlow.",
        ),
        number(
            "BYE to 200, p95",
            quantile(0.95, "sip_call_teardown_seconds"),
            above(1),
            unit="s",
            about="Alert: SipByeSlow.",
        ),
        number(
            "4xx and 5xx",
            refused(),
            above(0.05),
            unit="percentunit",
            about="Of the final responses, without 401, 407 and 487. Alert: SipErrorResponsesHigh.",
        ),
        number(
            "Registrations",
            total("sip_registrations"),
            about="Bindings seen that are neither removed nor expired.",
        ),
    )


def calls(made):
    made.row(
        "Calls",
        lines(
            "Legs by result",
            rates("sip_calls_total", "result", **TRUNK),
            unit="cps",
            stacked=True,
            width=12,
            about="When they ended, each second.",
        ),
        lines(
            "Active legs by trunk",
            totals("sip_calls_active", "trunk", **TRUNK),
            stacked=True,
            width=12,
            about="Alert: SipCallsNearCapacity, of all trunks together.",
        ),
        lines(
            "ASR and NER",
            by_direction("sip_answer_seizure_ratio", "ASR"),
            by_direction("sip_network_effectiveness_ratio", "NER"),
            unit="percentunit",
            high=1,
            about="Over 5 minutes; absent while nothing ends.",
        ),
        lines(
            "SER, SEER and ISA",
            by_direction("sip_session_establishment_ratio", "SER"),
            by_direction("sip_session_establishment_effectiveness_ratio", "SEER"),
            by_direction("sip_ineffective_session_attempts_ratio", "ISA"),
            unit="percentunit",
            high=1,
            about="RFC 6076 4.6 to 4.8, over 5 minutes. Alert: SipSerFalling.",
        ),
        lines(
            "Length of calls",
            by_direction("sip_average_call_seconds"),
            (quantile(0.5, "sip_call_duration_seconds", **TRUNK), "median, of the histogram"),
            unit="s",
            about="ACD: the mean of answered legs that ended in 5 minutes.",
        ),
    )


def times(made):
    made.row(
        "Times",
        lines(
            "Setup: INVITE to 200",
            *times_by_direction("sip_call_setup_seconds"),
            unit="s",
            limit=3,
            about="Ends when somebody answers.",
        ),
        lines(
            "Time to ring: INVITE to 180 or 183",
            *times_by_direction("sip_call_ringing_seconds"),
            unit="s",
            limit=3,
            about="RFC 6076 4.3.1. Alert: SipPostDialDelayHigh.",
        ),
        lines(
            "Teardown: BYE to 200",
            *times_by_direction("sip_call_teardown_seconds"),
            unit="s",
            limit=1,
            about="RFC 6076 4.4.",
        ),
        lines(
            "First response, p95, by method",
            (quantile(0.95, "sip_response_time_seconds", "method", stage="first"), legend("method")),
            unit="s",
            about="Request to the first response of its transaction; of INVITE 100 does not count.",
        ),
        lines(
            "Final response, p95, by method",
            (quantile(0.95, "sip_response_time_seconds", "method", stage="final"), legend("method")),
            unit="s",
        ),
        heat("Setup, how it is spread", "sip_call_setup_seconds", "s"),
    )


def failures(made):
    made.row(
        "Failures by cause",
        lines(
            "Failed legs by cause",
            rates("sip_call_failed_total", "reason"),
            unit="cps",
            stacked=True,
            width=12,
            about="Why legs ended otherwise than answered.",
        ),
        lines(
            "Error responses by code",
            (
                f"topk(10, {rate('sip_responses_total', 'method, code', code_class='=~4xx|5xx|6xx')})",
                legend("method, code"),
            ),
            unit="reqps",
            width=12,
            about="The ten most frequent, challenges included.",
        ),
        lines(
            "Share of 4xx and 5xx",
            (refused("direction"), legend("direction")),
            unit="percentunit",
            limit=0.05,
        ),
        lines(
            "Repeated messages",
            rates("sip_retransmissions_total", "method"),
            unit="reqps",
            about="Requests and responses that were already seen: loss, or a slow peer.",
        ),
        lines(
            "No answer at all",
            rates("sip_transaction_timeout_total", "method"),
            unit="reqps",
            about="Timer B or F ran out.",
        ),
    )


def board():
    return Board(
        "operations",
        "operations",
        "Calls as they pass the nodes: legs, ratios, times, causes, trunks.",
        (now, calls, times, failures, trunks, registrations),
        [("tenant", "Tenant", "sip_calls_total"), ("trunk", "Trunk", "sip_calls_total")],
    )
