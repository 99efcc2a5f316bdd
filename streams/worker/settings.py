"""The configuration: one TOML file, environment variables over it, validated as a whole."""

import json
import os
import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from iso4217 import Currency
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)

from streams.cases.conventions import Conventions
from streams.cases.counting import Valuing
from streams.engine.terms import Terms
from streams.kpis.catalogue import KPIS, Catalogue
from streams.kpis.priced import Money
from streams.sla.history import Edition, History, amending
from streams.sla.loader import load as load_policies
from streams.sla.policy import Book
from streams.units import DAY, HOUR, MINUTE, SECOND, to_ms
from streams.windows.closures import holiday_code
from streams.windows.sizes import SIZES
from streams.worker.cost_settings import Costs

ENV_PREFIX = "STREAMS_"
ENV_NESTED = "__"
BROKER_OPTION = "STREAMS_BROKER"  # the variable of the option --broker; no section


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
        currency = Currency(code)
    except ValueError as error:
        raise ValueError(f"{code!r} is no ISO 4217 currency; write one like EUR") from error
    if currency.exponent is None:
        raise ValueError(f"{code!r} has no minor unit; write one like EUR")
    return str(currency.code)


def _digits(value: Any) -> Any:
    """A number that an environment variable gives, where only certain numbers are allowed."""
    return int(value) if isinstance(value, str) and value.isdecimal() else value


def _sizes(sizes: tuple[str, ...]) -> tuple[str, ...]:
    unknown = [size for size in sizes if size not in SIZES]
    if unknown or not sizes:
        raise ValueError(f"unknown window {', '.join(unknown) or '(none)'}; use some of {', '.join(SIZES)}")
    return tuple(size for size in SIZES if size in sizes)


def _places(codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(holiday_code(code) for code in codes)


def _names(names: tuple[str, ...]) -> tuple[str, ...]:
    known = {kpi.name: kpi for kpi in KPIS}
    unknown = [name for name in names if name not in known]
    if unknown or not names:
        near = [like for name in unknown for like in get_close_matches(name, known, 1)]
        hint = f"did you mean {', '.join(near)}?" if near else "`streams kpis` lists them all"
        raise ValueError(f"unknown KPI {', '.join(unknown) or '(none)'}; {hint}")
    return tuple(name for name in known if name in names)


LAST_PORT = 65_535


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _file(path: Path) -> Path:
    if not path.is_file():
        raise ValueError(f"{path} is no file")
    return path


File = Annotated[Path, AfterValidator(_file)]


def _unfitting(broker: "Broker") -> Iterator[str]:
    """What is set and would not be used, and what is missing: neither may pass in silence."""
    sasl, tls = broker.security.startswith("SASL_"), broker.security.endswith("SSL")
    passwords = [name for name in ("password", "password_file") if getattr(broker, name)]
    if sasl and not (broker.username and passwords):
        yield f"{broker.security} needs username and password (or password_file)"
    if len(passwords) > 1:
        yield "password and password_file are both given; one of them is enough"
    useless = [] if sasl else [name for name in ("username", *passwords) if getattr(broker, name)]
    useless += [] if tls else [name for name in ("ca_file", "cert_file", "key_file") if getattr(broker, name)]
    if useless:
        yield f"{', '.join(useless)} would not be used: security is {broker.security}"
    if (broker.cert_file is None) != (broker.key_file is None):
        yield "cert_file and key_file belong together"


class Broker(_Section):
    """Where Kafka is, and how its topics are named and made."""

    bootstrap: str = Field(
        default="127.0.0.1:9092", description="addresses of the cluster, host:port with commas between"
    )
    prefix: str = Field(
        default="", pattern=r"^[a-zA-Z0-9._-]*$", description="stands before the name of every topic and consumer group"
    )
    partitions: int = Field(
        default=4, ge=1, le=1024, description="of the journal and the partials; never changed later"
    )
    replication: int = Field(default=1, ge=1, le=9, description="copies that each topic has to have; 3 in production")
    compression: Literal["none", "gzip", "lz4", "zstd"] = Field(
        default="zstd", description="of what a worker writes to Kafka"
    )
    check_topics: bool = Field(default=True, description="look before a start whether the topics are as planned")
    security: Literal["PLAINTEXT", "SSL", "SASL_SSL", "SASL_PLAINTEXT"] = Field(
        default="PLAINTEXT", description="how to talk to the cluster; SASL_PLAINTEXT sends the password in the clear"
    )
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field(
        default="SCRAM-SHA-512", description="how to log in where security is SASL_SSL or SASL_PLAINTEXT"
    )
    username: str | None = Field(default=None, min_length=1, description="to log in with")
    password: SecretStr | None = Field(
        default=None, min_length=1, description="to log in with; better in the environment or in password_file"
    )
    password_file: File | None = Field(default=None, description="a file whose first line is the password")
    ca_file: File | None = Field(
        default=None, description="PEM: who may have signed the cluster's certificates; default: the system's"
    )
    cert_file: File | None = Field(default=None, description="PEM: the worker's own certificate, with its chain")
    key_file: File | None = Field(default=None, description="PEM: the key of that certificate")

    @model_validator(mode="after")
    def _fitting(self) -> "Broker":
        faults = list(_unfitting(self))
        if faults:
            raise ValueError("; ".join(faults))
        return self


class Worker(_Section):
    """How a worker keeps state and time."""

    application: str = Field(
        default="streams", pattern=r"^[a-zA-Z0-9._-]+$", description="names the consumer group and the changelog"
    )
    data: Path = Field(default=Path("var/streams"), description="the folder for local state; one worker, one folder")
    store: Literal["memory", "rocksdb"] = Field(
        default="rocksdb", description="local state; memory is read anew from the changelog at every start"
    )
    flush_seconds: float = Field(
        default=0.25,
        gt=0,
        le=30,
        description="changed rows are written to the changelog, and offsets committed, so often",
    )
    flush_events: int = Field(default=100_000, ge=1, description="or, far behind, after so many events of a partition")
    publish_seconds: float = Field(
        default=1.0, gt=0, le=60, description="changed windows are published so often, and sooner in a lull"
    )
    processes: int = Field(
        default=1,
        ge=1,
        le=64,
        description="a worker keeps one core busy; several share the partitions, each with a folder below data, and a "
        "port from http.port on",
    )
    instance: str | None = Field(
        default=None,
        pattern=r"^[a-zA-Z0-9._-]{1,200}$",
        description="a name of this worker alone, as worker-1: it keeps its partitions over a short restart",
    )
    session_seconds: float = Field(
        default=10, ge=6, le=300, description="a worker that is silent for so long loses its partitions to the others"
    )
    rebalance_seconds: float = Field(
        default=30, ge=6, le=900, description="how long workers may take to join when partitions are shared out"
    )
    request_seconds: float = Field(
        default=15, ge=1, le=300, description="a request to Kafka that takes longer is made again"
    )
    ready_lag: int = Field(
        default=50_000,
        ge=0,
        description="/readyz tells that a worker is not ready while a partition lags by more records; 0: any number",
    )
    stall_seconds: float = Field(
        default=60,
        ge=10,
        le=3600,
        description="a stage that has work and makes no progress for so long is restarted once, then the worker ends",
    )
    clock: Literal["live", "replay"] = Field(
        default="live",
        description="live: deadlines fire by the clock too; replay: by the events' times alone",
    )
    clock_ms: int | None = Field(
        default=None, description="judge future times by this instant, ms UTC, not by the clock"
    )
    replay_retention_days: float = Field(
        default=0, ge=0, description="in place of kpis.retention_days where clock is replay; 0 refuses none"
    )

    begin_late: bool = Field(
        default=False,
        description="a new state may begin where the journal begins by now, though older events are in no number then",
    )

    @property
    def live(self) -> bool:
        """Whether time goes on by the clock, not by the events alone."""
        return self.clock == "live"

    @model_validator(mode="after")
    def _patient(self) -> "Worker":
        if self.stall_seconds <= self.rebalance_seconds:
            raise ValueError("stall_seconds has to be more than rebalance_seconds, which may pass without progress")
        return self


class Kpis(_Section):
    """What the numbers are computed on."""

    tz: Annotated[str, AfterValidator(_zone)] = Field(
        default="UTC", description="time zone of the windows, as in Europe/Berlin"
    )
    currency: Annotated[str, AfterValidator(_currency)] = Field(
        default="EUR", description="reporting currency, ISO 4217; events in any other are refused"
    )
    windows: Annotated[tuple[str, ...], AfterValidator(_sizes)] | None = Field(
        default=None, description="calendar windows to keep; default: each KPI's own"
    )
    only: Annotated[tuple[str, ...], AfterValidator(_names)] | None = Field(
        default=None, description="the KPIs to compute, by name; default: all. What only others need is not even kept"
    )
    customer_windows: tuple[Literal["1d", "1w", "1mo", "1q"], ...] = Field(
        default=("1mo",), description="windows of the records of customer-value, which are told once some cost is known"
    )
    holidays: Annotated[tuple[str, ...], AfterValidator(_places)] | None = Field(
        default=None,
        description="places whose public holidays are followed by days of unusually many or few requests, as in DE or "
        "DE-BE; default: those of the calendars of the policies",
    )
    min_n: int = Field(default=20, ge=1, description="a value of fewer samples is marked low_sample")
    vocabulary: int = Field(
        default=200,
        ge=1,
        description="values of a dimension that have gauges in a worker: those with the most samples, or the most open",
    )
    retention_days: float = Field(
        default=90, ge=0, description="events older than that are refused as too_late; 0 refuses none"
    )
    max_future_minutes: float = Field(
        default=5, ge=0, description="events further ahead of the clock than that are refused as future_timestamp"
    )
    lateness_minutes: float = Field(
        default=10, ge=0, description="a window is final so long after its end, by the events' times"
    )
    tolerance_hours: float = Field(
        default=12, ge=0, description="a delivery so near to what a status message expected makes the message true"
    )
    pane_minutes: Annotated[Literal[1, 5, 15], BeforeValidator(_digits)] = Field(
        default=5, description="the step of rolling windows"
    )
    rolling: tuple[Literal["5m", "1h", "1d", "7d", "30d"], ...] = Field(
        default=("1h", "1d"), description="windows of the gauges"
    )

    @model_validator(mode="after")
    def _windowed(self) -> "Kpis":
        if self.only is not None and self.windows is not None:
            chosen = Catalogue((kpi for kpi in KPIS if kpi.name in self.only), self.windows).kpis.values()
            if not any(kpi.windows for kpi in chosen):
                raise ValueError(f"none of the KPIs in only has a window among {', '.join(self.windows)}")
        return self


class PolicyEdition(_Section):
    """A file of policies that is in force from an instant on."""

    since: AwareDatetime
    policies: File


class Sla(_Section):
    """What is promised to whom; docs/sla.md has the form of the files."""

    policies: File | None = Field(
        default=None, description="TOML: the policies and their calendars; default: the built-in policy, no warnings"
    )
    calendar: str | None = Field(
        default=None,
        description="a calendar of the policies, for business times where a policy has no such clock; default: 24x7",
    )
    editions: tuple[PolicyEdition, ...] = Field(
        default=(), description="what came after policies: each a table of since, an instant, and policies, a file"
    )

    @model_validator(mode="after")
    def _in_order(self) -> "Sla":
        history = self.configured  # without files, policies that come by the topic may have the calendar
        if self.calendar is None or history is None:
            return self
        if not any(one.book.knows(self.calendar) for one in history.editions):
            raise ValueError(f"calendar: no policies have a calendar {self.calendar!r}")
        return self

    @property
    def history(self) -> History:
        """The policies over time by the files; raises `PolicyError` with every fault of a file at its line."""
        later = [Edition(to_ms(one.since), _book(one.policies)) for one in self.editions]
        return History(None if self.policies is None else _book(self.policies), later, self.calendar)

    @property
    def configured(self) -> History | None:
        """The policies over time, if any are configured."""
        return self.history if self.policies or self.editions else None


def _book(path: Path) -> Book:
    return load_policies(path.read_text(encoding="utf-8"), str(path))


class Http(_Section):
    """The page, the metrics, the health checks."""

    host: str = Field(default="127.0.0.1", description="address to listen on; there is no login: keep it inside")
    port: int = Field(default=8321, ge=0, le=LAST_PORT, description="port to listen on; 0 takes a free one")


class Log(_Section):
    """What a worker logs, to standard error."""

    format: Literal["text", "json"] = Field(
        default="text", description="json: an object a line, with stage, topic, partition and offsets where it has them"
    )
    level: Literal["debug", "info", "warning"] = Field(
        default="info", description="the least that is logged; debug tells of every flush"
    )


class Traces(_Section):
    """OpenTelemetry traces of events that carry a `traceparent`."""

    endpoint: str | None = Field(
        default=None,
        pattern=r"^https?://",
        description="where to send spans by OTLP/HTTP, as http://127.0.0.1:4318/v1/traces; needs the extra otel",
    )


class Settings(_Section):
    """The whole configuration."""

    broker: Broker = Broker()
    worker: Worker = Worker()
    kpis: Kpis = Kpis()
    costs: Costs = Costs()
    sla: Sla = Sla()
    http: Http = Http()
    log: Log = Log()
    traces: Traces = Traces()

    @cached_property
    def terms(self) -> Terms:
        """What the pure core needs; a replay refuses nothing as too late unless it is told to [R2]."""
        live = self.worker.live
        days = self.kpis.retention_days if live else self.worker.replay_retention_days
        return Terms(
            tz=self.kpis.tz,
            windows=self.kpis.windows,
            only=self.kpis.only,
            min_n=self.kpis.min_n,
            retention=round(days * DAY) or None,
            lateness=round(self.kpis.lateness_minutes * MINUTE),
            finest=self.kpis.pane_minutes * MINUTE if live else None,
            bounded=live,
            conventions=self._conventions,
            currency=self.kpis.currency,
            holidays=self.sla.history.holidays if self.kpis.holidays is None else self.kpis.holidays,
        )

    @property
    def money(self) -> Money:
        """The reporting currency."""
        return Money(self.kpis.currency, Currency(self.kpis.currency).exponent or 0)

    @property
    def _conventions(self) -> Conventions:
        digits = self.money.digits
        tolerance = round(self.kpis.tolerance_hours * HOUR)
        costs = self.costs.model(digits)
        valuing = Valuing(self.kpis.customer_windows, round(self.kpis.lateness_minutes * MINUTE))
        return Conventions(
            digits=digits,
            tolerance=tolerance,
            policies=self.sla.configured,
            amend=amending(self.sla.calendar),
            costs=costs,
            valuing=valuing,
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


def load(path: Path | None = None, changes: Mapping[str, Mapping[str, Any]] | None = None) -> Settings:
    """The configuration of a file, with the environment and then `changes` over it; a change to None is none.

    Raises `ConfigurationError` with every fault at once.
    """
    given = {section: {k: v for k, v in values.items() if v is not None} for section, values in (changes or {}).items()}
    try:
        return Settings.model_validate(_over(_over(_read(path), _variables(os.environ)), given))
    except ValidationError as error:
        raise ConfigurationError("\n".join(_faults(error, path))) from error


def _over(below: Mapping[str, Any], above: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Sections over sections, key by key; what is no section where one belongs is left for the validation to refuse."""
    merged = dict(below)
    for section, values in above.items():
        under = merged.get(section, {})
        merged[section] = {**under, **values} if isinstance(under, Mapping) else under
    return merged


def _variables(environment: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """The settings that environment variables give; a list or a table is written as JSON.

    >>> _variables({"STREAMS_KPIS__TZ": "Europe/Berlin", "STREAMS_KPIS__WINDOWS": '["1h"]', "HOME": "/"})
    {'kpis': {'tz': 'Europe/Berlin', 'windows': ['1h']}}
    """
    found: dict[str, dict[str, Any]] = {}
    for name, text in environment.items():
        section, _, key = name.removeprefix(ENV_PREFIX).lower().partition(ENV_NESTED)
        if name.startswith(ENV_PREFIX) and section in Settings.model_fields and name != BROKER_OPTION:
            found.setdefault(section, {})[key] = _parsed(text) if text[:1] in ("[", "{") else text
    return found


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


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
    if fault["type"] == "model_type":
        return f"a section belongs here, not a value (found {fault['input']!r})"
    told: str = fault["msg"].removeprefix("Value error, ")
    secret = fault["loc"][-1] == "password" or isinstance(fault["input"], Mapping)
    return told if secret else f"{told} (found {fault['input']!r})"
