"""`streams sla`: what is promised to whom, and how it was kept."""

import click

from streams.cli.sla_editions import editions
from streams.cli.sla_explain import explain
from streams.cli.sla_predict import predict
from streams.cli.sla_publish import publish


@click.group()
def sla() -> None:
    """Service levels: policies for a running fleet, the story of a ticket's clocks, how well breaches are foreseen."""


sla.add_command(editions)
sla.add_command(explain)
sla.add_command(predict)
sla.add_command(publish)
