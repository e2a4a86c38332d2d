# SPDX-License-Identifier: Apache-2.0
"""What must come out of a capture. It is stated by whoever makes the capture, from what was put on the wire and what
the metrics, events and rows are defined to mean; nothing here reads a packet."""

from collections import Counter, defaultdict

EDGES_SECONDS = sorted(
    {2**n / 1000 for n in range(10)} | {2.0**n for n in range(7)} | {1.5, 3.0, 6.0, 12.0, 24.0}
)

# Every sample of these families is known: what the truth does not name must be zero or absent.
CLOSED_COUNTERS = (
    "sip_requests_total",
    "sip_responses_total",
    "sip_retransmissions_total",
    "sip_malformed_total",
    "sipsonde_messages_total",
    "sipsonde_messages_deferred_total",
    "sip_invite_result_total",
    "sipsonde_packets_total",
    "sip_calls_total",
    "sip_calls_active",
    "sip_call_failed_total",
    "sip_bye_total",
    "sip_transaction_timeout_total",
    "sipsonde_fragments_total",
    "sipsonde_evictions_total",
    "sipsonde_ring_dropped_total",
    "sipsonde_jobs_shed_total",
    "sipsonde_script_errors_total",
    # declared by scripts: cases/scripts.py
    "sip_voice_attach_total",
    "sip_voice_attach_mode_fallback_total",
    "sip_voice_attach_native_total",
    "ivr_seconds_bucket",
    "ivr_seconds_count",
    "ivr_seconds_sum",
    "ivr_last_price",
)
CLOSED_HISTOGRAMS = (
    "sip_response_time_seconds",
    "sip_call_duration_seconds",
    "sip_call_setup_seconds",
    "sip_call_ringing_seconds",
    "sip_call_teardown_seconds",
)


def sample(name, **labels):
    return name, frozenset(labels.items())


class Truth:
    def __init__(self):
        self.samples = Counter()  # sample() -> number
        self.observations = defaultdict(list)  # sample() of a histogram -> integers, nanoseconds
        self.optional = {}  # sample() -> number, where the family is there at all
        self.sums = []  # ([sample(), …], low, high): together they come to a number between the two
        self.starts_at_zero = False  # the families of few label sets are all there
        self.unstated = set()  # families that this capture does not decide
        self.rows = {}  # (call_id, leg) -> {field: value}
        self.events = (
            {}
        )  # (call_id, leg) -> ["sip.invite", "sip.ringing 180", …]; leg None: outside of a dialog

    def add(self, name, amount=1, **labels):
        self.samples[sample(name, **labels)] += amount

    def observe(self, name, nanoseconds, **labels):
        self.observations[sample(name, **labels)].append(nanoseconds)

    def together(self, samples, low, high=None):
        """For what the definitions leave to one of several labels, or to a range."""
        self.sums.append((list(samples), low, low if high is None else high))

    def state_if_built(self, name, number, **labels):
        """A family whose feature is not built is absent; where it is there, it says this."""
        self.optional[sample(name, **labels)] = number

    def leave_open(self, *families):
        self.unstated.update(families)

    # ---- packets and messages ----

    def packet(self, flow, verdict, count=1):
        self.add("sipsonde_packets_total", count, direction=flow, verdict=verdict)

    def message(self, path="packet"):
        self.add("sipsonde_messages_total", path=path)

    def request(self, direction, method, transport="udp"):
        self.add("sip_requests_total", direction=direction, method=method, transport=transport)

    def response(self, direction, method, code, transport="udp"):
        self.add(
            "sip_responses_total",
            direction=direction,
            method=method,
            code=str(code),
            code_class=f"{code // 100}xx",
            transport=transport,
        )

    def retransmission(self, direction, method, kind):
        self.add("sip_retransmissions_total", direction=direction, method=method, kind=kind)

    def malformed(self, reason, stage):
        self.add("sip_malformed_total", reason=reason, stage=stage)

    # ---- legs ----

    def leg(self, row, failure=None, teardown_ns=None):
        """States a row, and the metrics that follow from it."""
        self.rows[row["call_id"], row["leg"]] = row
        direction, result = row.get("direction"), row.get("disposition")
        start, ringing, answer, end = (
            row.get(f"{name}_timestamp_ms") for name in ("start", "ringing", "answer", "end")
        )
        if result is not None:
            self.add("sip_calls_total", tenant="default", trunk="default", direction=direction, result=result)
        if failure is not None:
            self.add("sip_call_failed_total", reason=failure)
        if answer is not None and end is not None:
            self.observe(
                "sip_call_duration_seconds",
                (end - answer) * 1_000_000,
                tenant="default",
                trunk="default",
                result=result,
            )
        if answer is not None and start is not None:
            self.observe("sip_call_setup_seconds", (answer - start) * 1_000_000, direction=direction)
        if ringing is not None and start is not None:
            self.observe("sip_call_ringing_seconds", (ringing - start) * 1_000_000, direction=direction)
        if teardown_ns is not None:
            self.observe("sip_call_teardown_seconds", teardown_ns, direction=direction)
