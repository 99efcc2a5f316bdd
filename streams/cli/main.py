"""The command line: one group, a module for each command, imported only when it is that command's turn."""

import os
import sys
from importlib import import_module
from typing import Any

import click

COMMANDS = {
    "check": ("check:check", "Check the configuration and the catalogue of KPIs."),
    "compute": ("compute:compute", "Compute the final values of all KPIs from events."),
    "demo": ("demo:demo", "Show live KPIs of a simulated business; needs no Kafka."),
    "dlq": ("dlq:dlq", "List, show and send again what was refused."),
    "explain": ("explain:explain", "Show the cases behind a value."),
    "import": ("import_:import_", "Turn an export into events."),
    "kpis": ("kpis:kpis", "Show the KPIs: all of them, or those named."),
    "render": ("render:render", "Write alert rules, the dashboard, the AsyncAPI document and the reference pages."),
    "replay": ("replay:replay_", "Send events through the whole pipeline, and collect the final values."),
    "simulate": ("simulate:simulate", "Simulate a business: orders, tickets and surveys."),
    "sla": ("sla:sla", "Explain the promises of a ticket, and foresee breaches."),
    "tail": ("tail:tail", "Follow a topic of results in the terminal."),
    "top": ("top:top", "Show the headline KPIs in the terminal, live."),
    "topics": ("topics:topics", "Show, check or create the topics."),
    "worker": ("worker:worker", "Run the processor until it is told to stop."),
}
"""Where each command is, and what the overview says of it."""


def _wants_trace(ctx: click.Context, _option: click.Parameter, given: bool) -> None:
    if given:
        ctx.find_root().meta[TRACE] = True


TRACE = "streams.trace"
DEBUG = click.Option(
    ["--debug"],
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_wants_trace,
    help="Show where an unexpected error happened.",
)


class _Lazy(click.Group):
    """A group that knows its commands by name, so that an overview or one command costs the imports of no other."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(f"streams.cli.{module}"), attribute)
        if DEBUG not in command.params:
            command.params.append(DEBUG)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """An error that no command expects is told in a line, with --debug by its traceback."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.Abort, click.exceptions.Exit, BrokenPipeError):
            raise
        except Exception as error:
            if TRACE in ctx.meta:
                raise
            told = f"unexpected {type(error).__name__}: {error}; --debug shows where, and please report it"
            raise click.ClickException(told) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, says) for name, (_, says) in COMMANDS.items()])


SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 110}


@click.group(cls=_Lazy, params=[DEBUG], context_settings=SETTINGS)
@click.version_option(package_name="streams")
def main() -> None:
    """Customer-response KPIs from Kafka, exact and within two seconds.

    Start with `streams demo`; it needs no Kafka. Exit codes: 0 fine, 1 failed, 2 usage or configuration.
    """


def run() -> None:
    """The console script. What a command puts into `obj` is left to the system when the process ends.

    Taking the objects of a million events apart one by one would take a tenth of the time that they were needed for.
    """
    left: list[object] = []
    try:
        main(obj=left)
    except SystemExit as end:
        if not left or isinstance(end.code, str):
            raise
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(end.code or 0)
