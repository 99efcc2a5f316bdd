"""What open pages cost a worker: `python -m bench.pages` prints the share of a core for none and for 20 of them.

Each page does what it does in a browser: it reads the catalogue and values once, follows the stream, and looks at the
health every 5 s. The worker runs a simulated business on the embedded broker; its CPU time is read from the system, in
turns without and with the pages, so that what else the machine does falls on both.
"""

import asyncio
import os
import tempfile
import time
from pathlib import Path

import aiohttp
import click

from streams.cli.demo import PREFIX, _business, _environment
from streams.exports.topics import topic_plan
from streams.worker.embedded import PARTITIONS, EmbeddedBroker
from streams.worker.process import WorkerProcess

HEALTH_SECONDS = 5.0
READS = (
    "/api/kpis",
    "/api/values?window=1h&scope=all&newest=2&limit=5000",
    "/api/values?window=1h&scope=all&newest=24&limit=5000&kpi=csat&kpi=requests&kpi=first_response_time",
)
STREAM = "/api/events?window=1h&window=now&scope=all"


async def page(session: aiohttp.ClientSession, base: str) -> None:
    """One open page, until it is cancelled."""
    for path in READS:
        async with session.get(base + path) as answer:
            await answer.read()
    await asyncio.gather(follow(session, base), look(session, base))


async def follow(session: aiohttp.ClientSession, base: str) -> None:
    """Read the stream."""
    async with session.get(base + STREAM) as answer:
        async for _ in answer.content.iter_any():
            pass


async def look(session: aiohttp.ClientSession, base: str) -> None:
    """Look at the health now and then."""
    while True:
        for path in ("/readyz", "/api/positions"):
            async with session.get(base + path) as answer:
                await answer.read()
        await asyncio.sleep(HEALTH_SECONDS)


def cpu_seconds(pid: int) -> float:
    """CPU time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def measured(worker: WorkerProcess, pages: int, seconds: float) -> float:
    """The share of a core that the worker takes with so many pages open, once they are."""
    timeout = aiohttp.ClientTimeout(total=None)
    async with aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=0)) as session:
        tasks = [asyncio.ensure_future(page(session, worker.address)) for _ in range(pages)]
        await asyncio.sleep(3)
        begun, before = time.monotonic(), cpu_seconds(worker.pid)
        await asyncio.sleep(seconds)
        share = (cpu_seconds(worker.pid) - before) / (time.monotonic() - begun)
        broken = [task.exception() for task in tasks if task.done()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    if broken:
        raise click.ClickException(f"{len(broken)} pages ended: {broken[0]!r}")
    return share


@click.command()
@click.option("--pages", default=20, show_default=True)
@click.option("--rate", default=50.0, show_default=True, help="Events a second.")
@click.option("--seconds", default=10.0, show_default=True, help="Of each turn.")
@click.option("--turns", default=3, show_default=True)
def main(pages: int, rate: float, seconds: float, turns: int) -> None:
    """Print what open pages cost a worker."""
    with EmbeddedBroker() as broker, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        broker.ensure_topics(spec.name for spec in topic_plan(PARTITIONS, prefix=PREFIX))
        with WorkerProcess(_environment(broker, folder), folder / "log") as worker, _business(broker, rate, 1):
            worker.wait_ready()
            time.sleep(15)
            without, with_pages = [], []
            for _ in range(turns):
                without.append(asyncio.run(measured(worker, 0, seconds)))
                with_pages.append(asyncio.run(measured(worker, pages, seconds)))
    none, some = sorted(without)[turns // 2], sorted(with_pages)[turns // 2]
    click.echo(f"worker, {rate:g} events/s, medians of {turns} turns of {seconds:g} s, share of a core:")
    click.echo(f"  no page open     {none:6.1%}")
    click.echo(f"  {pages} pages open    {some:6.1%}")
    click.echo(f"  cost of {pages} pages {some - none:6.1%}")


if __name__ == "__main__":
    main()
