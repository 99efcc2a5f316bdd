"""`streams sla`: what is promised to whom, and how it was kept."""

import click

from streams.cli.sla_explain import explain
from streams.cli.sla_predict import predict


@click.group()
def sla() -> None:
    """Service levels: the story of a ticket's clocks, and how well breaches can be foreseen."""


sla.add_command(explain)
sla.add_command(predict)
