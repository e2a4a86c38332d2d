# SPDX-License-Identifier: Apache-2.0
"""The image: what is in it and what is not, and run by an OCI runtime with the privileges that the chart gives."""

import json
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from lab.exposition import Metrics
from lab.process import Process, wait_until
from lab.topology import TO_CALLER, Topology
from support.frames import options_request, udp_frame

import built
from bundle import LEAST, Bundle, unpack

SETTINGS = f"interfaces: [{TO_CALLER}]\n"


class Packing(unittest.TestCase):
    def test_the_same_files_give_the_same_bytes_whenever_they_are_packed(self):
        packer = str(built.ROOT / "packaging/image/oci.py")
        with tempfile.TemporaryDirectory(dir=built.FOLDER) as folder:
            root, archives = Path(folder) / "root", []
            (root / "usr/bin").mkdir(parents=True)
            for number, names in enumerate((("a", "b"), ("b", "a"))):
                for name in names:
                    file = root / "usr/bin" / name
                    file.unlink(missing_ok=True)
                    file.write_text(name, encoding="ascii")
                    os.utime(file, (number, number))
                archives.append(Path(folder) / f"{number}.tar")
                subprocess.run(
                    ["python3", "-B", packer, str(root), "1", str(archives[-1])],
                    env={**os.environ, "SOURCE_DATE_EPOCH": "7"},
                    check=True,
                    capture_output=True,
                )
            self.assertEqual(archives[0].read_bytes(), archives[1].read_bytes())
            config, _ = unpack(archives[0], Path(folder) / "again")
            self.assertEqual(config["created"], "1970-01-01T00:00:07Z")
            self.assertEqual((Path(folder) / "again/usr/bin/b").read_text(encoding="ascii"), "b")


class Image(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        archive = built.image()
        cls.folder = Path(tempfile.mkdtemp(prefix="image-", dir=built.FOLDER))
        cls.root = cls.folder / "rootfs"
        cls.size = archive.stat().st_size
        cls.config, cls.manifest_digest = unpack(archive, cls.root)
        cls.sbom = json.loads(archive.with_name("sipsonde.spdx.json").read_text(encoding="utf-8"))

    def test_it_has_what_the_program_needs(self):
        needed = subprocess.run(
            ["chroot", self.root, "/lib64/ld-linux-x86-64.so.2", "--list", "/usr/bin/sipsonde"],
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual(needed.returncode, 0, needed.stderr)
        self.assertNotIn("not found", needed.stdout)
        authorities = (self.root / "etc/ssl/certs/ca-certificates.crt").read_text(encoding="ascii")
        self.assertIn("BEGIN CERTIFICATE", authorities)
        self.assertEqual(self.config["config"]["Entrypoint"], ["/usr/bin/sipsonde"])

    def test_it_has_nothing_else(self):
        folders = ("bin", "sbin", "usr/bin", "usr/sbin")
        programs = {path.name for folder in folders for path in (self.root / folder).glob("*")}
        self.assertEqual(programs, {"sipsonde"})
        for unwanted in ("var/lib/apt", "var/cache", "usr/share/man", "usr/include", "usr/lib/gcc"):
            self.assertFalse((self.root / unwanted).exists(), unwanted)
        documents = {path.name for path in (self.root / "usr/share/doc").rglob("*") if not path.is_dir()}
        self.assertEqual(documents, {"copyright"})
        self.assertLess(self.size, 40 << 20, "it was small once")

    def test_the_sbom_names_every_package_in_it(self):
        inside = {path.name for path in (self.root / "var/lib/dpkg/status.d").iterdir()}
        listed = {package["name"] for package in self.sbom["packages"]} - {"sipsonde-image"}
        self.assertEqual(listed, inside)
        self.assertLessEqual({"sipsonde", "libc6", "libssl3"}, listed)
        self.assertEqual(self.sbom["spdxVersion"], "SPDX-2.3")
        contained = {each["relatedSpdxElement"] for each in self.sbom["relationships"]}
        self.assertLessEqual({package["SPDXID"] for package in self.sbom["packages"]}, contained)
        (image,) = [package for package in self.sbom["packages"] if package["name"] == "sipsonde-image"]
        self.assertEqual("sha256:" + image["checksums"][0]["checksumValue"], self.manifest_digest)

    def test_the_chart_gives_what_is_tried_here(self):
        template = built.ROOT / "helm/sipsonde/templates/_security.tpl"
        if not template.exists():
            self.skipTest("needs helm/sipsonde")
        added = template.read_text(encoding="utf-8").partition("add:")[2].partition("{{")[0]
        self.assertEqual({f"CAP_{name}" for name in re.findall(r"- ([A-Z_]+)", added)}, set(LEAST))


class Container(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        built.need("crun")
        cls.folder = Path(tempfile.mkdtemp(prefix="run-", dir=built.FOLDER))
        cls.root = cls.folder / "rootfs"
        unpack(built.image(), cls.root)

    def run_image(self, capabilities, lab=None):
        """A child of ours that is the container; its name is the namespace's."""
        lab = lab or self.lab
        bundle = Bundle(self.folder, self.root, lab.proxy, SETTINGS, capabilities)
        self.addCleanup(bundle.delete)
        child = Process(bundle.command(), log=str(bundle.folder / "out"), error_log=str(bundle.folder / "err"))
        self.addCleanup(child.stop)
        return child

    def setUp(self):
        self.lab = Topology()
        self.addCleanup(self.lab.close)

    def metrics(self):
        fetched = self.lab.proxy.run("python3", "-c", _FETCH, check=False)
        return Metrics(fetched.stdout) if fetched.returncode == 0 else None

    def counted(self):
        metrics = self.metrics()
        return metrics and metrics.sum("sip_requests_total", method="OPTIONS", direction="inbound")

    def attached(self, child):
        if not child.running():
            raise RuntimeError(f"it ended with {child.wait(1)}: {child.errors()}")
        return (metrics := self.metrics()) and metrics.has("sipsonde_attach_info")

    def test_with_either_preset_it_attaches_counts_and_ends(self):
        for preset, capabilities in (("least", LEAST), ("privileged", None)):
            with self.subTest(preset=preset):
                child = self.run_image(capabilities)
                wait_until(lambda: self.attached(child), 60, "it does not attach")
                for _ in range(6):
                    udp_frame(self.lab, options_request()).send_from_caller()
                wait_until(lambda: self.counted() == 6, 20, "6 requests are not counted")
                child.send(15)
                self.assertEqual(child.wait(30), 0, child.errors())

    def test_without_a_capability_it_says_so_in_one_line(self):
        for missing in LEAST:
            with self.subTest(missing=missing):
                child = self.run_image(tuple(name for name in LEAST if name != missing))
                self.assertEqual(child.wait(60), 1, child.errors())
                self.assertRegex(child.errors(), r"^(sipsonde: )?load the kernel programs: not permitted; .*CAP_.*\n$")


_FETCH = "import urllib.request as r; print(r.urlopen('http://127.0.0.1:9091/metrics', timeout=5).read().decode())"
