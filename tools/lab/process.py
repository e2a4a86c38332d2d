# SPDX-License-Identifier: Apache-2.0
"""Children of this program: each is ended by its id, and by the kernel should this program be killed."""

import os
import signal
import subprocess
import time


class ProcessFailed(Exception):
    pass


def run(*command, check=True):
    """Runs to the end. A failure is one line with what the command said."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if check and done.returncode != 0:
        said = (done.stderr or done.stdout).strip().replace("\n", "; ")
        raise ProcessFailed(f"{' '.join(command)}: {said or f'status {done.returncode}'}")
    return done


def wait_until(condition, seconds, what):
    """Asks until the answer is true; returns it. What did not come in time is the error."""
    deadline = time.monotonic() + seconds
    while True:
        if answer := condition():
            return answer
        if time.monotonic() > deadline:
            raise TimeoutError(f"after {seconds} s: {what}")
        time.sleep(0.05)


class Process:
    """A command in a session of its own, so that Ctrl-C reaches this program alone. To be started from the
    main thread: the kernel ends the child when the thread that started it ends."""

    def __init__(self, command, log, error_log=None, environment=None):
        self.command = command
        self.log = log
        self.error_log = error_log or log
        with open(self.log, "wb") as output, open(
            self.error_log, "wb" if self.error_log != self.log else "ab"
        ) as errors:
            self._child = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output if self.error_log == self.log else errors,
                start_new_session=True,
                env={**os.environ, **(environment or {})},
            )

    @property
    def pid(self):
        return self._child.pid

    def running(self):
        return self._child.poll() is None

    def output(self):
        with open(self.log, encoding="utf-8", errors="replace") as text:
            return text.read()

    def errors(self):
        with open(self.error_log, encoding="utf-8", errors="replace") as text:
            return text.read()

    def send(self, number):
        if self.running():
            os.kill(self.pid, number)

    def wait(self, seconds):
        """The exit status, negative for a signal."""
        try:
            return self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            raise TimeoutError(
                f"{self.command[-1] if self.command else ''} (pid {self.pid}) runs on after "
                f"{seconds} s; log: {self.output()[-400:]}"
            ) from None

    def stop(self, number=signal.SIGTERM, seconds=10):
        """Asks it to end, and ends it when it does not."""
        self.send(number)
        try:
            return self.wait(seconds)
        except TimeoutError:
            self.send(signal.SIGKILL)
            return self._child.wait()
