"""The workers of a run: started, killed, suspended, and started again when they end by themselves."""

import re
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tests.soak.worker import Worker

RESTART_SECONDS = 1.0
"""A worker that ends by itself is started again so much later, as a supervisor does."""
LOOK_SECONDS = 0.1
ALLOWED_EXITS = 6
TIME = re.compile(r"^\S+ \d\d:\d\d:\d\d,\d+ ")


class Exit(NamedTuple):
    """A worker that ended by itself, or with an error when it was told to stop."""

    name: str
    code: int
    why: str


class CrashLoopError(AssertionError):
    """A supervisor would go on for ever."""


class Fleet:
    """Workers by name. A name keeps its disk from one start to the next, unless it is wiped."""

    def __init__(self, folder: Path, config: Path, plants: Sequence[str]) -> None:
        self._folder, self._config, self._plants = folder, config, plants
        self.workers: dict[str, Worker] = {}
        self.logs: list[Path] = []
        self.exits: list[Exit] = []
        self.allowed_exits = ALLOWED_EXITS
        self.supervised = True
        self._lock = threading.RLock()
        self._ending = threading.Event()
        self._supervisor = threading.Thread(target=self._supervise, daemon=True)

    # --- life and death

    def disk(self, name: str) -> Path:
        """The folder of a name's state."""
        return self._folder / f"disk-{name}"

    def start(self, name: str, role: str | None = None) -> Worker:
        """Start a worker; it is not ready yet."""
        with self._lock:
            log = self._folder / f"worker-{name}-{len(self.logs)}.log"
            self.logs.append(log)
            arguments = ["--config", str(self._config), "--data", str(self.disk(name))]
            self.workers[name] = Worker(name, log, self._plants, [*arguments, *(["--role", role] if role else [])])
            self.workers[name].role = role
            return self.workers[name]

    def kill(self, name: str) -> None:
        """kill -9; the supervisor does not start it again."""
        self._take(name).kill()

    def terminate(self, name: str) -> float:
        """SIGTERM and its end; the seconds that it took."""
        worker, began = self._take(name), time.monotonic()
        code = worker.stop()
        if code:
            self.exits.append(Exit(name, code, f"when told to stop: {last_error(worker.log)}"))
        return time.monotonic() - began

    def _take(self, name: str) -> Worker:
        with self._lock:
            return self.workers.pop(name)

    def _supervise(self) -> None:
        while not self._ending.wait(LOOK_SECONDS):
            with self._lock:
                ended = [worker for worker in self.workers.values() if worker.exit_code is not None]
            for worker in ended:
                self._replace(worker)

    def _replace(self, worker: Worker) -> None:
        self.exits.append(Exit(worker.name, worker.exit_code or 0, last_error(worker.log)))
        if not self.supervised:
            with self._lock:
                self.workers.pop(worker.name, None)
            return
        self._ending.wait(RESTART_SECONDS)
        with self._lock:
            if self.workers.get(worker.name) is worker and not self._ending.is_set():
                self.start(worker.name, worker.role)

    def check(self) -> None:
        """Raise when workers only ever end."""
        if len(self.exits) > self.allowed_exits:
            raise CrashLoopError(f"{len(self.exits)} times a worker ended by itself, last: {self.exits[-1]}")

    # --- what they say

    def successor(self, worker: Worker) -> Worker:
        """The worker of this name as it is now: the supervisor may have started it anew."""
        return self.workers.get(worker.name, worker)

    def living(self) -> list[Worker]:
        """Those that run and are not suspended."""
        with self._lock:
            return [worker for worker in self.workers.values() if not worker.suspended]

    def told(self, path: str) -> list[Any]:
        """What each living worker answers, None where it does not."""
        return [worker.ask(path) for worker in self.living()]

    def log_lines(self) -> int:
        """Lines in all logs together."""
        return sum(log.read_bytes().count(b"\n") for log in self.logs)

    def logged(self, text: str) -> bool:
        """Whether some log says so."""
        return any(text in log.read_text(errors="replace") for log in self.logs)

    def __enter__(self) -> "Fleet":
        self._supervisor.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._supervisor.join()
        for worker in self.workers.values():
            worker.resume()
            worker.end()
        for worker in self.workers.values():
            worker.stop()


def last_error(log: Path) -> str:
    """The last line of a log that tells of an error, else its last line; without its time."""
    lines = log.read_text(errors="replace").splitlines()
    return TIME.sub("", next(_errors(reversed(lines)), lines[-1] if lines else ""))[:300]


def _errors(lines: Iterator[str]) -> Iterator[str]:
    return (line for line in lines if "CRITICAL" in line or "Error" in line or " ERROR " in line)
