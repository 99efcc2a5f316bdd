"""The options of every command that talks to a cluster."""

import os
from pathlib import Path

import click

from streams.cli.options import configured
from streams.worker.admin import Security
from streams.worker.security import kafka_python

broker_option = click.option(
    "--broker",
    default="127.0.0.1:9092",
    show_default=True,
    envvar="STREAMS_BROKER",
    show_envvar=True,
    metavar="HOST:PORT,…",
    help="Addresses of the Kafka cluster.",
)


def _legal(_: click.Context, __: click.Parameter, prefix: str) -> str:
    if not all(character.isascii() and (character.isalnum() or character in "._-") for character in prefix):
        raise click.BadParameter(f"{prefix!r} may hold only letters, digits, dot, underscore and hyphen")
    return prefix


prefix_option = click.option(
    "--prefix", default="", metavar="TEXT", callback=_legal, help="Stands before every topic's name; default: nothing."
)


def protection() -> Security:
    """How the cluster is protected: as the file that STREAMS_CONFIG names says, and the environment over it."""
    file = os.environ.get("STREAMS_CONFIG")
    return kafka_python(configured(Path(file) if file else None).broker)
