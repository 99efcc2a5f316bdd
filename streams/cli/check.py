"""`streams check`: the configuration and the catalogue, every fault at once."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from streams.kpis.catalogue import KPIS, faults
from streams.worker.settings import ConfigurationError, load


@click.command()
@click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    envvar="STREAMS_CONFIG",
    show_envvar=True,
    help="The TOML file; environment variables stand over it.",
)
def check(config: Path | None) -> None:
    """Check the configuration and the catalogue of KPIs.

    Prints every fault with its place and ends with 2 when there is one.
    """
    found = [*_configuration(config), *(f"catalogue: {fault}" for fault in faults(KPIS))]
    for fault in found:
        click.echo(fault, err=True)
    if found:
        click.echo(f"{len(found)} fault{'s' if found[1:] else ''}", err=True)
        sys.exit(2)
    click.echo(f"{config or 'the environment and the defaults'}: in order; {len(KPIS)} KPIs: in order")


def _configuration(config: Path | None) -> Iterator[str]:
    try:
        load(config)
    except ConfigurationError as error:
        yield from str(error).splitlines()
