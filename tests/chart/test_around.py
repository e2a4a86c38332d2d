# SPDX-License-Identifier: Apache-2.0
"""What stands around the agent: monitors, rules, dashboards, policies; the tests of a release, and its end."""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

import yaml

from helm import (
    ChartCase,
    NAMESPACE,
    RELEASE,
    config_of,
    container_of,
    documents,
    helm,
    of_kind,
    template,
    values_of,
)
from places import ALERTS, CHART, DASHBOARDS


class Monitoring(ChartCase):
    def test_a_probe_is_scraped_by_the_name_of_its_node_as_the_job_that_alerts_know(self):
        service = of_kind("ServiceMonitor", *values_of("monitored"))
        self.assertEqual(service["metadata"]["labels"]["release"], "kube-prometheus-stack")
        pod = of_kind("PodMonitor", *values_of("edge"))
        for endpoint in service["spec"]["endpoints"][0], pod["spec"]["podMetricsEndpoints"][0]:
            self.assertEqual(endpoint["port"], "metrics")
            made = {one["targetLabel"]: one for one in endpoint["relabelings"]}
            self.assertEqual(made["instance"]["sourceLabels"], ["__meta_kubernetes_pod_node_name"])
            self.assertEqual(made["job"]["replacement"], "sipsonde")
        selected = service["spec"]["selector"]["matchLabels"].items()
        self.assertLessEqual(
            selected, of_kind("Service", *values_of("monitored"))["metadata"]["labels"].items()
        )
        status, _, error = helm(
            "template",
            RELEASE,
            CHART,
            "--set",
            "serviceMonitor.enabled=true",
            "--set",
            "podMonitor.enabled=true",
        )
        self.assertNotEqual(status, 0)
        self.assertIn("enable one of the two", error)

    def test_the_rule_holds_the_files_and_what_was_changed(self):
        whole = of_kind("PrometheusRule", "--set", "prometheusRule.enabled=true")
        files = {g["name"]: g for path in ALERTS for g in yaml.safe_load(path.read_text())["groups"]}
        self.assertEqual({group["name"]: group for group in whole["spec"]["groups"]}, files)

        changed = of_kind("PrometheusRule", *values_of("monitored"))
        rules = {rule["alert"]: rule for group in changed["spec"]["groups"] for rule in group["rules"]}
        self.assertIn("[10m])) > 8.5\n", rules["SipCallSetupSlow"]["expr"])
        self.assertIn(">= 5\n", rules["SipCallSetupSlow"]["expr"])
        self.assertIn("< 3.3\n", rules["RtpMosLow"]["expr"])
        self.assertEqual(yaml.safe_load(config_of(*values_of("monitored")))["capacity"], 2500)
        self.assertNotIn("SipsondeEvictions", rules)
        self.assertEqual(
            rules["SipByeSlow"]["annotations"]["runbook_url"],
            "https://git.example.com/sipsonde/docs/alerts.md#sipbyeslow",
        )

    def test_every_threshold_can_be_changed_and_prometheus_takes_what_comes_out(self):
        schema = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))
        names = list(schema["properties"]["prometheusRule"]["properties"]["thresholds"]["properties"])
        words = [f"prometheusRule.thresholds.{name}=77.25" for name in names]
        rule = of_kind(
            "PrometheusRule",
            "--set",
            ",".join(["prometheusRule.enabled=true", *words]),
        )
        for group in rule["spec"]["groups"]:
            for one in group["rules"]:
                self.assertEqual(one["expr"].count(" 77.25"), one["alert"] in names, one["alert"])
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            yaml.safe_dump(rule["spec"], file)
            file.flush()
            done = subprocess.run(
                ["promtool", "check", "rules", file.name], capture_output=True, text=True, check=False
            )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_dashboards_come_along_byte_for_byte(self):
        found = [one for one in documents() if one["metadata"]["name"].endswith("-dashboards")]
        self.assertEqual(len(found), 1)
        self.assertEqual(
            found[0]["data"], {path.name: path.read_text(encoding="utf-8") for path in DASHBOARDS}
        )
        self.assertEqual(found[0]["metadata"]["labels"]["grafana_dashboard"], "1")
        self.assertLess(len(template().encode()), 1 << 20, "a ConfigMap holds 1 MiB")

    def test_a_network_policy_lets_in_who_scrapes(self):
        rule = of_kind("NetworkPolicy", *values_of("monitored"))["spec"]
        self.assertEqual(rule["policyTypes"], ["Ingress"])
        self.assertEqual(rule["ingress"][0]["ports"], [{"port": 9091, "protocol": "TCP"}])
        self.assertEqual(len(rule["ingress"][0]["from"]), 1)
        self.assertEqual(of_kind("NetworkPolicy", *values_of("privileged"))["spec"]["ingress"], [])


class Lifecycle(ChartCase):
    def test_pinning_mounts_the_file_system_and_cleans_up_on_every_node_before_the_end(self):
        job = of_kind("Job", *values_of("pinned"))
        self.assertEqual(job["metadata"]["annotations"]["helm.sh/hook"], "pre-delete")
        self.assertEqual((job["spec"]["completions"], job["spec"]["parallelism"]), (12, 12))
        self.assertEqual(
            container_of(job)["command"], ["sipsonde", "detach", "-c", "/etc/sipsonde/sipsonde.yaml"]
        )
        pod = job["spec"]["template"]["spec"]
        self.assertEqual(pod["topologySpreadConstraints"][0]["topologyKey"], "kubernetes.io/hostname")
        agent = of_kind("DaemonSet", *values_of("pinned"))
        for name in ("tolerations", "nodeSelector", "hostNetwork", "serviceAccountName"):
            self.assertEqual(pod[name], agent["spec"]["template"]["spec"][name], name)
        own = container_of(job)["securityContext"]
        self.assertEqual(own, container_of(agent)["securityContext"])
        for one in job, agent:
            volumes = {each["name"]: each for each in one["spec"]["template"]["spec"]["volumes"]}
            for name, path, kind in (
                ("bpf", "/sys/fs/bpf", "Directory"),
                ("run", "/run/sipsonde", "DirectoryOrCreate"),
            ):
                self.assertIn({"name": name, "mountPath": path}, container_of(one)["volumeMounts"])
                self.assertEqual(volumes[name]["hostPath"], {"path": path, "type": kind})
            self.assertIn({"name": "SIPSONDE_PIN", "value": "true"}, container_of(one)["env"])

    def test_without_pinning_nothing_is_left_to_clean_up(self):
        text = template("--set", "pin.enabled=false")
        for word in ("pre-delete", "/sys/fs/bpf", "SIPSONDE_PIN"):
            self.assertIn(word, template())
            self.assertNotIn(word, text)
        mounts = container_of(of_kind("DaemonSet", "--set", "pin.enabled=false"))["volumeMounts"]
        self.assertIn({"name": "run", "mountPath": "/run/sipsonde"}, mounts)

    def test_helm_test_asks_an_agent_on_its_own_node(self):
        for values, url in ((), "http://127.0.0.1:9092"), (values_of("edge"), "http://[::1]:9192"):
            pod = of_kind("Pod", *values)
            self.assertEqual(pod["metadata"]["annotations"]["helm.sh/hook"], "test")
            self.assertEqual(pod["spec"]["containers"][0]["command"], ["sipsonde", "status", "--api", url])
            term = pod["spec"]["affinity"]["podAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"][0]
            wanted = term["labelSelector"]["matchLabels"].items()
            labels = of_kind("DaemonSet", *values)["spec"]["template"]["metadata"]["labels"].items()
            self.assertLessEqual(wanted, labels)
            for one in pod["spec"]["containers"] + pod["spec"]["initContainers"]:
                self.assertEqual(one["securityContext"]["capabilities"], {"drop": ["ALL"]})
            self.assertEqual([one for one in pod["spec"]["volumes"] if one["name"] in ("run", "bpf")], [])

    def test_the_notes_tell_the_next_three_commands(self):
        """`helm template` leaves notes out: a copy of the chart has them as a document."""
        with tempfile.TemporaryDirectory() as folder:
            copied = Path(folder) / "sipsonde"
            shutil.copytree(CHART, copied)
            shutil.move(copied / "templates" / "NOTES.txt", copied / "notes.tpl")
            (copied / "templates" / "notes.yaml").write_text(
                "apiVersion: v1\nkind: Notes\nmetadata: {name: notes}\n"
                'text: {{ tpl (.Files.Get "notes.tpl") . | toJson }}\n',
                encoding="utf-8",
            )
            status, text, error = helm(
                "template", RELEASE, copied, "-n", NAMESPACE, "-s", "templates/notes.yaml"
            )
        self.assertEqual(status, 0, error)
        notes = yaml.safe_load(text)["text"]
        self.assertIn("kubectl -n voice rollout status daemonset/sipsonde", notes)
        self.assertIn("helm -n voice test sipsonde", notes)
        self.assertIn("/metrics | grep ^sip", notes)
