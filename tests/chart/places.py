# SPDX-License-Identifier: Apache-2.0
"""Where things are: in the project, and in the cache that build_helm and build_kube fill."""

import os
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "helm" / "sipsonde"
ALERTS = sorted((CHART / "alerts").glob("*.yaml"))
DASHBOARDS = sorted((CHART / "dashboards").glob("*.json"))
PRESETS = ("least", "privileged")
PODS = ROOT / "tests" / "package" / "pods"  # of each preset, as helm renders them
SIPSONDE = os.environ.get("SIPSONDE") or str(ROOT / "build" / "sipsonde")

HELM_VERSION = "v3.20.2"
VALIDATE_VERSION = "1.37.0"
KUBERNETES_VERSION = "v1.36.1"
SECCOMP_VERSION = "v0.1.0"
KUBERNETES_PROGRAMS = ("kube-apiserver", "kube-controller-manager")

_CACHE = (
    Path(os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache"))
    / "sipsonde-tests"
)
HELM_FOLDER = _CACHE / f"helm-{HELM_VERSION}"
VALIDATE_FOLDER = _CACHE / f"kubernetes-validate-{VALIDATE_VERSION}"
SECCOMP_PROFILE = _CACHE / f"seccomp-{SECCOMP_VERSION}.json"
KUBERNETES_FOLDER = _CACHE / f"kubernetes-{KUBERNETES_VERSION}"


def find_helm():
    """The helm of the cache, one on the PATH, or None."""
    built = HELM_FOLDER / "helm"
    return str(built) if os.access(built, os.X_OK) else shutil.which("helm")


def has_validate():
    return (VALIDATE_FOLDER / "kubernetes_validate").is_dir()


def find_etcd():
    """That of the cache, one on the PATH, or None."""
    unpacked = KUBERNETES_FOLDER / "etcd" / "usr" / "bin" / "etcd"
    return str(unpacked) if os.access(unpacked, os.X_OK) else shutil.which("etcd")


def has_kubernetes():
    programs = all(os.access(KUBERNETES_FOLDER / name, os.X_OK) for name in KUBERNETES_PROGRAMS)
    return programs and find_etcd() is not None
