#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Captures in, facts out: makes the capture of every case under tests/data, replays it through XDP and through tc, and
holds what comes out against the truth. Needs the privileges that `sipsonde replay` needs.

The last line is `N passed, N failed, N skipped`; the status is 0 when nothing failed."""

import argparse
import os
import shutil
import sys
import tempfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "data"))

import cases  # noqa: E402, F401  (fills CASES)
import check_facts  # noqa: E402
import check_metrics  # noqa: E402
import check_sums  # noqa: E402
import oracle  # noqa: E402
import stream_oracle  # noqa: E402
import twins  # noqa: E402
from case import CASES  # noqa: E402
from make_captures import write  # noqa: E402
from outcome import FILES, replay  # noqa: E402
from prometheus import text_of, without_label  # noqa: E402

HOOKS = ("xdp", "tc")


def problems_of(case, binary, folder):
    """Everything that is wrong with one case, a line each."""
    folder.mkdir(parents=True)
    capture, settings, truth = write(case, folder)
    has_reports = truth.reports_are_readable and any(name == "rtcp_packets_total" for name, _ in truth.samples)
    theirs = None
    if case.oracle and oracle.is_installed():
        theirs = oracle.ask(capture, case, about_media=has_reports or bool(truth.streams))
        yield from oracle.check(theirs.messages, oracle.counts_of(truth.samples), "the truth")
        yield from stream_oracle.check(theirs.streams, truth.streams)
        if has_reports:
            yield from stream_oracle.check_reports(theirs.reports, truth.samples)
    if binary is None:
        return

    outcomes = {hook: replay(binary, capture, settings, hook, folder / hook) for hook in HOOKS}
    again = replay(binary, capture, settings, HOOKS[0], folder / "again") if is_repeated(case) else None
    frames = sum(value for (name, _), value in truth.samples.items() if name == "sipsonde_packets_total")
    for hook, outcome in outcomes.items():
        checks = [
            check_metrics.check(outcome.metrics, truth, hook),
            check_sums.check(outcome.metrics, frames),
            check_facts.check_rows(outcome.rows, truth),
            check_facts.check_events(outcome.events, truth),
            check_facts.check_hidden(outcome.rows + outcome.events, truth),
        ]
        if theirs is not None:
            checks.append(oracle.check(theirs.messages, oracle.counts_of(outcome.metrics.samples), "sipsonde"))
        yield from (f"--hook {hook}: {problem}" for check in checks for problem in check)
    yield from disagreements(outcomes["xdp"], outcomes["tc"])
    if case.twin:
        yield from twins.differences(outcomes[HOOKS[0]], twin_of(case, binary, folder.parent), case.twin)
    for name in FILES if again else ():
        if again.raw[name] != outcomes[HOOKS[0]].raw[name]:
            yield f"{name} is another one when the same capture is replayed again"


TWINS = {}  # name -> what its capture came to
ONE_AT_A_TIME = Lock()


def twin_of(case, binary, folder):
    with ONE_AT_A_TIME:
        if case.twin not in TWINS:
            twin = next(known for known in CASES if known.name == case.twin)
            place = folder / f"{twin.name}-as-twin"
            place.mkdir()
            capture, settings, _ = write(twin, place)
            TWINS[case.twin] = replay(binary, capture, settings, HOOKS[0], place / HOOKS[0])
        return TWINS[case.twin]


def is_repeated(case):
    """Every eighth case is replayed once more through the same hook; all are through the other one."""
    return zlib.crc32(case.name.encode()) % 8 == 0


def disagreements(xdp, tc):
    for name in ("events.jsonl", "cdr.jsonl"):
        if xdp.raw[name] != tc.raw[name]:
            yield f"{name} is another one through tc than through XDP"
    left, right = (without_label(outcome.metrics.samples, "hook") for outcome in (xdp, tc))
    for key in sorted(left.keys() | right.keys(), key=text_of):
        if left.get(key) != right.get(key):
            yield f"{text_of(key)} is {left.get(key)} through XDP and {right.get(key)} through tc"


def run(case, binary, folder):
    try:
        return list(problems_of(case, binary, folder))
    except (ValueError, OSError) as error:
        return [str(error)]


def say(case, problems):
    print(f"{'FAIL' if problems else 'ok  '} {case.name}")
    for problem in problems[:20]:
        print(f"       {problem}")
    if len(problems) > 20:
        print(f"       and {len(problems) - 20} more", flush=True)


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    default = os.environ.get("SIPSONDE", HERE.parent.parent / "build" / "sipsonde")
    parser.add_argument("--binary", type=Path, default=default, help="build/sipsonde, or what SIPSONDE names")
    parser.add_argument(
        "--captures-only", action="store_true", help="make the captures and let tshark judge the truth"
    )
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave captures and output there")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("cases", nargs="*", metavar="CASE", help="all, unless named")
    return parser.parse_args()


def main():
    options = arguments()
    unknown = set(options.cases) - {case.name for case in CASES}
    if unknown:
        sys.exit(f"run_replay.py: no case is named {', '.join(sorted(unknown))}")
    chosen = [case for case in CASES if not options.cases or case.name in options.cases]

    binary = None if options.captures_only else options.binary
    if binary is not None and os.geteuid() != 0:
        print(
            f"skip: a replay loads programs into the kernel; run as root\n0 passed, 0 failed, {len(chosen)} skipped"
        )
        return 0
    if binary is not None and not os.access(binary, os.X_OK):
        sys.exit(f"run_replay.py: {binary} is not there; build it or name another with --binary")
    skipped = 0
    if not oracle.is_installed():
        skipped = sum(case.oracle for case in chosen)
        print(f"skip: tshark is not installed, so nobody else counts {skipped} captures")

    folder = options.keep or Path(tempfile.mkdtemp(prefix="sipsonde-replay-"))
    failed = 0
    try:
        with ThreadPoolExecutor(max(options.jobs, 1)) as pool:
            running = [pool.submit(run, case, binary, folder / case.name) for case in chosen]
            for case, result in zip(chosen, running):
                problems = result.result()
                failed += bool(problems)
                say(case, problems)
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
    print(f"{len(chosen) - failed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
