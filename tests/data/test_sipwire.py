# SPDX-License-Identifier: Apache-2.0
"""The builders against values that others worked out, and the case table against itself."""

import struct
import unittest

import cases  # noqa: F401  (fills CASES)
from case import CASES
from sipwire import media, packets, rtcp, sip
from sipwire.packets import Endpoint

A, B = Endpoint("192.0.2.1", 5060), Endpoint("192.0.2.2", 5061)
A6, B6 = Endpoint("2001:db8::1", 5060), Endpoint("2001:db8::2", 5061)


class Packets(unittest.TestCase):
    def test_checksum_is_that_of_the_example_in_rfc_1071(self):
        self.assertEqual(packets.checksum(bytes.fromhex("0001f203f4f5f6f7")), ~0xDDF2 & 0xFFFF)

    def test_ipv4_header_sums_to_zero_with_and_without_options(self):
        for options in (b"", b"\x07\x03\x04"):
            packet = packets.ipv4(A.address, B.address, b"payload", options=options)
            self.assertEqual(packets.checksum(packet[: (packet[0] & 15) * 4]), 0)
            self.assertEqual(struct.unpack("!H", packet[2:4])[0], len(packet))

    def test_udp_checksum_is_right_over_both_ip_versions(self):
        for source, destination in ((A, B), (A6, B6)):
            datagram = packets.udp(source, destination, b"odd")
            pseudo = packets.packed(source.address) + packets.packed(destination.address)
            pseudo += struct.pack("!II", len(datagram), packets.UDP)
            self.assertEqual(packets.checksum(pseudo + datagram), 0)

    def test_fragments_hold_the_datagram_and_nothing_else(self):
        payload = bytes(range(256)) * 10
        for source, destination, header in ((A, B, 20), (A6, B6, 48)):
            parts = packets.fragments(source, destination, payload, 1000)
            self.assertEqual(
                b"".join(part[header:] for part in parts), packets.udp(source, destination, payload)
            )

    def test_fragments_carry_their_offset_and_whether_more_follow(self):
        four = [struct.unpack("!H", part[6:8])[0] for part in packets.fragments(A, B, bytes(2000), 1000)]
        self.assertEqual(four, [0x2000 | 0, 0x2000 | 125, 250])
        six = [struct.unpack("!H", part[42:44])[0] for part in packets.fragments(A6, B6, bytes(2000), 1000)]
        self.assertEqual(six, [1, 1000 | 1, 2000])

    def test_extension_headers_are_chained_in_units_of_eight_bytes(self):
        chain = [(packets.IPV6_HOP_BY_HOP, b""), (packets.IPV6_DESTINATION, bytes(7))]
        packet = packets.ipv6(A6.address, B6.address, b"", extensions=chain)
        self.assertEqual(packet[6], packets.IPV6_HOP_BY_HOP)
        self.assertEqual(packet[40:42], bytes([packets.IPV6_DESTINATION, 0]))
        self.assertEqual(packet[48:50], bytes([packets.UDP, 1]))
        self.assertEqual(len(packet), 40 + 8 + 16)

    def test_tags_stand_outermost_first(self):
        frame = packets.ethernet(b"\x45", [(packets.SERVICE_TAG, 7), (packets.VLAN_TAG, 8)])
        self.assertEqual(frame[12:].hex(), "88a80007" "81000008" "0800" "45")


class Sip(unittest.TestCase):
    MESSAGE = sip.message(
        "OPTIONS sip:b SIP/2.0", [("Via", "SIP/2.0/UDP h;branch=x"), ("To", "<sip:b>;tag=1")], b"To: b"
    )

    def test_message_has_its_length_and_an_empty_line(self):
        self.assertIn(b"\r\nContent-Length: 5\r\n\r\nTo: b", self.MESSAGE)

    def test_forms_change_headers_and_never_the_body(self):
        forms = (sip.compact, sip.shouting, sip.folded, sip.space_before_colon, sip.bare_line_feeds)
        for form in forms:
            self.assertNotEqual(form(self.MESSAGE), self.MESSAGE)
            self.assertTrue(form(self.MESSAGE).endswith(b"To: b"))
        self.assertIn(b"\r\nv: SIP/2.0/UDP", sip.compact(self.MESSAGE))
        self.assertIn(b"\r\nTo:\r\n \t<sip:b>\r\n ;tag=1\r\n", sip.folded(self.MESSAGE))
        self.assertIn(b"branch=x, SIP/2.0/UDP", sip.vias_on_one_line(self.MESSAGE))


class Media(unittest.TestCase):
    def test_reports_say_their_length_in_words(self):
        for report in (
            rtcp.sender_report(1, 2, 3, blocks=[rtcp.Block(2)]),
            rtcp.receiver_report(1, rtcp.Block(2), rtcp.Block(3)),
            rtcp.description(1),
            rtcp.description(1, b"four"),
            rtcp.goodbye(1, 2, reason=b"enough"),
            rtcp.application(1),
            rtcp.negative_acknowledgement(1, 2, 3),
            rtcp.picture_loss(1, 2),
            rtcp.voip_metrics(1, 2),
        ):
            self.assertEqual(len(report), (struct.unpack("!H", report[2:4])[0] + 1) * 4)

    def test_handshake_fills_its_record(self):
        hello = media.dtls_client_hello()
        self.assertEqual(len(hello), 13 + struct.unpack("!H", hello[11:13])[0])


class Cases(unittest.TestCase):
    def test_the_same_case_gives_the_same_bytes(self):
        for case in CASES:
            self.assertEqual(case.made()[0], case.made()[0], case.name)

    def test_every_frame_is_accounted_for(self):
        for case in CASES:
            scene = case.played()
            self.assertEqual(self.total(scene.truth, "sipsonde_packets_total"), len(scene.frames), case.name)

    def test_messages_are_requests_responses_and_malformed_ones(self):
        for case in CASES:
            truth = case.played().truth
            either = sum(low for samples, low, _ in truth.sums if ("stage", "kernel") in samples[0][1])
            kernel = sum(
                number for (_, labels), number in truth.samples.items() if ("stage", "kernel") in labels
            )
            messages = self.total(truth, "sip_requests_total") + self.total(truth, "sip_responses_total")
            self.assertEqual(
                self.total(truth, "sipsonde_messages_total"), messages + kernel + either, case.name
            )

    def total(self, truth, name):
        return sum(number for (found, _), number in truth.samples.items() if found == name)


if __name__ == "__main__":
    unittest.main()
