"""deploy/kafka/kafka: start, status, stop, and what it says when it cannot."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

KAFKA = Path(__file__).parents[2] / "deploy" / "kafka" / "kafka"


def run(*arguments: str | Path, path: str | None = None, **env: str) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | env | ({} if path is None else {"PATH": path})
    command = [sys.executable, str(KAFKA), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def listens(address: str) -> bool:
    host, port = address.split(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0


def path_with(tmp_path: Path, *programs: str) -> str:
    """A PATH that holds these programs and no other."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in programs:
        (folder / name).symlink_to(str(shutil.which(name)))
    return str(folder)


def test_a_life(tmp_path: Path) -> None:
    started = run("start", "--data", tmp_path, "--port", "0")
    address = started.stdout.strip()
    try:
        assert started.returncode == 0, started.stderr
        assert address.startswith("127.0.0.1:")
        assert listens(address)
        status = run("status", "--data", tmp_path)
        assert status.returncode == 0
        assert f"{address} answers" in status.stdout
        again = run("start", "--data", tmp_path)
        assert (again.returncode, again.stdout.strip()) == (0, address), "a second start finds the first"
        other = run("start", "--data", tmp_path, "--port", "1")
        assert other.returncode == 1
        assert f"already, at {address}" in other.stderr
    finally:
        stopped = run("stop", "--data", tmp_path)
    assert stopped.returncode == 0, stopped.stderr
    assert not listens(address)
    assert not (tmp_path / "kafka.pid").exists()
    gone = run("status", "--data", tmp_path)
    assert gone.returncode == 1
    assert f"no Kafka runs over {tmp_path}" in gone.stderr


def test_two_starts_at_once_are_one_broker(tmp_path: Path) -> None:
    command = [sys.executable, str(KAFKA), "start", "--data", str(tmp_path), "--port", "0"]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    try:
        first, second = (process.communicate()[0] for process in both)
    finally:
        stopped = run("stop", "--data", tmp_path)
    assert stopped.returncode == 0, stopped.stderr
    assert first == second != ""


def test_stop_without_a_broker_is_fine(tmp_path: Path) -> None:
    stopped = run("stop", "--data", tmp_path)
    assert stopped.returncode == 0
    assert "no Kafka runs" in stopped.stderr


def test_stop_leaves_a_stranger_alone(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        (tmp_path / "kafka.pid").write_text(f"{stranger.pid}\n")
        assert run("stop", "--data", tmp_path).returncode == 0
        assert stranger.poll() is None
        stranger.communicate(b"\n")


def test_a_taken_port(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        started = run("start", "--data", tmp_path, "--port", str(port))
    assert started.returncode == 1
    assert f"port {port} on 127.0.0.1 cannot be had" in started.stderr
    assert "--port" in started.stderr


def test_a_start_that_fails_shows_the_log(tmp_path: Path) -> None:
    started = run("start", "--data", tmp_path / "data", "--port", "0", "--heap", "1m")
    assert started.returncode == 1
    assert "mend:" in started.stderr
    assert "heap" in started.stderr.lower()
    assert not (tmp_path / "data" / "kafka.pid").exists()


def test_a_broker_that_is_too_slow_is_ended(tmp_path: Path) -> None:
    started = run("start", "--data", tmp_path, "--port", "0", "--timeout", "0.2")
    assert started.returncode == 1
    assert "did not answer within 0.2 s" in started.stderr
    assert "no Kafka runs" in run("stop", "--data", tmp_path).stderr


def test_no_java(tmp_path: Path) -> None:
    started = run("start", "--data", tmp_path, path=path_with(tmp_path))
    assert started.returncode == 1
    assert "java is not on PATH; mend:" in started.stderr


def test_no_mvn(tmp_path: Path) -> None:
    fetched = run("fetch", path=path_with(tmp_path), KAFKA_LIBS=str(tmp_path / "libs"))
    assert fetched.returncode == 1
    assert "mvn is not on PATH; mend:" in fetched.stderr


def test_a_fetch_that_fails_leaves_no_half(tmp_path: Path) -> None:
    failing = tmp_path / "bin"
    failing.mkdir()
    (failing / "mvn").write_text("#!/bin/sh\necho 'cannot reach the repository'\nexit 1\n")
    (failing / "mvn").chmod(0o755)
    fetched = run("fetch", "--libs", tmp_path / "libs", path=f"{failing}:{os.environ['PATH']}")
    assert fetched.returncode == 1
    assert "cannot reach the repository" in fetched.stderr
    assert not (tmp_path / "libs").exists()


@pytest.mark.parametrize("wrong", [["dance"], [], ["start", "--port", "many"]])
def test_usage(wrong: list[str]) -> None:
    assert run(*wrong).returncode == 2


def test_help_teaches() -> None:
    shown = run("--help").stdout
    for word in ("fetch", "start", "stop", "status", "--data", "--port", "KAFKA_LIBS"):
        assert word in shown
