#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Man page and shell completions out of what the program says of itself: packaging/manual.py SIPSONDE FOLDER

`--help` of the program and of each command is read once; FOLDER gets sipsonde.8.gz, sipsonde.bash and _sipsonde. The
words around the commands are those of man/sipsonde.8.in and completion/."""

import gzip
import os
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
HEADLINE = re.compile(r"^([A-Z][A-Za-z ]*|\[[^\]]+\]):$")
COMMAND = re.compile(r"^  ([a-z][\w-]*) {2,}(.+)$")
OPTION = re.compile(r"^  (--?[\w-]+(?:,--?[\w-]+)*)((?: [^\s]+)*?)(?: {2,}(.*))?$")
POSITIONAL = re.compile(r"^  ([A-Z][\w-]*)(?: [^\s]+)*?(?: {2,}(.*))?$")
CHOICES = {"--hook": "tc xdp"}


class Option:
    def __init__(self, names, value, text):
        self.names, self.value, self.text = names, value, text


class Page:
    """What one --help says: its first line, usage, options, positional arguments, and the words below them."""

    def __init__(self, text):
        self.commands, self.options, self.positionals = [], [], []
        self.summary, _, rest = text.partition("\n")
        self.usage = re.search(r"^Usage: (.+)$", rest, re.M)[1]
        self.words = ""
        section, last = "", None
        lines = rest.splitlines()[1:]
        for number, line in enumerate(lines):
            if headline := HEADLINE.match(line):
                section = headline[1]
            elif section == "Subcommands" and (found := COMMAND.match(line)):
                self.commands.append((found[1], found[2]))
            elif section == "Positionals" and (found := POSITIONAL.match(line)):
                last = Option([found[1]], "", found[2] or "")
                self.positionals.append(last)
            elif section and (found := OPTION.match(line)):
                value = (found[2] or "").replace(" REQUIRED", "").replace(" ...", "").strip()
                last = Option(found[1].split(","), value, found[3] or "")
                self.options.append(last)
            elif last and line.startswith(" " * 20):
                last.text = f"{last.text} {line.strip()}".strip()
            elif line and section in ("Subcommands", "Options"):
                self.words = "\n".join(lines[number:]).strip()
                break
            if section == "Examples":
                self.words = "\n".join(lines[number:]).strip()
                break


def read_program(binary):
    """The page of the program, and those of its commands by name."""

    def page(*words):
        said = subprocess.run([binary, *words, "--help"], capture_output=True, text=True, check=True)
        return Page(said.stdout)

    top = page()
    return top, {name: page(name) for name, _ in top.commands}


# ---- the man page ----


def escaped(text):
    """As roff wants it: a line must not begin with a dot, and a hyphen that is typed is \\-."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("`", "").replace("'", "\\(aq")
    return re.sub(r"^\.", r"\\&.", text, flags=re.M)


def options_in_roff(options):
    lines = []
    for option in options:
        names = ", ".join(f"\\fB{escaped(name)}\\fR" for name in option.names)
        value = f"\\fI{escaped(option.value)}\\fR" if option.value else ""
        lines += [".TP", " ".join(part for part in (names, value) if part), escaped(option.text)]
    return lines


def words_in_roff(words):
    """Paragraphs, and examples as they stand. The list of settings has a document of its own."""
    lines = []
    for paragraph in re.split(r"\n\n", words.partition("\nKeys (")[0].strip()):
        if paragraph.startswith("Examples:"):
            lines += [".PP", ".EX", *escaped(paragraph.partition("\n")[2]).splitlines(), ".EE"]
        elif paragraph:
            lines += [".PP", *escaped(paragraph).splitlines()]
    return lines


def commands_in_roff(top, pages):
    lines = options_in_roff(top.options)
    for name, page in pages.items():
        lines += [f".SS {escaped(page.usage)}", escaped(page.summary) + "."]
        lines += options_in_roff(page.positionals) + options_in_roff(page.options) + words_in_roff(page.words)
    return "\n".join(line for line in lines if line)


# ---- completions ----


def kind_of(option):
    """What stands behind an option, in a word of the completions."""
    for name in option.names:
        if name in CHOICES:
            return f"one of {CHOICES[name]}"
    word = option.value.split()[0] if option.value else ""
    return {"FILE": "a file", "DIR": "a folder", "IF": "an interface"}.get(word, "something" if word else "")


def bash_cases(pages):
    """`command` and `command --option` lead to what may stand there."""
    lines = []
    for name, page in pages.items():
        for option in page.options:
            if kind := kind_of(option):
                spelt = "|".join(f"'{name} {spelling}'" for spelling in option.names)
                lines.append(f"    {spelt}) _sipsonde_value {kind} ;;")
    return "\n".join(lines)


def bash_words(top, pages):
    def words(page):
        return " ".join(name for option in page.options for name in option.names)

    lines = [f"    '') printf '%s' '{' '.join([words(top), *pages])}' ;;"]
    lines += [f"    {name}) printf '%s' '{words(page)}' ;;" for name, page in pages.items()]
    return "\n".join(lines)


def bash_files(pages):
    taking = [name for name, page in pages.items() if page.positionals and page.positionals[0].names == ["FILE"]]
    return "|".join(taking) or "-"


def quoted(text):
    """Inside of '…' of a specification of _arguments, where : [ and ] have a meaning."""
    text = re.sub(r"([\[\]:])", r"\\\1", text.replace("`", "").replace("'", ""))
    return text


def zsh_options(page):
    actions = {"a file": "_files", "a folder": "_files -/", "an interface": "_net_interfaces", "something": " "}
    lines = []
    for option in page.options:
        kind = kind_of(option)
        action = actions.get(kind, f"({kind.removeprefix('one of ')})") if kind else ""
        value = f":{quoted(option.value.split()[0])}:{action}" if kind else ""
        for name in option.names:
            lines.append(f"'*{name}[{quoted(option.text)}]{value}'")
    lines += [f"':{quoted(each.text)}:_files'" for each in page.positionals if each.names == ["FILE"]]
    return " \\\n        ".join(lines)


def zsh_commands(top):
    return "\n".join(f"    '{name}:{quoted(text)}'" for name, text in top.commands)


def zsh_cases(pages):
    return "\n".join(f"      {name}) _arguments \\\n        {zsh_options(page)} ;;" for name, page in pages.items())


def filled(template, **values):
    text = (HERE / template).read_text(encoding="utf-8")
    for key, value in values.items():
        text = text.replace(f"@{key}@", value)
    return text


def main(binary, folder):
    top, pages = read_program(binary)
    version = subprocess.run([binary, "--version"], capture_output=True, text=True, check=True).stdout.split()[-1]
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    manual = filled("man/sipsonde.8.in", VERSION=version, COMMANDS=commands_in_roff(top, pages))
    (folder / "sipsonde.8.gz").write_bytes(gzip.compress(manual.encode(), 9, mtime=0))
    bash = filled("completion/bash.in", WORDS=bash_words(top, pages), VALUES=bash_cases(pages), FILES=bash_files(pages))
    (folder / "sipsonde.bash").write_text(bash, encoding="utf-8")
    zsh = filled(
        "completion/zsh.in", PROGRAM=zsh_options(top), COMMANDS=zsh_commands(top), OPTIONS=zsh_cases(pages)
    )
    (folder / "_sipsonde").write_text(zsh, encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(f"usage: {os.path.basename(sys.argv[0])} SIPSONDE FOLDER")
    main(*sys.argv[1:])
