# SPDX-License-Identifier: Apache-2.0
"""The checks find what is wrong: each is shown an outcome that differs from the truth in one thing."""

import sys
import unittest
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "data"))

import check_facts  # noqa: E402
import check_metrics  # noqa: E402
import check_sums  # noqa: E402
import oracle  # noqa: E402
import twins  # noqa: E402
from prometheus import Metrics  # noqa: E402
from ratios import ACD, ASR, ISA, NER, SEER, SER  # noqa: E402
from truth import EDGES_SECONDS, Truth, sample  # noqa: E402

REQUESTS = 'sip_requests_total{direction="inbound",method="OPTIONS",transport="udp"}'


def one_request():
    truth = Truth()
    truth.request("inbound", "OPTIONS")
    return truth


def wrong(text, truth, family="sip_requests_total"):
    return list(check_metrics.closed_family(Metrics(text), truth, family))


class Prometheus(unittest.TestCase):
    def test_reads_labels_escapes_and_numbers(self):
        metrics = Metrics('# TYPE x counter\nx{a="b\\"c,\\\\",d="e"} 1.5e3\ny 2\n')
        self.assertEqual(metrics.samples[sample("x", a='b"c,\\', d="e")], 1500)
        self.assertEqual(metrics.samples[sample("y")], 2)
        self.assertEqual(metrics.families, {"x": "counter"})

    def test_refuses_what_is_no_sample_and_what_stands_twice(self):
        for text in ("x{a=} 1 2 3\n", "x 1\nx 2\n"):
            with self.assertRaises(ValueError):
                Metrics(text)


class Counters(unittest.TestCase):
    def test_right_number_is_accepted_and_zero_may_be_absent(self):
        self.assertEqual(wrong(f"{REQUESTS} 1\n", one_request()), [])
        self.assertEqual(wrong("", Truth()), [])

    def test_missing_wrong_and_surplus_samples_are_found(self):
        other = REQUESTS.replace("OPTIONS", "BYE")
        for text in ("", f"{REQUESTS} 2\n", f"{REQUESTS} 1\n{other} 1\n"):
            self.assertEqual(len(wrong(text, one_request())), 1, text)

    def test_sum_of_several_samples_is_held_to_its_range(self):
        truth = Truth()
        truth.together([sample("m", reason="a"), sample("m", reason="b")], 2)
        self.assertEqual(list(check_metrics.sums(Metrics('m{reason="a"} 1\nm{reason="b"} 1\n'), truth)), [])
        self.assertEqual(len(list(check_metrics.sums(Metrics('m{reason="a"} 1\n'), truth))), 1)

    def test_family_that_is_not_built_is_no_fault_and_a_wrong_one_is(self):
        truth = Truth()
        truth.state_if_built("rtp_packets_total", 5, codec="PCMU")
        self.assertEqual(list(check_metrics.optional(Metrics(""), truth)), [])
        text = '# TYPE rtp_packets_total counter\nrtp_packets_total{codec="PCMU"} 4\n'
        self.assertEqual(len(list(check_metrics.optional(Metrics(text), truth))), 1)

    def test_hook_label_must_be_the_one_asked_for(self):
        text = 'sipsonde_packets_total{hook="%s",direction="%s",verdict="sip"} 1\n'
        for hook, direction, faults in (("xdp", "ingress", 0), ("tc", "ingress", 1), ("tc", "egress", 0)):
            self.assertEqual(len(list(check_metrics.hooks(Metrics(text % (hook, direction)), "xdp"))), faults)


class Histograms(unittest.TestCase):
    def truth(self):
        truth = Truth()
        truth.observe("sip_call_setup_seconds", 1_500_000_000, direction="inbound")
        return truth

    def text(self, total="1.5", below=1.5):
        lines = [
            f'sip_call_setup_seconds_bucket{{direction="inbound",le="{edge}"}} {int(below <= edge)}'
            for edge in EDGES_SECONDS + [float("inf")]
        ]
        lines += ['sip_call_setup_seconds_count{direction="inbound"} 1']
        lines += [f'sip_call_setup_seconds_sum{{direction="inbound"}} {total}']
        return "\n".join(lines)

    def wrong(self, text):
        return list(check_metrics.closed_histogram(Metrics(text), self.truth(), "sip_call_setup_seconds"))

    def test_exact_sum_and_buckets_are_accepted(self):
        self.assertEqual(self.wrong(self.text()), [])

    def test_wrong_count_sum_bucket_or_edge_is_found(self):
        self.assertIn("_count", self.wrong("")[0])
        self.assertIn("_sum", self.wrong(self.text(total="1.501"))[0])
        self.assertIn("le=1.5", self.wrong(self.text(below=1.6))[0])
        self.assertIn("lacks the edges", self.wrong(self.text().replace('le="0.001"', 'le="0.0011"'))[0])


class Ratios(unittest.TestCase):
    """Two legs at noon and one six minutes before, of which nothing may be left."""

    NOON = 43_200_000
    PAGE = (
        f'{SER}{{direction="inbound"}} 0.5\n{SEER}{{direction="inbound"}} 1\n{ISA}{{direction="inbound"}} 0\n'
        f'{ASR}{{direction="inbound"}} 0.5\n{NER}{{direction="inbound"}} 1\n{ACD}{{direction="inbound"}} 2.5\n'
    )

    def leg(self, disposition, status, end_ms, **fields):
        return {
            "direction": "inbound",
            "disposition": disposition,
            "sip_status": status,
            "q850_cause": None,
            "end_timestamp_ms": end_ms,
            **fields,
        }

    def truth(self):
        truth = Truth()
        truth.now_ms = self.NOON
        truth.rows["a", 0] = self.leg("answered", 200, self.NOON, answer_timestamp_ms=self.NOON - 2500)
        truth.rows["b", 0] = self.leg("busy", 486, self.NOON - 1000)
        truth.rows["c", 0] = self.leg("failed", 503, self.NOON - 360_000)
        truth.rows["d", 0] = self.leg(None, None, None)
        return truth

    def wrong(self, text, truth=None):
        return list(check_metrics.ratio_families(Metrics(text), truth or self.truth()))

    def test_what_follows_from_the_rows_of_the_window_is_accepted(self):
        self.assertEqual(self.wrong(self.PAGE), [])

    def test_missing_wrong_and_surplus_samples_are_found(self):
        for line in self.PAGE.splitlines(keepends=True):
            self.assertIn("is absent", self.wrong(self.PAGE.replace(line, ""))[0])
            self.assertIn("is 0.75, not", self.wrong(self.PAGE.replace(line, line.split()[0] + " 0.75\n"))[0])
        surplus = f'{SER}{{direction="outbound"}} 0\n'
        self.assertIn("no leg decides it", self.wrong(self.PAGE + surplus)[0])

    def test_a_leg_whose_end_is_left_open_leaves_the_ratios_open(self):
        truth = self.truth()
        del truth.rows["b", 0]["sip_status"]
        self.assertEqual(self.wrong("", truth), [])

    def test_a_sample_that_is_stated_must_be_there(self):
        truth = Truth()
        truth.state(SER, 0.5, direction="inbound")
        self.assertEqual(list(check_metrics.stated(Metrics(self.PAGE), truth)), [])
        self.assertIn("is absent", list(check_metrics.stated(Metrics(""), truth))[0])
        wrong = self.PAGE.replace("0.5", "0.6")
        self.assertIn("is 0.6, not 0.5", list(check_metrics.stated(Metrics(wrong), truth))[0])


class Sums(unittest.TestCase):
    TEXT = (
        'sipsonde_packets_total{hook="tc",direction="ingress",verdict="sip"} 1\n'
        'sipsonde_messages_total{path="packet"} 1\nsip_requests_total{method="BYE"} 1\n'
        'sipsonde_ring_events_total{kind="sip",worker="0"} 1\n'
    )

    def test_hold_when_everything_is_accounted_for(self):
        self.assertEqual(list(check_sums.check(Metrics(self.TEXT), 1)), [])

    def test_each_missing_part_is_found(self):
        for line in self.TEXT.splitlines(keepends=True):
            self.assertTrue(list(check_sums.check(Metrics(self.TEXT.replace(line, "")), 1)), line)
        self.assertTrue(list(check_sums.check(Metrics(self.TEXT), 2)))


class Facts(unittest.TestCase):
    ROW = {**dict.fromkeys(check_facts.ROW_FIELDS), "call_id": "c", "leg": 0, "disposition": "busy"}

    def wrong(self, rows):
        truth = Truth()
        truth.rows["c", 0] = {"disposition": "busy", "sip_status": None}
        return list(check_facts.check_rows(rows, truth))

    def test_rows_are_compared_field_by_field(self):
        self.assertEqual(self.wrong([self.ROW]), [])
        self.assertIn("disposition is 'failed'", self.wrong([{**self.ROW, "disposition": "failed"}])[0])
        self.assertIn("sip_status is 0", self.wrong([{**self.ROW, "sip_status": 0}])[0])

    def test_missing_surplus_and_double_rows_are_found(self):
        self.assertEqual(len(self.wrong([])), 1)
        self.assertEqual(len(self.wrong([self.ROW, {**self.ROW, "leg": 1}])), 1)
        self.assertEqual(len(self.wrong([self.ROW, self.ROW])), 1)

    def test_empty_text_and_missing_fields_are_found(self):
        self.assertIn("is empty", self.wrong([{**self.ROW, "codec": ""}])[0])
        self.assertIn(
            "['codec']", self.wrong([{key: self.ROW[key] for key in self.ROW if key != "codec"}])[0]
        )

    def events(self, *names):
        return [
            {"event": name, "code": int(code) if code else None}
            for name, _, code in (n.partition(" ") for n in names)
        ]

    def test_event_sequences_match_with_what_is_optional(self):
        found = self.events("sip.invite", "sip.ringing 180", "sip.ack")
        self.assertTrue(check_facts.matches(found, ["sip.invite", "sip.ringing 180", "sip.ack"]))
        self.assertTrue(check_facts.matches(found, ["sip.invite", "?sip.trying", "sip.ringing", "?sip.ack"]))
        for expected in (
            ["sip.invite"],
            ["sip.invite", "sip.ringing 183", "sip.ack"],
            ["sip.ringing", "sip.invite", "sip.ack"],
        ):
            self.assertFalse(check_facts.matches(found, expected))


class Oracle(unittest.TestCase):
    def test_other_counts_are_found(self):
        ours = oracle.counts_of(one_request().samples)
        self.assertEqual(list(oracle.check(ours, ours, "sipsonde")), [])
        self.assertEqual(len(list(oracle.check(oracle.Counter(), ours, "sipsonde"))), 1)

    def test_lines_of_packets_and_the_table_of_streams_are_told_apart(self):
        text = "INVITE,BYE\t200\t\n\t180\t\n\t\t200,202\nFOO\t\t\n=====\nStart time  End time\n"
        opinion = oracle.opinion_of(text)
        wanted = {("request", "INVITE"): 1, ("request", "BYE"): 1, ("request", "other"): 1, ("response", "200"): 1,
                  ("response", "180"): 1}  # fmt: skip
        self.assertEqual((opinion.messages, opinion.reports, opinion.streams), (wanted, {"sr": 1, "sdes": 1}, {}))


class Travel(unittest.TestCase):
    """By what transport and in which tunnels, and that nothing else hangs on it."""

    def event(self, transport="tcp", **attributes):
        return {"call_id": "a", "leg": 0, "event": "sip.bye", "transport": transport, "attributes": attributes}

    def wrong(self, event, tunnel=None):
        truth = Truth()
        truth.request("inbound", "BYE", "tcp")
        truth.tunnel = tunnel
        return len(list(check_facts.check_travel(event, truth)))

    def test_events_name_transport_and_tunnels(self):
        self.assertEqual(self.wrong(self.event()), 0)
        self.assertEqual(self.wrong(self.event(transport="udp")), 1)
        self.assertEqual(self.wrong(self.event(tunnel="gre/vxlan")), 1)
        self.assertEqual(self.wrong(self.event(tunnel="gre/vxlan"), tunnel="gre/vxlan"), 0)
        self.assertEqual(self.wrong(self.event(tunnel="gre"), tunnel=...), 0)
        self.assertEqual(self.wrong({**self.event("udp"), "event": "media.started"}), 0)

    def outcome(self, text=f"{REQUESTS} 1\n", row=None, **attributes):
        rows = [{"call_id": "a", "transport": "udp", "codec": "PCMU", **(row or {})}]
        return SimpleNamespace(metrics=Metrics(text), rows=rows, events=[self.event(**attributes)])

    def test_twins_differ_in_transport_and_tunnel_only(self):
        def differences(**options):
            return len(list(twins.differences(self.outcome(**options), self.outcome(), "twin")))

        over_tcp = REQUESTS.replace('"udp"', '"tcp"')
        self.assertEqual(differences(text=f"{over_tcp} 1\n", row={"transport": "tcp"}, tunnel="gre"), 0)
        self.assertEqual(differences(text=f"{over_tcp} 2\n"), 1)
        self.assertEqual(differences(row={"codec": None}), 1)
        self.assertEqual(differences(digit="5"), 1)


class Numbers(unittest.TestCase):
    def fact(self, **fields):
        return {"call_id": "15551230001@h", "linked_call_id": "15551230001@h", "leg": 0, **fields}

    def hidden(self, **fields):
        truth = Truth()
        truth.hide("+1 555 123 0001")
        return list(check_facts.check_hidden([self.fact(**fields)], truth))

    def test_number_in_the_call_id_is_no_fault(self):
        self.assertEqual(self.hidden(from_uri="sip:+1555*******@h"), [])

    def test_number_is_found_however_deep_and_however_written(self):
        for fields in (
            {"from_uri": "sip:15551230001@h"},
            {"attributes": {"from": "tel:+1-555-123-0001"}},
            {"media": [{"x": "15551230001"}]},
        ):
            self.assertEqual(len(self.hidden(**fields)), 1, fields)

    def test_details_are_those_of_the_event_that_is_named(self):
        event = {"call_id": "a", "event": "sip.invite", "code": None, "attributes": {"from": "x", "to": "y"}}
        self.assertEqual(list(check_facts.check_details(event, {"from": "x", "code": None, "by": None})), [])
        self.assertEqual(len(list(check_facts.check_details(event, {"from": "y"}))), 1)
        self.assertEqual(len(list(check_facts.check_details(event, {"code": 180}))), 1)


if __name__ == "__main__":
    unittest.main()
