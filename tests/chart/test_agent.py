# SPDX-License-Identifier: Apache-2.0
"""The pod of the agent: as little privilege as it says, probes and ports where the configuration listens, the
configuration as it was written."""

import os
import re
import subprocess
import tempfile
import unittest

import yaml

from helm import (
    ChartCase,
    NAMESPACE,
    RELEASE,
    VALUE_SETS,
    config_of,
    container_of,
    helm,
    of_kind,
    template,
    values_of,
)
from places import CHART, SIPSONDE


class Agent(ChartCase):
    def test_least_is_three_capabilities_and_nothing_else(self):
        document = of_kind("DaemonSet")
        pod, own = document["spec"]["template"]["spec"], container_of(document)["securityContext"]
        self.assertEqual(own["capabilities"], {"drop": ["ALL"], "add": ["BPF", "NET_ADMIN", "PERFMON"]})
        self.assertEqual(
            {name: own[name] for name in own if name != "capabilities"},
            {"privileged": False, "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True},
        )
        self.assertEqual(pod["securityContext"]["seccompProfile"], {"type": "RuntimeDefault"})
        self.assertEqual(pod["securityContext"]["runAsUser"], 0)
        self.assertNotIn("hostPID", pod)
        self.assertNotIn("hostIPC", pod)
        paths = [volume["hostPath"]["path"] for volume in pod["volumes"] if "hostPath" in volume]
        self.assertEqual(paths, ["/run/sipsonde", "/sys/fs/bpf"])
        adding = of_kind("DaemonSet", "--set", "sysResource=true")
        self.assertIn("SYS_RESOURCE", container_of(adding)["securityContext"]["capabilities"]["add"])

    def test_every_capability_has_its_comment(self):
        text = (CHART / "templates" / "_security.tpl").read_text(encoding="utf-8")
        for name in ("BPF", "NET_ADMIN", "PERFMON", "SYS_RESOURCE"):
            self.assertRegex(text, rf"(?m)^ +- {name} +# \w+")

    def test_privileged_is_privileged_and_still_has_a_read_only_root(self):
        document = of_kind("DaemonSet", *values_of("privileged"))
        self.assertEqual(
            container_of(document)["securityContext"], {"privileged": True, "readOnlyRootFilesystem": True}
        )
        self.assertNotIn("seccompProfile", document["spec"]["template"]["spec"]["securityContext"])

    def test_it_is_in_the_network_of_its_node_and_holds_no_token(self):
        document = of_kind("DaemonSet")
        pod = document["spec"]["template"]["spec"]
        self.assertIs(pod["hostNetwork"], True)
        self.assertEqual(pod["dnsPolicy"], "ClusterFirstWithHostNet")
        self.assertIs(pod["automountServiceAccountToken"], False)
        self.assertIs(pod["enableServiceLinks"], False)
        self.assertIs(of_kind("ServiceAccount")["automountServiceAccountToken"], False)
        self.assertEqual(document["spec"]["updateStrategy"]["rollingUpdate"], {"maxUnavailable": 1})
        names = {
            one["name"]: one.get("valueFrom", {}).get("fieldRef") for one in container_of(document)["env"]
        }
        self.assertEqual(names["SIPSONDE_NODE"], {"fieldPath": "spec.nodeName"})
        self.assertEqual(names["POD_NAME"], {"fieldPath": "metadata.name"})

    def test_pod_names_give_the_agent_a_token_that_lists_pods_and_nothing_else_has_one(self):
        self.assertNotIn("ClusterRole", template())
        self.assertNotIn("SIPSONDE_KUBERNETES_PODS", template())
        with_names = values_of("monitored")
        agent = of_kind("DaemonSet", *with_names)
        self.assertIs(agent["spec"]["template"]["spec"]["automountServiceAccountToken"], True)
        account = of_kind("ServiceAccount", *with_names)
        cleaning, asking = of_kind("Job", *with_names), of_kind("Pod", *with_names)["spec"]
        for document in account, cleaning["spec"]["template"]["spec"], asking:
            self.assertIs(document["automountServiceAccountToken"], False)
        # all of them read the configuration, which may choose pods
        for one in container_of(agent), container_of(cleaning), *asking["initContainers"]:
            self.assertIn({"name": "SIPSONDE_KUBERNETES_PODS", "value": "true"}, one["env"])
        role, binding = (of_kind(kind, *with_names) for kind in ("ClusterRole", "ClusterRoleBinding"))
        self.assertEqual(role["rules"], [{"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]}])
        self.assertEqual(
            binding["roleRef"],
            {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role["metadata"]["name"]},
        )
        named = {"kind": "ServiceAccount", "name": account["metadata"]["name"], "namespace": NAMESPACE}
        self.assertEqual(binding["subjects"], [named])
        for words, complaint in (
            ("config.kubernetes.pods=true", "set podNames.enabled as well"),
            ("podNames.enabled=true,serviceAccount.create=false", "a service account that no other pod has"),
        ):
            status, _, error = helm("template", RELEASE, CHART, "--set", words)
            self.assertNotEqual(status, 0, words)
            self.assertIn(complaint, error)

    def test_probes_ask_where_the_api_listens(self):
        for values, host, port in ((), "127.0.0.1", 9092), (values_of("edge"), "::1", 9192):
            container = container_of(of_kind("DaemonSet", *values))
            for probe, path in (("startup", "ready"), ("liveness", "health"), ("readiness", "ready")):
                self.assertEqual(
                    container[f"{probe}Probe"]["httpGet"],
                    {"host": host, "port": port, "path": f"/admin/{path}"},
                )
        without = container_of(of_kind("DaemonSet", "--set-string", "config.api.listen=off"))
        self.assertNotIn("livenessProbe", without)
        self.assertEqual(
            container_of(of_kind("DaemonSet"))["lifecycle"], {"preStop": {"sleep": {"seconds": 5}}}
        )

    def test_the_metrics_port_is_the_one_of_the_configuration(self):
        self.assertEqual(container_of(of_kind("DaemonSet"))["ports"][0]["containerPort"], 9091)
        service = of_kind("Service")["spec"]
        self.assertEqual((service["clusterIP"], service["ports"][0]["port"]), ("None", 9091))
        self.assertEqual(
            container_of(of_kind("DaemonSet", *values_of("edge")))["ports"][0]["containerPort"], 9191
        )
        self.assertEqual(of_kind("Service", *values_of("edge"))["spec"]["ports"][0]["port"], 9191)
        self.assertNotIn("kind: Service\n", template(*values_of("privileged")))
        self.assertNotIn("ports", container_of(of_kind("DaemonSet", *values_of("privileged"))))
        status, _, error = helm("template", RELEASE, CHART, "--set", "config.metrics.listen=0.0.0.0:0")
        self.assertIn("is no address to listen on in a cluster", error)
        self.assertNotEqual(status, 0)

    def test_it_may_write_where_it_writes_by_default(self):
        mounts = {one["mountPath"]: one for one in container_of(of_kind("DaemonSet"))["volumeMounts"]}
        self.assertTrue(mounts["/etc/sipsonde"]["readOnly"])
        for path in ("/var/lib/sipsonde", "/var/log/sipsonde"):
            self.assertEqual(mounts[path]["name"], "store")
        volumes = {one["name"]: one for one in of_kind("DaemonSet")["spec"]["template"]["spec"]["volumes"]}
        self.assertEqual(volumes["store"]["emptyDir"], {"sizeLimit": "4Gi"})
        edge = of_kind("DaemonSet", *values_of("edge"))["spec"]["template"]["spec"]
        volumes = {one["name"]: one for one in edge["volumes"]}
        self.assertEqual(volumes["store"]["hostPath"], {"path": "/srv/sipsonde", "type": "DirectoryOrCreate"})


class Configuration(ChartCase):
    def test_a_text_comes_along_as_it_is(self):
        written = (CHART / "ci" / "edge.yaml").read_text(encoding="utf-8")
        own = re.search(r"^config: \|\n((?:  .*\n)+)", written, re.M)[1]
        self.assertEqual(config_of(*values_of("edge")).rstrip(), re.sub(r"(?m)^  ", "", own).rstrip())

    def test_a_map_is_merged_with_the_default(self):
        config = yaml.safe_load(config_of("--set", "config.sip.ports={5060,5080}"))
        self.assertEqual(config["sip"], {"ports": [5060, 5080]})
        self.assertEqual(config["interfaces"], "auto")
        self.assertEqual(config["store"]["path"], "/var/lib/sipsonde")

    def test_another_configuration_makes_other_pods(self):
        def checksum(*arguments):
            return of_kind("DaemonSet", *arguments)["spec"]["template"]["metadata"]["annotations"][
                "checksum/config"
            ]

        self.assertEqual(checksum(), checksum("--set", "dashboards.enabled=false"))
        self.assertNotEqual(checksum(), checksum("--set", "config.log.level=debug"))

    def test_yaml_that_is_none_is_refused_by_its_line(self):
        status, _, error = helm("template", RELEASE, CHART, "--set-string", "config=sip: [")
        self.assertNotEqual(status, 0)
        self.assertIn("config: ", error)

    def test_secrets_come_by_reference_alone(self):
        document = of_kind("DaemonSet", *values_of("secrets"))
        env = {one["name"]: one for one in container_of(document)["env"]}
        self.assertEqual(
            env["SIPSONDE_OTLP_HEADERS"]["valueFrom"],
            {"secretKeyRef": {"name": "sipsonde", "key": "otlp-headers"}},
        )
        volumes = {one["name"]: one for one in document["spec"]["template"]["spec"]["volumes"]}
        self.assertEqual(volumes["secret-0"]["secret"], {"secretName": "sipsonde-keys", "defaultMode": 0o400})
        self.assertEqual(env["K8S_CLUSTER_NAME"]["value"], "production")
        self.assertNotIn("kind: Secret\n", template(*values_of("secrets")))
        self.assertTrue(container_of(document)["image"].endswith("cdef"))

    @unittest.skipUnless(os.access(SIPSONDE, os.X_OK), "needs build/sipsonde, or SIPSONDE")
    def test_the_agent_takes_every_configuration(self):
        for path in VALUE_SETS:
            text = (
                config_of("-f", str(path))
                .replace("/etc/sipsonde-keys/numbers", "off")
                .replace("hmac", "mask")
            )
            given = container_of(of_kind("DaemonSet", "-f", str(path)))["env"]
            environment = {one["name"]: one["value"] for one in given if "value" in one}
            environment["KUBERNETES_SERVICE_HOST"] = "10.96.0.1"  # as every pod has it
            with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
                file.write(text)
                file.flush()
                done = subprocess.run(
                    [SIPSONDE, "config", "-c", file.name],
                    env={**os.environ, **environment},
                    capture_output=True,
                    text=True,
                    check=False,
                )
            self.assertEqual(done.returncode, 0, f"{path.name}: {done.stderr}")
