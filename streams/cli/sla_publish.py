"""`streams sla publish`: an edition of the policies for the workers that run."""

import time
from pathlib import Path

import click

from streams import names
from streams.cli.broker import broker_option, prefix_option
from streams.cli.options import Instant
from streams.cli.produce import ProducerError, put
from streams.cli.sla_editions import published
from streams.exports.policies import record
from streams.sla.history import Edition
from streams.sla.loader import PolicyError, load
from streams.units import MINUTE, rfc3339

LATE = MINUTE
"""An edition that is in force since longer ago is meant to change what was decided."""


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--since", type=Instant(), help="When it comes into force, as 2026-03-01T00:00:00Z. Default: now.")
@click.option("--restate", is_flag=True, help="Allow an instant in the past: what was decided since is told anew.")
@broker_option
@prefix_option
def publish(*, file: Path, since: int | None, restate: bool, broker: str, prefix: str) -> None:
    """Put the policies of FILE in force, for every worker, from an instant on.

    The file is checked as `streams check --policies` does; nothing is written where it has a fault. Workers take an
    edition within a second or two: promises that are open go by it from its instant on, what is decided stays. What an
    edition says is never changed; to correct one, publish another.

    Exit status: 0 when it is in the topic, also where it was there before; 1 when it is refused or Kafka is away.
    """
    now = time.time_ns() // 1_000_000
    try:
        text = file.read_text(encoding="utf-8")
        edition = Edition(now if since is None else since, load(text, str(file)))
    except (PolicyError, UnicodeDecodeError) as error:
        raise click.ClickException(f"nothing was published; what is wrong:\n{error}") from None
    if edition.since < now - LATE and not restate:
        raise click.ClickException(
            f"{rfc3339(edition.since)} is past: what was decided since then would be decided anew; "
            "say --restate if that is meant, or leave --since out"
        )
    topic = prefix + names.SLA_POLICIES
    known = {found.since: found for found, _ in published(broker, topic)[0]}
    there = known.get(edition.since)
    if there is not None and there.place != edition.place:
        raise click.ClickException(
            f"another edition, {there.book.version}, is in force since {rfc3339(edition.since)}; "
            "publish this one for a later instant: the later of two counts"
        )
    if there is None:
        _put(broker, topic, edition, text)
    state = "was there already" if there else "published"
    click.echo(f"{state}: version {edition.book.version}, in force from {rfc3339(edition.since)} on")


def _put(broker: str, topic: str, edition: Edition, text: str) -> None:
    try:
        put(broker, topic, record(edition, text))
    except ProducerError as error:
        raise click.ClickException(str(error)) from error
