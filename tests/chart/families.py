# SPDX-License-Identifier: Apache-2.0
"""What is on the metrics page, by the table that the agent is compiled from."""

import re

from places import ROOT

_FAMILY = re.compile(
    r'Family\{\s*"(?P<name>\w+)",\s*MetricKind::(?P<kind>\w+),\s*"(?P<labels>[\w,]*)"', re.DOTALL
)
_METHODS = "INVITE ACK BYE CANCEL REGISTER OPTIONS PRACK SUBSCRIBE NOTIFY PUBLISH INFO REFER MESSAGE UPDATE"
# Of the scrape, not of the page: Prometheus's own, and those that the chart's monitors add.
TARGET_LABELS = {"job", "instance", "node", "namespace", "pod"}


def series():
    """{name of a series: its labels}; of a histogram its three series."""
    table = (ROOT / "userspace" / "metrics" / "families.h").read_text(encoding="utf-8")
    found = {"up": set()}  # made by Prometheus for each target
    for name, kind, labels in _FAMILY.findall(table):
        own = set(filter(None, labels.split(",")))
        if kind == "histogram":
            found |= {name + "_bucket": own | {"le"}, name + "_sum": own, name + "_count": own}
        else:
            found[name] = own
    assert len(found) > 50, "the test has lost sight of the families"
    return found


def label_values_in_docs():
    """Every word that docs/metrics.md has in backticks, and the numbers that a code label may have."""
    text = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    words = set(re.findall(r"`([^`\s]+)`", text))
    methods = set(_METHODS.split())
    classes = {f"{digit}xx" for digit in range(1, 7)}
    return words | methods | classes | {str(code) for code in range(100, 700)}


def edges_in_docs():
    """The upper edges of histograms, as the page writes them."""
    text = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8").split("## Edges of histograms")[1]
    return set(re.findall(r"\b\d+(?:\.\d+)?\b", text))
