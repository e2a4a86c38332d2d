# SPDX-License-Identifier: Apache-2.0
"""Expected values that are no single value: what is measured comes out within a tolerance, what a definition leaves
open within a range. `accepts` is asked by the checks; a plain value accepts itself."""

from typing import NamedTuple


class Near(NamedTuple):
    """One per cent, or `absolute` when that is more."""

    value: float
    absolute: float = 0.02

    def accepts(self, found):
        if not isinstance(found, (int, float)):
            return False
        return abs(found - self.value) <= max(0.01 * abs(self.value), self.absolute)

    def __repr__(self):
        return f"about {self.value:g}"


class Between(NamedTuple):
    low: float
    high: float

    def accepts(self, found):
        return isinstance(found, (int, float)) and self.low <= found <= self.high

    def __repr__(self):
        return f"{self.low:g} to {self.high:g}"


class OneOf:
    def __init__(self, *values):
        self.values = values

    def accepts(self, found):
        return any(accepts(value, found) for value in self.values)

    def __repr__(self):
        return " or ".join(repr(value) for value in self.values)


def accepts(expected, found):
    if hasattr(expected, "accepts"):
        return expected.accepts(found)
    if isinstance(found, (int, float)) and isinstance(expected, (int, float)):
        return abs(found - expected) < 1e-6
    return found == expected
