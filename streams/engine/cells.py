"""Cells: what facts add to the state of every scope and pane that they touch."""

from typing import Any

import msgspec
from sortedcontainers import SortedDict

from streams.cases.facts import Fact
from streams.engine.recent import let_go
from streams.engine.rows import CellKey, CellRow, Rows, cell_key, cell_keys, decode_cell, encode
from streams.kpis.catalogue import Catalogue, Plan
from streams.measures.vector import Vector, add
from streams.names import ALL, CATEGORY

NOTHING_CLOSED = -(1 << 62)
"""An instant before all others."""


class Cell(msgspec.Struct, gc=False):
    """A vector, and the journal offset that it includes."""

    vector: Vector
    seen: int = -1


def changes(old: list[Fact], new: list[Fact]) -> tuple[list[Fact], list[Fact]]:
    """The facts that went, and those that came: new minus old."""
    if new[: len(old)] == old:
        return [], new[len(old) :]
    came, went = list(new), []
    for fact in old:
        if fact in came:
            came.remove(fact)
        else:
            went.append(fact)
    return went, came


def scope_of(dim: str, value: str) -> str:
    """The name of a scope with one dimension.

    >>> scope_of("channel", "email")
    'channel=email'
    """
    return f"{dim}={value}"


def scopes_of(plan: Plan, dims: tuple[str, ...]) -> list[str]:
    """The scopes that a fact with these dimension values counts in."""
    own = [scope_of(dim, dims[place]) for dim, place in plan.dims]
    match plan.spread:
        case "alone":
            return own or [ALL]
        case "given":
            return [dims[0]]
        case "category":
            return [
                scope
                for (dim, _), one in zip(plan.dims, own, strict=True)
                for scope in (CATEGORY + dim, CATEGORY + one)
            ]
    return [ALL, *own]


def _parts(plan: Plan, gathered: list[tuple[Any, ...]]) -> list[tuple[int, int]]:
    parts: list[tuple[int, int]] = []
    for place, base, total in plan.totals:
        samples = [one[place] for one in gathered if one[place] is not None]
        if samples:
            parts += total(samples, base)
    return parts


class Cells:
    """The cells of one partition, in memory over rows, with what was changed since the last flush.

    Facts of the same kind, pane and dimensions are summed up first and spread over their scopes together.
    """

    def __init__(self, catalogue: Catalogue, pane: int, rows: Rows, horizon: int | None = None) -> None:
        self._plans, self._pane, self._rows, self._horizon = catalogue.plans, pane, rows, horizon
        self._closed = NOTHING_CLOSED
        """Panes before this instant, in ms, are closed: nothing changes them, and their cells leave."""
        self._panes: SortedDict[int, set[str]] = SortedDict()
        if horizon is not None:
            for scope, start in cell_keys(rows):
                self._panes.setdefault(start, set()).add(scope)
        self._cells: dict[CellKey, Cell] = {}
        self._gathered: dict[tuple[str, int, tuple[str, ...], int], list[tuple[Any, ...]]] = {}
        self.dirty: dict[CellKey, Cell] = {}

    def change(self, old: list[Fact], new: list[Fact]) -> None:
        """Put new facts in place of old ones; `spread` makes it count."""
        if not old:
            self.apply(1, new)
            return
        went, came = changes(old, new)
        self.apply(-1, went)
        self.apply(1, came)

    def apply(self, sign: int, facts: list[Fact]) -> None:
        """Add facts (+1), or take them back (-1)."""
        for kind, at, dims, samples in facts:
            if at < self._closed:
                continue
            key = (kind, at - at % self._pane, dims, sign)
            gathered = self._gathered.get(key)
            if gathered is not None:
                gathered.append(samples)
            elif kind in self._plans:
                self._gathered[key] = [samples]

    def spread(self, head: int) -> None:
        """Count what was gathered in its cells.

        A cell that includes `head` already stays as it is, and is written again all the same.
        """
        for (kind, pane, dims, sign), gathered in self._gathered.items():
            plan = self._plans[kind]
            parts = _parts(plan, gathered)
            for scope in scopes_of(plan, dims):
                key = (scope, pane)
                cell = self._cells.get(key) or self._load(key)
                if cell.seen < head:
                    add(cell.vector, parts, sign)
                self.dirty[key] = cell
        self._gathered.clear()

    def holds(self, scope: str, at: int) -> bool:
        """Whether something counts in the cell of a scope that holds an instant."""
        key = (scope, at - at % self._pane)
        return bool((self._cells.get(key) or self._load(key)).vector)

    def close(self, watermark: int) -> None:
        """Close what lies beyond the horizon of a watermark, in ms."""
        if self._horizon is not None:
            before = watermark - self._horizon
            self._closed = max(self._closed, before - before % self._pane)

    def leaving(self) -> list[CellKey]:
        """The cells of closed panes."""
        closed = self._panes.irange(maximum=self._closed, inclusive=(True, False))
        return [(scope, pane) for pane in closed for scope in self._panes[pane]]

    def changed(self) -> list[tuple[CellKey, Vector]]:
        """The cells to write and to publish; an empty one too, for its row still has to refuse what it includes."""
        return [(key, cell.vector) for key, cell in self.dirty.items()]

    def rows(self, last: int) -> list[tuple[bytes, bytes | None]]:
        """The changed cells as rows that include everything up to `last`."""
        kept = [(cell_key(key), encode(CellRow(last, vector))) for key, vector in self.changed()]
        return [*kept, *((cell_key(key), None) for key in self.leaving())]

    def flushed(self, last: int, keep: int) -> None:
        """The rows are durable: forget what is dirty, and all but about `keep` cells."""
        for cell in self.dirty.values():
            cell.seen = last
        let_go(self._cells, self.dirty, keep)
        self.dirty.clear()
        for key in self.leaving():
            self._cells.pop(key, None)
        while self._panes and self._panes.peekitem(0)[0] < self._closed:
            self._panes.popitem(0)

    def _load(self, key: CellKey) -> Cell:
        data = self._rows.get(cell_key(key))
        row = decode_cell(data) if data is not None else None
        cell = self._cells[key] = Cell(row.vector, row.seen) if row else Cell({})
        if self._horizon is not None:
            self._panes.setdefault(key[1], set()).add(key[0])
        return cell
