# SPDX-License-Identifier: Apache-2.0
"""A name stands for one thing. Two types of one name in one namespace are undefined behaviour, although each may be seen
by other files alone: the linker keeps one of their constructors and one std::vector of them."""

import collections
import re
import unittest

from sources import ROOT, sources

OPENS = re.compile(r"^(?:inline )?namespace\s*([\w:]*)\s*\{")
CLOSES = re.compile(r"^\}\s*// namespace")
TYPE = re.compile(r"^(?:struct|class|enum class|enum|union)\s+([A-Z]\w*)\b(?!::)(?!.*;\s*$)")
INLINE = re.compile(r"^(?:inline|constexpr)\s[^=(]*?(\w+)\(([^)]*)\)[^;=]*\{")


def definitions(text):
    """What a file defines for all others to see: (namespace, name) of types, and parameters too of functions that stand in
    headers."""
    within = []
    for line in text.splitlines():
        if opened := OPENS.match(line):
            within.append(opened[1])
        elif CLOSES.match(line) and within:
            within.pop()
        elif "" in within:
            continue  # of that file alone
        elif found := TYPE.match(line):
            yield "::".join(within), found[1]
        elif found := INLINE.match(line):
            kinds = ",".join(re.sub(r"\s+\w+$", "", one.strip()) for one in found[2].split(","))
            yield "::".join(within), f"{found[1]}({kinds})"


class Names(unittest.TestCase):
    def test_no_two_files_define_the_same_name(self):
        where = collections.defaultdict(set)
        for path in sources("userspace"):
            if path.suffix in (".h", ".cpp"):
                for one in definitions((ROOT / path).read_text(encoding="utf-8")):
                    where[one].add(str(path))
        self.assertGreater(len(where), 400, "the test has lost sight of the sources")
        twice = [f"{name} in {', '.join(sorted(paths))}" for (_, name), paths in where.items() if len(paths) > 1]
        self.assertEqual(twice, [])

    def test_a_name_of_one_file_alone_is_its_own_business(self):
        text = "namespace sipsonde {\nnamespace {\nstruct Mine {\n};\n}  // namespace\nstruct Ours {\n};\n"
        text += "struct Announced;\ninline int f(int a, char b) {\n}\n}  // namespace sipsonde\n"
        self.assertEqual(list(definitions(text)), [("sipsonde", "Ours"), ("sipsonde", "f(int,char)")])


if __name__ == "__main__":
    unittest.main()
