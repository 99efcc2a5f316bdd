"""A Kafka of the harness's own, by deploy/kafka/kafka: started, killed and started again over the same data."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "deploy" / "kafka" / "kafka"
GONE_SECONDS = 30.0
ENDED = ("Z", "X")
"""States of a process, or of its first thread, that has ended and waits for its parent."""
PORTS = range(20_000, 30_000)


class Kafka:
    """One broker on 127.0.0.1 whose address stays the same from one start to the next."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self.address = ""

    def start(self) -> None:
        """Start it over what the folder holds; returns when it answers."""
        port = self.address.rpartition(":")[2] or str(_port())
        self.address = self._script("start", "--port", port).strip()

    def stop(self) -> None:
        """End it cleanly."""
        self._script("stop")

    def kill(self) -> None:
        """kill -9."""
        pid = int((self._data / "kafka.pid").read_text())
        os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + GONE_SECONDS
        while _runs(pid):
            if time.monotonic() > deadline:
                raise TimeoutError(f"the broker, process {pid}, outlived a SIGKILL by {GONE_SECONDS} s")
            time.sleep(0.02)

    def _script(self, command: str, *options: str) -> str:
        done = subprocess.run(
            [sys.executable, str(SCRIPT), command, "--data", str(self._data), *options],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"kafka {command}: {done.stderr}")
        return done.stdout

    def __enter__(self) -> "Kafka":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _port() -> int:
    """A free port below those that the system gives to clients: one of them could take it while the broker is away."""
    for port in random.sample(PORTS, len(PORTS)):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
    raise RuntimeError(f"no port in {PORTS} is free")


def _runs(pid: int) -> bool:
    """Whether a process may still hold something: its ports go with its last thread, after its memory."""
    process = Path("/proc") / str(pid)
    try:
        state = (process / "stat").read_text().rpartition(")")[2].split()[0]
        return state not in ENDED or len(list((process / "task").iterdir())) > 1
    except OSError:
        return False
