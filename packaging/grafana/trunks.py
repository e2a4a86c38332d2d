# SPDX-License-Identifier: Apache-2.0
"""The lower half of operations: who the calls come from and go to, who is registered, the rest of SIP."""

from panels import lines, mean, quantile, rate, series, table, total

MINE = {"tenant": True, "trunk": True}


def trunks(made):
    made.row(
        "Trunks",
        table(
            "Trunks",
            (total("sip_calls_active", "trunk", **MINE),),
            (rate("sip_calls_total", "trunk", **MINE),),
            (
                f"{rate('sip_calls_total', 'trunk', result='answered', **MINE)} / {rate('sip_calls_total', 'trunk', **MINE)}",
            ),
            (mean("sip_call_duration_seconds", "trunk", **MINE),),
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
            (
                f"{rate('sip_calls_total', 'trunk', result='answered', **MINE)} / {rate('sip_calls_total', 'trunk', **MINE)}",
                "{{trunk}}",
            ),
            unit="percentunit",
            high=1,
            width=12,
        ),
        lines(
            "Ended legs by tenant",
            (rate("sip_calls_total", "tenant", **MINE), "{{tenant}}"),
            unit="cps",
            stacked=True,
        ),
        lines(
            "Failed and refused, by trunk",
            (rate("sip_calls_total", "trunk", result="=~failed|rejected|timeout", **MINE), "{{trunk}}"),
            unit="cps",
        ),
        lines(
            "Trunks that answer OPTIONS",
            (f"min by (trunk) ({series('sip_peer_up', trunk=True)})", "{{trunk}}"),
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
            (total("sip_registrations", "instance"), "{{instance}}"),
            about="Alert: SipRegistrationsDropping.",
        ),
        lines(
            "REGISTER to 200",
            (quantile(0.5, "sip_registration_delay_seconds"), "p50"),
            (quantile(0.95, "sip_registration_delay_seconds"), "p95"),
            unit="s",
            about="RFC 6076 4.1.",
        ),
        lines(
            "Requests by method",
            (rate("sip_requests_total", "method"), "{{method}}"),
            unit="reqps",
            stacked=True,
        ),
        lines(
            "BYE by reason",
            (rate("sip_bye_total", "by, reason_class"), "{{by}} {{reason_class}}"),
            unit="reqps",
            about="local: it left this node.",
        ),
        lines(
            "Answers to INVITE by class",
            (rate("sip_invite_result_total", "code_class"), "{{code_class}}"),
            unit="reqps",
            about="Each code once a transaction.",
        ),
        lines(
            "Session timers",
            (rate("sip_session_timer_refresh_total", "result"), "{{result}}"),
            unit="reqps",
            about="RFC 4028.",
        ),
        lines(
            "STIR/SHAKEN",
            (rate("sip_stir_verify_total", "result"), "{{result}}"),
            unit="cps",
            about="What became of the caller's identity.",
        ),
        lines(
            "Scanners",
            (rate("sip_scanner_events_total", "kind"), "{{kind}}"),
            unit="cps",
            about="Sources found to scan, each once in its window.",
        ),
    )
