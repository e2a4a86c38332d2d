# SPDX-License-Identifier: Apache-2.0
"""Alert rules: Prometheus takes them, they ask for what exists, each fires and keeps quiet when it should, and each
has its section in the runbook."""

import re
import subprocess
import unittest

import yaml

from families import label_values_in_docs, series
from places import ALERTS, ROOT
from promql import problems_of

CASES = sorted((ROOT / "tests" / "chart" / "alerts").glob("*.yaml"))
THRESHOLD = re.compile(r"[<>]=? ([0-9.]+)")
WITHOUT_THRESHOLD = {
    "SipTrunkDown",
    "RtpengineDown",
    "SipsondeDown",
}  # yes or no, and more or less than before


def load(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def rules():
    return [rule for path in ALERTS for group in load(path)["groups"] for rule in group["rules"]]


def promtool(*arguments):
    done = subprocess.run(["promtool", *map(str, arguments)], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


class Rules(unittest.TestCase):
    def test_promtool_takes_every_file(self):
        status, text = promtool("check", "rules", "--lint=all", "--lint-fatal", *ALERTS)
        self.assertEqual(status, 0, text)

    def test_every_case_holds(self):
        status, text = promtool("test", "rules", *CASES)
        self.assertEqual(status, 0, text)

    def test_every_alert_fires_in_one_case_and_keeps_quiet_in_another(self):
        fires, quiet = set(), set()
        for path in CASES:
            for case in load(path)["tests"]:
                for expected in case["alert_rule_test"]:
                    (fires if expected["exp_alerts"] else quiet).add(expected["alertname"])
        names = {rule["alert"] for rule in rules()}
        self.assertGreater(len(names), 11)
        self.assertEqual(fires, names)
        self.assertEqual(quiet, names)

    def test_every_metric_label_and_value_exists(self):
        families, values = series(), label_values_in_docs() | {"sipsonde"}
        problems = []
        for rule in rules():
            problems += [f"{rule['alert']}: {text}" for text in problems_of(rule["expr"], families, values)]
        self.assertEqual(problems, [])

    def test_a_metric_or_label_that_does_not_exist_is_found(self):
        families, values = series(), label_values_in_docs()
        for expression in (
            "rate(sip_call_total[5m])",
            "rate(sip_calls_total{method='x'}[5m])".replace("'", '"'),
            'rate(sip_calls_total{result="answerd"}[5m])',
            "sum by (codec) (sip_calls_total)",
            "rate(sip_calls_total_bucket[5m])",
            "1 > 0",
        ):
            self.assertTrue(problems_of(expression, families, values), expression)
        self.assertEqual(
            problems_of(
                'sum by (trunk) (rate(sip_calls_total{result=~"busy|failed"}[5m]))', families, values
            ),
            [],
        )

    def test_the_threshold_is_the_first_number_that_is_compared_with(self):
        for rule in rules():
            found = THRESHOLD.search(rule["expr"])
            self.assertEqual(found is None, rule["alert"] in WITHOUT_THRESHOLD, rule["alert"])

    def test_every_alert_has_severity_words_and_a_section_of_the_runbook(self):
        sections = re.findall(r"^### (\w+)$", (ROOT / "docs" / "alerts.md").read_text(encoding="utf-8"), re.M)
        for rule in rules():
            name = rule["alert"]
            self.assertIn(rule["labels"]["severity"], ("warning", "critical"), name)
            self.assertEqual(set(rule["annotations"]), {"summary", "description", "runbook_url"}, name)
            self.assertEqual(rule["annotations"]["runbook_url"], f"docs/alerts.md#{name.lower()}")
            self.assertIn(name, sections)
        self.assertEqual(sorted(sections), sorted(rule["alert"] for rule in rules()))
