"""`streams sla editions`: the editions of the policies in the topic, for people and for `compute`."""

from pathlib import Path

import click

from streams import names
from streams.cli.broker import broker_option, prefix_option, protection
from streams.cli.consume import consuming, since
from streams.exports.policies import read
from streams.sla.history import Edition
from streams.sla.loader import PolicyError
from streams.units import rfc3339

SETTINGS = "editions.toml"


@click.command()
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help=f"Write each as a file into this folder, and {SETTINGS}, which names them as the section [sla] does.",
)
@broker_option
@prefix_option
def editions(*, out: Path | None, broker: str, prefix: str) -> None:
    """List the editions of the policies that were published, the earliest first.

    With --out their files come into a folder, for `streams compute --config` to give the numbers that the workers give.
    An edition that workers refuse is shown with all that is wrong with it.
    """
    good, refused = published(broker, prefix + names.SLA_POLICIES)
    for edition, _ in good:
        policies = ", ".join(policy.name for policy in edition.book.policies)
        click.echo(f"{rfc3339(edition.since)}  {edition.book.version}  {policies}")
    for fault in refused:
        click.echo(f"refused: {fault}", err=True)
    if out is not None:
        _write(out, good)


def published(broker: str, topic: str) -> tuple[list[tuple[Edition, str]], list[str]]:
    """The good editions with their TOML, in the order of their instants, and what is wrong with each of the others."""
    latest: dict[bytes, bytes | None] = {}
    with consuming(broker, protection()) as consumer:
        for record in since(consumer, topic, None):
            latest[record.key or b""] = record.value
    good, refused = list[tuple[Edition, str]](), list[str]()
    for value in latest.values():
        if value is not None:
            try:
                good.append(read(value))
            except PolicyError as error:
                refused.append(str(error))
    return sorted(good, key=lambda one: one[0].place), refused


def _write(folder: Path, good: list[tuple[Edition, str]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["[sla]", "editions = ["]
    for edition, text in good:
        path = (folder / f"{edition.book.version}.toml").resolve()
        path.write_text(text, encoding="utf-8")
        lines.append(f'  {{ since = {rfc3339(edition.since)}, policies = "{path}" }},')
    (folder / SETTINGS).write_text("\n".join([*lines, "]", ""]), encoding="utf-8")
