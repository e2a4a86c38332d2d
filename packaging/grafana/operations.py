# SPDX-License-Identifier: Apache-2.0
"""For those who answer for the calls: how many, how they ended, how long they took, why they failed, by trunk."""

from board import Board
from panels import heat, lines, number, quantile, rate, series, total
from trunks import MINE, registrations, trunks

ENDED = rate("sip_calls_total", **MINE)
ANSWERED = rate("sip_calls_total", result="answered", **MINE)
REFUSED = rate("sip_responses_total", code_class="=~4xx|5xx", code="!~401|407|487")
FINAL = rate("sip_responses_total", code_class="!=1xx")


def gauge(name, by="direction"):
    return f"avg by ({by}) ({series(name)})", "{{direction}}"


def percentiles(name, **matchers):
    return [
        (quantile(part, name, "direction", **matchers), f"p{round(100 * part)} {{{{direction}}}}")
        for part in (0.5, 0.95)
    ]


def now(made):
    made.row(
        "Now",
        number(
            "Active legs",
            total("sip_calls_active", **MINE),
            about="Answered and not ended. A call through a proxy is two legs.",
        ),
        number("Legs ended", ENDED, unit="cps", about="Legs that ended, each second: answered or not."),
        number(
            "ASR",
            f"{ANSWERED} / {ENDED}",
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
            ((None, "green"), (3, "red")),
            unit="s",
            about="INVITE to 200. Alert: SipCallSetupSlow.",
        ),
        number(
            "BYE to 200, p95",
            quantile(0.95, "sip_call_teardown_seconds"),
            ((None, "green"), (1, "red")),
            unit="s",
            about="Alert: SipByeSlow.",
        ),
        number(
            "4xx and 5xx",
            f"{REFUSED} / {FINAL}",
            ((None, "green"), (0.05, "red")),
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
            (rate("sip_calls_total", "result", **MINE), "{{result}}"),
            unit="cps",
            stacked=True,
            width=12,
            about="When they ended, each second.",
        ),
        lines(
            "Active legs by trunk",
            (total("sip_calls_active", "trunk", **MINE), "{{trunk}}"),
            stacked=True,
            width=12,
            about="Alert: SipCallsNearCapacity, of all trunks together.",
        ),
        lines(
            "ASR and NER",
            (f"avg by (direction) ({series('sip_answer_seizure_ratio')})", "ASR {{direction}}"),
            (f"avg by (direction) ({series('sip_network_effectiveness_ratio')})", "NER {{direction}}"),
            unit="percentunit",
            high=1,
            about="Over 5 minutes; absent while nothing ends.",
        ),
        lines(
            "SER, SEER and ISA",
            (f"avg by (direction) ({series('sip_session_establishment_ratio')})", "SER {{direction}}"),
            (
                f"avg by (direction) ({series('sip_session_establishment_effectiveness_ratio')})",
                "SEER {{direction}}",
            ),
            (f"avg by (direction) ({series('sip_ineffective_session_attempts_ratio')})", "ISA {{direction}}"),
            unit="percentunit",
            high=1,
            about="RFC 6076 4.6 to 4.8, over 5 minutes. Alert: SipSerFalling.",
        ),
        lines(
            "Length of calls",
            gauge("sip_average_call_seconds"),
            (quantile(0.5, "sip_call_duration_seconds", **MINE), "median, of the histogram"),
            unit="s",
            about="ACD: the mean of answered legs that ended in 5 minutes.",
        ),
    )


def times(made):
    made.row(
        "Times",
        lines(
            "Setup: INVITE to 200",
            *percentiles("sip_call_setup_seconds"),
            unit="s",
            limit=3,
            about="Ends when somebody answers.",
        ),
        lines(
            "Time to ring: INVITE to 180 or 183",
            *percentiles("sip_call_ringing_seconds"),
            unit="s",
            limit=3,
            about="RFC 6076 4.3.1. Alert: SipPostDialDelayHigh.",
        ),
        lines(
            "Teardown: BYE to 200",
            *percentiles("sip_call_teardown_seconds"),
            unit="s",
            limit=1,
            about="RFC 6076 4.4.",
        ),
        lines(
            "First response, p95, by method",
            (quantile(0.95, "sip_response_time_seconds", "method", stage="first"), "{{method}}"),
            unit="s",
            about="Request to the first response of its transaction; of INVITE 100 does not count.",
        ),
        lines(
            "Final response, p95, by method",
            (quantile(0.95, "sip_response_time_seconds", "method", stage="final"), "{{method}}"),
            unit="s",
        ),
        heat("Setup, how it is spread", "sip_call_setup_seconds", "s"),
    )


def failures(made):
    made.row(
        "Failures by cause",
        lines(
            "Failed legs by cause",
            (rate("sip_call_failed_total", "reason"), "{{reason}}"),
            unit="cps",
            stacked=True,
            width=12,
            about="Why legs ended otherwise than answered.",
        ),
        lines(
            "Error responses by code",
            (
                f"topk(10, {rate('sip_responses_total', 'method, code', code_class='=~4xx|5xx|6xx')})",
                "{{method}} {{code}}",
            ),
            unit="reqps",
            width=12,
            about="The ten most frequent, challenges included.",
        ),
        lines(
            "Share of 4xx and 5xx",
            (
                f"{rate('sip_responses_total', 'direction', code_class='=~4xx|5xx', code='!~401|407|487')} / {rate('sip_responses_total', 'direction', code_class='!=1xx')}",
                "{{direction}}",
            ),
            unit="percentunit",
            limit=0.05,
        ),
        lines(
            "Repeated messages",
            (f"{rate('sip_retransmissions_total', 'method')}", "{{method}}"),
            unit="reqps",
            about="Requests and responses that were already seen: loss, or a slow peer.",
        ),
        lines(
            "No answer at all",
            (rate("sip_transaction_timeout_total", "method"), "{{method}}"),
            unit="reqps",
            about="Timer B or F ran out.",
        ),
    )


def board():
    made = Board(
        "sipsonde-operations",
        "sipsonde / operations",
        "Calls as they pass the nodes: legs, ratios, times, causes, trunks.",
        [
            ("instance", "Probe", "sipsonde_build_info"),
            ("tenant", "Tenant", "sip_calls_total"),
            ("trunk", "Trunk", "sip_calls_total"),
        ],
    )
    for row in (now, calls, times, failures, trunks, registrations):
        row(made)
    return made
