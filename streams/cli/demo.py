"""`streams demo`: an embedded broker, a worker and a simulated business, together."""

import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from streams.cli.signals import ended_by_signals
from streams.exports.topics import topic_plan
from streams.worker.embedded import PARTITIONS, EmbeddedBroker
from streams.worker.process import WorkerDiedError, WorkerProcess, variable

PORT = 8321
PREFIX = "demo-"
LOOK_SECONDS = 0.5


@click.command()
@click.option("--rate", type=click.FloatRange(0.1, 2_000), default=50, show_default=True, help="Events a second.")
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=PORT,
    show_default=True,
    help="Of the page; a free one if it is taken.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Of the simulated business.")
def demo(rate: float, port: int, seed: int) -> None:
    """Show live KPIs of a simulated business; needs no Kafka.

    Days pass within minutes, some events come late, doubled or broken. Ctrl-C ends it and leaves nothing behind.
    """
    try:
        with ended_by_signals():
            _run(rate, _free(port), seed)
    except KeyboardInterrupt:
        click.echo("ended")
    except WorkerDiedError as error:
        raise click.ClickException(str(error)) from error


def _run(rate: float, port: int, seed: int) -> None:
    """Broker, worker and business until one of them fails; the first events wait for the worker on the topics."""
    click.echo("starting an embedded broker, a worker and a simulated business …")
    with EmbeddedBroker() as broker, tempfile.TemporaryDirectory(prefix="streams-demo-") as name:
        folder = Path(name)
        broker.ensure_topics(spec.name for spec in topic_plan(PARTITIONS, prefix=PREFIX))
        with (
            WorkerProcess(_environment(broker, folder), folder / "worker.log", port) as worker,
            _business(broker, rate, seed) as business,
        ):
            _announce(worker.address, rate)
            _watch(worker, business)


def _environment(broker: EmbeddedBroker, folder: Path) -> dict[str, str]:
    return {
        variable("broker", "bootstrap"): broker.bootstrap,
        variable("broker", "prefix"): PREFIX,
        variable("broker", "partitions"): str(PARTITIONS),
        variable("broker", "check_topics"): "false",
        variable("worker", "data"): str(folder / "state"),
        variable("worker", "store"): "memory",
    }


def _free(port: int) -> int:
    """The port, unless it cannot be had; then 0, for which the system gives a free one."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            click.echo(f"port {port} cannot be had ({error.strerror}): the page gets another one")
            return 0
    return port


@contextmanager
def _business(broker: EmbeddedBroker, rate: float, seed: int) -> Iterator[subprocess.Popen[bytes]]:
    faults = ("--late", "0.02", "--doubled", "0.02", "--broken", "0.005", "--out-of-order", "0.05")
    where = ("--broker", broker.bootstrap, "--prefix", PREFIX, "--rate", str(rate), "--seed", str(seed))
    process = subprocess.Popen(
        [sys.executable, "-m", "streams", "simulate", *where, *faults],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _announce(address: str, rate: float) -> None:
    click.echo(f"live page:  {address}/")
    click.echo(f"metrics:    {address}/metrics")
    click.echo(f"{rate:g} events a second; Ctrl-C ends it")


def _watch(worker: WorkerProcess, business: subprocess.Popen[bytes]) -> None:
    while True:
        worker.check()
        if business.poll() is not None:
            raise click.ClickException(f"the simulated business ended with exit code {business.returncode}")
        time.sleep(LOOK_SECONDS)
