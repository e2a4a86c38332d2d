# SPDX-License-Identifier: Apache-2.0
"""For those who answer for how calls sound: MOS, loss, jitter, round trip, by tenant and by way."""

from board import Board
from panels import above, heat, lines, number
from queries import (
    TENANT,
    below,
    extreme,
    legend,
    mean,
    quantile,
    quantiles,
    rate,
    rates,
    series,
    total,
    totals,
)

MOS = {"low": 1, "high": 4.5, "limit": 3.6}


def now(made):
    made.row(
        "Now",
        number(
            "Mean MOS",
            mean("rtp_estimated_mos", **TENANT),
            ((None, "red"), (3.6, "orange"), (4, "green")),
            width=4,
            about="G.107, narrowband. Alert: RtpMosLow.",
        ),
        number(
            "Streams below 3.6",
            below("3.6", "rtp_estimated_mos", **TENANT),
            above(0.05),
            unit="percentunit",
            width=4,
            about="Share of the ten seconds of a stream whose MOS was at most 3.6.",
        ),
        number(
            "Loss",
            f"avg({series('rtp_loss_ratio', **TENANT)})",
            above(0.02),
            unit="percentunit",
            width=4,
            about="Of the last 10 s. Alert: RtpLossHigh.",
        ),
        number(
            "Jitter, p95",
            quantile(0.95, "rtp_jitter_ms", **TENANT),
            above(30),
            unit="ms",
            width=4,
        ),
        number(
            "Round trip, p95",
            quantile(0.95, "rtcp_rtt_seconds"),
            above(0.3),
            unit="s",
            width=4,
            about="From here to who sent a report and back, by RTCP.",
        ),
        number("Streams", total("rtp_streams_active"), width=4, about="Believed RTP streams that go on."),
    )


def mos(made):
    made.row(
        "MOS",
        lines(
            "Mean MOS by tenant",
            (mean("rtp_estimated_mos", "tenant", **TENANT), legend("tenant")),
            **MOS,
            about="Every ten seconds and stream.",
        ),
        lines(
            "The worst tenth",
            (quantile(0.1, "rtp_estimated_mos", "tenant", **TENANT), legend("tenant")),
            **MOS,
            about="10 % of the ten seconds are below this.",
        ),
        heat("MOS of streams, how it is spread", "rtp_estimated_mos", "short", only=TENANT),
        lines(
            "MOS of legs",
            *quantiles("sip_call_mos_estimate", 0.1, 0.5),
            **MOS,
            about="The worse way of each leg, at its end.",
        ),
        lines(
            "Streams below 3.6",
            (below("3.6", "rtp_estimated_mos", **TENANT), "of streams"),
            (below("3.6", "sip_call_mos_estimate"), "of legs"),
            unit="percentunit",
            high=1,
        ),
        heat("MOS of legs, how it is spread", "sip_call_mos_estimate", "short"),
    )


def loss(made):
    made.row(
        "Loss",
        lines(
            "Loss by tenant",
            extreme("avg", series("rtp_loss_ratio", **TENANT), "tenant"),
            unit="percentunit",
            limit=0.02,
        ),
        lines(
            "Lost packets by way",
            rates("rtp_lost_packets_total", "direction"),
            unit="pps",
            about="inbound: lost before this node. outbound: before it left here.",
        ),
        lines(
            "Loss of legs",
            *quantiles("sip_call_loss_fraction", 0.5, 0.95, 0.99),
            unit="percentunit",
            about="Both ways, at their end.",
        ),
    )


def jitter(made):
    made.row(
        "Jitter and round trip",
        lines(
            "Jitter of streams by tenant, p95",
            (quantile(0.95, "rtp_jitter_ms", "tenant", **TENANT), legend("tenant")),
            unit="ms",
            about="RFC 3550 A.8.",
        ),
        lines("Jitter of streams", *quantiles("rtp_jitter_ms", 0.5, 0.95, 0.99, **TENANT), unit="ms"),
        lines(
            "Jitter of legs",
            *quantiles("sip_call_jitter_ms", 0.5, 0.95),
            unit="ms",
            about="The worse way, at their end.",
        ),
        lines(
            "Round trip by reports",
            *quantiles("rtcp_rtt_seconds", 0.5, 0.95, by="direction"),
            unit="s",
            about="From here to who sent the report and back (LSR and DLSR).",
        ),
        lines(
            "Round trip of legs",
            *quantiles("sip_call_rtt_ms", 0.5, 0.95),
            unit="ms",
            about="Between the two ends.",
        ),
        heat("Jitter of streams, how it is spread", "rtp_jitter_ms", "ms", only=TENANT),
    )


def streams(made):
    made.row(
        "Streams, keys and engines",
        lines("Packets by codec", rates("rtp_packets_total", "codec"), unit="pps", stacked=True),
        lines(
            "Bit rate by way",
            (f"8 * {rate('rtp_bytes_total', 'direction')}", legend("direction")),
            unit="bps",
        ),
        lines("Streams by probe", totals("rtp_streams_active", "instance"), stacked=True),
        lines("RTCP by type", rates("rtcp_packets_total", "type"), unit="pps", stacked=True),
        lines(
            "DTLS handshakes",
            rates("sip_dtls_handshake_total", "result"),
            unit="cps",
            about="For SRTP keys; fingerprint-mismatch is an attack or a broken proxy.",
        ),
        lines(
            "rtpengine",
            (series("rtpengine_instances_up"), legend("instance")),
            about="Instances that answer their pings. Alert: RtpengineDown.",
        ),
        lines(
            "QUIC handshakes",
            *quantiles("quic_handshake_seconds", 0.5, 0.95),
            unit="s",
        ),
    )


def board():
    return Board(
        "media",
        "media",
        "How calls sound: MOS, loss, jitter and round trip, of streams every ten seconds and of legs at their end.",
        (now, mos, loss, jitter, streams),
        [("tenant", "Tenant", "rtp_estimated_mos_count")],
    )
