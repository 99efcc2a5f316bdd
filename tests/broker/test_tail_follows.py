"""`streams tail` on a real topic."""

import os
import pty
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from click.testing import CliRunner, Result

from streams.cli.tail import tail

FOLLOW = [sys.executable, "-c", "from streams.cli.tail import tail; tail()"]


def once(cluster: Any, *arguments: str) -> Result:
    return CliRunner().invoke(tail, ["--once", "--broker", cluster.bootstrap, "--prefix", cluster.prefix, *arguments])


def lines(result: Result) -> list[list[str]]:
    assert result.exit_code == 0, result.output
    return [line.split("  ") for line in result.stdout.splitlines()]


def test_once_prints_the_latest_of_every_window(cluster: Any, kpi_value: Any) -> None:
    cluster.create("kpi-values", partitions=3, cleanup_policy="compact")
    later = "2026-03-01T11:00:00Z"
    cluster.produce(
        "kpi-values",
        [
            kpi_value(),
            kpi_value(value=0.8, numerator=8, denominator=10, low_sample=False, met=True, revision=2, final=True),
            kpi_value(start=later),
            kpi_value(start="2026-03-01T12:00:00Z"),
            kpi_value(start="2026-03-01T12:00:00Z", gone=True),
            kpi_value("nps", value=None, unit="points", numerator=None, denominator=None, met=None),
        ],
    )
    first = ["2026-03-01T10:00:00Z", "1h", "csat", "channel=email", "share 80.0 %", "n=8/10", "met", "rev=2", "final"]
    second = [later, "1h", "csat", "channel=email", "share 75.0 %", "n=3/4*", "missed", "rev=1", "open"]
    assert lines(once(cluster))[:2] == [first, second]
    assert lines(once(cluster, "--kpi", "csat")) == [first, second]
    assert lines(once(cluster, "--kpi", "nps", "--scope", "channel"))[0][2:5] == ["nps", "channel=email", "share -"]
    assert lines(once(cluster, "--window", "1d")) == []


def test_once_prints_every_revision(cluster: Any, kpi_value: Any) -> None:
    cluster.create("kpi-revisions")
    cluster.produce(
        "kpi-revisions", [kpi_value(), kpi_value(revision=2), kpi_value(gone=True), b"no JSON", kpi_value("nps")]
    )
    shown = lines(once(cluster, "kpi-revisions"))
    assert [line[-2:] for line in shown[:2]] == [["rev=1", "open"], ["rev=2", "open"]]
    assert shown[2][-1] == "(removed)"
    assert shown[3] == ["(none)", "no JSON"]
    assert len(lines(once(cluster, "kpi-revisions", "--kpi", "csat"))) == 3


def test_dead_letters_show_their_headers(cluster: Any) -> None:
    cluster.create("dead-letter")
    record = cluster.record(b'{"a": \x1b[2J', key=b"order-entered", headers=(("reason", b"not JSON"),))
    cluster.produce("dead-letter", [record])
    assert lines(once(cluster, "dead-letter")) == [["order-entered", "reason='not JSON'", '{"a": \\x1b[2J']]


def test_an_empty_topic_ends_at_once(cluster: Any) -> None:
    cluster.create("sla-events")
    assert lines(once(cluster, "sla-events")) == []


def test_a_missing_topic(cluster: Any) -> None:
    result = once(cluster)
    assert result.exit_code == 1
    assert f"there is no topic {cluster.prefix}kpi-values; mend:" in result.output


def test_it_follows(cluster: Any, kpi_value: Any) -> None:
    cluster.create("kpi-values")
    assert following(cluster, [], [kpi_value()], [kpi_value(revision=2)]) == ["rev=1  open", "rev=2  open"]


def test_an_append_only_topic_from_its_oldest(cluster: Any, kpi_value: Any) -> None:
    cluster.create("kpi-revisions")
    arguments = ["kpi-revisions", "--all"]
    assert following(cluster, arguments, [kpi_value()], [kpi_value(revision=2)]) == ["rev=1  open", "rev=2  open"]


def test_an_append_only_topic_from_now_on(cluster: Any, kpi_value: Any) -> None:
    cluster.create("kpi-revisions")
    cluster.produce("kpi-revisions", [kpi_value("old")] * 3)
    seen = threading.Event()

    def keep_producing() -> None:
        while not seen.wait(0.1):
            cluster.produce("kpi-revisions", [kpi_value("new")])

    producing = threading.Thread(target=keep_producing)
    producing.start()
    with running(cluster, "kpi-revisions") as process:
        try:
            first = process.stdout.readline()
        finally:
            seen.set()
            producing.join()
    assert first.split()[2] == "new"


def test_a_terminal_gets_a_table_that_changes(cluster: Any, kpi_value: Any) -> None:
    cluster.create("kpi-values")
    cluster.produce("kpi-values", [kpi_value(value=0.25)])
    master, slave = pty.openpty()
    command = [*FOLLOW, "--broker", cluster.bootstrap, "--prefix", cluster.prefix]
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "120", "LINES": "24"}
    with subprocess.Popen(command, stdin=slave, stdout=slave, env=environment) as process:
        try:
            assert "2026-03-01 10:00" in read_until(master, "25.0 %")
            cluster.produce("kpi-values", [kpi_value(value=0.5, revision=2)])
            assert "rev" in read_until(master, "50.0 %")
        finally:
            process.send_signal(signal.SIGINT)
            read_until(master, "\x1b[?25h")
    os.close(slave)
    os.close(master)
    assert process.returncode == 0


def read_until(terminal: int, text: str) -> str:
    """What the terminal shows up to and with that text; the test's own time limit ends a vain wait."""
    shown = b""
    while text.encode() not in shown:
        shown += os.read(terminal, 4096)
    return shown.decode()


def following(cluster: Any, arguments: Sequence[str], *steps: Sequence[Any]) -> list[str]:
    """The ends of the lines that a running tail prints, one step produced at a time."""
    topic = arguments[0] if arguments else "kpi-values"
    seen = []
    with running(cluster, *arguments) as process:
        for records in steps:
            cluster.produce(topic, records)
            seen += [process.stdout.readline() for _ in records]
    return ["  ".join(line.split()[-2:]) for line in seen]


@contextmanager
def running(cluster: Any, *arguments: str) -> Iterator[Any]:
    """A tail in a process of its own, ended as by Ctrl-C, which is a fine end."""
    command = [*FOLLOW, *arguments, "--broker", cluster.bootstrap, "--prefix", cluster.prefix]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)
    assert process.returncode == 0
