# SPDX-License-Identifier: Apache-2.0
"""MOS by the E-model, ITU-T G.107: its own Idd, defaults for everything else (R 93.2 without impairment)."""

from math import log2
from typing import NamedTuple


class Impairment(NamedTuple):
    """ITU-T G.113 appendix I: of the codec as it is, and how well it stands loss."""

    equipment: float  # Ie
    robustness: float  # Bpl


G711 = Impairment(0, 25.1)  # with the concealment of G.711 appendix I
G729A = Impairment(11, 19.0)


def delay_impairment(one_way_ms):
    """Idd, G.107 equations 7-27 to 7-29 with sT = 1 and mT = 100."""
    if one_way_ms <= 100:
        return 0.0
    x = log2(one_way_ms / 100)
    return 25 * ((1 + x**6) ** (1 / 6) - 3 * (1 + (x / 3) ** 6) ** (1 / 6) + 2)


def loss_impairment(codec, loss_percent, burst_ratio=1.0):
    """Ie,eff: equation 7-29 of G.107."""
    share = loss_percent / (loss_percent / burst_ratio + codec.robustness)
    return codec.equipment + (95 - codec.equipment) * share


def mos_of(r):
    """G.107 equation B-4, which falls below 1 for small R."""
    if r <= 0:
        return 1.0
    if r >= 100:
        return 4.5
    return max(1.0, 1 + 0.035 * r + 7e-6 * r * (r - 60) * (100 - r))


def mos(codec, loss_percent=0.0, one_way_ms=0.0, burst_ratio=1.0):
    return mos_of(93.2 - delay_impairment(one_way_ms) - loss_impairment(codec, loss_percent, burst_ratio))


def burst_ratio(lost, runs, expected):
    """The mean length of a run of losses, over that which chance makes of so much loss (G.107 section 7.5.1)."""
    if not lost:
        return 1.0
    return max(1.0, lost / runs * (1 - lost / expected))


def wideband_mos(equipment):
    """G.107.1 without loss and delay: R reaches to 129, and B-4 takes R / 1.29."""
    return mos_of((129 - equipment) / 1.29)
