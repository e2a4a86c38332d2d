# SPDX-License-Identifier: Apache-2.0
"""A node of a cluster without a kubelet: a network namespace, a bpf filesystem and folders of its own, and crun, which
runs the containers of pods as the chart has them. Nothing of it is mounted where this host sees it."""

import json
import os
import tempfile
from pathlib import Path

import yaml

from lab.process import Process, run, wait_until

import built
from bundle import mount, specification

PODS = built.ROOT / "tests/package/pods"
OF_BPFFS = ("maps.debug", "progs.debug")  # its own files


def manifests(preset):
    """{kind: document}, as helm renders the chart with this preset."""
    with open(PODS / f"{preset}.yaml", encoding="utf-8") as text:
        return {document["kind"]: document for document in yaml.safe_load_all(text)}


class Node:
    """`image` is (its config, its root folder)."""

    def __init__(self, folder, network, image):
        self.network, self.image = network, image
        self.folder = Path(tempfile.mkdtemp(prefix="node-", dir=folder))
        self.path("/sys/fs/bpf").mkdir(parents=True)
        # crun takes no host whose control groups are of both versions: here it sees those of the second alone
        mounts = f"mount -t bpf bpf {self.path('/sys/fs/bpf')} && mount -t cgroup2 cgroup2 /sys/fs/cgroup"
        self._holder = Process(
            ["unshare", "--mount", "--propagation=private", "sh", "-c", f"{mounts} && exec sleep infinity"],
            log=str(self.folder / "log"),
        )
        wait_until(self._is_mounted, 20, "the node has no bpf filesystem")

    def path(self, of_the_node):
        return self.folder / of_the_node.lstrip("/")

    def _is_mounted(self):
        if not self._holder.running():
            raise RuntimeError(self._holder.output())
        return "cgroup2 /sys/fs/cgroup " in Path(f"/proc/{self._holder.pid}/mounts").read_text(encoding="utf-8")

    def command(self, *command):
        return ["nsenter", f"--mount=/proc/{self._holder.pid}/ns/mnt", "--", *command]

    def pins(self):
        inside = f"/proc/{self._holder.pid}/root{self.path('/sys/fs/bpf')}"
        return [name for _, _, files in os.walk(inside) for name in files if name not in OF_BPFFS]

    def end(self):
        self._holder.stop(9)


class Pod:
    """Of a document that is one, or has the template of one; with volumes of its own."""

    def __init__(self, node, document, config_map):
        self._node, self._config_map = node, config_map
        self._meta = document["metadata"]
        self._spec = document["spec"]["template"]["spec"] if "template" in document["spec"] else document["spec"]
        self._folder = Path(tempfile.mkdtemp(prefix="pod-", dir=node.folder))
        self._volumes = {one["name"]: self._volume(one) for one in self._spec["volumes"]}

    def container(self, name):
        everything = self._spec.get("initContainers", []) + self._spec["containers"]
        return next(one for one in everything if one["name"] == name)

    def _volume(self, volume):
        """The folder that it is."""
        if of_the_node := volume.get("hostPath"):
            path = self._node.path(of_the_node["path"])
            if of_the_node["type"] == "DirectoryOrCreate":
                path.mkdir(parents=True, exist_ok=True)
            assert path.is_dir(), of_the_node
            return path
        path = self._folder / volume["name"]
        path.mkdir()
        if named := volume.get("configMap"):
            assert named["name"] == self._config_map["metadata"]["name"]
            for name, text in self._config_map["data"].items():
                (path / name).write_text(text, encoding="utf-8")
        else:
            assert "emptyDir" in volume, volume
        return path

    def _mounts(self, container):
        for one in container.get("volumeMounts", []):
            source = self._volumes[one["name"]] / one.get("subPath", "")
            source.mkdir(exist_ok=True)
            yield mount(one["mountPath"], "bind", source, "rbind", "ro" if one.get("readOnly") else "rw")

    def start(self, name):
        container, (image, root) = self.container(name), self._node.image
        names = {
            "spec.nodeName": self._node.folder.name,
            "metadata.name": f"{self._meta['name']}-{self._folder.name}",
            "metadata.namespace": self._meta["namespace"],
            "metadata.uid": self._folder.name,
        }
        specified = specification(
            self._spec,
            container,
            image["config"],
            root,
            self._node.network.path,
            list(self._mounts(container)),
            names,
        )
        return Container(self._node, Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self._folder)), specified)

    def run(self, name, seconds=60):
        """(status, what it said), at its end."""
        container = self.start(name)
        try:
            return container.wait(seconds), container.output() + container.errors()
        finally:
            container.end()


class Container(Process):
    """Ends when crun does, which hands signals on."""

    def __init__(self, node, folder, specified):
        self._node, self._name = node, f"sipsonde-{node.folder.name}-{folder.name}"
        (folder / "config.json").write_text(json.dumps(specified), encoding="utf-8")
        self._crun = ["crun", f"--root={folder / 'crun'}", "--cgroup-manager=disabled"]
        super().__init__(
            node.command(*self._crun, "run", f"--bundle={folder}", self._name),
            log=str(folder / "out"),
            error_log=str(folder / "err"),
        )

    def _of_process_1(self, file):
        asked = run(*self._node.command(*self._crun, "state", self._name))
        return Path(f"/proc/{json.loads(asked.stdout)['pid']}/{file}").read_text(encoding="utf-8").splitlines()

    def status(self):
        return dict(line.split(":\t", 1) for line in self._of_process_1("status") if ":\t" in line)

    def writable(self):
        """What is mounted and may be written to, beside what every container has."""
        mounts = [line.split() for line in self._of_process_1("mountinfo")]
        writable = {one[4] for one in mounts if one[5].startswith("rw")}
        return {path for path in writable if path != "/sys" and not path.startswith(("/dev", "/proc"))}

    def kill(self):
        run(*self._node.command(*self._crun, "kill", self._name, "KILL"))

    def end(self):
        self.stop()
        run(*self._node.command(*self._crun, "delete", "--force", self._name), check=False)
