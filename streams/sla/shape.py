"""The form of a policy file: which keys there are, and what a value looks like.

A model for each table; what the tables have to be together is in `checks`, what becomes of them in `loader`.
"""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo

from streams.events.wire import Priority
from streams.sla.durations import duration
from streams.sla.policy import ROUND_THE_CLOCK
from streams.units import DAY
from streams.windows.closures import holiday_code
from streams.windows.hours import Span, apart, day_of, span, weekdays
from streams.windows.zones import time_zone

Kind = Literal["request", "incident", "question", "complaint", "review"]

CALENDARS = "calendars"
"""In the context of a validation: the names of the calendars that the file declares."""


def _text(read: Callable[[str], Any]) -> BeforeValidator:
    """A text that is read into something else."""

    def validate(value: Any) -> Any:
        if not isinstance(value, str):
            raise ValueError("a text belongs here, in quotation marks")
        return read(value)

    return BeforeValidator(validate)


def _form(read: Callable[[str], Any]) -> AfterValidator:
    """A text that can be read, and is kept as it is."""

    def validate(value: str) -> str:
        read(value)
        return value

    return AfterValidator(validate)


def _within_a_year(text: str) -> int:
    ms = duration(text)
    if ms > 366 * DAY:
        raise ValueError("this is more than a year")
    return ms


def _many(value: Any) -> Any:
    """One value is a list of one."""
    return [value] if isinstance(value, str) else value


def _once(values: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(set(values)) < len(values):
        raise ValueError("a value stands here twice")
    return values


def _declared(name: str, info: ValidationInfo) -> str:
    known = dict.fromkeys((ROUND_THE_CLOCK, *(info.context or {}).get(CALENDARS, ())))
    if name not in known:
        raise ValueError(f"no such calendar; there are {', '.join(known)}")
    return name


Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
CalendarName = Annotated[str, AfterValidator(_declared)]
Milliseconds = Annotated[int, _text(_within_a_year)]
Spans = Annotated[tuple[Annotated[Span, _text(span)], ...], AfterValidator(apart)]
Percent = Annotated[int, Field(strict=True, ge=1, le=99)]
Percents = Annotated[tuple[Percent, ...], AfterValidator(_once), AfterValidator(lambda shares: tuple(sorted(shares)))]
Word = Annotated[str, Field(min_length=1, max_length=128)]
_VALUES = (BeforeValidator(_many), AfterValidator(_once), Field(min_length=1))
Words = Annotated[tuple[Word, ...], *_VALUES]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CalendarTable(_Table):
    """`[calendars.NAME]`."""

    zone: Annotated[str, _form(time_zone)]
    hours: dict[Annotated[str, _form(weekdays)], Spans]
    holidays: tuple[Annotated[str, _form(holiday_code)], ...] = ()
    dates: dict[Annotated[str, _form(day_of)], Spans] = {}


class ObjectiveTable(_Table):
    """`objective = { share, over }`."""

    share: Annotated[float, Field(strict=True, gt=0, lt=1)]
    over: Milliseconds


class MatchTable(_Table):
    """`match = { … }`: for each dimension a value, or a list of them."""

    department: Words | None = None
    priority: Annotated[tuple[Literal[Priority, "unknown"], ...], *_VALUES] | None = None
    channel: Words | None = None
    tier: Words | None = None
    kind: Annotated[tuple[Kind, ...], *_VALUES] | None = None
    region: Words | None = None


class OrderTable(_Table):
    """A clock of orders: the deadline is not the policy's to say."""

    warnings: Percents | None = None
    objective: ObjectiveTable | None = None


class TicketTable(OrderTable):
    """A clock of tickets."""

    target: Milliseconds
    calendar: CalendarName | None = None
    pauses: tuple[Literal["wait"], ...] | None = None


class AssignmentTable(TicketTable):
    """The clock of assignments."""

    on_breach: tuple[Literal["reassign"], ...] | None = None


class ReassignTable(_Table):
    """`[policies.reassign]`."""

    active: Milliseconds | None = None
    cool_down: Milliseconds | None = None
    chain: Annotated[int, Field(strict=True, ge=1, le=100)] | None = None


class PolicyTable(_Table):
    """`[[policies]]`: `calendar`, `warnings` and `objective` hold for those of its clocks that have no own."""

    name: Name
    match: MatchTable | None = None
    calendar: CalendarName | None = None
    warnings: Percents | None = None
    objective: ObjectiveTable | None = None
    quiet_hours: CalendarName | None = None
    reassign: ReassignTable | None = None
    first_response: TicketTable | None = None
    next_response: TicketTable | None = None
    resolution: TicketTable | None = None
    assignment: AssignmentTable | None = None
    attention: TicketTable | None = None
    order_confirmed: OrderTable | None = None
    on_time_delivery: OrderTable | None = None


class PolicyFile(_Table):
    """The whole file."""

    calendars: dict[Name, CalendarTable] = {}
    policies: tuple[PolicyTable, ...]
