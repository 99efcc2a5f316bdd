"""What a scrape of 10,000 series takes of a worker's loop, beside writing it out there: `python -m bench.scrape`.

The loop holds the figures fast; another thread writes them out, and shares the interpreter with it: the greatest pause
of the loop meanwhile is told too.
"""

import asyncio
import sys
import time
from collections.abc import Iterator
from statistics import median

from prometheus_client.exposition import generate_latest

from streams.engine.rolling import LENGTHS, Rolling
from streams.engine.standing import Open
from streams.exports.collector import Counters, Gauges, Histograms, Readings, frozen, registry_of
from streams.kpis.catalogue import Catalogue
from streams.kpis.requests import answered_in_24h, first_response_time
from streams.measures.vector import add
from streams.units import HOUR, SECOND

SERIES = 10_000
ROUNDS = 15
NOW = 1_000 * HOUR


class Figures:
    """A worker with very many channels, over the real rolling windows."""

    min_n, vocabulary = 20, SERIES

    def __init__(self) -> None:
        kpis = (first_response_time, answered_in_24h)
        self.rolling = Rolling(Catalogue(kpis), HOUR, {"1h": LENGTHS["1h"], "1d": LENGTHS["1d"]})
        self.rolling.advance(NOW)
        self.channels = 0

    def grow(self) -> None:
        """One channel more."""
        vector: dict[int, int] = {}
        for kpi, samples in ((first_response_time, range(SECOND, HOUR, 90 * SECOND)), (answered_in_24h, (True, False))):
            for sample in samples:
                add(vector, kpi.source.aggregate.lift(sample, kpi.source.code))
        self.rolling.add(f"channel=c{self.channels}", NOW, vector)
        self.channels += 1

    def readings(self) -> Readings:
        """Every series."""
        return self.rolling.readings()

    def seasons(self) -> Readings:
        """None."""
        return iter(())

    def open(self) -> Iterator[tuple[str, str, Open, float]]:
        """What is open in every channel."""
        return (("resolution", f"channel=c{n}", Open(5, 1, 2, 0), 60.0) for n in range(self.channels))

    def counters(self) -> Iterator[Counters]:
        """None."""
        return iter(())

    def tallies(self) -> Iterator[Gauges]:
        """None."""
        return iter(())

    def gauges(self) -> Iterator[Gauges]:
        """None."""
        return iter(())

    def histograms(self) -> Iterator[Histograms]:
        """None."""
        return iter(())


def lines(text: bytes) -> int:
    """How many series a text has."""
    return sum(not line.startswith(b"#") for line in text.splitlines())


async def pause_while(work: "asyncio.Future[bytes]") -> float:
    """The greatest pause of the loop, in ms, until something is done."""
    longest, last = 0.0, time.perf_counter()
    while not work.done():
        await asyncio.sleep(0)
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
    return 1_000 * longest


async def main() -> None:
    """Print the figures."""
    figures = Figures()
    registry = registry_of(figures)
    while lines(generate_latest(registry)) < SERIES:
        for _ in range(20):
            figures.grow()
    held, written, pauses = [], [], []
    for _ in range(ROUNDS):
        start = time.thread_time()
        then = frozen(registry)
        held.append(1_000 * (time.thread_time() - start))
        start = time.thread_time()
        generate_latest(then)
        written.append(1_000 * (time.thread_time() - start))
        pauses.append(await pause_while(asyncio.ensure_future(asyncio.to_thread(generate_latest, then))))
    print(f"{lines(generate_latest(registry))} series, Python {sys.version.split()[0]}, medians of {ROUNDS}")
    print(f"of the loop: {median(held):.1f} ms of CPU; written out there it would be {median(written):.0f} ms")
    print(f"longest pause of the loop while another thread writes: {median(pauses):.0f} ms (by the wall clock)")


if __name__ == "__main__":
    asyncio.run(main())
