"""Dashboards as plain data: panels, rows, boards, and the variables that their queries name."""

from typing import Literal

import msgspec

GOOD, DOUBTFUL, BAD, PLAIN = "green", "orange", "red", "blue"
Step = tuple[float | None, str]
"""From this value on (None: from the lowest) this colour."""

WINDOW, BY, FLEET = "$window", "$by", "$job"
"""The variables: the rolling window, the dimension to split by, the scrape job of the workers."""
PICKED = ("department", "channel", "agent", "policy", "clock")
"""Dimensions of which a reader may pick values; each is a variable of its own name."""
SHARE = "percentunit"
NONE = "none in the window"
JOB = '{job="$job"}'

Kind = Literal["stat", "course", "bars", "table", "text"]
"""One number now, its course, one bar for each series now, a table of series now, words."""


class Query(msgspec.Struct, frozen=True):
    """A PromQL expression; `legend` names its series."""

    expr: str
    legend: str


class Panel(msgspec.Struct, frozen=True):
    """What a panel shows; of words the `description` is all."""

    title: str
    description: str
    unit: str = "none"
    queries: tuple[Query, ...] = ()
    kind: Kind = "course"
    steps: tuple[Step, ...] = ((None, PLAIN),)
    no_value: str = NONE
    low: float | None = None
    high: float | None = None
    board: str = ""
    """The uid of the board that tells more."""


class Row(msgspec.Struct, frozen=True):
    """Panels under one heading."""

    title: str
    panels: tuple[Panel, ...]


class Board(msgspec.Struct, frozen=True):
    """A dashboard; `uid` never changes, for links lead to it. `picked` are the dimensions that can be picked."""

    uid: str
    title: str
    says: str
    rows: tuple[Row, ...]
    picked: tuple[str, ...] = ()

    @property
    def file(self) -> str:
        """The name of its file.

        >>> Board("crm-sla", "SLA", "", ()).file
        'crm-sla.json'
        """
        return f"{self.uid}.json"

    @property
    def queries(self) -> list[str]:
        """Every expression on it."""
        return [query.expr for row in self.rows for panel in row.panels for query in panel.queries]


def picked(*dims: str) -> dict[str, str]:
    """Matchers of the values picked, for `matching`.

    >>> picked("agent")
    {'agent': '$agent'}
    """
    return {dim: f"${dim}" for dim in dims}


def matching(exact: dict[str, str], within: dict[str, str]) -> str:
    """Labels as PromQL matches them: some exactly, some by what was picked.

    >>> matching({"scope": "agent"}, picked("agent"))
    '{scope="agent",agent=~"$agent"}'
    """
    told = [*(f'{name}="{value}"' for name, value in exact.items()), *(f'{n}=~"{v}"' for n, v in within.items())]
    return "{" + ",".join(told) + "}"


def stat(title: str, said: str, expr: str, unit: str, *steps: Step, board: str = "", no_value: str = NONE) -> Panel:
    """A number as it is now."""
    steps = steps or ((None, PLAIN),)
    return Panel(title, said, unit, (Query(expr, title),), "stat", steps, no_value, board=board)


def course(title: str, said: str, unit: str, *queries: tuple[str, str], steps: tuple[Step, ...] = ()) -> Panel:
    """The course of some series, from 0 up."""
    asked = tuple(Query(expr, legend) for expr, legend in queries)
    return Panel(title, said, unit, asked, steps=steps or ((None, PLAIN),), low=0)


def words(title: str, said: str) -> Panel:
    """Words, as Markdown."""
    return Panel(title, said, kind="text")
