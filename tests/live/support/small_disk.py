# SPDX-License-Identifier: Apache-2.0
"""A file system of so many MiB that can be filled, and freed again."""

import contextlib
import os

from lab.process import run


class SmallDisk:
    def __init__(self, path, mebibytes):
        self.path = path
        self._filler = os.path.join(path, "filler")
        os.makedirs(path, exist_ok=True)
        run("mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "tmpfs", path)

    def fill(self):
        with open(self._filler, "wb", buffering=0) as file, contextlib.suppress(OSError):
            for size in (1 << 20, 4096):
                with contextlib.suppress(OSError):
                    while file.write(bytes(size)) == size:
                        pass

    def free(self):
        os.unlink(self._filler)

    def close(self):
        run("umount", "-l", self.path)
