"""Prometheus and Alertmanager on 127.0.0.1, by the clock of the simulated day."""

import json
import os
import signal
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Any

import yaml

from tests.e2e import scaled
from tests.e2e.clock import SPEED
from tests.render.prometheus import Prometheus, free_port, remember

USUAL = {("requests", "1h"): 60.0, ("requests", "1d"): 1_440.0}
"""What the business is used to; of all else 600."""


class Server(Prometheus):
    """Prometheus with the scaled rules of some policies."""

    def __init__(self, folder: Path, policies: Path, workers: list[str], alertmanager: str) -> None:
        super().__init__(f"http://127.0.0.1:{free_port()}")
        self._folder, self._policies = folder, policies
        remember(folder, time.time(), SPEED, lambda name, window: USUAL.get((name, window), 600.0))
        (folder / "rules").mkdir()
        scaled.write_rules(folder / "rules", policies, None)
        config = folder / "prometheus.yml"
        config.write_text(yaml.safe_dump(scaled.prometheus(workers, alertmanager, folder / "rules")), encoding="utf-8")
        self.process = _started(
            folder / "prometheus.log",
            "prometheus",
            f"--config.file={config}",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address={self.url.removeprefix('http://')}",
            "--storage.tsdb.retention.time=70d",
            "--rules.alert.resend-delay=10s",
        )

    def begin(self, begun: float) -> None:
        """Have the rules go by the day's clock."""
        scaled.write_rules(self._folder / "rules", self._policies, begun)
        os.kill(self.process.pid, signal.SIGHUP)

    def fired(self, seconds: int) -> set[str]:
        """The alerts that fired at any time in so many seconds."""
        found = self.query(f'count by (alertname) (max_over_time(ALERTS{{alertstate="firing"}}[{seconds}s]))')
        return {series["metric"]["alertname"] for series in found}


class Alertmanager:
    """Alertmanager with the example's routes, that lead to a sink."""

    def __init__(self, folder: Path) -> None:
        self.address, self._folder = f"127.0.0.1:{free_port()}", folder
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, sink: str) -> None:
        """Begin to take alerts."""
        config = self._folder / "alertmanager.yml"
        config.write_text(yaml.safe_dump(scaled.routes(sink)), encoding="utf-8")
        self.process = _started(
            self._folder / "alertmanager.log",
            "prometheus-alertmanager",
            f"--config.file={config}",
            f"--storage.path={self._folder / 'alertmanager'}",
            f"--web.listen-address={self.address}",
            "--cluster.listen-address=",
        )

    def ask(self, path: str, body: Any = None) -> Any:
        """Its API: what it says, or what it says to a body."""
        data = None if body is None else json.dumps(body).encode()
        url, headers = f"http://{self.address}/api/v2/{path}", {"Content-Type": "application/json"}
        with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=10) as answer:
            text = answer.read()
        return json.loads(text) if text else None


def end(process: subprocess.Popen[bytes] | None) -> None:
    """Have a server end, if it runs."""
    if process is not None:
        process.terminate()
        process.wait(30)


def _started(log: Path, *command: str) -> subprocess.Popen[bytes]:
    with log.open("wb") as out:
        return subprocess.Popen(command, stdout=out, stderr=out, stdin=subprocess.DEVNULL)
