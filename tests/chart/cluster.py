# SPDX-License-Identifier: Apache-2.0
"""A Kubernetes without nodes: etcd, the API server and a few controllers on the loopback address, in a folder that is
removed. Whatever it is asked for is made and nothing is ever run."""

import json
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from places import KUBERNETES_FOLDER, find_etcd

TOKEN = "of-this-test"
PATHS = {  # kinds that the chart has, and those that a test makes
    "Namespace": "/api/v1/namespaces",
    "Node": "/api/v1/nodes",
    "ConfigMap": "/api/v1/namespaces/{}/configmaps",
    "Pod": "/api/v1/namespaces/{}/pods",
    "Service": "/api/v1/namespaces/{}/services",
    "ServiceAccount": "/api/v1/namespaces/{}/serviceaccounts",
    "DaemonSet": "/apis/apps/v1/namespaces/{}/daemonsets",
    "Job": "/apis/batch/v1/namespaces/{}/jobs",
    "NetworkPolicy": "/apis/networking.k8s.io/v1/namespaces/{}/networkpolicies",
    "ClusterRole": "/apis/rbac.authorization.k8s.io/v1/clusterroles",
    "ClusterRoleBinding": "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Cluster:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="sipsonde-cluster-")
        self._children = []
        self._port = free_port()
        try:
            self._start_everything()
        except BaseException:
            self.stop()
            raise

    def _start_everything(self):
        etcd = free_port()
        self.kubeconfig = self._write("kubeconfig", self._config())
        key = os.path.join(self.folder, "accounts.key")
        subprocess.run(["openssl", "genrsa", "-out", key, "2048"], capture_output=True, check=True)
        tokens = self._write("tokens.csv", f'{TOKEN},tester,1,"system:masters"\n')
        here = f"http://127.0.0.1:{etcd}"
        self._start(
            find_etcd(),
            f"--data-dir={self.folder}/etcd",
            f"--listen-client-urls={here}",
            f"--advertise-client-urls={here}",
            f"--listen-peer-urls=http://127.0.0.1:{free_port()}",
        )
        self._start(
            KUBERNETES_FOLDER / "kube-apiserver",
            f"--etcd-servers={here}",
            "--bind-address=127.0.0.1",
            f"--secure-port={self._port}",
            f"--cert-dir={self.folder}/certificates",
            f"--token-auth-file={tokens}",
            "--authorization-mode=RBAC",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-key-file={key}",
            f"--service-account-signing-key-file={key}",
            "--service-cluster-ip-range=10.96.0.0/24",
            "--allow-privileged=true",
        )
        self._wait_until_ready()
        self._start(
            KUBERNETES_FOLDER / "kube-controller-manager",
            f"--kubeconfig={self.kubeconfig}",
            "--controllers=daemonset-controller,job-controller",
            "--leader-elect=false",
            "--bind-address=127.0.0.1",
            f"--secure-port={free_port()}",
            f"--cert-dir={self.folder}/certificates",
            "--authentication-skip-lookup",
        )

    def _write(self, name, text):
        path = os.path.join(self.folder, name)
        Path(path).write_text(text, encoding="utf-8")
        return path

    def _config(self):
        cluster = {"server": f"https://127.0.0.1:{self._port}", "insecure-skip-tls-verify": True}
        context = {"cluster": "test", "user": "test"}
        return json.dumps(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "current-context": "test",
                "clusters": [{"name": "test", "cluster": cluster}],
                "users": [{"name": "test", "user": {"token": TOKEN}}],
                "contexts": [{"name": "test", "context": context}],
            }
        )

    def _start(self, program, *arguments):
        with open(os.path.join(self.folder, f"{Path(program).name}.log"), "wb") as log:
            child = subprocess.Popen([str(program), *arguments], stdout=log, stderr=log)
        self._children.append(child)

    def _wait_until_ready(self, seconds=120):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if self.ask("GET", "/readyz", answer=bytes)[0] == 200:
                    return
            except OSError:
                pass
            if any(child.poll() is not None for child in self._children):
                break
            time.sleep(0.1)
        raise AssertionError("the API server did not start:\n" + self._log("kube-apiserver"))

    def _log(self, program):
        return (Path(self.folder) / f"{program}.log").read_text(encoding="utf-8", errors="replace")[-2000:]

    def ask(self, method, path, body=None, kind="application/json", answer=json.loads):
        """(status, answer)."""
        request = urllib.request.Request(
            f"https://127.0.0.1:{self._port}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {TOKEN}", "Content-Type": kind},
        )
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # it signs its own certificate
        try:
            with urllib.request.urlopen(request, timeout=30, context=context) as response:
                return response.status, answer(response.read())
        except urllib.error.HTTPError as error:
            return error.code, answer(error.read())

    def create(self, document, query=""):
        """What the server says to it: None, or its words."""
        path = PATHS[document["kind"]].format(document["metadata"].get("namespace"))
        status, answer = self.ask("POST", path + query, document)
        return None if status in (200, 201) else answer["message"]

    def delete(self, kind, name, namespace=""):
        return self.ask("DELETE", f"{PATHS[kind].format(namespace)}/{name}")[0]

    def list(self, kind, namespace="", selector=""):
        return self.ask("GET", PATHS[kind].format(namespace) + f"?labelSelector={selector}")[1]["items"]

    def set_status(self, kind, document, status):
        meta = document["metadata"]
        path = f"{PATHS[kind].format(meta.get('namespace'))}/{meta['name']}/status"
        return self.ask("PATCH", path, {"status": status}, "application/merge-patch+json")

    def stop(self):
        for child in reversed(self._children):
            child.terminate()
        for child in self._children:
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
