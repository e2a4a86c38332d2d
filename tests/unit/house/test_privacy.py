# SPDX-License-Identifier: Apache-2.0
"""Whoever adds an attribute to an event says whether somebody's number may be in it."""

import re
import unittest

from sources import ROOT, sources

ADDED = re.compile(r'(?:add_attribute\([^;"]*?|\bstate\()"(\w+)"')
LISTED = re.compile(r'^    \{"(\w+)", AttributeContent::', re.MULTILINE)
TABLE = "userspace/privacy/attribute_privacy.cpp"


class AttributePrivacy(unittest.TestCase):
    def test_every_attribute_of_an_event_is_in_the_table(self):
        added = {}
        for path in sources("userspace"):
            for name in ADDED.findall((ROOT / path).read_text(encoding="utf-8")):
                added.setdefault(name, str(path))
        self.assertGreater(len(added), 8, "the test has lost sight of the attributes")
        listed = set(LISTED.findall((ROOT / TABLE).read_text(encoding="utf-8")))
        missing = sorted(f"{name} ({path})" for name, path in added.items() if name not in listed)
        self.assertEqual(missing, [], f"not in {TABLE}")


if __name__ == "__main__":
    unittest.main()
