"""The options of every command that talks to a cluster."""

import click

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
