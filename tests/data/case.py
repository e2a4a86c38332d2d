# SPDX-License-Identifier: Apache-2.0
"""The table of cases: each is a function that plays a Scene."""

from dataclasses import dataclass, field
from typing import Callable

from scene import Scene
from sipwire import files


@dataclass
class Case:
    name: str
    play: Callable
    local: tuple = ()
    config: str = ""  # YAML; FOLDER/name is one of `settings_files`
    settings_files: dict = field(default_factory=dict)  # name -> bytes, or (bytes, permissions): what settings name
    write: Callable = files.pcap  # frames -> bytes
    suffix: str = "pcap"
    oracle: bool = True  # tshark must count the same
    sip_ports: tuple = ()  # that tshark would not take for SIP by itself
    http_ports: tuple = ()
    twin: str = ""  # the case that is the same but for how its packets travel: nothing else may differ

    def settings(self, folder="FOLDER"):
        lines = [self.config.replace("FOLDER/", f"{folder}/{self.name}-")] if self.config else []
        if self.local:
            lines.append("local_networks: [" + ", ".join(f'"{address}"' for address in self.local) + "]")
        return "\n".join(lines) + "\n" if lines else ""

    def played(self):
        scene = Scene(self.local)
        self.play(scene)
        return scene

    def made(self):
        """(the bytes of the capture, the truth)"""
        scene = self.played()
        scene.truth.now_ms = scene.now_ms()
        scene.truth.settle()
        return self.write(scene.in_order()), scene.truth


CASES = []


def case(function=None, **options):
    """Registers a function as a case: `answered_call` is the case answered-call."""

    def register(play):
        add(play.__name__.replace("_", "-"), play, **options)
        return play

    return register(function) if function else register


def add(name, play, **options):
    assert name not in {known.name for known in CASES}, f"two cases are named {name}"
    CASES.append(Case(name, play, **options))
