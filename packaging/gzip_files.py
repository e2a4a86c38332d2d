#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Files compressed as policy wants them, the same bytes each time: packaging/gzip_files.py FOLDER SOURCE=NAME…"""

import gzip
import sys
from pathlib import Path

folder = Path(sys.argv[1])
for pair in sys.argv[2:]:
    source, _, name = pair.rpartition("=")
    (folder / name).write_bytes(gzip.compress(Path(source).read_bytes(), 9, mtime=0))
