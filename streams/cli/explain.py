"""`streams explain`: the cases behind a value, from event files or from workers."""

import gc
import json
from collections import Counter
from typing import Any
from urllib.parse import urlencode

import click
from rich.console import Console

from streams.cli.compute import accepted
from streams.cli.explain_view import lines
from streams.cli.inputs import read_lines
from streams.cli.options import Replaying, replaying, replaying_options
from streams.cli.web import ADDRESS, ask
from streams.engine.stories import Telling
from streams.engine.whole import Whole
from streams.exports.records import dim_of, labels_of
from streams.exports.stories import Gathering, explanation
from streams.web.asking import FEW, MOST, asked, scope_in
from streams.web.query import BadQueryError, Params


@click.command()
@click.argument("kpi")
@click.argument("files", nargs=-1, metavar="[FILE]…")
@click.option("--window", required=True, metavar="SIZE", help="Size of the window, such as 1h, 1d or now.")
@click.option("--start", metavar="TIME", help="A time within the window. Default: the newest that has a value.")
@click.option("--label", metavar="DIM=VALUE", help="The scope, as in channel=email. Default: all.")
@click.option("--limit", type=click.IntRange(1, MOST), default=FEW, show_default=True, help="Cases to show.")
@click.option("--worker", "workers", multiple=True, metavar="URL", help=f"A worker to ask. Default: {ADDRESS}.")
@click.option("--json", "as_json", is_flag=True, help="The answers as JSON, a line each.")
@replaying_options
def explain(
    *,
    kpi: str,
    files: tuple[str, ...],
    workers: tuple[str, ...],
    as_json: bool,
    window: str,
    start: str | None,
    label: str | None,
    limit: int,
    **options: Any,
) -> None:
    """Show the cases behind a value of KPI: its samples, spans and pauses, those that hurt it most first.

    With a FILE of events the value is the one that `compute` gives, and the options are its own. Without one a worker
    is asked; it knows the cases of its own journal partitions, so name each worker of a fleet by --worker.
    """
    given = {"kpi": kpi, "window": window, "start": start, "label": label, "limit": str(limit)}
    params = {name: [value] for name, value in given.items() if value is not None}
    if files and workers:
        raise click.UsageError("either files or workers are asked")
    answers = (
        [_of_files(files, params, replaying(**options))]
        if files
        else [ask(worker, f"/api/explain?{urlencode(params, doseq=True)}") for worker in workers or (ADDRESS,)]
    )
    for answer in answers:
        if as_json:
            click.echo(json.dumps(answer, ensure_ascii=False))
        else:
            click.echo("\n".join(lines(answer)))


def _of_files(files: tuple[str, ...], params: Params, setup: Replaying) -> dict[str, Any]:
    """The explanation from the pure core: the rows that a worker would write, looked through at once."""
    gc.disable()
    try:
        return _explained(files, params, setup)
    finally:
        gc.enable()


def _explained(files: tuple[str, ...], params: Params, setup: Replaying) -> dict[str, Any]:
    whole, catalogue = Whole(setup.terms), setup.terms.catalogue()
    whole.absorb(accepted(read_lines(files, Console(stderr=True)), setup, Counter()))
    try:
        question, limit = asked(params, catalogue.kpis, setup.terms.calendar(), _newest(whole, params, setup))
    except BadQueryError as error:
        raise click.UsageError("\n".join(error.faults)) from error
    telling, gathering = Telling(question, catalogue, setup.terms.told), Gathering(question.kpi, limit)
    for key, data in whole.partition.flush().cases:
        if data is not None:
            gathering.add(telling.look(key, data))
    return explanation(question, gathering.found(), setup.terms.tz, ())


def _newest(whole: Whole, params: Params, setup: Replaying) -> int | None:
    """Where the newest window that has the value starts; deadlines are decided on the way."""
    name, size = params["kpi"][0], params["window"][0]
    kpi = setup.terms.catalogue().kpis.get(name)
    scope = scope_in(kpi, params.get("label", [""])[0]) if kpi else ""
    place = dim_of(scope), labels_of(scope)
    keys = [key for key, _, _ in whole.values(setup.now)]
    starts = [
        key.window.start
        for key in keys
        if key.kpi == name and key.window.size == size and (dim_of(key.scope), labels_of(key.scope)) == place
    ]
    return max(starts, default=None)
