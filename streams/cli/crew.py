"""Several worker processes under one command: they start together, and end together."""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import click
import msgspec

from streams.worker.process import variable
from streams.worker.settings import LAST_PORT, Settings


class Call(msgspec.Struct, frozen=True):
    """How a process is started: its command line, and what stands over the inherited environment."""

    command: Sequence[str]
    environment: Mapping[str, str]


def calls(settings: Settings, options: Mapping[str, str | Path | None], flags: Sequence[str] = ()) -> list[Call]:
    """One `streams worker` for each of `worker.processes`, each with a folder, a port and a name of its own.

    `options` are those that all of them take, by name; likewise `flags`. Raises `click.UsageError` where the ports
    would not suffice.
    """
    number, port = settings.worker.processes, settings.http.port
    if port and port + number - 1 > LAST_PORT:
        raise click.UsageError(f"{number} processes need the ports {port} to {port + number - 1}; mend: --port")
    same = [part for name, value in options.items() if value is not None for part in (f"--{name}", str(value))]
    same += flags
    return [Call(_command(settings, same, one), _environment(settings, one)) for one in range(number)]


def _command(settings: Settings, same: list[str], one: int) -> list[str]:
    folder, port = settings.worker.data / str(one + 1), settings.http.port + one if settings.http.port else 0
    own = ["--data", str(folder), "--port", str(port), "--processes", "1"]
    return [sys.executable, "-m", "streams", "worker", "--tied", *same, *own]


def _environment(settings: Settings, one: int) -> dict[str, str]:
    name = settings.worker.instance
    return {} if name is None else {variable("worker", "instance"): f"{name}-{one + 1}"}


async def together(of: Sequence[Call], say: Callable[[str], None]) -> int:
    """Run processes until this one is told to stop or one of them ends; the others are told to end then.

    Each has a pipe as its standard input, whose end tells it to stop: so they end too where this process is killed.
    Returns the exit code: 0, or that of the first process that failed.
    """
    stop = on_signals()
    children = [await _start(call) for call in of]
    ends = [asyncio.ensure_future(child.wait()) for child in children]
    stopping = asyncio.ensure_future(stop.wait())
    await asyncio.wait([*ends, stopping], return_when=asyncio.FIRST_COMPLETED)
    first = next((number for number, end in enumerate(ends) if end.done()), 0)
    if not stop.is_set():
        say(f"process {first + 1} has ended: the others end too")
    for child in children:
        if child.stdin is not None:
            child.stdin.close()
    codes = await asyncio.gather(*ends)
    stopping.cancel()
    return next((_exit_code(code) for code in (codes[first], *codes) if code), 0)


def on_signals() -> asyncio.Event:
    """An event that SIGTERM and SIGINT set from now on."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop


async def _start(call: Call) -> asyncio.subprocess.Process:
    environment = {**os.environ, **call.environment}
    return await asyncio.create_subprocess_exec(*call.command, env=environment, stdin=asyncio.subprocess.PIPE)


def _exit_code(code: int) -> int:
    """As a shell tells it: 128 and the signal's number, where a signal ended the process."""
    return code if code > 0 else 128 - code


def when_input_ends(action: Callable[[], None]) -> None:
    """Call `action`, in this thread's event loop, when the standard input ends."""
    loop = asyncio.get_running_loop()

    def wait() -> None:
        while os.read(0, 1):  # by the descriptor: who waits within a file object keeps the interpreter from ending
            pass
        loop.call_soon_threadsafe(action)

    threading.Thread(target=wait, name="tied", daemon=True).start()
