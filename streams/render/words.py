"""Values, targets and windows in words."""

from streams.kpis.model import Kpi
from streams.kpis.targets import AtMost, Target

_UNITS = {"m": "minute", "h": "hour", "d": "day"}
_PARTS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def duration(seconds: float) -> str:
    """Seconds in their largest whole units.

    >>> duration(300), duration(172_800), duration(5_430), duration(0.5)
    ('5 min', '2 d', '1 h 30 min 30 s', '0.5 s')
    """
    if seconds != int(seconds) or not seconds:
        return f"{seconds:g} s"
    rest, parts = int(seconds), []
    for size, name in _PARTS:
        count, rest = divmod(rest, size)
        parts += [f"{count} {name}"] if count else []
    return " ".join(parts)


def value(kpi: Kpi, number: float) -> str:
    """A value in the KPI's unit.

    >>> from streams.kpis.satisfaction import csat, nps_hot
    >>> value(csat, 0.8), value(nps_hot, 30)
    ('80 %', '30 points')
    """
    if kpi.unit == "seconds":
        return duration(number)
    if kpi.stat == "share":
        return f"{plain(100 * number)} %"
    return plain(number) if kpi.unit in ("ratio", "count") else f"{plain(number)} {kpi.unit}"


def plain(number: float) -> str:
    """A number with all of its digits.

    >>> plain(0.98), plain(2_592_000.0)
    ('0.98', '2592000')
    """
    return f"{number:.12g}"


def target(kpi: Kpi, bound: Target) -> str:
    """A target.

    >>> from streams.kpis.satisfaction import csat
    >>> target(csat, csat.target)
    'at least 80 %'
    """
    return f"{'at most' if isinstance(bound, AtMost) else 'at least'} {value(kpi, bound.bound)}"


def window(size: str) -> str:
    """A rolling window.

    >>> window("1d"), window("5m")
    ('day', '5 minutes')
    """
    count, unit = size[:-1], _UNITS[size[-1]]
    return unit if count == "1" else f"{count} {unit}s"


def camel(name: str) -> str:
    """A name as alerts spell it.

    >>> camel("answered_in_24h")
    'AnsweredIn24h'
    """
    return "".join(part.capitalize() for part in name.split("_"))
