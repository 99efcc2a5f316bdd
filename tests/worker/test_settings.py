"""The configuration: a file, the environment over it, options over both, and every fault at once."""

import json
from pathlib import Path

import pytest

from streams.units import DAY, MINUTE
from streams.worker.settings import ConfigurationError, Settings, load


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STREAMS_CONFIG", raising=False)


def file(folder: Path, text: str) -> Path:
    path = folder / "streams.toml"
    path.write_text(text, encoding="utf-8")
    return path


def faults(path: Path | None = None, **changes: dict[str, object]) -> list[str]:
    with pytest.raises(ConfigurationError) as told:
        load(path, changes)
    return str(told.value).splitlines()


def test_without_anything_the_defaults_stand() -> None:
    assert load().model_dump() == Settings().model_dump()


def test_the_environment_stands_over_the_file_and_options_over_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = file(
        tmp_path, '[broker]\nbootstrap = "file:1"\nprefix = "file-"\npartitions = 7\n[kpis]\ntz = "Asia/Kolkata"\n'
    )
    monkeypatch.setenv("STREAMS_BROKER__BOOTSTRAP", "environment:1")
    monkeypatch.setenv("STREAMS_BROKER__PREFIX", "environment-")
    settings = load(path, {"broker": {"bootstrap": "option:1", "prefix": None}, "http": {"port": 0}})
    broker = settings.broker
    assert (broker.bootstrap, broker.prefix, broker.partitions) == ("option:1", "environment-", 7)
    assert (settings.kpis.tz, settings.http.port) == ("Asia/Kolkata", 0)


def test_windows_come_from_file_environment_and_options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = file(tmp_path, '[kpis]\nwindows = ["1d", "1h"]\n')
    assert load(path).kpis.windows == ("1h", "1d")
    monkeypatch.setenv("STREAMS_KPIS__WINDOWS", '["1w"]')
    assert load(path).kpis.windows == ("1w",)
    assert load(path, {"kpis": {"windows": ("1mo", "5m")}}).kpis.windows == ("5m", "1mo")


def test_the_kpis_to_compute_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load().terms.only is None
    path = file(tmp_path, '[kpis]\nonly = ["csat", "order_entry_time"]\n')
    assert sorted(load(path).terms.catalogue().kpis) == ["csat", "order_entry_time"]
    monkeypatch.setenv("STREAMS_KPIS__ONLY", '["csatt"]')
    assert "kpis.only: unknown KPI csatt; did you mean csat?" in faults(path)[0]
    monkeypatch.setenv("STREAMS_KPIS__ONLY", "[]")
    assert "unknown KPI (none); `streams kpis` lists them all" in faults(path)[0]


def test_every_fault_of_a_file_comes_at_once_with_its_place(tmp_path: Path) -> None:
    text = (
        '[broker]\npartitions = 0\nprefix = "a b"\nbotstrap = "x:1"\n[kpis]\ntz = "Mars/Olympus"\ncurrency = "EURO"\n'
    )
    path = file(
        tmp_path, text + 'windows = ["2h"]\n[worker]\nstore = "floppy"\nsession_seconds = "soon"\n[web]\nx = 1\n'
    )
    told = faults(path)
    places = ["broker.botstrap", "broker.partitions", "broker.prefix", "kpis.currency", "kpis.tz", "kpis.windows"]
    places += ["web", "worker.session_seconds", "worker.store"]
    assert sorted(line.split(": ")[1] for line in told) == places
    assert all(line.startswith(f"{path} or the environment: ") for line in told)
    assert any("'Mars/Olympus' is no time zone" in line for line in told)
    assert any("no such setting" in line for line in told)


@pytest.mark.parametrize(
    ("name", "value", "place"),
    [
        ("STREAMS_HTTP__PORT", "70000", "http.port"),
        ("STREAMS_WORKER__STORE", "floppy", "worker.store"),
        ("STREAMS_KPIS__MIN_N", "0", "kpis.min_n"),
        ("STREAMS_KPIS__MINN", "3", "kpis.minn"),
        ("STREAMS_KPIS__WINDOWS", '["2h"]', "kpis.windows"),
        ("STREAMS_KPIS__WINDOWS", "1h,1d", "kpis"),
        ("STREAMS_KPIS", "{", "kpis"),
    ],
)
def test_a_fault_of_the_environment_names_its_place(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, place: str
) -> None:
    monkeypatch.setenv(name, value)
    (told,) = faults()
    assert place in told


def test_faults_of_the_environment_and_of_options_come_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMS_KPIS__MIN_N", "0")
    told = "\n".join(faults(None, kpis={"tz": "Mars/Olympus"}, http={"port": -1}))
    assert all(place in told for place in ("kpis.min_n", "kpis.tz", "http.port"))


@pytest.mark.parametrize("text", ["[kpis", "kpis = 3", "kpis = [1]"])
def test_a_file_of_another_shape_is_told(tmp_path: Path, text: str) -> None:
    path = file(tmp_path, text)
    assert all(line.startswith(str(path)) for line in faults(path))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert faults(tmp_path / "none.toml") == [f"{tmp_path / 'none.toml'}: No such file or directory"]


def test_names_get_the_prefix() -> None:
    settings = load(None, {"broker": {"prefix": "p-"}, "worker": {"application": "own"}})
    assert (settings.topic("journal"), settings.application) == ("p-journal", "p-own")


def test_terms_are_in_milliseconds_and_a_replay_refuses_nothing_as_too_late() -> None:
    kpis = {"retention_days": 2, "lateness_minutes": 0.5, "max_future_minutes": 2, "pane_minutes": 15}
    live = load(None, {"kpis": kpis})
    assert (live.terms.retention, live.terms.lateness, live.max_future) == (2 * DAY, MINUTE // 2, 2 * MINUTE)
    assert live.terms.finest == 15 * MINUTE
    assert load(None, {"kpis": kpis, "worker": {"clock": "replay"}}).terms.retention is None


def test_every_setting_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = Settings().model_dump(mode="json", exclude_none=True)
    for section, values in shown.items():
        for name, value in values.items():
            text = value if isinstance(value, str) else json.dumps(value)
            monkeypatch.setenv(f"STREAMS_{section}__{name}".upper(), text)
    assert load().model_dump(mode="json", exclude_none=True) == shown


def test_policies_and_their_editions_are_read_and_told_apart(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('[[policies]]\nname = "a"\nresolution = { target = "4h" }\n')
    (tmp_path / "b.toml").write_text('[[policies]]\nname = "b"\nresolution = { target = "3h" }\n')
    assert load().terms.conventions.policies is None
    one = load(None, {"sla": {"policies": tmp_path / "a.toml"}}).terms.conventions
    edition = {"since": "2026-03-01T00:00:00Z", "policies": str(tmp_path / "b.toml")}
    both = load(None, {"sla": {"policies": tmp_path / "a.toml", "editions": (edition,)}}).terms.conventions
    assert one.policies
    assert both.policies
    assert one.fingerprint != both.fingerprint
    assert both.policies.next_edit(0) == 1_772_323_200_000


def test_faults_of_policies_are_told_with_their_line(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('[[policies]]\nname = "a"\nresolution = { target = "x" }\n')
    assert "a.toml:3: policies[0].resolution.target" in "".join(faults(sla={"policies": tmp_path / "a.toml"}))
    (tmp_path / "a.toml").write_text('[[policies]]\nname = "a"\n')
    told = faults(sla={"policies": tmp_path / "a.toml", "calendar": "office"})
    assert "no policies have a calendar 'office'" in "".join(told)
