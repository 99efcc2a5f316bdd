"""`streams sla explain`: the story of a ticket's clocks, from its events."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click
from rich.console import Console

from streams.cases.case import TICKET
from streams.cases.ticket import timeline
from streams.cli.compute import accepted
from streams.cli.inputs import read_lines
from streams.cli.options import replaying, replaying_options
from streams.engine.whole import Whole
from streams.sla.durations import written
from streams.sla.history import History
from streams.sla.story import Chapter, Story, stories
from streams.units import SECOND


@click.command()
@click.argument("ticket", metavar="TICKET")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@replaying_options
def explain(*, ticket: str, files: tuple[str, ...], **options: Any) -> None:
    """Tell the story of each clock of a ticket: started, paused, resumed, due, decided.

    FILE is what `streams compute` takes. `elapsed` is time on the wall since the start, `spent` working time that
    counts, `due` the deadline by what is known then. Policies are those of --config; times are in --tz.
    """
    setup, console = replaying(**options), Console(stderr=True)
    whole = Whole(setup.terms)
    whole.absorb(accepted(read_lines(files, console), setup, Counter()))
    asof = whole.watermark if setup.now is None else setup.now
    history = setup.settings.sla.configured or History()
    zone, told = ZoneInfo(setup.terms.tz), False
    for customer, events in whole.events(TICKET, ticket):
        line = timeline(events)
        if line is None:
            raise click.ClickException(f"the opening of ticket {ticket} is not among the events")
        click.echo(f"ticket {ticket} of customer {customer}, as of {_time(asof, zone)}")
        for text in _told(stories(line, history, asof), zone):
            click.echo(text)
        told = True
    if not told:
        raise click.ClickException(f"no event of a ticket {ticket}")


def _told(found: Iterator[Story], zone: ZoneInfo) -> Iterator[str]:
    for story in found:
        one = story.obligation
        state = f"{one.outcome.value}, paused" if one.paused and one.decided_at is None else one.outcome.value
        yield ""
        yield f"{one.clock}, cycle {one.cycle}{f', no. {one.number}' if one.number > 1 else ''}: {state}"
        yield from (_line(chapter, zone) for chapter in story.chapters)


def _line(chapter: Chapter, zone: ZoneInfo) -> str:
    due = "" if chapter.due is None else f"  due {_time(chapter.due, zone)}"
    spans = f"elapsed {written(max(0, chapter.elapsed)):>9}  spent {written(chapter.spent):>9}"
    return f"  {_time(chapter.at, zone)}  {spans}{due:<31}  {chapter.what}"


def _time(at: int, zone: ZoneInfo) -> str:
    """Local time with its offset, to the ms where it has any."""
    return datetime.fromtimestamp(at / SECOND, zone).isoformat(" ", "milliseconds" if at % SECOND else "seconds")
