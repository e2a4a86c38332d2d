# SPDX-License-Identifier: Apache-2.0
"""What sipsonde says of a capture, by the capture's clock."""

import json
import os

from lab.process import run
from lab.topology import PROXY_TO_CALLEE, PROXY_TO_CALLER

from .agent import SIPSONDE


def replayed_rows(capture, folder):
    """The CDRs of a capture that has ended."""
    output = os.path.join(folder, f"replayed-{os.path.basename(capture.path)}")
    configuration = f"{output}.yaml"
    with open(configuration, "w", encoding="utf-8") as file:
        file.write(f"local_networks: [{PROXY_TO_CALLER}/32, {PROXY_TO_CALLEE}/32]\n")
    run(SIPSONDE, "replay", "-c", configuration, "-o", output, capture.path)
    with open(os.path.join(output, "cdr.jsonl"), encoding="utf-8") as file:
        return [json.loads(line) for line in file]
