# SPDX-License-Identifier: Apache-2.0
"""Which files of the project are sources, and what they include."""

import os
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
FOLDERS = ("bpf", "include", "userspace", "tests", "tools", "packaging")
SUFFIXES = {".c", ".cpp", ".h", ".in", ".py", ".sh", ".cmake"}
SHEBANG = b"#!"
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)


def is_source(path):
    if path.suffix in SUFFIXES:
        return True
    if path.suffix:
        return False
    with open(path, "rb") as file:
        return file.read(2) == SHEBANG


def sources(*folders):
    """Every source below these folders of the project, as paths from its root, sorted."""
    found = []
    for folder in folders or FOLDERS:
        for place, below, names in os.walk(ROOT / folder):
            below[:] = [name for name in below if name not in ("__pycache__", "corpus")]
            paths = [Path(place) / name for name in names]
            found += [path.relative_to(ROOT) for path in paths if is_source(path)]
    return sorted(found)


def includes(text):
    """What the text includes in quotes, in order."""
    return INCLUDE.findall(text)
