# SPDX-License-Identifier: Apache-2.0
"""A probe has no opinion: no program drops, sends, redirects or changes a packet."""

import re
import unittest

from sources import ROOT, sources

FORBIDDEN = re.compile(
    r"\bXDP_(?!PASS\b)[A-Z]+\b|\bTC_ACT_(?!UNSPEC\b)[A-Z_]+\b"
    r"|\bbpf_(?:skb_(?:store_bytes|change_\w+|adjust_room|set_\w+|vlan_\w+|pull_data|ecn_set_ce)"
    r"|xdp_(?:store_bytes|adjust_\w+)|(?:clone_)?redirect\w*|l[34]_csum_replace)\b"
)


class Verdicts(unittest.TestCase):
    def test_no_other_verdict_than_pass_and_no_helper_that_changes_a_packet(self):
        programs = sources("bpf")
        self.assertGreater(len(programs), 10)
        found = []
        for path in programs:
            for number, line in enumerate((ROOT / path).read_text(encoding="utf-8").splitlines(), 1):
                found += [f"{path}:{number}: {word}" for word in FORBIDDEN.findall(line)]
        self.assertEqual(found, [])

    def test_what_is_forbidden_is_found(self):
        # In pieces: the words themselves stand nowhere.
        other_verdicts = ("return XDP_" + "DROP;", "return TC_ACT_" + "SHOT;")
        for line in (*other_verdicts, "bpf_skb_store_" + "bytes(ctx", "bpf_" + "redirect_map("):
            self.assertTrue(FORBIDDEN.search(line), line)
        for line in ("return XDP_PASS;", "return TC_ACT_UNSPEC;", "bpf_skb_load_bytes(ctx"):
            self.assertFalse(FORBIDDEN.search(line), line)


if __name__ == "__main__":
    unittest.main()
