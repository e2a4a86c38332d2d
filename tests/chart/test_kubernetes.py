# SPDX-License-Identifier: Apache-2.0
"""The chart on a real API server: every document taken in strict mode, installed by helm, a pod made by the DaemonSet
controller, and the clean-up run on every node before the end."""

import copy
import subprocess
import time
import unittest
import urllib.parse
from contextlib import contextmanager

from cluster import Cluster
from helm import NAMESPACE, RELEASE, VALUE_SETS, documents, of_kind, own_environment, values_of
from places import CHART, find_helm, has_kubernetes

AGENT = urllib.parse.quote("app.kubernetes.io/component=agent")
OF_RELEASE = urllib.parse.quote(f"app.kubernetes.io/instance={RELEASE}")
TEST = urllib.parse.quote("app.kubernetes.io/component=test")
DETACH = urllib.parse.quote("app.kubernetes.io/component=detach")
STRICT = "?dryRun=All&fieldValidation=Strict"
NODES = ("node-1", "node-2")


def wait_for(question, seconds=60):
    end = time.monotonic() + seconds
    while not (answer := question()):
        if time.monotonic() > end:
            raise AssertionError("it did not come")
        time.sleep(0.1)
    return answer


@unittest.skipUnless(has_kubernetes(), "needs an API server of Kubernetes: run tests/chart/build_kube")
@unittest.skipUnless(find_helm(), "needs helm: run tests/chart/build_helm")
class Kubernetes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = Cluster()
        cls.addClassCleanup(cls.cluster.stop)
        cls.cluster.create({"kind": "Namespace", "metadata": {"name": NAMESPACE}})
        for name in NODES:
            labels = {"kubernetes.io/os": "linux", "kubernetes.io/hostname": name}
            cls.cluster.create({"kind": "Node", "metadata": {"name": name, "labels": labels}})
            # a node that no kubelet has reported ready is tainted, and gets nothing
            cls.cluster.ask(
                "PATCH", f"/api/v1/nodes/{name}", {"spec": {"taints": None}}, "application/merge-patch+json"
            )

    def helm(self, *arguments):
        with own_environment(self.cluster.kubeconfig) as environment:
            return subprocess.run(
                [find_helm(), "-n", NAMESPACE, *map(str, arguments)],
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )

    @contextmanager
    def account(self, name, namespace=NAMESPACE):
        """A pod is not taken before its account is there."""
        account = {"kind": "ServiceAccount", "metadata": {"name": name, "namespace": namespace}}
        self.assertIsNone(self.cluster.create(account))
        yield
        self.cluster.delete("ServiceAccount", name, namespace)

    def check_strictly(self, where, manifests):
        for document in manifests:
            self.assertIsNone(self.cluster.create(document, STRICT), f"{where}: {document['kind']}")
        return len(manifests)

    def test_the_server_takes_every_document_in_strict_mode(self):
        taken = 0
        for path in VALUE_SETS:
            known = [
                one
                for one in documents("-f", str(path))
                if not one["apiVersion"].startswith("monitoring.coreos.com/")
            ]
            pods = [one for one in known if one["kind"] == "Pod"]
            taken += self.check_strictly(path.name, [one for one in known if one["kind"] != "Pod"])
            with self.account(pods[0]["spec"]["serviceAccountName"]):
                taken += self.check_strictly(path.name, pods)
        self.assertGreater(taken, 30)

    def test_a_namespace_that_enforces_pod_security_takes_the_agent_with_the_label_of_the_notes_alone(self):
        agent = of_kind("DaemonSet")["spec"]["template"]
        for level, refusal in (("privileged", "None"), ("baseline", "host namespaces (hostNetwork=true)")):
            labels = {"pod-security.kubernetes.io/enforce": level}
            self.cluster.create({"kind": "Namespace", "metadata": {"name": level, "labels": labels}})
            meta = {**agent["metadata"], "name": "agent", "namespace": level}
            with self.account("sipsonde", level):
                said = self.cluster.create({"kind": "Pod", "metadata": meta, "spec": agent["spec"]}, STRICT)
            self.assertIn(refusal, str(said))

    def test_only_an_agent_that_names_pods_gets_a_token(self):
        for values, mounted in ((), 0), (values_of("monitored"), 1):
            agent = of_kind("DaemonSet", *values)["spec"]["template"]
            meta = {**agent["metadata"], "name": "agent"}
            pod = {"kind": "Pod", "apiVersion": "v1", "metadata": meta, "spec": agent["spec"]}
            with self.account("sipsonde"):
                status, made = self.cluster.ask("POST", f"/api/v1/namespaces/{NAMESPACE}/pods{STRICT}", pod)
            self.assertEqual(status, 201, made)
            paths = [one["mountPath"] for one in made["spec"]["containers"][0]["volumeMounts"]]
            self.assertEqual(paths.count("/var/run/secrets/kubernetes.io/serviceaccount"), mounted)

    def may(self, verb, resource, namespace=""):
        """Whether the agent's account is let."""
        user = f"system:serviceaccount:{NAMESPACE}:sipsonde"
        asked = {"verb": verb, "resource": resource, "namespace": namespace}
        review = {"spec": {"user": user, "groups": ["system:serviceaccounts"], "resourceAttributes": asked}}
        path = "/apis/authorization.k8s.io/v1/subjectaccessreviews"
        return self.cluster.ask("POST", path, review)[1]["status"]["allowed"]

    def test_the_server_refuses_a_misspelt_field(self):
        wrong = copy.deepcopy(of_kind("DaemonSet"))
        wrong["spec"]["template"]["spec"]["hostNetwrok"] = True
        self.assertIn("hostNetwrok", self.cluster.create(wrong, STRICT))

    def test_installed_upgraded_and_removed_on_every_node(self):
        done = self.helm("install", RELEASE, CHART)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("kubectl -n voice rollout status daemonset/sipsonde", done.stdout)

        pods = wait_for(
            lambda: self.cluster.list("Pod", NAMESPACE, AGENT)[len(NODES) - 1 :] and self.agents()
        )
        self.assertEqual(sorted(pods), list(NODES))
        for pod in pods.values():
            self.assertTrue(pod["spec"]["hostNetwork"])
            own = pod["spec"]["containers"][0]["securityContext"]
            self.assertEqual(own["capabilities"], {"add": ["BPF", "NET_ADMIN", "PERFMON"], "drop": ["ALL"]})
            # the scheduler's view: the port is taken on this node
            self.assertEqual(pod["spec"]["containers"][0]["ports"][0]["hostPort"], 9091)
            self.assertNotIn("serviceaccount", str(pod["spec"]["volumes"]), "a token is mounted")

        done = self.helm("upgrade", RELEASE, CHART, "--set", "config.log.level=debug", *values_of("defaults"))
        self.assertEqual(done.returncode, 0, done.stderr)

        self.assertFalse(self.may("list", "pods"))
        done = self.helm("upgrade", RELEASE, CHART, "--set", "podNames.enabled=true")
        self.assertEqual(done.returncode, 0, done.stderr)
        wait_for(lambda: self.may("list", "pods"))
        for asked in ("get pods", "watch pods", "create pods", "list secrets", "get nodes"):
            self.assertFalse(self.may(*asked.split()), asked)

        self.check_helm_test("Succeeded", 0)
        self.check_helm_test("Failed", 1)

        with own_environment(self.cluster.kubeconfig) as environment:
            removal = self.begin_helm(environment, "uninstall", RELEASE, "--timeout", "120s")
            # twice the nodes, as helm found them; there is no kubelet, so the test says that they have ended
            count = 2 * len(NODES)
            cleaning = wait_for(
                lambda: (found := self.cluster.list("Pod", NAMESPACE, DETACH))[count - 1 :] and found
            )
            self.assertEqual(len(cleaning), count)
            # agents run while it is cleaned up behind them; the upgrade may still be replacing them
            wait_for(lambda: len(self.agents()) == len(NODES))
            for pod in cleaning:
                self.cluster.set_status("Pod", pod, {"phase": "Succeeded"})
            output = removal.communicate(timeout=120)[0]
        self.assertEqual(removal.returncode, 0, output)
        for kind in ("DaemonSet", "Job", "ConfigMap", "Service", "ServiceAccount", "ClusterRole", "ClusterRoleBinding"):
            self.assertEqual(self.cluster.list(kind, NAMESPACE, OF_RELEASE), [], kind)

    def begin_helm(self, environment, *arguments):
        """Of what waits for something that the test has yet to do."""
        begun = subprocess.Popen(
            [find_helm(), "-n", NAMESPACE, *arguments],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.addCleanup(begun.kill)
        return begun

    def check_helm_test(self, phase, status):
        """helm makes the pod and waits for its end, of which the test tells: tests/package runs what is in it."""
        with own_environment(self.cluster.kubeconfig) as environment:
            asked = self.begin_helm(environment, "test", RELEASE, "--timeout", "60s")
            (pod,) = wait_for(lambda: self.cluster.list("Pod", NAMESPACE, TEST))
            self.assertEqual(pod["metadata"]["name"], f"{RELEASE}-test")
            self.cluster.set_status("Pod", pod, {"phase": phase})
            output = asked.communicate(timeout=90)[0]
        self.assertEqual(asked.returncode, status, output)
        self.cluster.delete("Pod", f"{RELEASE}-test", NAMESPACE)  # one that has failed helm leaves for whoever looks

    def agents(self):
        """{node: its pod}, by the affinity that the DaemonSet controller gives each."""
        found = {}
        for pod in self.cluster.list("Pod", NAMESPACE, AGENT):
            terms = pod["spec"]["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
            found[terms["nodeSelectorTerms"][0]["matchFields"][0]["values"][0]] = pod
        return found
