"""A worker process as an operator starts it: `streams worker --config FILE`, or the same with a planted defect."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from streams.worker.process import STARTED, WorkerProcess
from streams.worker.settings import ENV_PREFIX
from tests.soak.kafka import ROOT

ANSWER_SECONDS = 5.0


class Worker(WorkerProcess):
    """One process; its log goes to a file of its own."""

    def __init__(self, name: str, log: Path, plants: Sequence[str], arguments: Sequence[str]) -> None:
        self.name, self.log = name, log
        self.role: str | None = None
        self.suspended = False
        self._log = log
        program = ["tests.soak.launch", ",".join(plants)] if plants else ["streams"]
        with log.open("wb") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *program, "worker", "--port", "0", *arguments],
                cwd=ROOT,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    @property
    def listens(self) -> str:
        """Where its page is; empty before it listens."""
        found = STARTED.search(self.log.read_text(errors="replace"))
        return f"http://127.0.0.1:{found.group(1)}" if found else ""

    def ask(self, path: str) -> Any:
        """The JSON, or text, that it answers with; None while it does not answer."""
        if self.suspended or not self.listens:
            return None
        try:
            with urlopen(self.listens + path, timeout=ANSWER_SECONDS) as answer:
                body = answer.read().decode()
        except OSError:
            return None
        return json.loads(body) if body[:1] in "{[" else body

    @property
    def ready(self) -> bool:
        """What it says of itself."""
        return bool((self.ask("/readyz") or {}).get("ready"))

    def kill(self) -> None:
        """kill -9."""
        self._process.kill()
        self._process.wait()

    def suspend(self) -> None:
        """SIGSTOP."""
        self.suspended = True
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT."""
        self._process.send_signal(signal.SIGCONT)
        self.suspended = False

    def abort(self) -> None:
        """SIGABRT: Python writes the stack of every thread to the log."""
        self._process.send_signal(signal.SIGABRT)

    @property
    def rss(self) -> int:
        """Resident memory in bytes; 0 when it is gone."""
        try:
            status = (Path("/proc") / str(self.pid) / "status").read_text()
        except OSError:
            return 0
        return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS")), 0)


def _environment() -> dict[str, str]:
    """What the process inherits, without settings of the harness's surroundings; with stacks on SIGABRT."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ENV_PREFIX)}
    return {**kept, "PYTHONFAULTHANDLER": "1"}
