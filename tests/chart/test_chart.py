# SPDX-License-Identifier: Apache-2.0
"""The chart as helm renders it: valid for Kubernetes, and no value misspelt."""

import copy
import json
import re
import unittest

import yaml

from helm import (
    ChartCase,
    NAMESPACE,
    RELEASE,
    VALUE_SETS,
    container_of,
    documents,
    helm,
    of_kind,
    rendered_pods,
    validate,
    values_of,
)
from places import ALERTS, CHART, PODS, PRESETS, ROOT, has_validate


class Lint(ChartCase):
    def test_helm_finds_nothing_to_say_against_any_set_of_values(self):
        self.assertEqual(len(VALUE_SETS), 6)
        for path in VALUE_SETS:
            status, text, error = helm("lint", "--strict", CHART, "-f", path)
            self.assertEqual(status, 0, f"{path.name}: {text}{error}")

    @unittest.skipUnless(has_validate(), "needs kubernetes-validate: run tests/chart/build_helm")
    def test_every_set_of_values_is_valid_for_kubernetes(self):
        manifests = [document for path in VALUE_SETS for document in documents("-f", str(path))]
        self.assertGreater(len(manifests), 6 * 5)
        self.assertEqual(validate(manifests), "")

    @unittest.skipUnless(has_validate(), "needs kubernetes-validate: run tests/chart/build_helm")
    def test_an_older_kubernetes_gets_what_it_knows(self):
        without_sleep = ("--set", "preStopSeconds=0,pin.detach.holdSeconds=0")
        self.assertEqual(validate(documents(*values_of("pinned"), *without_sleep), "1.28"), "")
        self.assertIn("sleep", validate(documents(*values_of("pinned")), "1.28"))

    @unittest.skipUnless(has_validate(), "needs kubernetes-validate: run tests/chart/build_helm")
    def test_a_misspelt_field_would_be_found(self):
        wrong = copy.deepcopy(of_kind("DaemonSet"))
        container_of(wrong)["securityContext"]["readOnlyRootFileSystem"] = True
        self.assertIn("readOnlyRootFileSystem", validate([wrong]))

    def test_the_pods_that_are_run_by_the_tests_of_the_image_are_these(self):
        for preset in PRESETS:
            run = (PODS / f"{preset}.yaml").read_text(encoding="utf-8")
            self.assertEqual(run, rendered_pods(preset), "run tests/chart/render_pods")

    def test_everything_is_in_the_namespace_and_labelled(self):
        for path in VALUE_SETS:
            for document in documents("-f", str(path)):
                where = f"{path.name}: {document['kind']}"
                of_the_cluster = document["kind"].startswith("Cluster")
                namespace = document["metadata"].get("namespace")
                self.assertEqual(namespace, None if of_the_cluster else NAMESPACE, where)
                self.assertEqual(document["metadata"]["labels"]["app.kubernetes.io/instance"], RELEASE, where)


class Schema(ChartCase):
    def test_misspelt_values_are_refused(self):
        for word in (
            "presett=least",
            "preset=leest",
            "image.repo=x",
            "image.digest=sha256:12",
            "config.prots=x",
            "config.pin=true",
            "store.type=hostpath",
            "serviceMonitor.enable=true",
            "podMonitor.interval=often",
            "prometheusRule.enabled=yes",
            "prometheusRule.thresholds.SipCalSetupSlow=5",
            "prometheusRule.disabled={SipByeSlo}",
            "dashboard.enabled=false",
            "networkPolicy.from[0].namespaceSelecter.x=y",
            "secretEnv.HEP_PASSWORD.name=x",
            "secretEnv.SIPSONDE_HEP_PASSWORD.nam=x",
            "secretFiles[0].name=x",
            "tolerations[0].efect=NoSchedule",
            "affinity.nodeAfinity.x=y",
            "resources.limit.cpu=1",
            "updateStrategy.rollingUpdate.maxSurge=1",
            "pin.detach.node=3",
            "podNames.enable=true",
            "terminationGracePeriod=5",
        ):
            status, _, error = helm("template", RELEASE, CHART, "--set", word)
            self.assertNotEqual(status, 0, word)
            self.assertIn("values don't meet the specifications of the schema", error, word)

    def test_every_value_has_its_place_in_the_schema(self):
        """Two levels down: what is deeper is Kubernetes' own or the agent's."""
        schema = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))["properties"]
        values = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
        self.assertEqual(sorted(values), sorted(set(schema) - {"global"}))
        for name, own in values.items():
            below = schema[name].get("properties")
            if isinstance(own, dict) and own and below and name not in ("resources", "affinity"):
                self.assertEqual(sorted(own), sorted(below), name)

    def test_every_setting_and_every_alert_is_in_the_schema(self):
        schema = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))["properties"]
        keys = re.findall(
            r"^\| `([a-z_]+)[.a-z_]*` \|", (ROOT / "docs/configuration.md").read_text(encoding="utf-8"), re.M
        )
        known = schema["config"]["oneOf"][1]["properties"]
        written = ("name", "tenant", "account_id", "peers", "domains", "headers", "vlans")  # of a trunk rule
        self.assertEqual(sorted(set(keys) - set(known) - set(written)), [])
        rules = [r for path in ALERTS for g in yaml.safe_load(path.read_text())["groups"] for r in g["rules"]]
        own = schema["prometheusRule"]["properties"]
        self.assertEqual(sorted(own["disabled"]["items"]["enum"]), sorted(rule["alert"] for rule in rules))
        numbered = [rule["alert"] for rule in rules if re.search(r"[<>]=? [0-9.]", rule["expr"])]
        self.assertEqual(sorted(own["thresholds"]["properties"]), sorted(numbered))
