# SPDX-License-Identifier: Apache-2.0
"""Arrows between rooms point one way."""

import re
import unittest
from pathlib import Path

import arrows
from sources import ROOT, includes, sources

# What stands in brackets is the system's, the distribution's, or libbpf's; never ours.
BRACKETS = re.compile(r"^\s*#\s*include\s+<((?:%s|parse|bpf/parse)/[^>]+)>" % "|".join(arrows.ARROWS), re.MULTILINE)


class Arrows(unittest.TestCase):
    def test_every_include_of_user_space_follows_an_arrow(self):
        against = []
        seen = 0
        for path in sources("userspace"):
            found = includes((ROOT / path).read_text(encoding="utf-8"))
            seen += len(found)
            against += [f"{path} includes {one}" for one in arrows.reaches_beyond(path, found)]
        self.assertGreater(seen, 300, "the test has lost sight of the sources")
        self.assertEqual(against, [], "against the arrows of tests/unit/house/arrows.py")

    def test_our_own_headers_stand_in_quotes(self):
        hidden = []
        for path in sources("userspace"):
            for one in BRACKETS.findall((ROOT / path).read_text(encoding="utf-8")):
                hidden.append(f"{path} includes <{one}>")
        self.assertEqual(hidden, [])

    def test_every_room_has_its_arrows_and_every_arrow_a_room(self):
        self.assertEqual(arrows.rooms_on_disk(), sorted(arrows.ARROWS))

    def test_every_arrow_is_used(self):
        used = {}
        for path in sources("userspace"):
            room, _ = arrows.room_of(path)
            used.setdefault(room, set()).update(includes((ROOT / path).read_text(encoding="utf-8")))
        unused = []
        for room, allowed in {**arrows.ARROWS, **arrows.WIRING}.items():
            for arrow in allowed:
                if not any(one == arrow or one.startswith(arrow + "/") for one in used.get(room, ())):
                    unused.append(f"{room} may include {arrow} and does not")
        self.assertEqual(unused, [])

    def test_no_two_rooms_include_each_other(self):
        def rooms_in(allowed):
            return {arrow.split("/")[0] for arrow in allowed}

        circles = [
            f"{one} and {other}"
            for one, allowed in arrows.ARROWS.items()
            for other in rooms_in(allowed)
            if one < other and one in rooms_in(arrows.ARROWS.get(other, []))
        ]
        self.assertEqual(circles, [])

    def test_the_kernel_half_includes_only_itself_and_the_boundary(self):
        against = []
        for path in sources("bpf", "include"):
            for one in includes((ROOT / path).read_text(encoding="utf-8")):
                if path.parts[0] == "include":
                    fine = one.startswith("sipsonde/")
                elif path.parts[1] == "parse":
                    fine = one.startswith(("parse/", "sipsonde/"))
                else:
                    fine = one.endswith(".bpf.h") or one.startswith(("parse/", "sipsonde/"))
                if not fine:
                    against.append(f"{path} includes {one}")
        self.assertEqual(against, [])


class WhatTheArrowsRefuse(unittest.TestCase):
    """The table is held to cases of its own: a rule that allows everything would pass the tests above."""

    CASES = (
        ("userspace/decode/via.cpp", "calls/leg.h", False),
        ("userspace/decode/via.cpp", "base/endpoint.h", True),
        ("userspace/decode/via.cpp", "sipsonde/event.h", True),
        ("userspace/calls/legs.cpp", "decode/sip_message.h", True),
        ("userspace/calls/legs.cpp", "decode/header_walk.h", False),
        ("userspace/calls/legs.cpp", "sinks/sink.h", False),
        ("userspace/calls/legs.cpp", "probe/probe.h", False),
        ("userspace/facts/json.cpp", "calls/leg.h", False),
        ("userspace/sinks/queue.cpp", "calls/call_table.h", False),
        ("userspace/sinks/sink_set.cpp", "metrics/series.h", True),
        ("userspace/base/log.cpp", "config/settings.h", False),
        ("userspace/probe/link.cpp", "cli/finding.h", False),
        ("userspace/cli/doctor.cpp", "probe/link.h", True),
        ("userspace/api/routes.cpp", "agent.h", False),
        ("userspace/worker.cpp", "api/routes.h", False),
        ("userspace/agent.cpp", "worker.h", True),
        ("userspace/unheard/of.cpp", "base/result.h", False),
        ("userspace/unheard_of.cpp", "base/result.h", False),
    )

    def test_known_arrows(self):
        for path, included, allowed in self.CASES:
            with self.subTest(path=path, included=included):
                self.assertEqual(arrows.is_allowed(Path(path), included), allowed)

    def test_an_include_is_found_however_it_is_spaced(self):
        self.assertEqual(
            includes('#include "a.h"\n  #  include   "b/c.h"\n#include <d.h>\n// #include "e.h"\n'), ["a.h", "b/c.h"]
        )


if __name__ == "__main__":
    unittest.main()
