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
    "sip_session_timer_refresh_total",
    "sip_stir_verify_total",
    "sip_registrations",
    "sip_peer_up",
    "sip_scanner_events_total",
    "sipsonde_fragments_total",
    "sipsonde_stream_breaks_total",
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
    "rtp_packets_total",
    "rtp_bytes_total",
    "rtp_lost_packets_total",
    "rtcp_packets_total",
    "sip_dtls_handshake_total",
)
CLOSED_HISTOGRAMS = (
    "sip_response_time_seconds",
    "sip_call_duration_seconds",
    "sip_call_setup_seconds",
    "sip_call_ringing_seconds",
    "sip_call_teardown_seconds",
    "sip_registration_delay_seconds",
)


def sample(name, **labels):
    return name, frozenset(labels.items())


class Truth:
    def __init__(self):
        self.samples = Counter()  # sample() -> number
        self.observations = defaultdict(list)  # sample() of a histogram -> integers, nanoseconds
        self.optional = {}  # sample() -> number, where the family is there at all
        self.sums = []  # ([sample(), …], low, high): together they come to a number between the two
        self.scanners = []  # (kind, source, least and most count, user agent), in order
        self.starts_at_zero = False  # the families of few label sets are all there
        self.unstated = set()  # families that this capture does not decide
        self.now_ms = 0  # the last packet's time
        self.stated = {}  # sample() -> number, of gauges whose samples may be absent
        self.transports = set()  # of the messages
        self.tunnel = None  # as the events of signalling tell it; ...: one way or the other
        self.accounts = {}  # call_id -> account_id of its events
        self.rows = {}  # (call_id, leg) -> {field: value}
        self.events = (
            {}
        )  # (call_id, leg) -> ["sip.invite", "sip.ringing 180", …]; leg None: outside of a dialog
        self.details = []  # ((call_id, leg), event, which of that name, {field or attribute: value})

        self.slack = defaultdict(lambda: [0, 0])  # sample() -> how much below and above its number it may be
        self.round_trips = defaultdict(list)  # direction -> seconds, as reports tell them
        self.streams = []  # of RTP, for tshark: media_scene.Stream
        self.reports_are_readable = True  # no SRTCP
        self.media_events = {}  # (call_id, leg) -> {(event, way or None for either): (at least, at most)}
        self.media_begins = {}  # (call_id, leg) -> {way: media_scene.Beginning}
        self.settled = False

        self.hidden = set()  # digits of numbers that stand in no fact but in the Call-ID

    def add(self, name, amount=1, **labels):
        self.samples[sample(name, **labels)] += amount

    def observe(self, name, nanoseconds, **labels):
        self.observations[sample(name, **labels)].append(nanoseconds)

    def together(self, samples, low, high=None):
        """For what the definitions leave to one of several labels, or to a range."""
        self.sums.append((list(samples), low, low if high is None else high))

    def loosen(self, name, below=0, above=0, **labels):
        """For what the definitions leave open by so much: the number that is stated is a range."""
        slack = self.slack[sample(name, **labels)]
        slack[0] += below
        slack[1] += above

    def probation(self, flow, packets):
        """Up to three packets of a stream that no SDP announced keep the verdict `other` (RFC 3550 A.1)."""
        self.loosen("sipsonde_packets_total", below=min(packets, 3), direction=flow, verdict="rtp")

    def settle(self):
        """The capture is whole: what was loosened becomes ranges."""
        assert not self.settled
        self.settled = True
        for key, (below, above) in self.slack.items():
            self.together([key], self.samples[key] - below, self.samples[key] + above)
        for flow in ("ingress", "egress"):
            rtp, other = (
                sample("sipsonde_packets_total", direction=flow, verdict=verdict) for verdict in ("rtp", "other")
            )
            if rtp in self.slack:
                self.together([rtp, other], self.samples[rtp] + self.samples[other])

    def state_if_built(self, name, number, **labels):
        """A family whose feature is not built is absent; where it is there, it says this."""
        self.optional[sample(name, **labels)] = number

    def state(self, name, number, **labels):
        """A sample that is there and says this."""
        self.stated[sample(name, **labels)] = number

    def leave_open(self, *families):
        self.unstated.update(families)

    def says(self, call_id, leg, event, **attributes):
        """Fields or attributes of the first event of that name; None: it has no such attribute."""
        self.details.append(((call_id, leg), event, 0, attributes))

    def hide(self, *numbers):
        self.hidden.update("".join(filter(str.isdigit, number)) for number in numbers)

    # ---- packets and messages ----

    def packet(self, flow, verdict, count=1):
        self.add("sipsonde_packets_total", count, direction=flow, verdict=verdict)

    def message(self, path="packet"):
        self.add("sipsonde_messages_total", path=path)

    def request(self, direction, method, transport="udp"):
        self.transports.add(transport)
        self.add("sip_requests_total", direction=direction, method=method, transport=transport)

    def response(self, direction, method, code, transport="udp"):
        self.transports.add(transport)
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

    def scanner(self, kind, source, low, high, user_agent):
        """A source is told, with a count between the two."""
        self.scanners.append((kind, source, low, high, user_agent))
        self.add("sip_scanner_events_total", kind=kind)

    # ---- legs ----

    def leg(self, row, failure=None, teardown_ns=None, stir="no-identity"):
        """States a row, and the metrics that follow from it. `stir` counts when the INVITE was seen."""
        self.rows[row["call_id"], row["leg"]] = row
        direction, result = row.get("direction"), row.get("disposition")
        belongs = {label: row.get(f"{label}_id", "default") for label in ("tenant", "trunk")}
        if belongs["trunk"] == "default":
            belongs["tenant"] = "default"  # a script may set the row's; labels are the configuration's
        start, ringing, answer, end = (
            row.get(f"{name}_timestamp_ms") for name in ("start", "ringing", "answer", "end")
        )
        if result is not None:
            self.add("sip_calls_total", **belongs, direction=direction, result=result)
        if failure is not None:
            self.add("sip_call_failed_total", reason=failure)
        if stir is not None and start is not None:
            self.add("sip_stir_verify_total", result=stir)
        if answer is not None and end is not None:
            self.observe(
                "sip_call_duration_seconds",
                (end - answer) * 1_000_000,
                **belongs,
                result=result,
            )
        if answer is not None and start is not None:
            self.observe("sip_call_setup_seconds", (answer - start) * 1_000_000, direction=direction)
        if ringing is not None and start is not None:
            self.observe("sip_call_ringing_seconds", (ringing - start) * 1_000_000, direction=direction)
        if teardown_ns is not None:
            self.observe("sip_call_teardown_seconds", teardown_ns, direction=direction)
