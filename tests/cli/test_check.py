"""`streams check`: every fault at once, with its place."""

from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from streams.cli import check as module
from streams.cli.check import check
from streams.kpis.catalogue import KPIS
from streams.kpis.satisfaction import csat

DEPLOY = Path(__file__).parent.parent.parent / "deploy"
EXAMPLE = DEPLOY / "streams.example.toml"


@pytest.fixture(autouse=True)
def no_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STREAMS_CONFIG", raising=False)


def run(*args: str) -> tuple[int, str]:
    result = CliRunner().invoke(check, args)
    return result.exit_code, result.output


def test_the_defaults_are_in_order() -> None:
    code, output = run()
    assert code == 0
    assert output.endswith(f"{len(KPIS)} KPIs: in order\n")


def test_the_example_is_in_order() -> None:
    assert run("--config", str(EXAMPLE))[0] == 0


def test_every_fault_of_a_file_is_told_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "streams.toml"
    path.write_text('[kpis]\ntz = "Mars/Olympus"\nmin_n = 0\n[broker]\npartition = 3\n', encoding="utf-8")
    code, output = run("--config", str(path))
    assert code == 2
    assert all(
        f"{path} or the environment: {place}: " in output for place in ("kpis.tz", "kpis.min_n", "broker.partition")
    )
    assert output.endswith("3 faults\n")


def test_a_fault_of_the_environment_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMS_HTTP__PORT", "high")
    code, output = run()
    assert code == 2
    assert "http.port" in output
    assert output.endswith("1 fault\n")


@pytest.mark.parametrize("text", [None, "[kpis", "\xff"])
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "streams.toml"
    if text is not None:
        path.write_bytes(text.encode("latin-1"))
    code, output = run("--config", str(path))
    assert code == 2
    assert str(path) in output


def test_the_example_of_policies_is_in_order() -> None:
    path = DEPLOY / "policies.example.toml"
    code, output = run("--policies", str(path))
    assert code == 0
    assert f"{path}: in order" in output


def test_every_fault_of_a_policy_file_is_told_at_its_line(tmp_path: Path) -> None:
    path = tmp_path / "policies.toml"
    path.write_text('[[policies]]\nname = "a"\nquiet_hours = "b"\nresolution = { target = "x" }\n', encoding="utf-8")
    code, output = run("--policies", str(path))
    assert code == 2
    assert f"{path}:3: policies[0].quiet_hours: no such calendar" in output
    assert f"{path}:4: policies[0].resolution.target: 'x' is no duration" in output
    assert output.endswith("2 faults\n")


@pytest.mark.parametrize("text", [None, "[kpis", "\xff"])
def test_a_policy_file_that_cannot_be_read_is_told(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "policies.toml"
    if text is not None:
        path.write_bytes(text.encode("latin-1"))
    code, output = run("--policies", str(path))
    assert code == 2
    assert str(path) in output


def test_faults_of_catalogue_and_configuration_come_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMS_KPIS__MIN_N", "0")
    monkeypatch.setattr(module, "KPIS", (msgspec.structs.replace(csat, by=("weather",), windows=("2h",)), csat))
    code, output = run()
    assert code == 2
    assert "kpis.min_n" in output
    assert "catalogue: csat: csat has no dimension 'weather'" in output
    assert "catalogue: csat: unknown window '2h'" in output
    assert "catalogue: csat: declared twice" in output
