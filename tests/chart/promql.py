# SPDX-License-Identifier: Apache-2.0
"""What a PromQL expression asks for: names of series, and labels with their values. promtool knows the grammar; this
only needs to find names in what it has accepted."""

import re
from dataclasses import dataclass, field

from families import TARGET_LABELS

_SETS = {"and", "or", "unless"}
_WORDS = _SETS | {"bool", "offset", "on", "ignoring", "group_left", "group_right", "by", "without"}
_TOKEN = re.compile(
    r'"(?:[^"\\]|\\.)*"'  # a string
    r"|\[[^\]]*\]"  # a range
    r"|[A-Za-z_:][\w:]*"
    r"|[0-9.]+\w*"
    r"|=~|!~|!=|==|<=|>=|[-+*/%^(){},<>=]"
)


@dataclass
class Asked:
    series: dict = field(default_factory=dict)  # name: {label: [values]} of its matchers
    grouped: set = field(default_factory=set)  # labels of by, without, on and ignoring


def asked_by(expression):
    tokens = _TOKEN.findall(expression)
    asked, at = Asked(), 0
    while at < len(tokens):
        token, after = tokens[at], tokens[at + 1] if at + 1 < len(tokens) else ""
        at += 1
        if token in _WORDS:
            if after == "(" and token not in _SETS:
                end = tokens.index(")", at)
                asked.grouped |= {word for word in tokens[at + 1 : end] if word != ","}
                at = end + 1
        elif re.match(r"[A-Za-z_:]", token) and after not in ("(", "by", "without"):
            matchers = asked.series.setdefault(token, {})
            if after == "{":
                end = tokens.index("}", at)
                for label, values in _matchers(tokens[at + 1 : end]):
                    matchers.setdefault(label, []).extend(values)
                at = end + 1
    return asked


def _matchers(tokens):
    tokens = [token for token in tokens if token != ","]
    for label, operator, value in zip(tokens[::3], tokens[1::3], tokens[2::3]):
        text = value[1:-1]
        yield label, text.split("|") if operator in ("=~", "!~") else [text]


def problems_of(expression, families, values):
    """Names and labels that are on no page. `families` is {series: labels}, `values` what labels may be."""
    asked, problems = asked_by(expression), []
    known = set(TARGET_LABELS)
    for name, matchers in asked.series.items():
        if name not in families:
            problems.append(f"no series {name}")
            continue
        labels = families[name] | TARGET_LABELS
        known |= labels
        for label, wanted in matchers.items():
            if label not in labels:
                problems.append(f"{name} has no label {label}")
            elif label not in TARGET_LABELS:
                problems += [
                    f"{label} of {name} is never {value!r}" for value in wanted if value not in values
                ]
    problems += [f"none of the series has the label {label}" for label in sorted(asked.grouped - known)]
    if not asked.series:
        problems.append("asks for no series")
    return problems
