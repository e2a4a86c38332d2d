# SPDX-License-Identifier: Apache-2.0
"""Importing this package fills case.CASES. A module for each theme."""

from cases import (
    answered,
    captures,
    dialects,
    failed,
    forks,
    holds,
    in_dialog,
    kpis,
    link,
    linking,
    malformed,
    media,
    outside,
    privacy,
    rating,
    recognised,
    sessions,
    stir,
    registrations,
    scanners,
    timers,
    transactions,
    transfers,
    trunks,
)
