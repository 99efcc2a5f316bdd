"""`python -m bench.calendar`: calls a second of a business calendar, beside a walk from day to day."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from random import Random
from zoneinfo import ZoneInfo

import click

from streams.units import DAY, HOUR
from streams.windows.business import BusinessCalendar
from streams.windows.hours import Hours, span

ZONE = ZoneInfo("Europe/Berlin")
OFFICE = ((span("09:00-12:30"), span("13:30-18:00")),) * 5 + ((),) * 2
SINCE = 1_767_225_600_000  # 2026-01-01
CALENDAR = BusinessCalendar(Hours("Europe/Berlin", OFFICE, holidays=("DE-BE",)))


@click.command()
@click.option("--calls", default=200_000, show_default=True)
@click.option("--rounds", default=5, show_default=True)
def main(calls: int, rounds: int) -> None:
    """Print calls a second for random spans of up to 90 days within a year: the best of the rounds."""
    rng = Random(7)
    spans = [(SINCE + rng.randrange(365 * DAY), rng.randrange(90 * DAY)) for _ in range(calls)]
    pairs = [(start, start + length) for start, length in spans]
    work = [(start, length * 40 // 168) for start, length in spans]
    few = pairs[: max(1, calls // 200)]
    _report("between", max(_rate(CALENDAR.between, pairs) for _ in range(rounds)), _rate(walk, few))
    _report("after", max(_rate(CALENDAR.after, work) for _ in range(rounds)), None)


def _rate(call: Callable[[int, int], int], arguments: list[tuple[int, int]]) -> float:
    started = time.perf_counter()
    for first, second in arguments:
        call(first, second)
    return len(arguments) / (time.perf_counter() - started)


def _report(name: str, rate: float, peer: float | None) -> None:
    beside = f", {rate / peer:,.0f} times a walk from day to day" if peer else ""
    click.echo(f"{name:8}{rate:>12,.0f} calls/s{beside}")


def walk(start: int, end: int) -> int:
    """Working ms by a look at every day, without holidays: how it is done where nothing is computed beforehand."""
    day, total = datetime.fromtimestamp(start / 1000, ZONE).date(), 0
    while True:
        midnight = datetime.combine(day, clock(), ZONE)
        if midnight.timestamp() * 1000 > end:
            return total
        for opening, closing in OFFICE[day.weekday()]:
            opens, closes = (
                (midnight + timedelta(hours=at / HOUR)).astimezone(UTC).timestamp() * 1000 for at in (opening, closing)
            )
            total += int(max(0, min(end, closes) - max(start, opens)))
        day += timedelta(days=1)


if __name__ == "__main__":
    main()
