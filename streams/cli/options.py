"""The options that compute and replay share [R53]."""

import time
from collections.abc import Callable
from datetime import datetime
from functools import reduce
from pathlib import Path
from typing import Any, ClassVar

import click
import msgspec

from streams.engine.terms import Terms
from streams.units import DAY, HOUR, MINUTE, SECOND, to_ms
from streams.worker.settings import ConfigurationError, Settings, load

config_option = click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    envvar="STREAMS_CONFIG",
    show_envvar=True,
    help="A TOML file; environment variables STREAMS_SECTION__NAME stand over it, options over both.",
)


def configured(config: Path | None, changes: dict[str, dict[str, Any]] | None = None) -> Settings:
    """The configuration; its faults end the command with exit code 2."""
    try:
        return load(config, changes)
    except ConfigurationError as error:
        raise click.UsageError(f"the configuration is wrong:\n{error}") from error


class Instant(click.ParamType):
    """An RFC 3339 time with an offset, as ms UTC."""

    name = "TIME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Milliseconds since the epoch."""
        if isinstance(value, int):
            return value
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no time; write one like 2026-03-01T10:00:00Z", param, ctx)
        if instant.tzinfo is None:
            self.fail(f"{value!r} has no offset; write one like 2026-03-01T10:00:00Z", param, ctx)
        return to_ms(instant)


class Span(click.ParamType):
    """A length of time, as in 90s, 15m, 6h or 30d, as ms."""

    name = "SPAN"
    units: ClassVar[dict[str, int]] = {"s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY}

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Milliseconds."""
        text = str(value)
        try:
            return round(float(text[:-1]) * self.units[text[-1:]])
        except (KeyError, ValueError):
            self.fail(f"{text!r} is no length of time; write one like 90s, 15m, 6h or 30d", param, ctx)


class Days(click.ParamType):
    """A number of days, as in 90 or 90d."""

    name = "DAYS"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Days."""
        try:
            days = float(str(value).removesuffix("d"))
        except ValueError:
            self.fail(f"{value!r} is no number of days; write one like 90d", param, ctx)
        if days <= 0:
            self.fail("it has to be more than 0 days", param, ctx)
        return days


class Replaying(msgspec.Struct, frozen=True):
    """What a computation over a finished input is told; instants in ms."""

    settings: Settings
    terms: Terms
    now: int | None
    not_after: int
    """The latest `occurred_at` that is not in the future [R3]."""


_OPTIONS = (
    click.option("--tz", help="Time zone of the windows. Default: UTC."),
    click.option("--currency", help="Reporting currency. Default: EUR."),
    click.option("--min-n", type=int, help="Fewer samples mark a value as low_sample. Default: 20."),
    click.option("--windows", help="Calendar windows to keep, as in 1h,1d. Default: each KPI's own."),
    click.option("--only", help="KPIs to compute, as in csat,nps. Default: all."),
    click.option("--tolerance", type=Span(), help="How far a delivery may be from what was announced. Default: 12h."),
    click.option("--retention", type=Days(), help="Refuse as too_late what is older. Default: refuse nothing."),
    click.option("--now", type=Instant(), help="Decide deadlines up to here. Default: the greatest occurred_at."),
    click.option("--clock", type=Instant(), help="The clock that future times are judged by. Default: now."),
    config_option,
)


def replaying_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options to a command."""
    return reduce(lambda decorated, option: option(decorated), reversed(_OPTIONS), command)


def replaying(
    *,
    tz: str | None,
    currency: str | None,
    min_n: int | None,
    windows: str | None,
    only: str | None,
    tolerance: int | None,
    retention: float | None,
    now: int | None,
    clock: int | None,
    config: Path | None,
) -> Replaying:
    """The options as one value; faults end the command with exit code 2."""
    kpis: dict[str, Any] = {
        "tz": tz,
        "currency": currency,
        "min_n": min_n,
        "windows": windows and tuple(windows.split(",")),
        "only": only and tuple(only.split(",")),
        "tolerance_hours": None if tolerance is None else tolerance / HOUR,
    }
    settings = configured(
        config, {"kpis": kpis, "worker": {"clock": "replay", "replay_retention_days": retention or 0}}
    )
    at = clock if clock is not None else time.time_ns() // 1_000_000
    return Replaying(settings, settings.terms, now, at + settings.max_future)
