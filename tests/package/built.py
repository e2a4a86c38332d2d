# SPDX-License-Identifier: Apache-2.0
"""What the tests look at, made once: the package, a root with systemd to install it in, the image. The two roots are
made side by side from the first question on. What this machine lacks for it is a reason to skip."""

import functools
import os
import re
import shutil
import subprocess
import tempfile
import threading
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = os.environ.get("SIPSONDE_BUILD", "build")
OFFLINE = re.compile(
    r"^.*(?:Could not resolve|Could not connect|Unable to connect|Temporary failure|Failed to fetch).*$", re.M
)
ENOUGH = 2 << 30  # bytes: two roots and their archives


def _memory():
    """A folder in memory, where there is enough of it: dpkg writes thousands of small files."""
    shared = Path("/dev/shm")
    if shared.is_dir() and shutil.disk_usage(shared).free > ENOUGH:
        return shared
    return Path(tempfile.gettempdir())


FOLDER = Path(tempfile.mkdtemp(prefix="sipsonde-package-", dir=_memory()))
FOLDER.chmod(0o755)


def remove():
    """At the end; waits for what is still being made."""
    for job in (_system, _image):
        job.wait()
    shutil.rmtree(FOLDER, ignore_errors=True)


def need(*programs):
    for program in programs:
        if not shutil.which(program):
            raise unittest.SkipTest(f"needs {program}")


def _bash(script):
    """A function of tools/lib, in a shell."""
    command = f"set -euo pipefail; source tools/lib/say.sh; source tools/lib/package.sh; {script}"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(FOLDER)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{script}: {done.stdout}{done.stderr}"[-3000:])
    return done.stdout.strip()


@functools.lru_cache(None)
def package():
    """The .deb, of the program in the build folder."""
    need("cpack", "dpkg-shlibdeps")
    _bash(f"make_package {BUILD}")
    return ROOT / _bash(f"package_file {BUILD}")


class _Job:
    """Something that takes a while, in a thread; asked for, it is waited for."""

    def __init__(self, work):
        self._work, self._thread, self._error, self._value = work, None, None, None

    def start(self):
        if not self._thread:
            self._thread = threading.Thread(target=self._run)
            self._thread.start()

    def _run(self):
        try:
            self._value = self._work()
        except Exception as error:  # pylint: disable=broad-except  # told to whoever asks
            self._error = error

    def wait(self):
        if self._thread:
            self._thread.join()

    def value(self):
        for job in (_system, _image):
            job.start()
        self.wait()
        if self._error:
            if offline := OFFLINE.search(str(self._error)):
                raise unittest.SkipTest(f"needs a Debian mirror: {offline[0].strip()}")
            raise self._error
        return self._value


def _make_system():
    """A small Debian with systemd and what the package depends on, without the package."""
    depends = subprocess.run(
        ["dpkg-deb", "-f", package(), "Depends"], capture_output=True, text=True, check=True
    ).stdout
    names = [re.split(r"[ |]", each.strip())[0] for each in depends.split(",")]
    root = FOLDER / "system"
    # What it mounts nobody else sees, so that no end of it leaves this host's /dev below a folder that is removed.
    _bash(
        "unshare --mount --propagation=private mmdebstrap --mode=root --variant=essential --format=directory --dpkgopt=force-unsafe-io "
        "--dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' "
        f"--include={','.join(['systemd', *names])} bookworm {root} 2>&1"
    )
    return root


def _make_image():
    image = FOLDER / "sipsonde.oci.tar"
    _bash(f"make_image {package()} {image}")
    return image


_system, _image = _Job(_make_system), _Job(_make_image)


def system():
    need("mmdebstrap")
    package()
    return _system.value()


def image():
    """The archive; its SBOM lies beside it."""
    need("mmdebstrap", "dpkg-scanpackages")
    package()
    return _image.value()
