# SPDX-License-Identifier: Apache-2.0
"""The lower half of operations: who the calls come from and go to, who is registered, the rest of SIP."""

from panels import lines, table
from queries import TRUNK, answered, extreme, legend, mean, quantiles, rate, rates, series, total, totals


def trunks(made):
    made.row(
        "Trunks",
        table(
            "Trunks",
            (total("sip_calls_active", "trunk", **TRUNK),),
            (rate("sip_calls_total", "trunk", **TRUNK),),
            (answered("trunk"),),
            (mean("sip_call_duration_seconds", "trunk", **TRUNK),),
            (f"min by (trunk) ({series('sip_peer_up', trunk=True)})",),
            key="trunk",
            columns=["active legs", "ended", "answered", "mean length", "answers OPTIONS"],
            units={
                "ended": "cps",
                "answered": "percentunit",
                "mean length": "s",
                "answers OPTIONS": "bool_yes_no",
            },
            width=12,
        ),
        lines(
            "Answered, by trunk",
            (answered("trunk"), legend("trunk")),
            unit="percentunit",
            high=1,
            width=12,
        ),
        lines(
            "Ended legs by tenant",
            rates("sip_calls_total", "tenant", **TRUNK),
            unit="cps",
            stacked=True,
        ),
        lines(
            "Failed and refused, by trunk",
            rates("sip_calls_total", "trunk", result="=~failed|rejected|timeout", **TRUNK),
            unit="cps",
        ),
        lines(
            "Trunks that answer OPTIONS",
            extreme("min", series("sip_peer_up", trunk=True), "trunk"),
            unit="bool_yes_no",
            high=1,
            about="Alert: SipTrunkDown.",
        ),
    )


def registrations(made):
    made.row(
        "Registrations and the rest of SIP",
        lines(
            "Registrations",
            totals("sip_registrations", "instance"),
            about="Alert: SipRegistrationsDropping.",
        ),
        lines(
            "REGISTER to 200",
            *quantiles("sip_registration_delay_seconds", 0.5, 0.95),
            unit="s",
            about="RFC 6076 4.1.",
        ),
        lines(
            "Requests by method",
            rates("sip_requests_total", "method"),
            unit="reqps",
            stacked=True,
        ),
        lines(
            "BYE by reason",
            rates("sip_bye_total", "by, reason_class"),
            unit="reqps",
            about="local: it left this node.",
        ),
        lines(
            "Answers to INVITE by class",
            rates("sip_invite_result_total", "code_class"),
            unit="reqps",
            about="Each code once a transaction.",
        ),
        lines(
            "Session timers",
            rates("sip_session_timer_refresh_total", "result"),
            unit="reqps",
            about="RFC 4028.",
        ),
        lines(
            "STIR/SHAKEN",
            rates("sip_stir_verify_total", "result"),
            unit="cps",
            about="What became of the caller's identity.",
        ),
        lines(
            "Scanners",
            rates("sip_scanner_events_total", "kind"),
            unit="cps",
            about="Sources found to scan, each once in its window.",
        ),
    )
