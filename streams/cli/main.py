"""The command line: one group, a module for each command."""

import click

from streams.cli.check import check
from streams.cli.compute import compute
from streams.cli.demo import demo
from streams.cli.import_ import import_
from streams.cli.kpis import kpis
from streams.cli.render import render
from streams.cli.replay import replay_
from streams.cli.simulate import simulate
from streams.cli.tail import tail
from streams.cli.topics import topics
from streams.cli.worker import worker


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="streams")
def main() -> None:
    """Customer-response KPIs from Kafka, exact and within two seconds.

    Start with `streams demo`; it needs no Kafka. Exit codes: 0 fine, 1 failed, 2 usage or configuration.
    """


for command in (check, compute, demo, import_, kpis, render, replay_, simulate, tail, topics, worker):
    main.add_command(command)
