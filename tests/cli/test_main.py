"""The overview, and that a command costs the imports of no other."""

import subprocess
import sys
from types import ModuleType

import click
import pytest
from click.testing import CliRunner

from streams.cli.main import COMMANDS, main


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_there_under_its_name(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert command.name == name
    assert CliRunner().invoke(main, [name, "--help"]).exit_code == 0


def test_the_overview_says_a_line_of_each() -> None:
    shown = " ".join(CliRunner().invoke(main, ["--help"]).output.split())
    assert all(f"{name} {says}" in shown for name, (_, says) in COMMANDS.items())


def test_an_unknown_command_is_told() -> None:
    result = CliRunner().invoke(main, ["cook"])
    assert result.exit_code == 2
    assert "cook" in result.output


@pytest.mark.parametrize("name", ["", "compute", "worker"])
def test_help_needs_neither_faust_nor_a_client(name: str) -> None:
    code = "import sys; from streams.cli.main import main; main(standalone_mode=False); print(sorted(sys.modules))"
    called = [sys.executable, "-c", code, *([name] if name else []), "--help"]
    said = subprocess.run(called, capture_output=True, text=True, check=True).stdout
    assert "'click.core'" in said
    assert not [module for module in ("faust", "kafka", "confluent_kafka", "aiohttp") if f"'{module}'" in said]


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that fails as none should."""

    @click.command()
    def cook() -> None:
        raise ZeroDivisionError("no salt")

    module = ModuleType("streams.cli.cooking")
    module.cook = cook  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(COMMANDS, "cook", ("cooking:cook", "Fails."))


@pytest.mark.usefixtures("broken")
def test_an_unexpected_error_is_told_in_a_line() -> None:
    result = CliRunner().invoke(main, ["cook"])
    assert (result.exit_code, type(result.exception)) == (1, SystemExit)
    assert result.output.startswith("Error: unexpected ZeroDivisionError: no salt; --debug shows where")


@pytest.mark.usefixtures("broken")
@pytest.mark.parametrize("words", [["--debug", "cook"], ["cook", "--debug"]])
def test_debug_lets_its_traceback_through(words: list[str]) -> None:
    assert isinstance(CliRunner().invoke(main, words).exception, ZeroDivisionError)
