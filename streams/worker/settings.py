"""The configuration: one TOML file, environment variables over it, validated as a whole."""

import tomllib
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from iso4217 import Currency
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from streams.engine.terms import Terms
from streams.units import DAY, MINUTE, SECOND
from streams.windows.sizes import SIZES

ENV_PREFIX = "STREAMS_"
ENV_NESTED = "__"


class ConfigurationError(Exception):
    """Every fault of a configuration, one a line: where, what, how to mend."""


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError) as error:
        raise ValueError(f"{name!r} is no time zone; write one like Europe/Berlin") from error
    return name


def _currency(code: str) -> str:
    try:
        return str(Currency(code).code)
    except ValueError as error:
        raise ValueError(f"{code!r} is no ISO 4217 currency; write one like EUR") from error


def _sizes(sizes: tuple[str, ...]) -> tuple[str, ...]:
    unknown = [size for size in sizes if size not in SIZES]
    if unknown or not sizes:
        raise ValueError(f"unknown window {', '.join(unknown) or '(none)'}; use some of {', '.join(SIZES)}")
    return tuple(size for size in SIZES if size in sizes)


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Broker(_Section):
    """Where Kafka is, and how its topics are named."""

    bootstrap: str = Field(default="127.0.0.1:9092", description="host:port, several with commas between")
    prefix: str = Field(
        default="", pattern=r"^[a-zA-Z0-9._-]*$", description="stands before every topic name and group"
    )
    partitions: int = Field(
        default=4, ge=1, le=1024, description="of the journal and the partials; never changed later"
    )
    replication: int = Field(default=1, ge=1, le=9)
    compression: Literal["none", "gzip", "lz4", "zstd"] = "zstd"
    check_topics: bool = Field(default=True, description="look before a start whether the topics are as planned")


class Worker(_Section):
    """How a worker keeps state and time."""

    application: str = Field(
        default="streams", pattern=r"^[a-zA-Z0-9._-]+$", description="names the group and the changelog"
    )
    data: Path = Field(default=Path("var/streams"), description="the folder for local state; one worker, one folder")
    store: Literal["memory", "rocksdb"] = "rocksdb"
    flush_seconds: float = Field(default=0.5, gt=0, le=30)
    flush_events: int = Field(default=5_000, ge=1)
    publish_seconds: float = Field(default=0.5, gt=0, le=60, description="how often changed windows are published")
    session_seconds: float = Field(default=10, ge=6, le=300)
    clock: Literal["live", "replay"] = Field(default="live", description="live: idle partitions follow the clock")
    clock_ms: int | None = Field(
        default=None, description="judge future times by this instant, ms UTC, not by the clock"
    )


class Kpis(_Section):
    """What the numbers are computed on."""

    tz: Annotated[str, AfterValidator(_zone)] = "UTC"
    currency: Annotated[str, AfterValidator(_currency)] = "EUR"
    windows: Annotated[tuple[str, ...], AfterValidator(_sizes)] | None = Field(
        default=None, description="calendar windows to keep; default: each KPI's own"
    )
    min_n: int = Field(default=20, ge=1, description="below it a value is marked low_sample")
    retention_days: float | None = Field(default=90, gt=0, description="older events are refused as too_late")
    max_future_minutes: float = Field(default=5, ge=0)
    lateness_minutes: float = Field(default=10, ge=0)
    pane_minutes: Literal[1, 5, 15] = Field(default=5, description="the step of rolling windows")
    rolling: tuple[Literal["5m", "1h", "1d", "7d", "30d"], ...] = Field(
        default=("1h", "1d"), description="windows of the gauges"
    )


class Http(_Section):
    """The page, the metrics, the health checks."""

    host: str = "127.0.0.1"
    port: int = Field(default=8321, ge=0, le=65_535)


class Settings(BaseSettings):
    """The whole configuration."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, env_prefix=ENV_PREFIX, env_nested_delimiter=ENV_NESTED
    )

    broker: Broker = Broker()
    worker: Worker = Worker()
    kpis: Kpis = Kpis()
    http: Http = Http()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment over file."""
        return env_settings, init_settings

    @cached_property
    def terms(self) -> Terms:
        """What the pure core needs; a replay refuses nothing as too late."""
        live = self.worker.clock == "live"
        days = self.kpis.retention_days if live else None
        return Terms(
            tz=self.kpis.tz,
            windows=self.kpis.windows,
            min_n=self.kpis.min_n,
            retention=None if days is None else round(days * DAY),
            lateness=round(self.kpis.lateness_minutes * MINUTE),
            finest=self.kpis.pane_minutes * MINUTE if live else None,
        )

    @property
    def max_future(self) -> int:
        """How far ahead of the clock, in ms, an event may have occurred."""
        return round(self.kpis.max_future_minutes * 60 * SECOND)

    def topic(self, name: str) -> str:
        """The full name of a topic."""
        return self.broker.prefix + name

    @property
    def application(self) -> str:
        """Faust's application id: it names the consumer group and the changelog."""
        return self.broker.prefix + self.worker.application


def load(path: Path | None = None, changes: dict[str, dict[str, Any]] | None = None) -> Settings:
    """The configuration of a file, with the environment and then `changes` over it.

    Raises `ConfigurationError` with every fault at once.
    """
    try:
        settings = Settings(**_read(path))
        merged = settings.model_dump()
        for section, values in (changes or {}).items():
            merged[section].update({name: value for name, value in values.items() if value is not None})
        return Settings.model_validate(merged)
    except ValidationError as error:
        raise ConfigurationError("\n".join(_faults(error, path))) from error


def _read(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: not TOML: {error}") from error


def _faults(error: ValidationError, path: Path | None) -> list[str]:
    where = f"{path} or the environment" if path else "the environment or an option"
    return [f"{where}: {'.'.join(map(str, fault['loc']))}: {_words(fault)}" for fault in error.errors()]


def _words(fault: Any) -> str:
    if fault["type"] == "extra_forbidden":
        return "no such setting; docs/configuration.md lists them all"
    return f"{fault['msg'].removeprefix('Value error, ')} (found {fault['input']!r})"
