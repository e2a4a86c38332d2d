# SPDX-License-Identifier: Apache-2.0
"""Every source says under which licence it stands, in its first line, or in its second behind a shebang or its like."""

import re
import unittest
from pathlib import Path

from sources import ROOT, sources

SPDX = re.compile(r"SPDX-License-Identifier: ([A-Za-z0-9.() -]+?)\s*(?:\*/|-->)?\s*$")
USER_SPACE = "Apache-2.0"
KERNEL_HALF = "GPL-2.0-only OR BSD-2-Clause"
TEXTS = {"Apache-2.0": "Apache License", "GPL-2.0-only": "GNU GENERAL PUBLIC LICENSE", "BSD-2-Clause": "Redistribution"}


def licence_due(path):
    """Programs that are loaded into the kernel, wherever they lie, and what is shared with them."""
    kernel = path.parts[0] in ("bpf", "include") or path.name.endswith((".bpf.c", ".bpf.h"))
    return KERNEL_HALF if kernel else USER_SPACE


def licence_of(text):
    """The licence in the line where it is due, or None."""
    lines = text.split("\n", 3)
    line = lines[1] if lines[0].startswith(("#!", "#compdef", "<?xml")) and len(lines) > 1 else lines[0]
    found = SPDX.search(line)
    return found.group(1) if found else None


class Licences(unittest.TestCase):
    def test_every_source_names_the_licence_of_its_side(self):
        wrong = []
        checked = sources()
        for path in checked:
            found = licence_of((ROOT / path).read_text(encoding="utf-8"))
            if found != licence_due(path):
                wrong.append(f"{path}: {found or 'no licence'}, due is {licence_due(path)}")
        self.assertGreater(len(checked), 250, "the test has lost sight of the sources")
        self.assertEqual(wrong, [])

    def test_the_text_of_every_licence_is_here(self):
        for name, words in TEXTS.items():
            self.assertIn(words, (ROOT / "LICENSES" / f"{name}.txt").read_text(encoding="utf-8"), name)
        self.assertEqual(
            (ROOT / "LICENSE").read_text(encoding="utf-8"),
            (ROOT / "LICENSES" / f"{USER_SPACE}.txt").read_text(encoding="utf-8"),
        )

    def test_a_line_is_read_as_it_stands(self):
        self.assertEqual(licence_of("// SPDX-License-Identifier: Apache-2.0\n"), "Apache-2.0")
        self.assertEqual(licence_of("#!/bin/sh\n# SPDX-License-Identifier: Apache-2.0\nx"), "Apache-2.0")
        self.assertEqual(licence_of("/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */\n"), KERNEL_HALF)
        self.assertIsNone(licence_of("int x;\n// SPDX-License-Identifier: Apache-2.0\n"))
        self.assertEqual(licence_due(Path("bpf/parse/sip.h")), KERNEL_HALF)
        self.assertEqual(licence_due(Path("tests/bench/vary.bpf.c")), KERNEL_HALF)
        self.assertEqual(licence_due(Path("userspace/main.cpp")), USER_SPACE)


if __name__ == "__main__":
    unittest.main()
