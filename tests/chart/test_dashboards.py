# SPDX-License-Identifier: Apache-2.0
"""Dashboards: what is committed is what the program writes, every query is one, and asks for what exists."""

import json
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import yaml

from families import TARGET_LABELS, edges_in_docs, label_values_in_docs, series
from places import DASHBOARDS, ROOT
from promql import asked_by, problems_of

QUERY = re.compile(r"label_values\((\w+), (\w+)\)$")
LEGEND = re.compile(r"{{(\w+)}}")
VARIABLES = ("instance", "tenant", "trunk")


def boards():
    return {path.name: json.loads(path.read_text(encoding="utf-8")) for path in DASHBOARDS}


def queries():
    """(dashboard, panel, target) of every query."""
    for name, board in boards().items():
        for panel in board["panels"]:
            for target in panel.get("targets", []):
                yield name, panel, target


def without_variables(expression):
    """As Grafana sends it when everything is chosen."""
    for variable in VARIABLES:
        expression = expression.replace(f'"${variable}"', '".*"')
    return expression.replace("$__rate_interval", "1m")


class Dashboards(unittest.TestCase):
    def test_what_is_committed_is_what_the_program_writes(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(
                [sys.executable, "-B", ROOT / "packaging" / "grafana" / "make", folder], check=True
            )
            written = {path.name: path.read_text(encoding="utf-8") for path in Path(folder).iterdir()}
        committed = {path.name: path.read_text(encoding="utf-8") for path in DASHBOARDS}
        self.assertEqual(sorted(committed), sorted(written))
        changed = [name for name in written if written[name] != committed[name]]
        self.assertEqual(changed, [], "run packaging/grafana/make")

    def test_prometheus_takes_every_query(self):
        rules = [
            {"record": f"query:{number}", "expr": without_variables(target["expr"])}
            for number, (_, _, target) in enumerate(queries())
        ]
        self.assertGreater(len(rules), 100, "the test has lost sight of the queries")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "queries.yaml"
            path.write_text(yaml.safe_dump({"groups": [{"name": "all", "rules": rules}]}), encoding="utf-8")
            done = subprocess.run(
                ["promtool", "check", "rules", path], capture_output=True, text=True, check=False
            )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_every_metric_label_and_value_exists(self):
        families, values = series(), label_values_in_docs() | edges_in_docs() | {"$tenant", "$trunk"}
        problems = []
        for name, panel, target in queries():
            found = problems_of(target["expr"], families, values)
            known = set(TARGET_LABELS)
            for asked in asked_by(target["expr"]).series:
                known |= families.get(asked, set())
            found += [
                f"no label {label} for the legend"
                for label in LEGEND.findall(target["legendFormat"])
                if label not in known
            ]
            problems += [f"{name}, {panel['title']}: {text}" for text in found]
        self.assertEqual(problems, [])

    def test_every_variable_is_of_a_series_that_has_the_label(self):
        families = series()
        for name, board in boards().items():
            source, *chosen = board["templating"]["list"]
            self.assertEqual(
                (source["name"], source["type"], source["query"]), ("datasource", "datasource", "prometheus")
            )
            named = set()
            for variable in chosen:
                asked, label = QUERY.match(variable["definition"]).groups()
                self.assertIn(asked, families, name)
                self.assertIn(label, families[asked] | TARGET_LABELS, name)
                self.assertEqual(variable["name"], label)
                named.add(label)
            used = set(re.findall(r'"\$(\w+)"', " ".join(t["expr"] for n, _, t in queries() if n == name)))
            self.assertEqual(used, named, f"{name}: chosen and not used, or the other way round")

    def test_every_query_can_be_narrowed_to_one_probe(self):
        for name, panel, target in queries():
            counts = target["expr"].count("{"), target["expr"].count('instance=~"$instance"')
            self.assertEqual(*counts, f"{name}, {panel['title']}")

    def test_a_dashboard_is_bound_to_no_data_source_and_to_no_grafana(self):
        for name, board in boards().items():
            self.assertNotIn("__inputs", board)
            self.assertNotIn("id", board)
            for panel in board["panels"]:
                for one in [panel, *panel.get("targets", [])]:
                    if panel["type"] != "row":
                        self.assertEqual(
                            one["datasource"], {"type": "prometheus", "uid": "${datasource}"}, name
                        )
        self.assertEqual(len({board["uid"] for board in boards().values()}), len(DASHBOARDS))

    def test_panels_lie_side_by_side(self):
        for name, board in boards().items():
            taken, ids = {}, set()
            for panel in board["panels"]:
                self.assertNotIn(panel["id"], ids, name)
                ids.add(panel["id"])
                place = panel["gridPos"]
                self.assertLessEqual(place["x"] + place["w"], 24, panel["title"])
                for x in range(place["x"], place["x"] + place["w"]):
                    for y in range(place["y"], place["y"] + place["h"]):
                        self.assertNotIn((x, y), taken, f"{name}: {panel['title']} over {taken.get((x, y))}")
                        taken[x, y] = panel["title"]

    def test_what_is_promised_is_shown(self):
        asked = {}
        for name, _, target in queries():
            asked.setdefault(name, set()).update(asked_by(target["expr"]).series)
        for name, wanted in {
            "sipsonde-operations.json": "sip_calls_total sip_calls_active sip_answer_seizure_ratio "
            "sip_network_effectiveness_ratio sip_call_setup_seconds_bucket sip_call_failed_total sip_peer_up",
            "sipsonde-media.json": "rtp_estimated_mos_bucket rtp_loss_ratio rtp_jitter_ms_bucket "
            "rtcp_rtt_seconds_bucket sip_call_mos_estimate_bucket sip_call_rtt_ms_bucket",
            "sipsonde-probe.json": "sipsonde_packets_total sipsonde_ring_dropped_total "
            "sipsonde_worker_lag_us_bucket sipsonde_sink_failed_total sipsonde_map_entries "
            "sipsonde_memory_allocated_bytes",
        }.items():
            self.assertEqual(sorted(set(wanted.split()) - asked[name]), [], name)
