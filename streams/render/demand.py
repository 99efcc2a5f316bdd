"""Panels of demand: the requests of the last hour and day beside what is usual."""

from collections.abc import Iterator

from streams.exports.series import ended_families
from streams.kpis.requests import requests_ratio
from streams.render.fleet import fleet
from streams.render.panel import Panel, Row, course, matching

_LEGENDS = ("requests", "usual", "usual, at least", "usual, at most")


def usual_row() -> Row:
    """The last calendar hour and day that have ended."""
    return Row("Demand against the usual", tuple(_panels()))


def _panels() -> Iterator[Panel]:
    for size, name in (("1h", "hour"), ("1d", "day")):
        own = matching({"job": "$job", "scope": "all", "window": size}, {})
        told = zip((fleet(family) + own for family in ended_families(requests_ratio)), _LEGENDS, strict=True)
        said = (
            f"Of the last calendar {name} that has ended, in the band of what like ones bring, where enough are known."
        )
        yield course(f"Requests of the last {name}", said, "none", *told)
