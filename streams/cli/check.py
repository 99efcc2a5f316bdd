"""`streams check`: the configuration, the policies and the catalogue, every fault at once."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from streams.exports import series
from streams.kpis.catalogue import KPIS
from streams.kpis.faults import faults
from streams.sla.loader import PolicyError
from streams.sla.loader import load as load_policies
from streams.worker.settings import ConfigurationError, load


@click.command()
@click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    envvar="STREAMS_CONFIG",
    show_envvar=True,
    help="The TOML file; environment variables stand over it.",
)
@click.option(
    "--policies",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A TOML file of SLA policies and their calendars.",
)
def check(config: Path | None, policies: Path | None) -> None:
    """Check the configuration, a file of SLA policies and the catalogue of KPIs.

    Prints every fault with its place and ends with 2 when there is one.
    """
    catalogue = (f"catalogue: {fault}" for fault in [*faults(KPIS), *series.faults(KPIS)])
    found = [*_configuration(config), *(_policies(policies) if policies else ()), *catalogue]
    for fault in found:
        click.echo(fault, err=True)
    if found:
        click.echo(f"{len(found)} fault{'s' if found[1:] else ''}", err=True)
        sys.exit(2)
    files = f"{config or 'the environment and the defaults'}: in order; " + (
        f"{policies}: in order; " if policies else ""
    )
    click.echo(f"{files}{len(KPIS)} KPIs: in order")


def _configuration(config: Path | None) -> Iterator[str]:
    try:
        load(config)
    except ConfigurationError as error:
        yield from str(error).splitlines()


def _policies(path: Path) -> Iterator[str]:
    try:
        load_policies(path.read_text(encoding="utf-8"), str(path))
    except PolicyError as error:
        yield from str(error).splitlines()
    except OSError as error:
        yield f"{path}: {error.strerror or error}"
    except UnicodeDecodeError as error:
        yield f"{path}: not TOML: {error}"
