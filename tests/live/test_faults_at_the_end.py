# SPDX-License-Identifier: Apache-2.0
"""The agent has to end, with every output on, while receivers do not let go: within ten seconds, and what is durable
arrives after the next start.

Minutes: only with SIPSONDE_FAULT_ROUNDS."""

import os
import time
import unittest

from support.case import LiveCase
from support.doors import KILLED, NONSENSE, OPEN, SLOW, STALLED, Doors
from support.records import key_of, stored_rows
from support.sinks import every_sink, wait_for_start
from support.watched_calls import WatchedCalls

LONGEST_SECONDS = 10  # docs/configuration.md; Agent.end() waits no longer


@unittest.skipUnless(int(os.environ.get("SIPSONDE_FAULT_ROUNDS", "0")), "takes minutes: set SIPSONDE_FAULT_ROUNDS")
class AtTheEnd(LiveCase):
    def test_nobody_holds_up_the_end_and_nothing_durable_is_lost(self):
        doors = Doors(self.lab.proxy)
        self.addCleanup(doors.close)
        sinks, _ = every_sink(doors, self.lab.proxy, self.folder)
        for name, sink in sinks.items():
            self.addCleanup(sink.stop)
            wait_for_start(sinks, name)
        durable = {name: sink for name, sink in sinks.items() if sink.durable}
        calls = WatchedCalls(self.lab, self.folder, self.addCleanup, 12, 300)
        calls.start()
        for otlp, fault in (("otlp", STALLED), ("grpc", STALLED), ("otlp", SLOW), ("grpc", NONSENSE), ("otlp", KILLED)):
            lines = [sink.lines for name, sink in sinks.items() if name in (otlp, "hep")]
            agent = self.agent(configuration="\n".join([*lines, "cdr:", *(sink.lines for sink in durable.values()), ""]))
            time.sleep(1)
            for sink in sinks.values():
                sink.door.set(fault)
            time.sleep(2)
            began = time.monotonic()
            self.assertIn(agent.end(), (0, 1), agent.errors())
            print(f"     {otlp}, {fault}: ended after {time.monotonic() - began:.1f} s", flush=True)
            for sink in sinks.values():
                sink.door.set(OPEN)
        calls.end()
        agent = self.agent(configuration="\n".join(["cdr:", *(sink.lines for sink in durable.values()), ""]))
        keys = {key_of(row) for row in stored_rows(os.path.join(self.folder, "agent", "store"))}
        self.assertGreater(len(keys), 100)
        for name, sink in durable.items():
            deadline = time.monotonic() + 30
            while missing := keys - set(sink.told()):
                self.assertLess(time.monotonic(), deadline, f"{name}: {len(missing)} of {len(keys)} are missing")
                time.sleep(0.3)
        self.assertEqual(agent.end(), 0, agent.errors())
