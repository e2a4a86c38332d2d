# SPDX-License-Identifier: Apache-2.0
"""Requests of OTLP as dictionaries: protobuf as far as that needs it, as pairs of field and value, whatever the schema."""

import struct


def _varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def fields(data):
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        kind = key & 7
        if kind == 0:
            value, at = _varint(data, at)
        elif kind == 1:
            value, at = struct.unpack_from("<Q", data, at)[0], at + 8
        elif kind == 5:
            value, at = struct.unpack_from("<I", data, at)[0], at + 4
        elif kind == 2:
            size, at = _varint(data, at)
            value, at = data[at : at + size], at + size
        else:
            raise ValueError(f"wire type {kind}")
        yield key >> 3, value


def _all(data, number):
    return [value for field, value in fields(data) if field == number]


def _attributes(pairs):
    found = {}
    for pair in pairs:
        key, value = dict(fields(pair))[1].decode(), list(fields(dict(fields(pair))[2]))[0]
        if value[0] == 1:
            found[key] = value[1].decode()
        elif value[0] == 4:
            found[key] = struct.unpack("<d", struct.pack("<Q", value[1]))[0]
        else:
            found[key] = value[1]
    return found


def spans_of_request(request):
    """Spans of an ExportTraceServiceRequest as dictionaries; field numbers are those of the public schema."""
    spans = []
    for resource_spans in _all(request, 1):
        resource = {}
        for message in _all(resource_spans, 1):
            resource = _attributes(_all(message, 1))
        for scope_spans in _all(resource_spans, 2):
            for span in _all(scope_spans, 2):
                one = dict(fields(span))
                spans.append(
                    {
                        "trace_id": one[1].hex(),
                        "span_id": one[2].hex(),
                        "parent": one.get(4, b"").hex(),
                        "name": one[5].decode(),
                        "kind": one[6],
                        "start_ns": one[7],
                        "end_ns": one[8],
                        "attributes": _attributes(_all(span, 9)),
                        "events": [dict(fields(event))[2].decode() for event in _all(span, 11)],
                        "status": dict(fields(one.get(15, b""))).get(3, 0),
                        "resource": resource,
                    }
                )
    return spans


def logs_of_request(request):
    """Records of an ExportLogsServiceRequest as dictionaries."""
    logs = []
    for resource_logs in _all(request, 1):
        for scope_logs in _all(resource_logs, 2):
            for record in _all(scope_logs, 2):
                one = dict(fields(record))
                logs.append(
                    {
                        "time_ns": one[1],
                        "observed_ns": one[11],
                        "severity": one[3].decode(),
                        "event": one[12].decode(),
                        "trace_id": one.get(9, b"").hex(),
                        "span_id": one.get(10, b"").hex(),
                        "attributes": _attributes(_all(record, 6)),
                    }
                )
    return logs


def metrics_of_request(request):
    """Numbers of an ExportMetricsServiceRequest: those of a sum, of a histogram how often it was observed, by name and
    attributes."""
    metrics = {}
    for resource_metrics in _all(request, 1):
        for scope_metrics in _all(resource_metrics, 2):
            for metric in _all(scope_metrics, 2):
                one = dict(fields(metric))
                is_sum = 7 in one
                for point in _all(one[7 if is_sum else 9], 1):
                    attributes = _attributes(_all(point, 7 if is_sum else 9))
                    number = dict(fields(point))[6 if is_sum else 4]
                    metrics[one[1].decode(), tuple(sorted(attributes.items()))] = number
    return metrics


def partial_success(rejected, message):
    text = message.encode()
    inner = bytes([0x08, rejected, 0x12, len(text)]) + text
    return bytes([0x0A, len(inner)]) + inner
