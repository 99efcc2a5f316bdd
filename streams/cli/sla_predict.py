"""`streams sla predict`: how good forecasts of breaches would have been, and what is ahead."""

from collections import Counter
from typing import Any

import click
from rich.console import Console

from streams.cases.case import TICKET
from streams.cases.ticket import timeline
from streams.cli.compute import accepted
from streams.cli.inputs import read_lines
from streams.cli.options import replaying, replaying_options
from streams.engine.whole import Whole
from streams.sla.foresight import chances
from streams.sla.history import History
from streams.sla.policy import TICKET_CLOCKS
from streams.sla.prediction import Life, experience_at, forecasts, lives
from streams.sla.survival import brier, expected_breaches, skill
from streams.units import HOUR


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option(
    "--of", "clock_name", help="The clock.", type=click.Choice(TICKET_CLOCKS), default="resolution", show_default=True
)
@replaying_options
def predict(*, files: tuple[str, ...], clock_name: str, **options: Any) -> None:
    """Tell how good forecasts of breaches were, each made from what was known before it.

    FILE is what `streams compute` takes. The Brier score is the mean squared error of the probabilities; the base rate
    is the share of breaches among the decisions known at the same time, in hindsight that of all. Then what is open at
    the end, and how many breaches the next hour will bring.
    """
    setup, console = replaying(**options), Console(stderr=True)
    whole = Whole(setup.terms)
    whole.absorb(accepted(read_lines(files, console), setup, Counter()))
    asof = whole.watermark if setup.now is None else setup.now
    history = setup.settings.sla.configured or History()
    found = [
        life
        for events in whole.all_events(TICKET)
        if (line := timeline(events)) is not None
        for life in lives(line, history, asof)
        if life.likes[1][1] == clock_name
    ]
    _past(found)
    _ahead(found, asof)


def _past(found: list[Life]) -> None:
    made = list(forecasts(found))
    own = brier((one.probability, one.breached) for one in made)
    base = brier((one.base, one.breached) for one in made)
    if own is None or base is None:
        click.echo("no forecast: nothing was decided before anything else began")
        return
    better = skill(own, base)
    breached = sum(one.breached for one in made)
    rate = breached / len(made)
    click.echo(f"{len(made):,} forecasts, {breached:,} of them of breaches")
    click.echo(f"Brier score        {own:.4f}")
    click.echo(f"of the base rate   {base:.4f}")
    click.echo(f"in hindsight       {rate * (1 - rate):.4f}")
    click.echo(f"skill              {better if better is not None else 0:.1%}")


def _ahead(found: list[Life], asof: int) -> None:
    experience = experience_at(found, asof + 1)
    coming = [(due, chance) for _, due, chance in chances(found, experience, asof)]
    expected = expected_breaches(coming, asof, HOUR)
    click.echo(f"{len(coming):,} open and not paused; breaches expected in the next hour: {expected:.2f}")
