# SPDX-License-Identifier: Apache-2.0
"""Documents lead somewhere: links to files that are here, names to code that is here."""

import re
import unittest

from sources import ROOT, sources

LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")
CONSTANT = re.compile(r"`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)`")
PATH_ROW = re.compile(r"^\| (?:`([^`]+)`)? *\| (`[^|]+) \|", re.MULTILINE)
NAME = re.compile(r"`([A-Za-z_:]+)`")
FAMILY = re.compile(r'Family\{\s*"(sip_\w+)"(.*?)\},?\n', re.DOTALL)
STANDARD = re.compile(r"RFC \d{3,4}\b|ITU-T [A-Z]\.\d+")


def documents():
    return sorted(path for folder in (ROOT, ROOT / "docs") for path in folder.glob("*.md"))


def text_of(*folders):
    return "\n".join((ROOT / path).read_text(encoding="utf-8") for path in sources(*folders))


class Documents(unittest.TestCase):
    def test_every_link_to_a_file_leads_to_one(self):
        dead = []
        links = 0
        for document in documents():
            for target in LINK.findall(document.read_text(encoding="utf-8")):
                links += 1
                if not (document.parent / target).exists():
                    dead.append(f"{document.relative_to(ROOT)}: {target}")
        self.assertGreater(links, 15, "the test has lost sight of the links")
        self.assertEqual(dead, [])

    def test_every_constant_of_the_kernel_half_that_is_named_exists(self):
        code = text_of("bpf", "include")
        names = set(CONSTANT.findall((ROOT / "docs" / "kernel.md").read_text(encoding="utf-8")))
        self.assertGreater(len(names), 10)
        self.assertEqual([name for name in sorted(names) if not re.search(rf"\b{name}\b", code)], [])

    def test_every_map_has_its_row(self):
        maps = re.findall(r"^} (\w+) SEC\(\"\.maps\"\);", (ROOT / "bpf/maps.bpf.h").read_text(encoding="utf-8"), re.M)
        rows = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs/kernel.md").read_text(encoding="utf-8"), re.M)
        self.assertGreater(len(maps), 5)
        self.assertEqual(sorted(set(maps) - set(rows)), [])

    def test_every_metric_of_sip_names_the_standard_that_it_is_of(self):
        table = (ROOT / "userspace/metrics/families.h").read_text(encoding="utf-8")
        rows = (ROOT / "docs/metrics.md").read_text(encoding="utf-8").splitlines()
        families = FAMILY.findall(table)
        self.assertGreater(len(families), 20, "the test has lost sight of the families")
        without = []
        for name, words in families:
            of_name = [row for row in rows if re.match(rf"\|[^|]*`{name}`", row)]
            self.assertTrue(of_name, f"{name} has no row in docs/metrics.md")
            help_text = re.sub(r'"\s*"', "", words)
            if not STANDARD.search(help_text) or not any(map(STANDARD.search, of_name)):
                without.append(name)
        self.assertEqual(without, [])

    def test_the_path_of_a_packet_names_functions_where_they_are(self):
        architecture = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
        table = architecture.split("## The path of a packet")[1].split("**Fragments.**")[0]
        lost, checked, file = [], 0, None
        for path, functions in PATH_ROW.findall(table):
            file = path or file
            code = (ROOT / file).read_text(encoding="utf-8")
            # a chain ends in a function that another file holds
            own = functions.split("→")[0]
            for name in NAME.findall(own):
                checked += 1
                if not re.search(rf"\b{name}\(", code) and f"{name.split('::')[-1]}(" not in code:
                    lost.append(f"{name} is not in {file}")
        self.assertGreater(checked, 12)
        self.assertEqual(lost, [])


if __name__ == "__main__":
    unittest.main()
