"""`streams kpis`: the catalogue."""

import json
import sys
from collections.abc import Sequence
from difflib import get_close_matches

import click
from rich.console import Console
from rich.table import Table

from streams.exports.records import scopes_of
from streams.kpis.catalogue import Catalogue
from streams.kpis.model import Kpi
from streams.render import reference, words

_COLUMNS = ("name", "title", "target", "stat", "unit", "scopes", "definition")
_KPIS = Catalogue().kpis
"""By name, amounts in the default currency."""
WIDE = 200
"""Columns where no terminal says how many there are."""


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]…")
@click.option("--format", "shape", type=click.Choice(["table", "markdown", "json"]), default="table", show_default=True)
def kpis(names: tuple[str, ...], shape: str) -> None:
    """Show the KPIs: all of them, or those named.

    table is an overview, markdown the reference as in docs/kpis.md, json everything that the declarations say.
    """
    chosen = [_known(name) for name in names] or [*_KPIS.values()]
    match shape:
        case "json":
            click.echo(json.dumps([reference.entry(kpi) for kpi in chosen], indent=2, ensure_ascii=False))
        case "markdown":
            click.echo("\n".join(reference.section(kpi) for kpi in chosen) if names else reference.page(), nl=False)
        case _:
            Console(width=None if sys.stdout.isatty() else WIDE).print(_table(chosen))


def _known(name: str) -> Kpi:
    if name not in _KPIS:
        near = get_close_matches(name, _KPIS, 3) or _KPIS
        raise click.UsageError(f"no KPI is called {name!r}; there is {', '.join(near)}")
    return _KPIS[name]


def _table(chosen: Sequence[Kpi]) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in _COLUMNS:
        table.add_column(column, no_wrap=column in {"name", "definition"})
    for kpi in chosen:
        target = words.target(kpi, kpi.target) if kpi.target else ""
        table.add_row(kpi.name, kpi.title, target, kpi.stat, kpi.unit, ", ".join(scopes_of(kpi)), kpi.definition)
    return table
