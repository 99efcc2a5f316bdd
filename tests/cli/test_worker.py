"""`streams worker` as it is called, where it has to refuse. On a cluster: tests/broker/test_worker_start.py."""

import socket

import pytest

from tests.pipeline import fails

NOWHERE = "127.0.0.1:1"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--role", "intake,cook"), "unknown cook; use some of intake, measure, rollup, web"),
        (("--role", ""), "--role"),
        (("--store", "floppy"), "floppy"),
        (("--port", "high"), "high"),
        (("--port", "70000"), "http.port"),
        (("--prefix", "a b"), "broker.prefix"),
        (("--config", "none.toml"), "none.toml"),
    ],
)
def test_a_wrong_call_is_explained(options, message):
    assert message in fails(2, "worker", "--broker", NOWHERE, *options)


def test_faults_of_the_environment_are_told_with_their_place(monkeypatch):
    monkeypatch.setenv("STREAMS_KPIS__TZ", "Mars/Olympus")
    monkeypatch.setenv("STREAMS_WORKER__STORE", "floppy")
    told = fails(2, "worker", "--broker", NOWHERE)
    assert "kpis.tz" in told
    assert "worker.store" in told


def test_a_cluster_that_is_not_there_is_told():
    assert NOWHERE in fails(1, "worker", "--broker", NOWHERE)


def test_a_port_that_is_taken_is_told(monkeypatch):
    monkeypatch.setenv("STREAMS_BROKER__CHECK_TOPICS", "false")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert str(port) in fails(1, "worker", "--broker", NOWHERE, "--port", port)
