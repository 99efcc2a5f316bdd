"""`streams import FORMAT FILE`: well-known exports as events, one a line [R54]."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from streams.cli.lines import Sink, sink
from streams.importers import files, mapped, mapping, olist, servicenow
from streams.importers.rows import Outcome, Refused, Row, UnusableError

SHOWN = 10
"""So many refusals are shown one by one."""


@click.command(name="import")
@click.argument("format_", metavar="FORMAT", type=click.Choice(["olist", "servicenow", "csv"]))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--out", default="-", show_default="standard output", help="File for the events, as JSON Lines.")
@click.option("--tz", help="Time zone of the file's local times. Default: olist America/Sao_Paulo, otherwise UTC.")
@click.option("--items", type=click.Path(exists=True, dir_okay=False), help="olist: the file of order items.")
@click.option("--mapping", "toml", type=click.Path(exists=True, dir_okay=False), help="csv: which column is what.")
def import_(*, format_: str, file: str, out: str, tz: str | None, items: str | None, toml: str | None) -> None:
    """Turn an export into events.

    FORMAT is olist, servicenow or csv (with a --mapping); FILE may be plain, .gz, .zst or - for standard input.
    """
    _check(format_, tz, items, toml)
    console = Console(stderr=True)
    tally = Tally()
    source = Source(format_, file, tz, items, toml)
    try:
        with sink(out) as put, _progress(console) as progress:
            for outcome in source.outcomes(progress, tally):
                tally.add(outcome, put, console)
    except (UnusableError, OSError) as error:
        raise click.ClickException(f"{file}: {error}") from error
    for text in tally.summary():
        console.print(text, markup=False, highlight=False, soft_wrap=True)
    if tally.rows and not tally.topics:
        raise click.ClickException(f"{file}: no row became an event; the refusals above say why")


def _check(format_: str, tz: str | None, items: str | None, toml: str | None) -> None:
    if (format_ == "csv") != (toml is not None):
        raise click.UsageError("--mapping FILE.toml goes with csv, and csv needs it; docs/import.md shows one")
    if items and format_ != "olist":
        raise click.UsageError("--items goes with olist only")
    if tz is not None:
        _zone(tz)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError) as error:
        raise click.UsageError(f"--tz: {name!r} is no time zone; write one like Europe/Berlin") from error


def _progress(console: Console) -> Progress:
    """A bar on standard error, if that is a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def _watched(progress: Progress, file: Path, raw: BinaryIO) -> BinaryIO:
    return progress.wrap_file(raw, total=file.stat().st_size, description="import")


@dataclass
class Tally:
    """What was read, what became of it."""

    rows: int = 0
    topics: Counter[str] = field(default_factory=Counter)
    causes: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    def count(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The same rows, counted."""
        for row in rows:
            self.rows += 1
            yield row

    def add(self, outcome: Outcome, put: Sink, console: Console) -> None:
        """Writes an event, shows one of the first refusals."""
        if not isinstance(outcome, Refused):
            self.topics[outcome["topic"]] += 1
            put(outcome)
            return
        if self.causes.total() < SHOWN:
            console.print(f"refused: {outcome}", markup=False, highlight=False, soft_wrap=True)
        self.causes[outcome.cause] += 1

    def summary(self) -> Iterator[str]:
        """Rows, events per topic, refusals by reason."""
        yield f"{self.rows:,} rows, {self.topics.total():,} events, {self.causes.total():,} refused"
        yield from (f"  {count:>10,}  {topic}" for topic, count in sorted(self.topics.items()))
        yield from (f"  {count:>10,}  refused: {cause}" for cause, count in self.causes.most_common())
        yield from self.notes


@dataclass(frozen=True)
class Source:
    """What to import, from where."""

    format: str
    file: str
    tz: str | None
    items: str | None
    toml: str | None

    def outcomes(self, progress: Progress, tally: Tally) -> Iterator[Outcome]:
        """Events and refusals; raises UnusableError."""
        chosen = self._mapping()
        with ExitStack() as stack:
            watched = None if self.file == files.STANDARD else partial(_watched, progress, Path(self.file))
            lines = stack.enter_context(files.text(self.file, chosen.encoding if chosen else "utf-8-sig", watched))
            rows = tally.count(files.rows(lines, chosen.delimiter if chosen else ","))
            if chosen:
                yield from mapped.events(rows, chosen)
            elif self.format == "olist":
                yield from self._olist(rows, tally)
            else:
                yield from servicenow.events(rows, _zone(self.tz or servicenow.ZONE))

    def _mapping(self) -> mapping.CsvMapping | None:
        if self.toml is None:
            return None
        try:
            return mapping.load(Path(self.toml).read_text(encoding="utf-8"), self.tz)
        except (UnusableError, UnicodeDecodeError) as error:
            raise click.UsageError(f"{self.toml}: {error}") from error

    def _olist(self, rows: Iterable[Row], tally: Tally) -> Iterator[Outcome]:
        bought = None
        if self.items:
            with files.text(self.items) as lines:
                bought, refused = olist.gather(files.rows(lines))
            yield from (one._replace(column=f"{self.items}, {one.column}") for one in refused)
            tally.notes.append(f"  prices are in {olist.CURRENCY}: go on with --currency {olist.CURRENCY}")
        yield from olist.events(rows, _zone(self.tz or olist.ZONE), bought)
