# SPDX-License-Identifier: Apache-2.0
"""For those who run the probe: does it see everything, keep up, get rid of what it knows, and stay within its bounds."""

from board import Board
from panels import lines, number, quantile, rate, series, table, total

BAD = ((None, "green"), (0.001, "red"))


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
            BAD,
            unit="cps",
            about="Samples. Counters stay exact. Alert: SipsondeRingDrops.",
        ),
        number(
            "Dropped by a sink",
            rate("sipsonde_sink_dropped_total"),
            BAD,
            unit="cps",
            about="Facts. Alert: SipsondeSinkDropping.",
        ),
        number(
            "Lag, p99",
            quantile(0.99, "sipsonde_worker_lag_us"),
            ((None, "green"), (100000, "red")),
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
            (rate("sipsonde_packets_total", "verdict"), "{{verdict}}"),
            unit="pps",
            stacked=True,
            about="Each frame has exactly one.",
        ),
        lines(
            "Frames by hook",
            (rate("sipsonde_packets_total", "hook, direction"), "{{hook}} {{direction}}"),
            unit="pps",
        ),
        lines(
            "SIP messages by path",
            (rate("sipsonde_messages_total", "path"), "{{path}}"),
            unit="mps",
            about="Whole in a packet, or put together.",
        ),
        lines(
            "Malformed", (rate("sip_malformed_total", "stage, reason"), "{{stage}} {{reason}}"), unit="mps"
        ),
        lines(
            "Deferred to the agent",
            (rate("sipsonde_messages_deferred_total", "reason"), "{{reason}}"),
            unit="mps",
            about="A bound of the kernel's scan was hit; counted all the same.",
        ),
        lines(
            "Fragments and segments",
            (rate("sipsonde_fragments_total", "result"), "fragments {{result}}"),
            (rate("sipsonde_segments_total", "result"), "segments {{result}}"),
            unit="pps",
        ),
        lines(
            "Breaks of TCP streams",
            (rate("sipsonde_stream_breaks_total", "reason"), "{{reason}}"),
            unit="cps",
            about="Where bytes were not read.",
        ),
        lines(
            "HEP in",
            (rate("sipsonde_hep_packets_total", "result"), "{{result}}"),
            (rate("sipsonde_hep_times_replaced_total", "reason"), "time replaced: {{reason}}"),
            unit="pps",
        ),
        lines(
            "HEP connections",
            (total("sipsonde_hep_connections", "instance"), "{{instance}}"),
            (rate("sipsonde_hep_connections_ended_total", "reason"), "ended: {{reason}}"),
        ),
    )


def keeping_up(made):
    made.row(
        "Does it keep up",
        lines(
            "Samples to the rings",
            (rate("sipsonde_ring_events_total", "kind"), "{{kind}}"),
            unit="cps",
            stacked=True,
        ),
        lines(
            "Refused by a ring",
            (rate("sipsonde_ring_dropped_total", "instance, kind"), "{{instance}} {{kind}}"),
            unit="cps",
        ),
        lines(
            "Lag",
            (quantile(0.5, "sipsonde_worker_lag_us", "instance"), "p50 {{instance}}"),
            (quantile(0.99, "sipsonde_worker_lag_us", "instance"), "p99 {{instance}}"),
            unit="µs",
            limit=100000,
        ),
        lines(
            "Workers",
            (series("sipsonde_workers"), "{{instance}}"),
            (series("sipsonde_workers_max"), "configured {{instance}}"),
        ),
        lines(
            "Samples by worker",
            (rate("sipsonde_ring_events_total", "instance, worker"), "{{instance}} {{worker}}"),
            unit="cps",
            about="Calls are spread by the hash of their Call-ID.",
        ),
        lines(
            "Facts refused by full queues",
            (rate("sipsonde_jobs_shed_total", "instance"), "{{instance}}"),
            unit="cps",
        ),
    )


def sinks(made):
    made.row(
        "Sinks",
        lines(
            "Delivered",
            (rate("sipsonde_sink_sent_total", "sink"), "{{sink}}"),
            unit="cps",
            about="Lines, rows, spans or messages confirmed.",
        ),
        lines(
            "Failed attempts and drops",
            (rate("sipsonde_sink_failed_total", "instance, sink"), "failed {{instance}} {{sink}}"),
            (rate("sipsonde_sink_dropped_total", "instance, sink"), "dropped {{instance}} {{sink}}"),
            unit="cps",
        ),
        lines(
            "Waiting",
            (f"max by (instance, sink) ({series('sipsonde_sink_queue_depth')})", "{{instance}} {{sink}}"),
            about="Up to limits.queue; beyond that facts are dropped.",
        ),
    )


def tables(made):
    made.row(
        "Tables",
        lines(
            "Filled",
            (
                f"max by (instance, map) ({series('sipsonde_map_entries')} / {series('sipsonde_map_capacity')})",
                "{{instance}} {{map}}",
            ),
            unit="percentunit",
            high=1,
            about="Places that were taken once are not given back: full is no harm as long as nothing is evicted.",
        ),
        lines(
            "Evicted",
            (rate("sipsonde_evictions_total", "table"), "{{table}}"),
            unit="cps",
            about="Before their time. Alert: SipsondeEvictions.",
        ),
        lines("Dialogs in memory", (total("sip_dialog_sessions", "instance"), "{{instance}}")),
    )


def costs(made):
    made.row(
        "What it costs",
        lines(
            "CPU",
            (rate("process_cpu_seconds_total", "instance"), "{{instance}}"),
            unit="percentunit",
            about="Of one core. The kernel's part is accounted to whoever the packet interrupts.",
        ),
        lines(
            "Memory",
            (series("process_resident_memory_bytes"), "resident {{instance}}"),
            (series("sipsonde_memory_allocated_bytes"), "heap {{instance}}"),
            unit="bytes",
            about="Alert: SipsondeMemoryRising. Maps are the kernel's and not in here.",
        ),
        lines(
            "File descriptors",
            (f"{series('process_open_fds')} / {series('process_max_fds')}", "{{instance}}"),
            unit="percentunit",
        ),
        lines("API", (rate("admin_requests_total", "method, result"), "{{method}} {{result}}"), unit="reqps"),
        lines(
            "Script errors", (rate("sipsonde_script_errors_total", "instance"), "{{instance}}"), unit="cps"
        ),
        lines(
            "Time since start", (f"time() - {series('process_start_time_seconds')}", "{{instance}}"), unit="s"
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
    made = Board(
        "sipsonde-probe",
        "sipsonde / the probe itself",
        "What the probe sees, what it drops, how far it is behind, what its receivers take, what it costs.",
        [("instance", "Probe", "sipsonde_build_info")],
    )
    for row in (now, seen, keeping_up, sinks, tables, costs, versions):
        row(made)
    return made
