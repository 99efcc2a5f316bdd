"""`streams demo` as a process: live numbers, a clean end, nothing left behind."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families

from streams.kpis.catalogue import KPIS

ENDS_WITHIN = 60
PAGE = re.compile(r"live page:  (http://127\.0\.0\.1:\d+)/")


@pytest.fixture
def demo(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "streams", "demo", "--port", "0", "--rate", "200"]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    yield process
    process.kill()
    process.wait()


def address(process: "subprocess.Popen[str]") -> str:
    said = []
    for line in process.stdout or ():
        said.append(line)
        if found := PAGE.search(line):
            return found[1]
    raise AssertionError("".join(said))


def get(url: str) -> str:
    with urlopen(url, timeout=10) as answer:
        body: str = answer.read().decode()
        return body


def children(pid: int) -> list[int]:
    """The processes below this one; /proc knows."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    direct = [int(child) for child in text.split()]
    return direct + [below for child in direct for below in children(child)]


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_numbers_change_and_the_end_is_clean(
    demo: "subprocess.Popen[str]", tmp_path: Path, number: signal.Signals
) -> None:
    url = address(demo)
    assert gauges(url)
    while not (first := changing(url)):
        time.sleep(0.2)
    while changing(url) == first:
        time.sleep(0.2)
    assert "<html" in get(f"{url}/")
    below = children(demo.pid)
    assert len(below) >= 2, "a worker and a business"
    demo.send_signal(number)
    said, _ = demo.communicate(timeout=ENDS_WITHIN)
    assert demo.returncode == 0, said
    assert "ended" in said
    assert "Traceback" not in said
    assert not [pid for pid in below if alive(pid)]
    assert list(tmp_path.iterdir()) == [], "the folder for its state is gone"


def gauges(url: str) -> list[str]:
    """The names of KPIs' gauges, once there are some."""
    while True:
        families = list(text_string_to_metric_families(get(f"{url}/metrics")))
        names = [f.name for f in families if any({"window", "scope"} <= set(s.labels) for s in f.samples)]
        if names:
            assert all(name.startswith("crm_") for name in names)
            return names
        time.sleep(0.2)


def changing(url: str) -> dict[str, object]:
    """What the page shows of `requests`."""
    records = json.loads(get(f"{url}/api/values?kpi=requests&scope=all"))
    assert {record["kpi"] for record in records} <= {kpi.name for kpi in KPIS}
    return {json.dumps(record["window"]): record["value"] for record in records}


@pytest.mark.parametrize(
    ("option", "value"), [("--rate", "0"), ("--port", "99999"), ("--seed", "x"), ("--nothing", "")]
)
def test_a_wrong_call_is_explained(option: str, value: str) -> None:
    called = [sys.executable, "-m", "streams", "demo", option, value]
    ended = subprocess.run(called, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert option in ended.stderr
    assert "Traceback" not in ended.stderr
