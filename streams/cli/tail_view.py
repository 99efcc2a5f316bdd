"""What `streams tail` shows of a record: filters, lines, rows. No Kafka, no terminal."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

Headers = Sequence[tuple[str, bytes]]
Series = tuple[str, str, str, str]
"""KPI, scope, labels, window size."""

_MET = {None: "", True: "met", False: "missed"}
COLUMNS = ("window", "from (UTC)", "kpi", "scope", "value", "n", "target", "rev", "state")


@dataclass(frozen=True)
class Filter:
    """Keeps the records of one KPI, scope and window size; None keeps all."""

    kpi: str | None = None
    scope: str | None = None
    window: str | None = None

    def keeps(self, record: Mapping[str, Any]) -> bool:
        """Works on records and on keys, which carry the same names.

        >>> Filter(window="1h").keeps({"kpi": "csat", "window": {"size": "1d"}})
        False
        """
        pairs = (
            (self.kpi, record.get("kpi")),
            (self.scope, record.get("scope")),
            (self.window, _window(record).get("size")),
        )
        return all(wanted is None or wanted == found for wanted, found in pairs)


def parsed(data: bytes | None) -> dict[str, Any] | None:
    """The JSON object in data, or None when there is none."""
    try:
        found = orjson.loads(data or b"")
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None


@dataclass
class Board:
    """The last record of every key, as a compacted topic has it: a later record replaces, a tombstone removes.

    With `depth`, only so many newest windows of a series are held: a screen shows one, a removed one uncovers the next.
    """

    only: Filter
    depth: int | None = None
    _groups: dict[Series, dict[bytes | None, dict[str, Any]]] = field(default_factory=dict)
    _places: dict[bytes | None, Series] = field(default_factory=dict)

    def put(self, key: bytes | None, value: bytes | None) -> bool:
        """Takes a record in; True when that changed something."""
        if value is None:
            return self._remove(key)
        record = parsed(value)
        if record is None or "kpi" not in record or not self.only.keeps(record):
            return False
        place = self._places[key] = _series(record)
        group = self._groups.setdefault(place, {})
        group[key] = record
        if self.depth is not None and len(group) > self.depth:
            self._remove(min(group, key=lambda key: _start(group[key])))
        return True

    def _remove(self, key: bytes | None) -> bool:
        place = self._places.pop(key, None)
        if place is None:
            return False
        del self._groups[place][key]
        if not self._groups[place]:
            del self._groups[place]
        return True

    def records(self) -> list[dict[str, Any]]:
        """All that is held, by KPI, scope, labels, window size, then start."""
        return [record for place in sorted(self._groups) for record in sorted(self._groups[place].values(), key=_start)]

    def newest(self) -> list[dict[str, Any]]:
        """Of every series its newest window, in the same order."""
        return [max(self._groups[place].values(), key=_start) for place in sorted(self._groups)]


def _window(record: Mapping[str, Any]) -> Mapping[str, Any]:
    window = record.get("window")
    return window if isinstance(window, dict) else {}


def _start(record: Mapping[str, Any]) -> str:
    return str(_window(record).get("start", ""))


def _series(record: Mapping[str, Any]) -> Series:
    size = str(_window(record).get("size", ""))
    return str(record.get("kpi")), str(record.get("scope")), _labels(record), size


def _labels(record: Mapping[str, Any]) -> str:
    labels = record.get("labels")
    return " ".join(f"{name}={labels[name]}" for name in sorted(labels)) if isinstance(labels, dict) else ""


def cells(record: Mapping[str, Any]) -> tuple[str, ...]:
    """A KPI value's texts, one per column."""
    revision = record.get("revision")
    texts = (
        str(_window(record).get("size", "")),
        _start(record),
        str(record.get("kpi")),
        _labels(record) or str(record.get("scope")),
        f"{record.get('stat') or ''} {shown(record.get('value'), record.get('unit'))}{company(record)}".strip(),
        _samples(record),
        _MET.get(record.get("met"), ""),
        "" if revision is None else str(revision),
        "final" if record.get("final") else "open",
    )
    return tuple(printable(text) for text in texts)


def company(record: Mapping[str, Any]) -> str:
    """What a value that says little alone has beside it: shares, and of how many; nothing for any other.

    >>> company({"beside": [{"kpi": "csat", "value": 0.5, "denominator": 2}, {"kpi": "reopen_rate", "value": None}]})
    ' (csat 50.0 % of 2, reopen_rate -)'
    """
    told = record.get("beside")
    if not isinstance(told, list) or not told:
        return ""
    return f" ({', '.join(_companion(one) for one in told if isinstance(one, dict))})"


def _companion(one: Mapping[str, Any]) -> str:
    if one.get("value") is None:
        return f"{one.get('kpi')} -"
    return f"{one.get('kpi')} {shown(one['value'], 'ratio')}{drawn(one)} of {one.get('denominator')}"


def drawn(share: Mapping[str, Any]) -> str:
    """What is left of a person's share once it is drawn to those of all, where the worker tells it.

    >>> drawn({"shrunk": 0.8913}), drawn({})
    (' (89.1 % drawn to all)', '')
    """
    told = share.get("shrunk")
    return "" if told is None else f" ({shown(told, 'ratio')} drawn to all)"


def row(record: Mapping[str, Any]) -> tuple[str, ...]:
    """The same for a table: the start to the minute, since the seconds are zero and the screen is narrow."""
    size, start, *rest = cells(record)
    return size, start[:16].replace("T", " "), *rest


def _samples(record: Mapping[str, Any]) -> str:
    """A duration's count, a share's two terms; a star where they are few."""
    stats, denominator = record.get("stats"), record.get("denominator")
    if denominator is not None:
        count = f"{record.get('numerator')}/{denominator}"
    else:
        count = str(stats.get("count", "")) if isinstance(stats, dict) else ""
    return f"{count}*" if record.get("low_sample") else count


def shown(value: Any, unit: Any) -> str:
    """A number in the unit that people read; no value is a hyphen.

    >>> shown(0.8333, "ratio"), shown(812.4, "seconds"), shown(7200, "seconds"), shown(41.5, "points"), shown(None, "s")
    ('83.3 %', '13.5 min', '2.0 h', '41.5 points', '-')
    """
    if not isinstance(value, int | float):
        return "-"
    if unit == "ratio":
        return f"{100 * value:.1f} %"
    if unit == "seconds":
        return duration(value)
    return f"{round(value, 2):,} {unit or ''}".strip()


def duration(seconds: float) -> str:
    """Seconds in the largest unit that leaves at least 1.

    >>> duration(45), duration(90), duration(-7200), duration(259_200)
    ('45.0 s', '1.5 min', '-2.0 h', '3.0 d')
    """
    for size, name in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if abs(seconds) >= size:
            return f"{seconds / size:,.1f} {name}"
    return f"{seconds:.1f} s"


def value_line(record: Mapping[str, Any]) -> str:
    """A KPI value as one line of text."""
    size, start, kpi, scope, value, count, met, revision, state = cells(record)
    parts = [start, size, kpi, scope, value, f"n={count}" if count else "", met, f"rev={revision}", state]
    return "  ".join(part for part in parts if part)


def gone_line(key: bytes | None) -> str:
    """A tombstone as one line: this window has no value any more."""
    record = parsed(key)
    if record is None:
        return f"(removed)  {_text(key)}"
    parts = [_start(record), str(_window(record).get("size", "")), str(record.get("kpi")), _labels(record)]
    return printable("  ".join([*(part for part in parts if part), "(removed)"]))


def any_line(key: bytes | None, value: bytes | None, headers: Headers) -> str:
    """Any other record as one line: time and type first, then key, the remaining headers, and the value."""
    named = {name: _text(data) for name, data in headers}
    rest = [f"{name}={shlex.quote(text)}" for name, text in named.items() if not _envelope(name)]
    parts = [named.get("ce_time", ""), named.get("ce_type", ""), _text(key), *rest, _text(value)]
    return "  ".join(part for part in parts if part)


def _envelope(name: str) -> bool:
    return name.startswith("ce_") or name == "content-type"


def _text(data: bytes | None, limit: int = 400) -> str:
    """Bytes as text, long ones cut."""
    text = "(none)" if data is None else data[: limit + 1].decode("utf-8", "replace")
    return printable(text if len(text) <= limit else f"{text[:limit]}…")


def printable(text: str) -> str:
    r"""Control characters escaped: what comes from a topic must not steer the terminal.

    >>> print(printable("a\x1b[2Jb"))
    a\x1b[2Jb
    """
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in text)


def fitting(records: Sequence[Mapping[str, Any]], height: int) -> tuple[Sequence[Mapping[str, Any]], int]:
    """The records that a screen of that height has room for beside title and frame, and how many it has not."""
    room = max(1, height - 6)
    return records[:room], max(0, len(records) - room)
