# SPDX-License-Identifier: Apache-2.0
"""Receivers of spans, log records and metrics: one of our own that fails as it is told, and an OpenTelemetry collector
where there is one."""

import collections
import gzip
import json
import os
import shutil
import socket
import subprocess

from lab.process import Process, wait_until

from .grpc_receiver import GrpcReceiver
from .http_receiver import HttpReceiver
from .otlp_messages import logs_of_request, metrics_of_request, spans_of_request

# ---- our own receiver ----


class SpanShelf:
    """Part of a receiver that has `spans` and a `lock`."""

    def wait_for_spans(self, count, seconds=15, **values):
        wait_until(
            lambda: len(self.spans_with(**values)) >= count,
            seconds,
            f"{len(self.spans_with(**values))} of {count} spans came",
        )
        return self.spans_with(**values)

    def spans_with(self, **values):
        with self.lock:
            return [span for span in self.spans if all(span[key] == value for key, value in values.items())]


class Receiver(SpanShelf, HttpReceiver):
    """OTLP/HTTP in a namespace; it fails as HttpReceiver says."""

    def __init__(self, namespace, port=4318, tls=None):
        self.spans, self.logs, self.metrics = [], [], {}
        super().__init__(namespace, port, tls)

    def take(self, handler, body):
        request = gzip.decompress(body) if handler.headers.get("Content-Encoding") == "gzip" else body
        if handler.path.endswith("/v1/logs"):
            self.logs += logs_of_request(request)
        elif handler.path.endswith("/v1/metrics"):
            self.metrics = metrics_of_request(request)
        else:
            self.spans += spans_of_request(request)


class GrpcSpans(SpanShelf, GrpcReceiver):
    """OTLP/gRPC, traces alone; it fails as GrpcReceiver says."""

    def __init__(self, namespace, port=4317, tls=None):
        self.spans = []
        super().__init__(namespace, port, tls)

    def take(self, message):
        self.spans += spans_of_request(message)


# ---- the real one ----

VERSION = "v0.161.0"
MANIFEST = f"""
dist: {{name: otelcol, output_path: ./_build}}
receivers:
  - gomod: go.opentelemetry.io/collector/receiver/otlpreceiver {VERSION}
exporters:
  - gomod: go.opentelemetry.io/collector/exporter/debugexporter {VERSION}
  - gomod: github.com/open-telemetry/opentelemetry-collector-contrib/exporter/fileexporter {VERSION}
"""
CONFIGURATION = """
receivers:
  otlp:
    protocols:
      http: {{endpoint: 127.0.0.1:4318{tls}}}
      grpc: {{endpoint: 127.0.0.1:4317{tls}}}
exporters:
  file: {{path: {path}, append: true, flush_interval: 200ms}}
service:
  telemetry: {{metrics: {{level: none}}}}
  pipelines:
    traces: {{receivers: [otlp], exporters: [file]}}
    logs: {{receivers: [otlp], exporters: [file]}}
    metrics: {{receivers: [otlp], exporters: [file]}}
"""


def find_collector():
    """The program, or None. SIPSONDE_OTELCOL names it; else `otelcol` of the PATH; else what
    tests/live/build_collector has made."""
    named = os.environ.get("SIPSONDE_OTELCOL")
    if named:
        return named
    for name in ("otelcol", "otelcol-contrib"):
        if found := shutil.which(name):
            return found
    built = os.path.join(collector_cache(), "_build", "otelcol")
    return built if os.access(built, os.X_OK) else None


def collector_cache():
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(cache, "sipsonde-tests", f"otelcol-{VERSION}")


def build_collector():
    """Into the cache; minutes, and a Go of at least 1.25."""
    folder = collector_cache()
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "manifest.yaml"), "w", encoding="utf-8") as file:
        file.write(MANIFEST)
    environment = {**os.environ, "GOBIN": folder}
    builder = f"go.opentelemetry.io/collector/cmd/builder@{VERSION}"
    subprocess.run(["go", "install", builder], env=environment, check=True)
    subprocess.run(
        [os.path.join(folder, "builder"), "--config", "manifest.yaml"], cwd=folder, env=environment, check=True
    )


class Collector:
    """The OpenTelemetry collector in a namespace; what it took is read from the file it writes. `tls`: paths of its
    certificate, its key, and of the authority of the clients that it lets in."""

    def __init__(self, namespace, folder, program, tls=None):
        self._namespace, self._folder, self._program, self._tls = namespace, folder, program, tls
        self._process = None
        self._path = os.path.join(folder, "collected.json")
        self.start()

    def start(self):
        configuration = os.path.join(self._folder, "collector.yaml")
        with open(configuration, "w", encoding="utf-8") as file:
            file.write(CONFIGURATION.format(path=self._path, tls=self._tls_settings()))
        self._process = Process(
            self._namespace.command(self._program, "--config", configuration),
            log=os.path.join(self._folder, "collector.log"),
        )
        wait_until(self._listens, 20, "the collector does not listen")

    def _tls_settings(self):
        if not self._tls:
            return ""
        return ", tls: {cert_file: %s, key_file: %s, client_ca_file: %s}" % self._tls

    def _listens(self):
        def both():
            for port in (4317, 4318):
                socket.create_connection(("127.0.0.1", port), 1).close()
            return True

        try:
            return self._namespace.call(both)
        except OSError:
            return False

    def stop(self):
        if self._process:
            self._process.stop()
            self._process = None

    def _lines(self):
        if not os.path.exists(self._path):
            return []
        with open(self._path, encoding="utf-8") as file:
            return [json.loads(line) for line in file.read().rpartition("\n")[0].splitlines()]

    def _collected(self, of_resources, of_scopes, items):
        found = []
        for line in self._lines():
            for of_resource in line.get(of_resources, []):
                for of_scope in of_resource[of_scopes]:
                    found += of_scope[items]
        return found

    def output(self):
        return self._process.output()

    def spans(self):
        return self._collected("resourceSpans", "scopeSpans", "spans")

    def calls_by_service(self):
        """How many roots of calls came from each service."""
        told = collections.Counter()
        for line in self._lines():
            for of_resource in line.get("resourceSpans", []):
                for attribute in of_resource["resource"]["attributes"]:
                    if attribute["key"] == "service.name":
                        told[attribute["value"]["stringValue"]] += sum(
                            span["name"] == "sip.call"
                            for of_scope in of_resource["scopeSpans"]
                            for span in of_scope["spans"]
                        )
        return told

    def logs(self):
        return self._collected("resourceLogs", "scopeLogs", "logRecords")

    def metrics(self):
        return self._collected("resourceMetrics", "scopeMetrics", "metrics")

    def wait_for_spans(self, count, name, seconds=20):
        def named():
            return [span for span in self.spans() if span["name"] == name]

        wait_until(lambda: len(named()) >= count, seconds, f"{len(named())} of {count} spans {name}")
        return named()
