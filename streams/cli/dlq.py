"""`streams dlq`: lists, shows and sends again what was refused."""

import re
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import click

from streams import names
from streams.cli.broker import broker_option, prefix_option, protection
from streams.cli.consume import consuming, one, since
from streams.cli.dlq_view import Choice, Letter, Tally, line, whole
from streams.cli.options import Instant, Span
from streams.cli.produce import ProducerError, resending

_PLACE = re.compile(r"\d+/\d+")


class Place(click.ParamType):
    """A letter's partition and offset on the topic of dead letters."""

    name = "LETTER"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The same text."""
        if not _PLACE.fullmatch(value):
            self.fail(f"{value!r} is no dead letter; write its partition and offset, as in 2/17", param, ctx)
        return str(value)


class Since(click.ParamType):
    """An instant, or a length of time before now, as ms UTC."""

    name = "TIME|SPAN"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Milliseconds since the epoch."""
        if isinstance(value, int):
            return value
        if str(value)[-1:] in Span.units and "T" not in str(value):
            return time.time_ns() // 1_000_000 - Span().convert(value, param, ctx)
        return Instant().convert(value, param, ctx)


_CHOICE = (
    click.option("--reason", "reasons", multiple=True, metavar="NAME", help="Refused for this reason; repeatable."),
    click.option("--topic", "topics", multiple=True, type=click.Choice(names.INPUTS), help="From here; repeatable."),
    click.option("--since", "at", type=Since(), help="Written since then, as in 2026-03-01T10:00:00Z, 90m, 2d."),
    prefix_option,
    broker_option,
)


def _choosing(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in _CHOICE:
        command = option(command)
    return command


@click.group()
def dlq() -> None:
    """List, show and send again what was refused.

    A dead letter holds the refused record whole, with its headers, where it came from, and why. It is named by its
    partition and offset on the topic of dead letters, as in 2/17.
    """


@dlq.command(name="list")
@_choosing
def list_(*, broker: str, prefix: str, reasons: tuple[str, ...], topics: tuple[str, ...], at: int | None) -> None:
    """List dead letters, a line each: place, time, reason, source, pointer, message."""
    tally = Tally()
    for letter in _letters(broker, prefix, Choice(frozenset(reasons), frozenset(topics)), at):
        tally.add(letter)
        click.echo(line(letter))
    click.echo(tally.told(""), err=True)


@dlq.command()
@click.argument("place", metavar="LETTER", type=Place())
@click.option("--raw", is_flag=True, help="The bytes of its value alone, as they came.")
@prefix_option
@broker_option
def show(*, place: str, raw: bool, broker: str, prefix: str) -> None:
    """Show one dead letter whole: why, headers, bytes."""
    partition, offset = map(int, place.split("/"))
    with consuming(broker, protection()) as consumer:
        record = one(consumer, prefix + names.DEAD_LETTER, partition, offset)
    if record is None:
        raise click.ClickException(f"there is no dead letter {place}; `streams dlq list` names those that are there")
    if raw:
        sys.stdout.buffer.write(record.value or b"")
        return
    for text in whole(Letter.of(record)):
        click.echo(text)


@dlq.command()
@click.argument("places", metavar="[LETTER]…", nargs=-1, type=Place())
@click.option("--all", "everything", is_flag=True, help="All of them.")
@click.option("--dry-run", is_flag=True, help="Only say what would be sent.")
@_choosing
def resubmit(
    *,
    places: tuple[str, ...],
    everything: bool,
    dry_run: bool,
    broker: str,
    prefix: str,
    reasons: tuple[str, ...],
    topics: tuple[str, ...],
    at: int | None,
) -> None:
    """Send dead letters to the topics that they came from.

    Say which: by place, --reason, --topic, --since, or --all; and look with --dry-run first. The records go out as they
    came, with a header dead_letter_resubmitted that counts how often: one that is refused again says so. The letters
    stay where they are, and sending one twice does no harm: the second event is known as a duplicate.
    """
    choice = Choice(frozenset(reasons), frozenset(topics), frozenset(places))
    if not everything and choice == Choice() and at is None:
        raise click.UsageError("say which: LETTER…, --reason, --topic, --since or --all")
    letters = _letters(broker, prefix, choice, at)
    tally = _shown(letters) if dry_run else _sent(letters, broker, prefix)
    click.echo(tally.told("would be sent again" if dry_run else "sent again"), err=True)
    missing = len(choice.places) - tally.reasons.total()
    if missing > 0:
        raise click.ClickException(f"{missing} of the letters named were not found, or not meant by the options")


def _letters(broker: str, prefix: str, choice: Choice, at: int | None) -> Iterator[Letter]:
    """The letters that are meant, of those that are there now: one that comes back meanwhile is not sent again."""
    with consuming(broker, protection()) as consumer:
        for record in since(consumer, prefix + names.DEAD_LETTER, at):
            letter = Letter.of(record)
            if choice.means(letter):
                yield letter


def _shown(letters: Iterator[Letter]) -> Tally:
    tally = Tally()
    for letter in letters:
        tally.add(letter)
        click.echo(line(letter))
    return tally


def _sent(letters: Iterator[Letter], broker: str, prefix: str) -> Tally:
    tally = Tally()
    try:
        with resending(broker, prefix) as send:
            for letter in letters:
                send(_target(letter), letter.value, letter.again)
                tally.add(letter)
    except ProducerError as error:
        raise click.ClickException(f"after {tally.reasons.total()} letters: {error}") from error
    return tally


def _target(letter: Letter) -> str:
    topic = letter.why("topic")
    if topic not in names.INPUTS:
        raise click.ClickException(f"dead letter {letter.name} does not say which of our topics it came from")
    return topic
