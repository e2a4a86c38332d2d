# SPDX-License-Identifier: Apache-2.0
"""helm, run on the chart with files and words of values; what it renders, as documents."""

import os
import subprocess
import tempfile
import unittest
from contextlib import contextmanager
from functools import lru_cache

import yaml

from places import CHART, PODS, VALIDATE_FOLDER, find_helm

VALUE_SETS = sorted((CHART / "ci").glob("*.yaml"))
RELEASE, NAMESPACE = "sipsonde", "voice"


@contextmanager
def own_environment(kubeconfig=os.devnull):
    """In which helm finds no settings, plugins or clusters of whoever runs this."""
    with tempfile.TemporaryDirectory() as folder:
        own = {f"HELM_{name}_HOME": os.path.join(folder, name) for name in ("CACHE", "CONFIG", "DATA")}
        yield {**os.environ, **own, "KUBECONFIG": kubeconfig}


def helm(*arguments):
    """(status, standard output, standard error)."""
    with own_environment() as environment:
        done = subprocess.run(
            [find_helm(), *map(str, arguments)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    return done.returncode, done.stdout, done.stderr


@lru_cache(maxsize=None)
def template(*arguments):
    """The text for one release; an error is an AssertionError with helm's words."""
    status, text, error = helm("template", RELEASE, CHART, "-n", NAMESPACE, *arguments)
    if status != 0:
        raise AssertionError(error)
    return text


def documents(*arguments):
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the dashboards are large
    return [document for document in yaml.load_all(template(*arguments), Loader=loader) if document]


def rendered_pods(preset):
    """What tests/package runs: the agent, the clean-up, the test of a release, and the configuration they share."""
    names = ("configmap", "daemonset", "detach", "tests/status")
    wanted = [word for name in names for word in ("-s", f"templates/{name}.yaml")]
    text = template("-f", PODS / "values.yaml", "--set", f"preset={preset}", *wanted)
    return f"# SPDX-License-Identifier: Apache-2.0\n# Written by tests/chart/render_pods.\n{text}"


def values_of(name):
    return ("-f", str(CHART / "ci" / f"{name}.yaml"))


def of_kind(kind, *arguments):
    """The only one of its kind, hooks left out unless it is one."""
    found = [document for document in documents(*arguments) if document["kind"] == kind]
    if kind == "ConfigMap":
        found = [one for one in found if "sipsonde.yaml" in one["data"]]
    assert len(found) == 1, f"{len(found)} of kind {kind}"
    return found[0]


def validate(manifests, version=None):
    """What kubernetes-validate finds wrong in strict mode, as text. Kinds of the Prometheus operator have no schema there."""
    known = [one for one in manifests if not one["apiVersion"].startswith("monitoring.coreos.com/")]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "manifests.yaml")
        with open(path, "w", encoding="utf-8") as file:
            yaml.safe_dump_all(known, file)
        only = ["-k", version] if version else []
        done = subprocess.run(
            ["python3", "-m", "kubernetes_validate", "--strict", "--quiet", *only, path],
            env={**os.environ, "PYTHONPATH": str(VALIDATE_FOLDER)},
            capture_output=True,
            text=True,
            check=False,
        )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def container_of(document):
    return document["spec"]["template"]["spec"]["containers"][0]


def config_of(*arguments):
    return of_kind("ConfigMap", *arguments)["data"]["sipsonde.yaml"]


@unittest.skipUnless(find_helm(), "needs helm: run tests/chart/build_helm")
class ChartCase(unittest.TestCase):
    maxDiff = None
