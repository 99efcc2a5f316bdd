"""A real Prometheus on 127.0.0.1 that scrapes a real worker's metrics every five seconds, with our rules."""

import json
import socket
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import isnan
from pathlib import Path
from typing import Any

import yaml
from prometheus_client import start_http_server

from streams.exports.series import headline
from streams.kpis.seasons import SLOTS
from streams.names import ALL
from streams.render.fleet import FAMILIES, JOB, base_of, fleet, mean_labels, members, selector
from streams.render.scrape import prometheus
from streams.units import DAY, SECOND
from tests.render.worker import registry

ROOT = Path(__file__).parent.parent.parent
RULES = ROOT / "deploy" / "prometheus" / "rules"
STARTED_WITHIN = 120.0
THERE_WITHIN = 30.0
"""For how long, in seconds, a scrape that was too slow may leave a query without data."""
Usual = Callable[[str, str], float]
"""What a KPI of a window was."""
LOOK_BACK = {"1h": 3_600, "1d": 86_400}
"""How far, in seconds, the trend of a window looks back."""
SLOT = 7 * DAY // SECOND
"""How far, in seconds, the slots lie apart that tell what is usual."""


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

    def some(self, expr: str) -> list[float]:
        """The numbers of an instant query as soon as there are some, or none after a while."""
        deadline = time.monotonic() + THERE_WITHIN
        while not (found := self.values(expr)) and time.monotonic() < deadline:
            time.sleep(0.5)
        return found


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


def remember(folder: Path, now: float, speed: int = 1, usual: Usual = lambda *_: 600) -> None:
    """What the fleet showed earlier, of all that derived KPIs compare the present with.

    `speed` is how many times faster than ours its time passes.
    """
    source = folder / "past.txt"
    source.write_text("\n".join([*_past(int(now), speed, usual), "# EOF", ""]), encoding="utf-8")
    command = ["promtool", "tsdb", "create-blocks-from", "openmetrics", str(source), str(folder / "data")]
    subprocess.run(command, check=True, capture_output=True, timeout=60)


def _past(now: int, speed: int, usual: Usual) -> Iterator[str]:
    """Samples of OpenMetrics around each instant that is looked back at, family by family, each series in order."""
    every = members(FAMILIES)
    bases = {headline(base): base for base in (base_of(kpi, every) for kpi in every if kpi.derived)}
    for name, base in bases.items():
        yield f"# TYPE {fleet(name)} gauge"
        for window, length in LOOK_BACK.items():
            for labels in ({"scope": ALL}, *({"scope": dim, dim: "email"} for dim in base.by)):
                series = selector({**labels, "job": JOB, "window": window, **mean_labels(base)})
                agos = (ago // speed for ago in {length, *(SLOT * n for n in range(1, SLOTS + 1))})
                around = {
                    at for ago in agos for at in range(now - ago - 300, now - ago + (300 if speed == 1 else 900), 30)
                }
                yield from (
                    f"{fleet(name)}{series} {usual(base.name, window)} {at}" for at in sorted(around) if at < now
                )


def _start(folder: Path, worker: int) -> tuple[subprocess.Popen[bytes], str]:
    config = prometheus(f"127.0.0.1:{worker}")
    config["global"] = {"scrape_interval": "5s", "scrape_timeout": "5s", "evaluation_interval": "2s"}
    config["rule_files"] = [str(RULES / "*.yml")]
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    address = f"127.0.0.1:{free_port()}"
    command = ["prometheus", f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'data'}"]
    command.append("--storage.tsdb.retention.time=70d")  # what is usual rests on eight weeks
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([*command, f"--web.listen-address={address}"], stdout=log, stderr=log)
    return process, f"http://{address}"
