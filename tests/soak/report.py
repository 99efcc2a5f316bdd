"""The record of a run, a JSON line each, and the table that a file of them makes."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec


class Record(msgspec.Struct, omit_defaults=True):
    """What came of one run. Seconds, bytes."""

    scenario: str
    seed: int
    passed: bool
    exact: bool
    seconds: float
    hang: bool = False
    ready_seconds: list[float] = []
    ready_bound: float | None = None
    log_lines: int = 0
    rss: int = 0
    exits: list[str] = []
    """Workers that ended by themselves, or with an error when told to stop."""
    events: int = 0
    """Asked for; the size of the run."""
    defect: str = ""
    notes: dict[str, Any] = {}
    what: list[str] = []
    """What does not hold."""
    logs: str = ""
    """Where they were kept."""


def append(path: Path, record: Record) -> None:
    """Add a line to the file."""
    with path.open("ab") as file:
        file.write(msgspec.json.encode(record) + b"\n")


def read(paths: Iterable[Path]) -> list[Record]:
    """All runs that the files tell of."""
    decode = msgspec.json.Decoder(Record).decode
    return [decode(line) for path in paths for line in path.read_bytes().splitlines() if line.strip()]


HEAD = ("scenario", "runs", "exact", "ready again, worst", "bound", "ends by itself", "log lines", "memory", "seeds")


def table(records: Sequence[Record], order: Sequence[str]) -> str:
    """The tables of docs/reliability.md: what was run, and which planted defects were caught.

    Runs of a planted defect are in the second one.
    """
    sound: dict[str, list[Record]] = defaultdict(list)
    planted: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for record in records:
        if record.defect:
            planted[record.scenario, record.defect].append(record)
        else:
            sound[record.scenario].append(record)
    rows = [_row(name, sound[name]) for name in sorted(sound, key=_place(order))]
    lines = [_line(HEAD), _line(["---"] * len(HEAD)), *map(_line, rows)]
    if planted:
        lines += ["", *_planted(planted, order)]
    return "\n".join(lines)


def _place(order: Sequence[str]) -> Any:
    return lambda name: order.index(name) if name in order else len(order)


def _row(name: str, runs: Sequence[Record]) -> list[str]:
    ready = [seconds for run in runs for seconds in run.ready_seconds]
    bound = next((f"< {run.ready_bound:g} s" for run in runs if run.ready_bound), "")
    return [
        name,
        str(len(runs)),
        f"{sum(run.exact for run in runs)} of {len(runs)}",
        f"{max(ready):.1f} s" if ready else "",
        bound,
        str(sum(len(run.exits) for run in runs)),
        str(max(run.log_lines for run in runs)),
        f"{max(run.rss for run in runs) / 2**20:.0f} MiB",
        seeds(run.seed for run in runs),
    ]


def seeds(numbers: Iterable[int]) -> str:
    """Seeds, those that follow each other as a range.

    >>> seeds([3, 1, 2, 9])
    '1–3, 9'
    """
    ranges: list[list[int]] = []
    for number in sorted(set(numbers)):
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in ranges)


def _planted(planted: dict[tuple[str, str], list[Record]], order: Sequence[str]) -> list[str]:
    head = ("scenario", "planted defect", "caught", "how", "seeds that catch it")
    lines = [_line(head), _line(["---"] * len(head))]
    for name, defect in sorted(planted, key=lambda pair: (_place(order)(pair[0]), pair[1])):
        runs = planted[name, defect]
        caught = [run for run in runs if not run.passed]
        how = Counter(_how(run) for run in caught)
        words = ", ".join(f"{what} {count}" for what, count in how.most_common())
        lines.append(_line([name, defect, f"{len(caught)} of {len(runs)}", words, seeds(run.seed for run in caught)]))
    return lines


def _how(run: Record) -> str:
    if run.hang:
        return "hang"
    return "other bytes" if not run.exact else "check"


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
