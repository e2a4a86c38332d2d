# SPDX-License-Identifier: Apache-2.0
"""The text of /metrics, read back into numbers."""

import re

_SAMPLE = re.compile(r"^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)(?: \S+)?$")
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


class Metrics:
    def __init__(self, text):
        self.text = text
        self.samples = []  # (family, {label: value}, number)
        for line in text.splitlines():
            if line and not line.startswith("#"):
                found = _SAMPLE.match(line)
                if not found:
                    raise ValueError(f"no sample: {line}")
                self.samples.append((found[1], dict(_LABEL.findall(found[2] or "")), float(found[3])))

    def matching(self, family, **labels):
        return [
            (own, number)
            for name, own, number in self.samples
            if name == family and all(own.get(key) == value for key, value in labels.items())
        ]

    def sum(self, family, **labels):
        """Over every series that has these labels; 0 when there is none."""
        total = sum(number for _, number in self.matching(family, **labels))
        return int(total) if total == int(total) else total

    def has(self, family):
        return any(name == family for name, _, _ in self.samples)

    def by(self, family, *labels, **only):
        """Sums by the named labels, those that are 0 left out: {(value, …): number}."""
        sums = {}
        for own, number in self.matching(family, **only):
            key = tuple(own[label] for label in labels)
            sums[key] = sums.get(key, 0) + int(number)
        return {key: number for key, number in sums.items() if number}
