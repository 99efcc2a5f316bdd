"""`streams render`: rules, dashboards, AsyncAPI document and reference pages from the catalogue and the settings."""

from pathlib import Path

import click

from streams.cli.options import configured
from streams.render.files import RenderExtraMissing, Site, drift, generated, write
from streams.sla.policy import DEFAULTS, PolicySet
from streams.worker.settings import ENV_NESTED, ENV_PREFIX, Settings


@click.command()
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=".", show_default=True, help="The folder."
)
@click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A TOML file: its currency, gauges, SLA policies and addresses in place of the defaults.",
)
@click.option("--check", is_flag=True, help="Write nothing; end with 1 when a file is not as it would be written.")
def render(out: Path, config: Path | None, check: bool) -> None:
    """Write alert rules, dashboards, the AsyncAPI document and the reference pages.

    They go to deploy/prometheus, deploy/grafana, schemas and docs below the folder, and follow from the catalogue
    and the defaults of the settings, or those of --config: alerts of error budgets and of long waits watch the
    policies that it names. Needs the extra `render`.
    """
    try:
        files = generated(site(configured(config) if config else None))
    except RenderExtraMissing as error:
        raise click.ClickException(str(error)) from None
    if check:
        _compare(out, files)
    else:
        written = write(out, files)
        for path in written:
            click.echo(path)
        click.echo(f"{len(written)} written, {len(files) - len(written)} unchanged")


def site(settings: Settings | None = None) -> Site:
    """What the files depend on; by default the environment plays no part, so that they are the same everywhere.

    Of policies over time those that came last.
    """
    used = settings or Settings.model_construct()
    history = used.sla.configured
    http, kpis, broker = used.http, used.kpis, used.broker
    return Site(
        rolling=kpis.rolling,
        worker=f"{http.host}:{http.port}",
        broker=broker.bootstrap,
        partitions=broker.partitions,
        schema=Settings.model_json_schema(),
        env=(ENV_PREFIX, ENV_NESTED),
        money=used.money,
        policies=PolicySet(policies=history.editions[-1].book.policies) if history else DEFAULTS,
    )


def _compare(out: Path, files: dict[str, str]) -> None:
    drifted = list(drift(out, files))
    for path, lines in drifted:
        click.echo("\n".join([f"{path}:", *(f"  {line}" for line in lines)]))
    if drifted:
        raise click.ClickException(f"{len(drifted)} of {len(files)} files drifted; `streams render` writes them anew")
    click.echo(f"{len(files)} files are as rendered")
