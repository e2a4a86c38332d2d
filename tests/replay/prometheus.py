# SPDX-License-Identifier: Apache-2.0
"""Reads the Prometheus text format, as far as metrics.prom uses it."""

import re

_LINE = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? +(\S+)(?: +\d+)?")
_LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)",?')
_ESCAPES = {r"\\": "\\", r"\"": '"', r"\n": "\n"}


class Metrics:
    """Samples by (name, frozenset of (label, value)), as truth.sample() writes them."""

    def __init__(self, text):
        self.families = {}  # name -> type
        self.samples = {}
        for line in text.splitlines():
            if line.startswith("# TYPE "):
                _, _, name, kind = line.split()
                self.families[name] = kind
            elif line and not line.startswith("#"):
                self._take(line)

    def _take(self, line):
        match = _LINE.fullmatch(line)
        if not match:
            raise ValueError(f"no sample: {line!r}")
        name, labels, value = match.groups()
        found = {
            key: re.sub(r"\\.", lambda m: _ESCAPES.get(m[0], m[0]), text)
            for key, text in _LABEL.findall(labels or "")
        }
        key = name, frozenset(found.items())
        if key in self.samples:
            raise ValueError(f"twice: {line!r}")
        self.samples[key] = float(value)

    def family(self, name):
        return {key: value for key, value in self.samples.items() if key[0] == name}

    def total(self, name, **labels):
        """The sum over every sample that has at least these labels."""
        wanted = set(labels.items())
        return sum(value for (found, has), value in self.samples.items() if found == name and wanted <= has)


def without_label(samples, label):
    """The samples with one label summed away."""
    out = {}
    for (name, labels), value in samples.items():
        key = name, frozenset(pair for pair in labels if pair[0] != label)
        out[key] = out.get(key, 0) + value
    return out


def text_of(key):
    name, labels = key
    inside = ",".join(f'{label}="{value}"' for label, value in sorted(labels))
    return f"{name}{{{inside}}}" if inside else name
