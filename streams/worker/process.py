"""A worker as a child process, watched over HTTP: what demo and replay run."""

import json
import os
import re
import subprocess
import sys
import time
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from streams.worker.settings import ENV_NESTED, ENV_PREFIX

STARTED = re.compile(r"http://127\.0\.0\.1:(\d+)/")
STOP_SECONDS = 30
PAUSE = 0.05


class WorkerDiedError(RuntimeError):
    """The worker process ended by itself; the text has the end of its log."""


class WorkerProcess:
    """`streams worker` with the settings of `environment` and no others; it starts at once, its log goes to a file."""

    module = "streams"
    """What runs it."""

    def __init__(self, environment: dict[str, Any], log: Path, port: int = 0) -> None:
        self._log = log
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(ENV_PREFIX)}
        with log.open("wb") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-m", self.module, "worker"],
                env={**inherited, **environment, variable("http", "port"): str(port)},
                stdout=out,
                stderr=out,
                stdin=subprocess.DEVNULL,
            )

    @cached_property
    def address(self) -> str:
        """Where its page is; waits until it listens. Raises `WorkerDiedError`."""
        while True:
            found = STARTED.search(self._log.read_text(errors="replace"))
            if found:
                return f"http://127.0.0.1:{found.group(1)}"
            self.check()
            time.sleep(PAUSE)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def check(self) -> None:
        """Raise `WorkerDiedError` if it is not there any more."""
        if self._process.poll() is not None:
            tail = "\n".join(self._log.read_text(errors="replace").splitlines()[-20:])
            raise WorkerDiedError(
                f"the worker ended with exit code {self._process.returncode}; the end of its log:\n{tail}"
            )

    def get(self, path: str) -> Any:
        """JSON from the worker; None while it does not answer."""
        self.check()
        try:
            with urlopen(self.address + path, timeout=10) as answer:
                return json.load(answer)
        except (URLError, OSError):
            return None

    def wait_ready(self) -> None:
        """Wait until it holds its partitions."""
        while not (self.get("/readyz") or {}).get("ready"):
            time.sleep(PAUSE)

    def end(self) -> None:
        """Tell it to stop, and do not wait."""
        self._process.terminate()

    def stop(self) -> int:
        """SIGTERM, and SIGKILL if that does not help; the exit code."""
        self.end()
        try:
            return self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        finally:
            self._process.kill()  # also when the wait is interrupted; does nothing to what has ended
        return self._process.wait()

    def __enter__(self) -> "WorkerProcess":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def variable(section: str, name: str) -> str:
    """The environment variable of a setting.

    >>> variable("http", "port")
    'STREAMS_HTTP__PORT'
    """
    return f"{ENV_PREFIX}{section}{ENV_NESTED}{name}".upper()
