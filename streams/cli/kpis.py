"""`streams kpis`: the catalogue."""

import json
import sys
from collections.abc import Sequence
from difflib import get_close_matches

import click
from rich.console import Console
from rich.table import Table

from streams.kpis.catalogue import KPIS
from streams.kpis.model import Kpi
from streams.render import reference, words

_COLUMNS = ("name", "title", "target", "stat", "unit", "scopes", "definition")
WIDE = 200
"""Columns where no terminal says how many there are."""


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]…")
@click.option("--format", "shape", type=click.Choice(["table", "markdown", "json"]), default="table", show_default=True)
def kpis(names: tuple[str, ...], shape: str) -> None:
    """Show the KPIs: all of them, or those named.

    table is an overview, markdown the reference as in docs/kpis.md, json everything that the declarations say.
    """
    chosen = [_known(name) for name in names] or list(KPIS)
    match shape:
        case "json":
            click.echo(json.dumps([reference.entry(kpi) for kpi in chosen], indent=2, ensure_ascii=False))
        case "markdown":
            click.echo("\n".join(reference.section(kpi) for kpi in chosen) if names else reference.page(), nl=False)
        case _:
            Console(width=None if sys.stdout.isatty() else WIDE).print(_table(chosen))


def _known(name: str) -> Kpi:
    by_name = {kpi.name: kpi for kpi in KPIS}
    if name not in by_name:
        near = get_close_matches(name, by_name, 3) or by_name
        raise click.UsageError(f"no KPI is called {name!r}; there is {', '.join(near)}")
    return by_name[name]


def _table(chosen: Sequence[Kpi]) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in _COLUMNS:
        table.add_column(column, no_wrap=column in {"name", "definition"})
    for kpi in chosen:
        target = words.target(kpi, kpi.target) if kpi.target else ""
        table.add_row(kpi.name, kpi.title, target, kpi.stat, kpi.unit, ", ".join(kpi.scopes), kpi.definition)
    return table
