# SPDX-License-Identifier: Apache-2.0
"""unittest's loader with an output of its own: one line a test, what failed under it, the counts last."""

import os
import signal
import sys
import time
import unittest

from .agent import SIPSONDE


class LineResult(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.passed = 0
        self._started = 0.0

    @staticmethod
    def _sentence(test):
        name = test.id().split(
            "."
        )  # module, class, function; a class whose setUp broke is `setUpClass (a.B)`
        if len(name) == 3:
            return f"{name[0].removeprefix('test_')}: {name[2].removeprefix('test_').replace('_', ' ')}"
        return str(test)

    def _line(self, verdict, test, text=""):
        seconds = time.monotonic() - self._started if self._started else 0
        print(f"{verdict:<4} {self._sentence(test)} ({seconds:.1f} s)", flush=True)
        for line in text.rstrip().splitlines():
            print(f"       {line}", flush=True)

    def startTest(self, test):
        super().startTest(test)
        self._started = time.monotonic()

    def addSuccess(self, test):
        super().addSuccess(test)
        self.passed += 1
        self._line("ok", test)

    def _broken(self, test, error):
        kind, value, _ = error
        text = str(value) if issubclass(kind, AssertionError) else self._exc_info_to_string(error, test)
        self._line("FAIL", test, text)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._broken(test, err)

    def addError(self, test, err):
        super().addError(test, err)
        self._broken(test, err)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._line("skip", test, reason)

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self.failures.append((subtest, str(err[1])))
            self._broken(subtest, err)


def tests_of(suite):
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from tests_of(item)
        else:
            yield item


def clean_up(tests):
    """What an interruption left standing: unittest cleans up only behind what came to its end."""
    for test in tests:
        test.doCleanups()
    for kind in dict.fromkeys(type(test) for test in tests):
        kind.doClassCleanups()


def interrupted(*_):
    raise KeyboardInterrupt


def main(folder, wanted):
    if os.geteuid() != 0:
        print(
            "tests/live/run: not root; it makes network namespaces and loads BPF programs: run it as root",
            file=sys.stderr,
        )
        return 1
    if not os.path.exists(SIPSONDE):
        print(
            f"tests/live/run: no {SIPSONDE}; build it first: cmake -B build && cmake --build build",
            file=sys.stderr,
        )
        return 1
    signal.signal(signal.SIGTERM, interrupted)
    result = LineResult()
    suite = unittest.defaultTestLoader.discover(folder, "test_*.py", folder)
    if wanted:
        suite = unittest.TestSuite(
            test for test in tests_of(suite) if any(part in test.id() for part in wanted)
        )
    tests = list(tests_of(suite))
    try:
        suite.run(result)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        result.errors.append((None, "interrupted"))
    finally:
        clean_up(tests)
    failed = len(result.failures) + len(result.errors)
    print(f"{result.passed} passed, {failed} failed, {len(result.skipped)} skipped")
    return 1 if failed or result.testsRun == 0 else 0
