"""`streams demo`: an embedded broker, a worker and a simulated business, together."""

import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import click

from streams.exports.topics import topic_plan
from streams.worker.embedded import PARTITIONS, EmbeddedBroker
from streams.worker.process import WorkerDiedError, WorkerProcess, variable

PORT = 8321
PREFIX = "demo-"
LOOK_SECONDS = 0.5


@click.command()
@click.option("--rate", type=click.FloatRange(0.1, 2_000), default=50, show_default=True, help="Events a second.")
@click.option(
    "--port", type=click.IntRange(0, 65_535), help=f"Of the page. Default: {PORT}, or a free one if it is taken."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Of the simulated business.")
def demo(rate: float, port: int | None, seed: int) -> None:
    """Show live KPIs of a simulated business; needs no Kafka.

    Days pass within minutes, some events come late, doubled or broken. Ctrl-C ends it and leaves nothing behind.
    """
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with EmbeddedBroker() as broker, tempfile.TemporaryDirectory(prefix="streams-demo-") as folder:
            click.echo("starting an embedded broker and a worker …")
            broker.ensure_topics(spec.name for spec in topic_plan(PARTITIONS, prefix=PREFIX))
            with WorkerProcess(_environment(broker, Path(folder)), Path(folder) / "worker.log", _free(port)) as worker:
                worker.wait_ready()
                with _business(broker, rate, seed) as business:
                    _announce(worker.address, rate)
                    _watch(worker, business)
    except KeyboardInterrupt:
        click.echo("ended")
    except WorkerDiedError as error:
        raise click.ClickException(str(error)) from error


def _interrupt(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
    raise KeyboardInterrupt


def _environment(broker: EmbeddedBroker, folder: Path) -> dict[str, str]:
    return {
        variable("broker", "bootstrap"): broker.bootstrap,
        variable("broker", "prefix"): PREFIX,
        variable("broker", "partitions"): str(PARTITIONS),
        variable("broker", "check_topics"): "false",
        variable("worker", "data"): str(folder / "state"),
        variable("worker", "store"): "memory",
    }


def _free(port: int | None) -> int:
    """The port asked for, else the usual one unless something listens there."""
    if port is not None:
        return port
    with socket.socket() as probe:
        return 0 if probe.connect_ex(("127.0.0.1", PORT)) == 0 else PORT


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
        process.terminate()
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
