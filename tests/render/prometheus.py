"""A real Prometheus on 127.0.0.1 that scrapes a real worker's metrics every two seconds, with our rules."""

import json
import socket
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from math import isnan
from pathlib import Path
from typing import Any

import yaml
from prometheus_client import start_http_server

from streams.render.fleet import JOB
from streams.render.scrape import prometheus
from tests.render.worker import registry

ROOT = Path(__file__).parent.parent.parent
RULES = ROOT / "deploy" / "prometheus" / "rules"
STARTED_WITHIN = 60.0
LOOK_BACK = {"1h": 3_600, "1d": 86_400}
"""How far, in seconds, the trend of a window looks back."""


class Prometheus:
    """Queries of a running server."""

    def __init__(self, url: str) -> None:
        self.url = url

    def query(self, expr: str) -> list[dict[str, Any]]:
        """The series of an instant query."""
        url = f"{self.url}/api/v1/query?" + urllib.parse.urlencode({"query": expr})
        with urllib.request.urlopen(url, timeout=10) as response:
            answer = json.load(response)
        assert answer["status"] == "success", answer
        found: list[dict[str, Any]] = answer["data"]["result"]
        return found

    def values(self, expr: str) -> list[float]:
        """The numbers of an instant query, NaN left out."""
        numbers = [float(series["value"][1]) for series in self.query(expr)]
        return [number for number in numbers if not isnan(number)]


@contextmanager
def running(folder: Path) -> Iterator[Prometheus]:
    """The server with its data in a folder; it and the worker's page end with the block."""
    port = free_port()
    server, thread = start_http_server(port, addr="127.0.0.1", registry=registry())
    process = None
    try:
        remember(folder, time.time())
        process, url = _start(folder, port)
        yield Prometheus(url)
    finally:
        if process is not None:
            process.terminate()
            process.wait(30)
        server.shutdown()
        server.server_close()
        thread.join(10)


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def remember(folder: Path, now: float) -> None:
    """What the fleet's means were one window ago: trends compare with it."""
    lines = ["# TYPE fleet:crm_service_seconds gauge"]
    for window, ago in sorted(LOOK_BACK.items(), key=lambda one: -one[1]):
        for scope in ('scope="all"', 'channel="email",scope="channel"'):
            labels = f'{scope},job="{JOB}",stat="mean",window="{window}"'
            instants = range(int(now - ago - 300), int(now - ago + 300), 30)
            lines += [f"fleet:crm_service_seconds{{{labels}}} 600 {at}" for at in instants]
    source = folder / "past.txt"
    source.write_text("\n".join([*lines, "# EOF", ""]), encoding="utf-8")
    command = ["promtool", "tsdb", "create-blocks-from", "openmetrics", str(source), str(folder / "data")]
    subprocess.run(command, check=True, capture_output=True, timeout=60)


def _start(folder: Path, worker: int) -> tuple[subprocess.Popen[bytes], str]:
    config = prometheus(f"127.0.0.1:{worker}")
    config["global"] = {"scrape_interval": "2s", "scrape_timeout": "2s", "evaluation_interval": "1s"}
    config["rule_files"] = [str(RULES / "*.yml")]
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    address = f"127.0.0.1:{free_port()}"
    command = ["prometheus", f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'data'}"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([*command, f"--web.listen-address={address}"], stdout=log, stderr=log)
    return process, f"http://{address}"
