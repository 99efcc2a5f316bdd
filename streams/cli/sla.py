"""`streams sla`: what is promised to whom, and how it was kept."""

import click

from streams.cli.sla_explain import explain


@click.group()
def sla() -> None:
    """Service levels: the story of a ticket's clocks."""


sla.add_command(explain)
