# SPDX-License-Identifier: Apache-2.0
"""schemathesis, which asks an API all that its OpenAPI document allows, and much that it does not."""

import os
import shutil
import subprocess
import sys

VERSION = "4.32.5"


def _folder():
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(cache, "sipsonde-tests", f"schemathesis-{VERSION}")


def find_schemathesis():
    """The program, or None. SIPSONDE_SCHEMATHESIS names it; else `schemathesis` of the PATH; else what
    tests/live/build_schemathesis has made."""
    named = os.environ.get("SIPSONDE_SCHEMATHESIS")
    if named:
        return named
    if found := shutil.which("schemathesis"):
        return found
    built = os.path.join(_folder(), "bin", "schemathesis")
    return built if os.access(built, os.X_OK) else None


def build_schemathesis():
    subprocess.run([sys.executable, "-m", "venv", _folder()], check=True)
    pip = os.path.join(_folder(), "bin", "pip")
    subprocess.run([pip, "install", "--quiet", f"schemathesis=={VERSION}"], check=True)


# Where a page ended is known to those who have had one.
CONFIGURATION = """
[[operations]]
include-operation-id = "list_calls"
parameters = { "query.cursor" = "" }
"""


def ask_everything(namespace, url, folder, token, examples=3):
    """(status, what it says): 0 when every answer was as the document says."""
    configuration = os.path.join(folder, "schemathesis.toml")
    with open(configuration, "w", encoding="utf-8") as file:
        file.write(CONFIGURATION)
    done = subprocess.run(
        namespace.command(
            find_schemathesis(),
            *("--config-file", configuration),
            "run",
            f"{url}/openapi.json",
            *("--url", url, "--phases", "examples,coverage,fuzzing"),
            *("-H", f"Authorization: Bearer {token}", "--max-examples", str(examples)),
            *("--seed", "1", "--no-shrink", "--checks", "all", "--exclude-checks", "ignored_auth"),
        ),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr
