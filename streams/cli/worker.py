"""`streams worker`: the processor against a cluster. What is slow to import comes when it is needed, not for --help."""

import asyncio
import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from streams.cli.crew import calls, on_signals, together, when_input_ends
from streams.cli.main import TRACE
from streams.cli.options import config_option, configured
from streams.exports.topics import topic_plan
from streams.worker.log_format import set_up
from streams.worker.settings import Settings

log = logging.getLogger(__name__)


@click.command()
@config_option
@click.option("--broker", help="Addresses of the Kafka cluster, host:port with commas between.")
@click.option("--prefix", help="Stands before every topic's name.")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Folder for local state.")
@click.option("--store", type=click.Choice(["memory", "rocksdb"]), help="Where local state lives.")
@click.option("--host", help="Address of the page and the metrics. Default: 127.0.0.1.")
@click.option("--port", type=int, help="Port of the page and the metrics; 0 takes a free one.")
@click.option("--role", help="Stages to run, of intake,measure,rollup,web. Default: all of them.")
@click.option("--processes", type=int, help="Workers to run, one a core: see worker.processes. Default: 1.")
@click.option("--tied", is_flag=True, hidden=True, help="End when standard input ends.")
def worker(  # noqa: PLR0917
    config: Path | None,
    broker: str | None,
    prefix: str | None,
    data: Path | None,
    store: str | None,
    host: str | None,
    port: int | None,
    role: str | None,
    processes: int | None,
    *,
    tied: bool,
) -> None:
    """Run the processor until it is told to stop.

    The topics have to exist (`streams topics --apply`). All workers of a fleet take the same configuration; a folder
    for local state belongs to one worker. With --processes several share the partitions on this machine, with folders
    and ports of their own: 1, 2 … below --data, and --port, the next one and so on.
    """
    changes: dict[str, dict[str, Any]] = {
        "broker": {"bootstrap": broker, "prefix": prefix},
        "worker": {"data": data, "store": store, "processes": processes},
        "http": {"host": host, "port": port},
    }
    settings = configured(config, changes)
    roles = _roles(role)
    set_up(settings.log.format, settings.log.level, application=settings.application, instance=settings.worker.instance)
    if settings.broker.check_topics and not tied:  # whoever started it has looked
        check_topics(settings)
    if settings.worker.processes > 1:
        same = {"config": config, "broker": broker, "prefix": prefix, "store": store, "host": host, "role": role}
        flags = ["--debug"] if TRACE in click.get_current_context().meta else []
        sys.exit(asyncio.run(together(calls(settings, same, flags), _announcer(settings))))
    _faster_loops()
    asyncio.run(run(settings, roles, tied=tied))


def _faster_loops() -> None:
    """Event loops on libuv, in this thread and the consumer's; there are none for Windows."""
    if sys.platform != "win32":
        import uvloop

        asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())


def _roles(role: str | None) -> Sequence[str]:
    from streams.worker.service import ROLES

    roles = ROLES if role is None else role.split(",")
    unknown = set(roles) - set(ROLES)
    if unknown:
        raise click.UsageError(f"--role: unknown {', '.join(sorted(unknown))}; use some of {', '.join(ROLES)}")
    return roles


def check_topics(settings: Settings) -> None:
    """End with what is missing or differs among the topics, and how to mend it."""
    from streams.worker import admin
    from streams.worker.security import kafka_python

    broker = settings.broker
    plan = topic_plan(
        broker.partitions, replication=broker.replication, prefix=broker.prefix, application=settings.application
    )
    try:
        differences = admin.check(broker.bootstrap, plan, kafka_python(broker))
    except admin.ClusterError as error:
        raise click.ClickException(str(error)) from error
    if differences:
        raise click.ClickException("the topics are not as they have to be:\n" + "\n".join(map(str, differences)))


async def run(settings: Settings, roles: Sequence[str], *, tied: bool = False) -> None:
    """Start, serve, wait for SIGTERM or SIGINT, where `tied` for the end of the standard input too, stop."""
    from streams.web.server import make_app, serve

    stop = on_signals()
    if tied:
        when_input_ends(stop.set)
    service, say = _service(settings, roles), _announcer(settings)
    try:
        runner, port = await serve(make_app(service), settings.http.host, settings.http.port)
    except OSError as error:
        where = f"{settings.http.host}:{settings.http.port}"
        raise click.ClickException(
            f"cannot listen on {where}: {error.strerror or error}; mend: --port, --host"
        ) from error
    say(f"page and metrics: http://{settings.http.host}:{port}/")
    starting = asyncio.ensure_future(service.start())
    stopping = asyncio.ensure_future(stop.wait())
    await asyncio.wait([starting, stopping], return_when=asyncio.FIRST_COMPLETED)
    if starting.done():
        starting.result()
        say("ready")
    await stopping
    await service.stop()
    await runner.cleanup()


def _service(settings: Settings, roles: Sequence[str]) -> Any:
    """The worker; what it lacks ends the command."""
    from streams.worker.service import Service
    from streams.worker.traces import MissingExtraError

    try:
        return Service(settings, roles)
    except MissingExtraError as error:
        raise click.UsageError(str(error)) from error


def _announcer(settings: Settings) -> Callable[[str], None]:
    """Says what a person waits for; as a log line where lines are for machines."""
    if settings.log.format == "json":
        return log.info
    return lambda text: click.echo(text, err=True)
