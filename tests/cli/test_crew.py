"""Several processes under one command: all of them end with the first, with the command, and where it is killed."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from streams.cli.crew import Call, calls, together
from streams.cli.main import main
from streams.worker.settings import load

WAITS = "import os, sys; name = sys.argv[1]; os.mkdir(name); sys.stdin.read(); os.mkdir(name + '.ended')"
"""Leaves a folder when it starts, and another when it ends because its standard input has."""
CREW = """
import asyncio, sys
from streams.cli.crew import Call, together
waits = [Call([sys.executable, "-c", sys.argv[1], name], {}) for name in sys.argv[2:]]
sys.exit(asyncio.run(together(waits, print)))
"""


def python(code: str, *arguments: object, **environment: str) -> Call:
    return Call([sys.executable, "-c", code, *map(str, arguments)], environment)


@pytest.mark.parametrize(
    ("ends", "code"),
    [
        ("sys.exit(70)", 70),
        ("sys.exit(0)", 0),
        ("os.kill(os.getpid(), 9)", 128 + signal.SIGKILL),
    ],
)
def test_all_end_with_the_first_and_its_exit_code(ends: str, code: int, tmp_path: Path) -> None:
    said: list[str] = []
    waiting = [python(WAITS, tmp_path / str(n)) for n in range(2)]
    ended = asyncio.run(together([waiting[0], python(f"import os, sys; {ends}"), waiting[1]], said.append))
    assert ended == code
    assert said == ["process 2 has ended: the others end too"]
    assert (tmp_path / "0.ended").exists()
    assert (tmp_path / "1.ended").exists()


async def crew(folder: Path) -> subprocess.Popen[bytes]:
    """A command of two processes that have started."""
    process = subprocess.Popen([sys.executable, "-c", CREW, WAITS, str(folder / "0"), str(folder / "1")])
    await _there(folder / "0", folder / "1")
    return process


async def _there(*paths: Path) -> None:
    async with asyncio.timeout(30):
        while not all(path.exists() for path in paths):
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_to_the_command_ends_all_and_is_no_failure(number: int, tmp_path: Path) -> None:
    process = await crew(tmp_path)
    process.send_signal(number)
    assert await asyncio.to_thread(process.wait, 30) == 0
    await _there(tmp_path / "0.ended", tmp_path / "1.ended")


async def test_none_outlives_a_command_that_is_killed(tmp_path: Path) -> None:
    process = await crew(tmp_path)
    process.kill()
    process.wait()
    await _there(tmp_path / "0.ended", tmp_path / "1.ended")


def test_each_worker_has_a_folder_a_port_and_a_name_of_its_own() -> None:
    changes = {"worker": {"processes": 2, "data": Path("state"), "instance": "a"}, "http": {"port": 9000}}
    one, two = calls(load(None, changes), {"broker": "b:1", "role": None})
    assert one.command[-8:] == ["--broker", "b:1", "--data", "state/1", "--port", "9000", "--processes", "1"]
    assert two.command[-8:] == ["--broker", "b:1", "--data", "state/2", "--port", "9001", "--processes", "1"]
    assert (one.environment, two.environment) == (
        {"STREAMS_WORKER__INSTANCE": "a-1"},
        {"STREAMS_WORKER__INSTANCE": "a-2"},
    )


def test_free_ports_are_taken_where_the_port_is_0_and_names_only_where_there_is_one() -> None:
    both = calls(load(None, {"worker": {"processes": 2}, "http": {"port": 0}}), {})
    assert [call.command[-3] for call in both] == ["0", "0"]
    assert [call.environment for call in both] == [{}, {}]


@pytest.mark.parametrize("words", [["--debug", "worker"], ["worker", "--debug"], ["worker"]])
def test_debug_holds_for_each_process(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Call] = []

    async def together(of: Sequence[Call], _say: object) -> int:
        started.extend(of)
        return 0

    monkeypatch.setattr("streams.cli.worker.together", together)
    monkeypatch.setenv("STREAMS_BROKER__CHECK_TOPICS", "false")
    assert CliRunner().invoke(main, [*words, "--processes", "2"]).exit_code == 0
    assert ["--debug" in call.command for call in started] == ["--debug" in words] * 2


def test_ports_beyond_the_last_are_refused() -> None:
    with pytest.raises(click.UsageError, match="65535 to 65536"):
        calls(load(None, {"worker": {"processes": 2}, "http": {"port": 65_535}}), {})


def test_what_stands_over_the_environment_reaches_the_process(tmp_path: Path) -> None:
    writes = "import os, sys; open(sys.argv[1], 'w').write(os.environ['STREAMS_WORKER__INSTANCE'] + os.environ['HOME'])"
    name = tmp_path / "told"
    assert asyncio.run(together([python(writes, name, STREAMS_WORKER__INSTANCE="a-1")], lambda _: None)) == 0
    assert name.read_text() == "a-1" + os.environ["HOME"]
