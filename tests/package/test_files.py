# SPDX-License-Identifier: Apache-2.0
"""What the package puts on a host beside the program says what the program says: man page, completions, settings,
unit."""

import functools
import gzip
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from support.agent import SIPSONDE

import built

PACKAGING = built.ROOT / "packaging"
# Values in the file that are examples, since the default is none.
EXAMPLES = {
    "local_networks",
    "trunks",
    "linking.headers",
    "hep_listen",
    "store.path",
    "dispositions",
    "stir.trust_dir",
    "rates",
    "script",
    "node",
    "kubernetes.pods",
    "kubernetes.api",
    "kubernetes.token_file",
    "kubernetes.ca_file",
    "kubernetes.interfaces_of",
}


def said(*command, **more):
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=600, **more).stdout


@functools.lru_cache(None)
def help_of(command=""):
    return said(SIPSONDE, *command.split(), "--help")


def commands():
    return re.findall(r"^  ([a-z]+) {3,}", help_of().partition("Subcommands:")[2].partition("\n\n")[0], re.M)


def options(command=""):
    """Every spelling."""
    spelt = re.findall(r"^  (-[^\s]+)", help_of(command), re.M)
    return {name for names in spelt for name in names.split(",")}


@functools.lru_cache(None)
def manual():
    """The folder with what is made of --help."""
    folder = Path(tempfile.mkdtemp(prefix="manual-", dir=built.FOLDER))
    said("python3", "-B", str(PACKAGING / "manual.py"), SIPSONDE, str(folder))
    return folder


def settings(text):
    """{path: value} of what `sipsonde config` prints."""
    values, above = {}, {}
    for line in text.splitlines():
        found = re.match(r"( *)([\w-]+):(?: (.*?))?(?:  #.*)?$", line)
        depth = len(found[1]) // 2
        above[depth] = found[2]
        if found[3] is not None:
            values[".".join(above[each] for each in range(depth + 1))] = found[3]
    return values


class Manual(unittest.TestCase):
    def test_the_help_is_read_as_it_is_meant(self):
        self.assertLessEqual({"run", "replay", "doctor", "detach", "config"}, set(commands()))
        self.assertLessEqual({"-i", "--interface", "--for", "-h", "--help"}, options("run"))

    def test_the_man_page_names_every_command_and_option_and_no_other(self):
        text = gzip.decompress((manual() / "sipsonde.8.gz").read_bytes()).decode()
        body = text.partition(".SH COMMANDS")[2].partition("\n.SH ")[0].replace("\\-", "-")
        parts = re.split(r"^\.SS sipsonde (\w+).*$", body, flags=re.M)
        self.assertEqual(parts[1::2], commands())
        for command, part in zip(["", *parts[1::2]], parts[0::2]):
            heads = " ".join(re.findall(r"^\.TP\n(.*)$", part, re.M))
            named = set(re.findall(r"\\fB(-[^\\]+)", heads))
            self.assertEqual(named, options(command), command)

    def test_the_man_page_is_one(self):
        built.need("mandoc")
        page = gzip.decompress((manual() / "sipsonde.8.gz").read_bytes())
        done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning"], input=page, capture_output=True, check=False)
        complaints = [line for line in done.stdout.decode().splitlines() if "missing date" not in line]
        self.assertEqual(complaints, [])


class Completion(unittest.TestCase):
    def bash(self, *words):
        """What a Tab behind these words offers; the last may be empty."""
        script = (
            f'source {manual()}/sipsonde.bash; COMP_WORDS=(sipsonde "$@"); COMP_CWORD=$#; _sipsonde; '
            "printf '%s\\n' \"${COMPREPLY[@]}\""
        )
        return set(said("bash", "-c", script, "bash", *words).split())

    def test_bash_offers_every_command_and_option_and_no_other(self):
        self.assertEqual(self.bash(""), {*commands(), *options()})
        for command in commands():
            self.assertEqual(self.bash(command, "-"), options(command), command)

    def test_bash_offers_what_may_stand_behind_an_option(self):
        self.assertEqual(self.bash("run", "-i", "l"), {name for name in _interfaces() if name.startswith("l")})
        self.assertEqual(self.bash("replay", "--hook", ""), {"tc", "xdp"})
        self.assertEqual(self.bash("run", "-c", "/etc/hos"), {str(path) for path in Path("/etc").glob("hos*")})
        self.assertEqual(self.bash("replay", "/etc/hostn"), {"/etc/hostname"})
        self.assertEqual(self.bash("run", "--for", ""), set())

    def test_zsh_has_every_command_and_option_and_no_other(self):
        text = (manual() / "_sipsonde").read_text(encoding="utf-8")
        listed = text.partition("commands=(")[2].partition("\n  )")[0]
        self.assertEqual(re.findall(r"^ +'(\w+):", listed, re.M), commands())
        parts = re.split(r"^ +(\w+)\) _arguments", text, flags=re.M)
        self.assertEqual(parts[1::2], commands())
        for command, part in zip(["", *parts[1::2]], parts[0::2]):
            self.assertEqual(set(re.findall(r"'\*(-[^\[]+)\[", part)), options(command), command)


def _interfaces():
    return [path.name for path in Path("/sys/class/net").iterdir()]


class Settings(unittest.TestCase):
    FILE = PACKAGING / "sipsonde.yaml"

    def effective(self, text):
        with tempfile.NamedTemporaryFile("w", suffix=".yaml", dir=built.FOLDER) as file:
            file.write(text)
            file.flush()
            return settings(said(SIPSONDE, "config", "-c", file.name))

    def test_the_file_changes_no_default(self):
        self.assertEqual(self.effective(self.FILE.read_text(encoding="utf-8")), settings(said(SIPSONDE, "config")))

    def test_its_comments_are_settings_with_their_defaults(self):
        defaults = settings(said(SIPSONDE, "config"))
        uncommented = re.sub(r"^#(?=[^ ]|  )", "", self.FILE.read_text(encoding="utf-8"), flags=re.M)
        shown = self.effective(uncommented)
        self.assertEqual({key for key in defaults if shown[key] != defaults[key]}, EXAMPLES)

    def test_it_has_a_comment_on_every_block(self):
        lines = self.FILE.read_text(encoding="utf-8").splitlines()
        named = {found[1]: number for number, line in enumerate(lines) if (found := re.match(r"#([a-z_]+):", line))}
        self.assertEqual(set(named), {key.partition(".")[0] for key in settings(said(SIPSONDE, "config"))})
        for key, number in named.items():
            while lines[number].startswith("#") and not re.match(r"# \S", lines[number]):
                number -= 1
            self.assertRegex(lines[number], r"^# \S", f"{key} has no comment")


class Unit(unittest.TestCase):
    FILE = PACKAGING / "systemd/sipsonde.service"
    EXPOSURE_AT_MOST = 2.3  # of systemd-analyze security; its words for up to 4.9 are OK

    def setUp(self):
        built.need("systemd-analyze")

    def test_systemd_takes_it(self):
        with tempfile.TemporaryDirectory(dir=built.FOLDER) as folder:
            unit = Path(folder) / "sipsonde.service"
            text = self.FILE.read_text(encoding="utf-8").replace("/usr/bin/sipsonde", SIPSONDE)
            unit.write_text(text, encoding="utf-8")
            done = subprocess.run(
                ["systemd-analyze", "verify", "--man=no", str(unit)], capture_output=True, text=True, check=False
            )
            about_it = [line for line in done.stderr.splitlines() if "sipsonde" in line]
            self.assertEqual(about_it, [])

    def test_it_is_as_confined_as_it_was(self):
        with tempfile.TemporaryDirectory(dir=built.FOLDER) as folder:
            unit = Path(folder) / "sipsonde.service"
            text = self.FILE.read_text(encoding="utf-8").replace("/usr/bin/sipsonde", SIPSONDE)
            unit.write_text(text, encoding="utf-8")
            done = subprocess.run(
                ["systemd-analyze", "security", "--offline=yes", "--no-pager", str(unit)],
                capture_output=True,
                text=True,
                check=False,
            )
            exposure = re.search(r"Overall exposure level for sipsonde\.service: ([\d.]+)", done.stdout)
            self.assertTrue(exposure, done.stdout + done.stderr)
            self.assertLessEqual(float(exposure[1]), self.EXPOSURE_AT_MOST)


if __name__ == "__main__":
    unittest.main()
