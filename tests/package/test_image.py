# SPDX-License-Identifier: Apache-2.0
"""The image: what is in it and what is not."""

import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

import built
from archive import name_of, unpack
from node import manifests


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
        cls.name = name_of(archive)
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

    def test_once_loaded_it_has_the_name_that_the_chart_asks_for(self):
        (agent,) = manifests("least")["DaemonSet"]["spec"]["template"]["spec"]["containers"]
        self.assertEqual(self.name, f"docker.io/library/{agent['image']}")

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
