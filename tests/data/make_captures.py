#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the capture of every case, and its configuration where it has one, to a folder:
make_captures.py FOLDER [CASE…]"""

import sys
from pathlib import Path

import cases  # noqa: F401  (fills CASES)
from case import CASES


def write(case, folder):
    """Returns (path of the capture, path of the configuration or None, truth)."""
    data, truth = case.made()
    capture = folder / f"{case.name}.{case.suffix}"
    capture.write_bytes(data)
    if not case.settings():
        return capture, None, truth
    for name, content in case.settings_files.items():
        data, permissions = content if isinstance(content, tuple) else (content, 0o600)
        beside = folder / f"{case.name}-{name}"
        beside.write_bytes(data)
        beside.chmod(permissions)
    settings = folder / f"{case.name}.yaml"
    settings.write_text(case.settings(folder))
    return capture, settings, truth


def main():
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for case in CASES:
        if len(sys.argv) == 2 or case.name in sys.argv[2:]:
            print(write(case, folder)[0])


if __name__ == "__main__":
    main()
