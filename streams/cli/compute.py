"""`streams compute`: the numbers from the pure core, with no broker."""

import gc
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import click
from rich.console import Console

from streams.cli.inputs import read_lines
from streams.cli.lines import sink
from streams.cli.options import Replaying, replaying, replaying_options
from streams.engine.whole import Whole
from streams.events.decode import Decoder
from streams.events.journal import Entry
from streams.events.lines import parse
from streams.events.model import Event, Rejected
from streams.exports.finals import final_records


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--out", default="-", show_default="standard output", help="File for the values, as JSON Lines.")
@click.option("--strict", is_flag=True, help="Exit with 1 if there was any dead letter.")
@replaying_options
@click.pass_obj
def compute(left: list[object] | None, /, files: tuple[str, ...], out: str, strict: bool, **options: Any) -> None:
    """Compute the final values of all KPIs from events.

    FILE holds JSON Lines, `{"topic": "order-entered", "value": {…}}`; plain, .gz, .zst, or - for standard input.
    """
    setup, console, tally = replaying(**options), Console(stderr=True), Counter[str]()
    gc.disable()  # everything lives until the end; tracing it again and again costs a third of the time
    whole = Whole(setup.terms)
    if left is not None:
        left.append(whole)
    whole.absorb(accepted(read_lines(files, console), setup, tally))
    with sink(out) as put:
        for record in final_records(whole.values(setup.now), whole.partition.watermark, setup.terms):
            put(record)
    dead = report(tally + whole.partition.counts, console)
    if strict and dead:
        raise click.ClickException(f"{dead} dead letters; without --strict they are only counted")


def accepted(lines: Iterable[bytes], setup: Replaying, tally: Counter[str]) -> Iterator[Entry]:
    """The valid events among the lines; the rest is counted by reason."""
    decode, not_after = Decoder(setup.settings.kpis.currency).decode, setup.not_after
    offset = -1
    for offset, text in enumerate(lines):
        line = parse(text)
        event: Event | Rejected
        if isinstance(line, Rejected):
            event = line
        else:
            event = decode(line.topic, bytes(line.value), line.record_headers, not_after=not_after)
        if isinstance(event, Rejected):
            tally[f"dead:{event.reason}"] += 1
        else:
            yield Entry(event, 0, offset)
    tally["received"] = offset + 1


def report(tally: Counter[str], console: Console) -> int:
    """Say what became of the input, on standard error; returns the number of dead letters."""
    conflicts, late = tally["conflict"], tally["too_late"]
    dead = Counter({name.removeprefix("dead:"): n for name, n in tally.items() if name.startswith("dead:") and n})
    dead += Counter({"conflicting_duplicate": conflicts, "too_late": late})
    say = f"received {tally['received']:,} = applied {tally['applied']:,} + duplicates {tally['duplicate']:,}"
    console.print(f"{say} + dead letters {dead.total():,}", markup=False, highlight=False)
    for reason, count in dead.most_common():
        console.print(f"  {count:>10,}  dead letters: {reason}", markup=False, highlight=False)
    for name in ("orphan", "negative_duration"):
        if tally[name]:
            console.print(f"  {tally[name]:>10,}  {name}", markup=False, highlight=False)
    return dead.total()
