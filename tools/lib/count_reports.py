# SPDX-License-Identifier: Apache-2.0
"""count_reports.py JUNIT FOLDER: prints `passed failed skipped` over what ctest wrote and what the programs of
GoogleTest wrote to the folder. A program that wrote its report counts by that, every other test once."""

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path


def counts_of(cases):
    total = [0, 0, 0]
    for case in cases:
        failed = case.find("failure") is not None or case.get("status") == "fail"
        skipped = case.find("skipped") is not None or case.get("status") in ("notrun", "disabled")
        total[1 if failed else 2 if skipped else 0] += 1
    return total


def main(junit, folder):
    reports = {report.stem: report for report in Path(folder).glob("*.xml")}
    cases = [case for case in ElementTree.parse(junit).iter("testcase") if case.get("name") not in reports]
    for report in reports.values():
        cases.extend(ElementTree.parse(report).iter("testcase"))
    print(*counts_of(cases))


if __name__ == "__main__":
    main(*sys.argv[1:])
