# SPDX-License-Identifier: Apache-2.0
"""Configurations that lie in this folder with names in them: @NAME@ is replaced by a value."""

import os


def fill_in(name, path, **values):
    """Writes the file of that name in this folder to `path`."""
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), name), encoding="utf-8") as file:
        text = file.read()
    for key, value in values.items():
        text = text.replace(f"@{key}@", str(value))
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
