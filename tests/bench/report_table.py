# SPDX-License-Identifier: Apache-2.0
"""One table in Markdown for everything that was measured."""

import dataclasses
import typing


@dataclasses.dataclass
class Row:
    what: str
    measured: typing.Union[float, str]
    unit: str = ""
    budget: typing.Union[float, str, None] = None
    remark: str = ""


def _number(value, unit):
    if isinstance(value, str):
        return value
    if unit in ("ns", "samples", "facts"):
        text = f"{value:.0f}"
    elif unit == "messages/s":
        text = f"{value:,.0f}".replace(",", " ")
    else:
        text = f"{value:.2f}"
    return f"{text} {unit}".strip()


def _verdict(row):
    if row.budget is None:
        return ""
    if isinstance(row.budget, str) or row.budget == 0:
        return "within" if row.measured == row.budget else "over"
    return f"{row.measured / row.budget:.2f}"


def markdown(rows):
    lines = ["| measured | value | budget | ratio | remark |", "|---|---:|---:|---:|---|"]
    for row in rows:
        budget = "" if row.budget is None else _number(row.budget, row.unit)
        cells = (row.what, _number(row.measured, row.unit), budget, _verdict(row), row.remark)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)
