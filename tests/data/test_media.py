# SPDX-License-Identifier: Apache-2.0
"""What media comes to, against values that others worked out."""

import unittest

import emodel
from measure import Jitter, Sequence, measure
from sipwire import rtcp, rtp
from source import Source


class Jitters(unittest.TestCase):
    def test_follows_rfc_3550_appendix_a8(self):
        jitter, clock = Jitter(), 8000
        arrivals = (0, 160, 330, 480, 640, 880, 960)
        for number, arrival in enumerate(arrivals):
            jitter.take(arrival * 125_000, number * 160, clock, False)
        expected = (0, 0.625, 1.2109, 1.1353, 6.0643, 10.6853)
        for found, wanted in zip(jitter.values, expected):
            self.assertAlmostEqual(found * clock, wanted, 4)
        self.assertEqual(len(jitter.values), len(expected))

    def test_leaves_out_markers_and_steps_of_more_than_a_second(self):
        jitter = Jitter()
        jitter.take(0, 0, 8000, True)
        jitter.take(500_000_000, 160, 8000, True)
        jitter.take(520_000_000, 320, 8000, False)
        jitter.take(540_000_000, 320 + 160_000, 8000, False)
        self.assertEqual(jitter.values, [0.0])

    def test_knows_that_timestamps_wrap(self):
        jitter = Jitter()
        jitter.take(0, 2**32 - 80, 8000, True)
        jitter.take(20_000_000, 80, 8000, False)
        self.assertEqual(jitter.values, [0.0])


class Sequences(unittest.TestCase):
    def losses(self, *numbers):
        sequence = Sequence(numbers[0])
        for number in numbers[1:]:
            sequence.take(number)
        return sequence.expected, sequence.losses()

    def test_losses_are_what_never_came(self):
        self.assertEqual(self.losses(5, 6, 7), (3, []))
        self.assertEqual(self.losses(5, 7, 6), (3, []))
        self.assertEqual(self.losses(5, 8, 8, 11), (7, [2, 2]))
        self.assertEqual(self.losses(65534, 65535, 1, 2), (5, [1]))

    def test_what_came_again_and_what_came_late_are_told_apart(self):
        sequence = Sequence(10)
        self.assertEqual([sequence.take(n) for n in (12, 11, 11, 13)], [(False, 0), (False, 1), (True, 1), (False, 0)])


class Streams(unittest.TestCase):
    def test_the_network_takes_and_doubles_what_it_was_told_to(self):
        source = Source(1, 0, sequence=65530).talk(20).lose(3, 4, 9).duplicate(5).delay(0.045, 11)
        found = measure(source)
        self.assertEqual((found.packets, found.copies, found.runs, found.expected), (17, 1, [2, 1], 20))
        self.assertEqual((found.reordered, found.depth, found.bytes), (1, 2, 17 * 172))

    def test_losses_are_those_of_the_schedule_whatever_the_dice_say(self):
        for seed in range(20):
            source = Source(1, 0, sequence=65000).talk(300).lose_at_random(0.1, seed).delay_at_random(0.05, seed)
            dropped = sum(packet.lost for packet in source.packets)
            found = measure(source)
            self.assertEqual((found.packets, found.expected), (300 - dropped, 300))
            self.assertEqual(found.lost, dropped)

    def test_pauses_digits_and_noise_are_no_jitter(self):
        source = Source(1, 0).talk(20).pause(0.7).talk(20).press("5").talk(20, marker=False)
        source.comfort_noise().pause(0.33).talk(20)
        found = measure(source)
        self.assertEqual((found.jitter_max_ms < 1e-9, found.lost, found.reordered), (True, 0, 0))
        self.assertEqual({name: counts[0] for name, counts in found.by_codec.items()},
                         {"PCMU": 80, "telephone-event": 8, "CN": 1})  # fmt: skip

    def test_late_is_behind_the_jitter_buffer(self):
        source = Source(1, 0).talk(50).delay(0.05, 10).delay(0.07, 20)
        self.assertEqual(measure(source).late, 1)
        self.assertEqual(measure(source, buffer_seconds=0.1).late, 0)


class Opinions(unittest.TestCase):
    def test_are_those_of_g107(self):
        for codec, delay, loss, burst, wanted in (
            (emodel.G711, 0, 0, 1, 4.4093),
            (emodel.G711, 150, 1, 1, 4.3239),
            (emodel.G711, 200, 2, 1, 4.1371),
            (emodel.G711, 150, 3, 2, 4.1087),
            (emodel.G729A, 150, 1, 1, 3.9397),
            (emodel.G729A, 300, 5, 1, 2.5718),
            (emodel.Impairment(0, 4.3), 400, 10, 1, 1.0),
        ):
            self.assertAlmostEqual(emodel.mos(codec, loss, delay, burst), wanted, 4)
        self.assertAlmostEqual(emodel.delay_impairment(250), 8.9167, 4)

    def test_burst_ratio_is_one_of_losses_by_chance(self):
        self.assertEqual(emodel.burst_ratio(0, 0, 100), 1)
        self.assertEqual(emodel.burst_ratio(5, 5, 100), 1)
        self.assertAlmostEqual(emodel.burst_ratio(10, 2, 100), 4.5)


class Packets(unittest.TestCase):
    def test_headers_are_those_of_rfc_3550(self):
        plain = rtp.packet(65536 + 7, 2**32 + 9, 0x1234, 8, b"x", True)
        self.assertEqual(plain.hex(), "8088000700000009" "00001234" "78")
        full = rtp.packet(1, 2, 3, 0, b"", contributors=(4, 5), extension=(0xBEDE, b"\0\1\2\3"), padding=4)
        self.assertEqual(full.hex(), "b2000001" "00000002" "00000003" "00000004" "00000005" "bede0001" "00010203" "00000004")

    def test_report_block_names_the_middle_of_the_time(self):
        self.assertEqual(rtcp.middle_of((0xB44DB705, 0x20000000)), 0xB7052000)

    def test_voip_metrics_are_36_bytes(self):
        metrics = rtcp.voip_metrics(1, 2, loss=3, r=93, lq=44, cq=43)
        self.assertEqual((len(metrics), metrics[8:12].hex()), (44, "07000008"))
        self.assertEqual((metrics[16], metrics[32], metrics[34], metrics[35]), (3, 93, 44, 43))

    def test_what_is_encrypted_shows_its_first_packet_and_nothing_else(self):
        import random

        compound = rtcp.sender_report(1, 2, 3) + rtcp.description(1)
        secret = rtcp.encrypted(compound, 5, random.Random(1))
        self.assertEqual(secret[:8], compound[:8])
        self.assertEqual(len(secret), len(compound) + 14)
        self.assertNotEqual(secret[28] >> 6, 2)


if __name__ == "__main__":
    unittest.main()
