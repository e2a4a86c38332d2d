# SPDX-License-Identifier: Apache-2.0
"""For those who run the probe: does it see everything, keep up, get rid of what it knows, and stay within its bounds."""

from board import Board
from panels import above, lines, number, table
from queries import extreme, legend, quantile, quantiles, rate, rates, series, totals


def now(made):
    made.row(
        "Now",
        number(
            "Probes",
            f"count({series('sipsonde_build_info')})",
            about="That are scraped. Alert: SipsondeDown.",
        ),
        number("Frames", rate("sipsonde_packets_total"), unit="pps", about="Every frame that a hook saw."),
        number("SIP messages", rate("sipsonde_messages_total"), unit="mps"),
        number(
            "Refused by a ring",
            rate("sipsonde_ring_dropped_total"),
            above(0.001),
            unit="cps",
            about="Samples. Counters stay exact. Alert: SipsondeRingDrops.",
        ),
        number(
            "Dropped by a sink",
            rate("sipsonde_sink_dropped_total"),
            above(0.001),
            unit="cps",
            about="Facts. Alert: SipsondeSinkDropping.",
        ),
        number(
            "Lag, p99",
            quantile(0.99, "sipsonde_worker_lag_us"),
            above(100000),
            unit="µs",
            about="From the kernel to its worker. Alert: SipsondeWorkerLag.",
        ),
        number(
            "CPU", rate("process_cpu_seconds_total"), unit="percentunit", about="Of one core, of all probes."
        ),
        number(
            "Memory",
            f"max({series('process_resident_memory_bytes')})",
            unit="bytes",
            about="Resident, of the largest probe.",
        ),
    )


def seen(made):
    made.row(
        "What is seen",
        lines(
            "Frames by verdict",
            rates("sipsonde_packets_total", "verdict"),
            unit="pps",
            stacked=True,
            about="Each frame has exactly one.",
        ),
        lines(
            "Frames by hook",
            rates("sipsonde_packets_total", "hook, direction"),
            unit="pps",
        ),
        lines(
            "SIP messages by path",
            rates("sipsonde_messages_total", "path"),
            unit="mps",
            about="Whole in a packet, or put together.",
        ),
        lines("Malformed", rates("sip_malformed_total", "stage, reason"), unit="mps"),
        lines(
            "Deferred to the agent",
            rates("sipsonde_messages_deferred_total", "reason"),
            unit="mps",
            about="A bound of the kernel's scan was hit; counted all the same.",
        ),
        lines(
            "Fragments and segments",
            rates("sipsonde_fragments_total", "result", "fragments"),
            rates("sipsonde_segments_total", "result", "segments"),
            unit="pps",
        ),
        lines(
            "Breaks of TCP streams",
            rates("sipsonde_stream_breaks_total", "reason"),
            unit="cps",
            about="Where bytes were not read.",
        ),
        lines(
            "HEP in",
            rates("sipsonde_hep_packets_total", "result"),
            rates("sipsonde_hep_times_replaced_total", "reason", "time replaced:"),
            unit="pps",
        ),
        lines(
            "HEP connections",
            totals("sipsonde_hep_connections", "instance"),
            rates("sipsonde_hep_connections_ended_total", "reason", "ended:"),
        ),
    )


def keeping_up(made):
    made.row(
        "Does it keep up",
        lines(
            "Samples to the rings",
            rates("sipsonde_ring_events_total", "kind"),
            unit="cps",
            stacked=True,
        ),
        lines(
            "Refused by a ring",
            rates("sipsonde_ring_dropped_total", "instance, kind"),
            unit="cps",
        ),
        lines(
            "Lag",
            *quantiles("sipsonde_worker_lag_us", 0.5, 0.99, by="instance"),
            unit="µs",
            limit=100000,
        ),
        lines(
            "Workers",
            (series("sipsonde_workers"), legend("instance")),
            (series("sipsonde_workers_max"), legend("instance", "configured")),
        ),
        lines(
            "Samples by worker",
            rates("sipsonde_ring_events_total", "instance, worker"),
            unit="cps",
            about="Calls are spread by the hash of their Call-ID.",
        ),
        lines(
            "Facts refused by full queues",
            rates("sipsonde_jobs_shed_total", "instance"),
            unit="cps",
        ),
    )


def sinks(made):
    made.row(
        "Sinks",
        lines(
            "Delivered",
            rates("sipsonde_sink_sent_total", "sink"),
            unit="cps",
            about="Lines, rows, spans or messages confirmed.",
        ),
        lines(
            "Failed attempts and drops",
            rates("sipsonde_sink_failed_total", "instance, sink", "failed"),
            rates("sipsonde_sink_dropped_total", "instance, sink", "dropped"),
            unit="cps",
        ),
        lines(
            "Waiting",
            extreme("max", series("sipsonde_sink_queue_depth"), "instance, sink"),
            about="Up to limits.queue; beyond that facts are dropped.",
        ),
    )


def tables(made):
    made.row(
        "Tables",
        lines(
            "Filled",
            extreme(
                "max",
                f"{series('sipsonde_map_entries')} / {series('sipsonde_map_capacity')}",
                "instance, map",
            ),
            unit="percentunit",
            high=1,
            about="Places that were taken once are not given back: full is no harm as long as nothing is evicted.",
        ),
        lines(
            "Evicted",
            rates("sipsonde_evictions_total", "table"),
            unit="cps",
            about="Before their time. Alert: SipsondeEvictions.",
        ),
        lines("Dialogs in memory", totals("sip_dialog_sessions", "instance")),
    )


def costs(made):
    made.row(
        "What it costs",
        lines(
            "CPU",
            rates("process_cpu_seconds_total", "instance"),
            unit="percentunit",
            about="Of one core. The kernel's part is accounted to whoever the packet interrupts.",
        ),
        lines(
            "Memory",
            (series("process_resident_memory_bytes"), legend("instance", "resident")),
            (series("sipsonde_memory_allocated_bytes"), legend("instance", "heap")),
            unit="bytes",
            about="Alert: SipsondeMemoryRising. Maps are the kernel's and not in here.",
        ),
        lines(
            "File descriptors",
            (f"{series('process_open_fds')} / {series('process_max_fds')}", legend("instance")),
            unit="percentunit",
        ),
        lines("API", rates("admin_requests_total", "method, result"), unit="reqps"),
        lines("Script errors", rates("sipsonde_script_errors_total", "instance"), unit="cps"),
        lines(
            "Time since start",
            (f"time() - {series('process_start_time_seconds')}", legend("instance")),
            unit="s",
        ),
    )


def versions(made):
    made.row(
        "Versions and hooks",
        table(
            "Versions",
            (f"max by (instance, version, kernel) ({series('sipsonde_build_info')})",),
            width=12,
            columns=["up"],
        ),
        table(
            "Hooks",
            (f"max by (instance, interface, direction, hook) ({series('sipsonde_attach_info')})",),
            width=12,
            columns=["up"],
        ),
    )


def board():
    return Board(
        "probe",
        "the probe itself",
        "What the probe sees, what it drops, how far it is behind, what its receivers take, what it costs.",
        (now, seen, keeping_up, sinks, tables, costs, versions),
    )
