"""Durations as people write them: "30m", "4h", "2d", "1h30m". A day is 24 hours, of working time too."""

import re

from streams.units import DAY, HOUR, MINUTE, SECOND

_UNITS = {"d": DAY, "h": HOUR, "m": MINUTE, "s": SECOND}
_DURATION = re.compile("".join(rf"(?:([0-9]{{1,6}}){unit})?" for unit in _UNITS))


def duration(text: str) -> int:
    """The ms of a duration; raises ValueError that says how to write one.

    >>> duration("90s"), duration("1h30m")
    (90000, 5400000)
    """
    found = _DURATION.fullmatch(text)
    ms = sum(int(n) * unit for n, unit in zip(found.groups(0), _UNITS.values(), strict=True)) if found else 0
    if not ms:
        raise ValueError(f"{text!r} is no duration; write one like 30m, 4h or 2d")
    return ms


def written(ms: int) -> str:
    """The shortest way to write a duration; what is less than a second is left out.

    >>> written(5_400_000), written(172_800_000)
    ('1h30m', '2d')
    """
    parts = []
    for unit, length in _UNITS.items():
        count, ms = divmod(ms, length)
        parts.append(f"{count}{unit}" if count else "")
    return "".join(parts) or "0s"
