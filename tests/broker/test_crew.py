"""`streams worker --processes 2` on a real Kafka: two workers under one command share the partitions."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from streams.exports.topics import topic_plan
from streams.worker import admin


@pytest.fixture
def command(cluster: Any, tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    admin.create(cluster.bootstrap, topic_plan(4, prefix=cluster.prefix))
    options = ["--broker", cluster.bootstrap, "--prefix", cluster.prefix, "--data", str(tmp_path), "--port", "0"]
    process = subprocess.Popen(
        [sys.executable, "-m", "streams", "worker", *options, "--processes", "2"], stderr=subprocess.PIPE, text=True
    )
    yield process
    process.kill()
    process.communicate()


def test_two_processes_share_the_partitions_and_end_together(command: Any, tmp_path: Path) -> None:
    addresses, told = set[str](), 0
    for line in command.stderr:
        addresses.update(re.findall(r"http://127\.0\.0\.1:\d+/", line))
        told += line == "ready\n"
        if told == 2 and all(shared := [_held(address) for address in addresses]):
            break
    assert sorted(partition for held in shared for partition in held) == [0, 1, 2, 3]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1", "2"]
    command.send_signal(signal.SIGTERM)
    assert command.wait(60) == 0


def _held(address: str) -> list[int]:
    with urlopen(address + "api/positions", timeout=30) as answer:
        return [int(partition) for partition in json.load(answer)["journal"]]
