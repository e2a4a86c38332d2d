# SPDX-License-Identifier: Apache-2.0
"""Every receiver there is, each behind a door, and what of the calls it has received: for tests of what one of them costs
the others."""

from lab.rsyslog import Rsyslog

from . import hep, nonsense
from .clickhouse import ClickHouse, find_chdb
from .doors import Door
from .kafka import Kafka, find_kafka
from .otlp import GrpcSpans, Receiver
from .records import RecordReceiver, key_of

HOME = "127.0.0.1"


class Sink:
    """`names`: values of the label `sink`. `lines`: of the agent's configuration. `durable`: it loses nothing that the
    store has. `told()`: keys of what came, in order; of HEP packets."""

    durable = True

    def __init__(self, door, lines, *names):
        self.door, self.lines, self.names = door, lines, names

    def told(self):
        raise NotImplementedError

    def stop(self):
        pass


class Spans(Sink):
    durable = False

    def __init__(self, doors, namespace, port, kind, protocol, talk):
        self.receiver = kind(namespace, port)
        super().__init__(
            Door(doors, port + 10000, port, talk),
            f'otlp: {{enabled: true, logs: {"true" if protocol != "grpc" else "false"}, protocol: {protocol}, '
            f'endpoint: "http://{HOME}:{port + 10000}", timeout: 1s, batch: {{delay: 200ms}}}}',
            "otlp",
        )

    def told(self):
        roots = self.receiver.spans_with(name="sip.call")
        return [(root["attributes"]["sip.call_id"], root["attributes"]["sip.leg"]) for root in roots]

    def stop(self):
        self.receiver.stop()


class Mirror(Sink):
    durable = False

    def __init__(self, doors, namespace):
        self.receiver = hep.Receiver(namespace, HOME, 9060, "tcp")
        lines = f'hep: {{enabled: true, endpoint: "{HOME}:19060", transport: tcp}}'
        super().__init__(Door(doors, 19060, 9060, goes_on=True), lines, "hep")

    def told(self):
        return self.receiver.of_kind(hep.SIP)

    def stop(self):
        self.receiver.close()


class Records(Sink):
    def __init__(self, doors, namespace):
        self.receiver = RecordReceiver(namespace)
        lines = f'  http: {{url: "http://{HOME}:18080/cdr", batch: 50, timeout: 1s}}'
        super().__init__(Door(doors, 18080, 8080, nonsense.OVER_HTTP), lines, "cdr-http")

    def told(self):
        return [key_of(row) for row in self.receiver.rows()]

    def stop(self):
        self.receiver.stop()


class Syslog(Sink):
    def __init__(self, doors, namespace, folder):
        self.receiver = Rsyslog(namespace, folder, HOME, 1601, 1602)
        super().__init__(
            Door(doors, 11601, 1601, goes_on=True), f'  syslog: {{address: "tcp://{HOME}:11601"}}', "cdr-syslog"
        )

    def told(self):
        return [key_of(message["row"]) for message in self.receiver.told("imtcp")]

    def stop(self):
        self.receiver.stop()


class Warehouse(Sink):
    def __init__(self, doors, namespace, folder):
        self.receiver = ClickHouse(namespace, folder)
        self.receiver.begin_to_start()
        lines = f'  clickhouse: {{url: "http://{HOME}:18123"}}'
        super().__init__(Door(doors, 18123, 8123, nonsense.OF_CLICKHOUSE), lines, "cdr-clickhouse")

    def told(self):
        if not self.receiver.count():
            return []
        rows = self.receiver.ask(
            "SELECT node, call_sid, leg, toUnixTimestamp64Milli(start_timestamp_ms) AS start FROM telephony_cdrs"
        )
        return [
            (row["node"], row["call_sid"], int(row["leg"]), None if row["start"] is None else int(row["start"]))
            for row in rows
        ]

    def stop(self):
        self.receiver.kill()


class Topics(Sink):
    def __init__(self, doors, namespace, folder):
        self.receiver = Kafka(namespace, folder, advertised=29092)
        self.receiver.begin_to_start()
        lines = f'  kafka: {{brokers: "{HOME}:29092"}}'
        super().__init__(
            Door(doors, 29092, 19092, nonsense.IN_FRAMES, goes_on=True), lines, "cdr-kafka", "events-kafka"
        )

    def told(self):
        return [key_of(row) for row in self.receiver.values("sip.cdr")]

    def stop(self):
        self.receiver.kill()


def every_sink(doors, namespace, folder):
    """({name: Sink}, what is left out and why)."""
    left_out = []
    sinks = {}
    if find_kafka():
        sinks["kafka"] = Topics(doors, namespace, folder)
    else:
        left_out.append("Kafka: tests/live/build_kafka fetches it")
    if find_chdb():
        sinks["clickhouse"] = Warehouse(doors, namespace, folder)
    else:
        left_out.append("ClickHouse: tests/live/build_chdb installs its engine")
    sinks["otlp"] = Spans(doors, namespace, 4318, Receiver, "http/protobuf", nonsense.OF_OTLP)
    sinks["grpc"] = Spans(doors, namespace, 4317, GrpcSpans, "grpc", nonsense.OVER_GRPC)
    sinks["hep"] = Mirror(doors, namespace)
    sinks["http"] = Records(doors, namespace)
    sinks["syslog"] = Syslog(doors, namespace, folder)
    return sinks, left_out


def wait_for_start(sinks, name):
    """Of a receiver that takes its time."""
    if name in sinks and hasattr(sinks[name].receiver, "wait_for_start"):
        sinks[name].receiver.wait_for_start()
