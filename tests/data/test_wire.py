# SPDX-License-Identifier: Apache-2.0
"""TCP, WebSocket and tunnels against what the RFCs print, against zlib, and against tshark where it is installed."""

import shutil
import struct
import subprocess
import tempfile
import unittest
import zlib
from pathlib import Path

import cases  # noqa: F401  (fills CASES)
from case import CASES
from sipwire import files, packets, tcp, tunnels, websocket
from sipwire.packets import Endpoint

A, B = Endpoint("192.0.2.1", 50000), Endpoint("192.0.2.2", 5060)
A6, B6 = Endpoint("2001:db8::1", 50000), Endpoint("2001:db8::2", 5060)


def field(packet, place, kind):
    return struct.unpack_from("!" + kind, packet, place)[0]


class Tcp(unittest.TestCase):
    def test_checksum_is_right_over_both_ip_versions(self):
        for source, destination, header in ((A, B, 20), (A6, B6, 40)):
            packet = tcp.Connection(source, destination).send(source, b"odd")[0].packet()
            segment = packet[header:]
            pseudo = packets.pseudo_header(source, destination, packets.TCP, len(segment))
            self.assertEqual(packets.checksum(pseudo + segment), 0)
            self.assertEqual(segment[(segment[12] >> 4) * 4 :], b"odd")

    def test_numbers_follow_each_other_and_wrap(self):
        connection = tcp.Connection(A, B, initial=(2**32 - 3, 99))
        syn, answer, acknowledgement = connection.open()
        self.assertEqual((syn.flags, answer.flags, answer.acknowledgement), (tcp.SYN, tcp.SYN | tcp.ACK, 2**32 - 2))
        self.assertEqual((acknowledgement.sequence, acknowledgement.acknowledgement), (2**32 - 2, 100))
        parts = connection.send(A, b"abcdef", [2, 4])
        self.assertEqual([part.data for part in parts], [b"ab", b"cd", b"ef"])
        self.assertEqual([field(part.packet(), 24, "I") for part in parts], [2**32 - 2, 0, 2])
        self.assertEqual(connection.piece(A, 1, 3).data, b"bc")
        self.assertEqual(connection.acknowledge(B).acknowledgement, 2**32 + 4)
        self.assertEqual((connection.finish(A).sequence, connection.acknowledge(A).sequence), (2**32 + 4, 2**32 + 5))

    def test_a_buffer_fills_an_ip_packet(self):
        segment = tcp.Connection(A, B).send(A, bytes(tcp.SEGMENT_MAX))[0]
        self.assertEqual(field(segment.packet(), 2, "H"), 65535)


class WebSocket(unittest.TestCase):
    def test_accept_is_that_of_rfc_6455(self):
        self.assertEqual(websocket.accept("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")

    def test_frames_are_those_of_rfc_6455_section_5_7(self):
        self.assertEqual(websocket.frame(b"Hello").hex(), "810548656c6c6f")
        masked = websocket.frame(b"Hello", mask=bytes.fromhex("37fa213d"))
        self.assertEqual(masked.hex(), "818537fa213d7f9f4d5158")
        self.assertEqual(websocket.message(b"Hello", cuts=[3]).hex(), "010348656c" "80026c6f")
        self.assertEqual(websocket.frame(b"Hello", websocket.PING).hex(), "890548656c6c6f")
        self.assertEqual(websocket.frame(bytes(256), websocket.BINARY)[:4].hex(), "827e0100")
        self.assertEqual(websocket.frame(bytes(65536), websocket.BINARY)[:10].hex(), "827f0000000000010000")

    def test_compressed_messages_are_those_of_rfc_7692_section_7_2_3(self):
        deflater = websocket.Deflater()
        self.assertEqual([deflater(b"Hello").hex() for _ in range(2)], ["f248cdc9c90700", "f200110000"])
        fresh = websocket.Deflater(context_takeover=False)
        self.assertEqual([fresh(b"Hello").hex() for _ in range(2)], ["f248cdc9c90700"] * 2)
        self.assertEqual(websocket.frame(fresh(b"Hello"), compressed=True).hex(), "c107f248cdc9c90700")

    def test_what_is_deflated_in_context_can_be_read_in_order(self):
        deflater, inflater = websocket.Deflater(), zlib.decompressobj(wbits=-15)
        for text in (b"INVITE sip:bob@bob.example SIP/2.0\r\n" * 9, b"", b"x" * 70_000):
            self.assertEqual(inflater.decompress(deflater(text) + b"\0\0\xff\xff"), text)


PDU = [tunnels.PDU_SESSION]
OPTION = tunnels.geneve_option(1, b"\0\1\2\3")
# The names that tshark gives to the layers of a frame with a datagram on port 9 inside.
DISSECTED = [
    ((tunnels.gre(),), "ip:gre:ip:udp"),
    ((tunnels.gre(1, 2, True),), "ip:gre:ip:udp"),
    ((tunnels.gre(ethernet=True),), "ip:gre:eth:ethertype:ip:udp"),
    ((tunnels.erspan(2),), "ip:gre:erspan:eth:ethertype:ip:udp"),
    ((tunnels.erspan(3),), "ip:gre:erspan:eth:ethertype:ip:udp"),
    ((tunnels.erspan(3, subheader=True),), "ip:gre:erspan:eth:ethertype:ip:udp"),
    ((tunnels.ip_in_ip(),), "ip:ip:udp"),
    ((tunnels.vxlan(),), "ip:udp:vxlan:eth:ethertype:ip:udp"),
    ((tunnels.vxlan(ends=(tunnels.FROM6, tunnels.TO6)),), "ipv6:udp:vxlan:eth:ethertype:ip:udp"),
    ((tunnels.geneve(options=OPTION),), "ip:udp:geneve:eth:ethertype:ip:udp"),
    ((tunnels.geneve(ethernet=False),), "ip:udp:geneve:ip:udp"),
    ((tunnels.gtp_u(),), "ip:udp:gtp:ip:udp"),
    ((tunnels.gtp_u(sequence=1, extensions=PDU),), "ip:udp:gtp:ip:udp"),
    ((tunnels.tzsp(),), "ip:udp:tzsp:eth:ethertype:ip:udp"),
    ((tunnels.mpls(1000, 2000),), "eth:ethertype:mpls:ip:udp"),
    ((tunnels.pppoe(),), "eth:ethertype:pppoes:ppp:ip:udp"),
    ((tunnels.pppoe(), tunnels.gre(key=1), tunnels.vxlan()), "pppoes:ppp:ip:gre:ip:udp:vxlan:eth:ethertype:ip:udp"),
]


class Tunnels(unittest.TestCase):
    def test_names_stand_outermost_first(self):
        self.assertEqual(tunnels.names(tunnels.gre(), tunnels.vxlan()), "gre/vxlan")
        self.assertEqual(tunnels.names(tunnels.six_in_four()), "6in4")

    def test_ipv6_has_its_own_number_in_each(self):
        packet = packets.datagram(A6, B6, b"")
        self.assertEqual(tunnels.frame(packet, tunnels.six_in_four())[23], 41)
        self.assertEqual(field(tunnels.frame(packet, tunnels.gre()), 36, "H"), 0x86DD)
        self.assertEqual(field(tunnels.frame(packet, tunnels.pppoe()), 20, "H"), 0x57)

    @unittest.skipUnless(shutil.which("tshark"), "tshark is not installed")
    def test_tshark_finds_what_is_inside_and_no_fault(self):
        inner = packets.datagram(A._replace(port=9), B._replace(port=9), b"what is inside")
        frames = [tunnels.frame(inner, *around) for around, _ in DISSECTED]
        fields = ["frame.protocols", "_ws.expert.severity"]
        for (around, layers), line in zip(DISSECTED, dissect(frames, *fields), strict=True):
            protocols, severities = line.split("\t")
            self.assertTrue(protocols.endswith(f"{layers}:data"), (tunnels.names(*around), protocols))
            self.assertLess(worst_of(severities), WARNING, tunnels.names(*around))

    @unittest.skipUnless(shutil.which("tshark"), "tshark is not installed")
    def test_tshark_reads_connections_and_finds_no_fault(self):
        connection = tcp.Connection(A, B, initial=(2**32 - 5, 1))
        segments = connection.open() + connection.send(A, b"x" * 3000, [1000, 2000])
        segments += [connection.acknowledge(B), connection.finish(A), connection.finish(B), connection.acknowledge(A)]
        frames = [packets.ethernet(segment.packet()) for segment in segments]
        for segment, line in zip(segments, dissect(frames, "tcp.len", "_ws.expert.severity"), strict=True):
            length, severities = line.split("\t")
            self.assertEqual(int(length), len(segment.data))
            self.assertLess(worst_of(severities), WARNING)


def dissect(frames, *fields):
    """A line for each frame, with its checksums looked at."""
    with tempfile.TemporaryDirectory() as folder:
        capture = Path(folder) / "frames.pcap"
        capture.write_bytes(files.pcap([files.Frame(number * 1000, data) for number, data in enumerate(frames)]))
        command = ["tshark", "-n", "-r", str(capture), "-T", "fields"]
        for checked in ("ip.check_checksum", "udp.check_checksum", "tcp.check_checksum"):
            command += ["-o", f"{checked}:TRUE"]
        for name in fields:
            command += ["-e", name]
        done = subprocess.run(command, capture_output=True, timeout=120, text=True, check=True)
    return done.stdout.splitlines()


WARNING = 0x600000  # as tshark numbers what it has to say; below are notes


def worst_of(severities):
    return max((int(each) for each in severities.split(",") if each), default=0)


class Twins(unittest.TestCase):
    """Nothing is different but how they travelled: so says the truth of both, before anything was replayed."""

    def facts_of(self, case):
        truth = case.played().truth
        rows = {key: {**row, "transport": None} for key, row in truth.rows.items()}
        counts = {}
        for number in (truth.samples, truth.observations):
            for (name, labels), value in number.items():
                if name.startswith(("sip_", "rtp_", "rtcp_")):
                    key = name, frozenset(label for label in labels if label[0] != "transport")
                    counts[key] = value
        return rows, truth.events, counts

    def test_have_the_same_truth(self):
        known = {case.name: case for case in CASES}
        twins = {}
        for case in CASES:
            if not case.twin:
                continue
            theirs = twins.setdefault(case.twin, self.facts_of(known[case.twin]))
            for ours, other in zip(self.facts_of(case), theirs):
                self.assertEqual(list(map(repr, ours.items())), list(map(repr, other.items())), case.name)


if __name__ == "__main__":
    unittest.main()
