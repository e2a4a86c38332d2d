# SPDX-License-Identifier: Apache-2.0
"""Importing this package fills case.CASES. A module for each theme."""

from cases import (
    answered,
    captures,
    dialects,
    failed,
    in_dialog,
    link,
    malformed,
    media,
    outside,
    recognised,
    scripts,
    timers,
    transactions,
)
