"""Prometheus rules of shares of persons: each beside what is left of it once it is drawn to those of all.

The model is that of `kpis.shrinkage`, written out. With k hits of n cases each, N cases in all, G persons and m the
share of all, the likeness is (Σ n (k/n − m)² / (m (1 − m)) − (G − 1)) / (N − Σ n² / N − (G − 1)), from 0 to 1, and a
share is drawn to (likeness × k + (1 − likeness) × m) / (likeness × n + 1 − likeness).
"""

from collections.abc import Iterable, Iterator

from streams.exports.series import shrunk_family, stem
from streams.kpis.model import Kpi
from streams.names import AGENT, NOBODY
from streams.render.fleet import fleet
from streams.render.panel import SHARE, Panel, Query, matching, picked

GROUP = "crm-people"
_PERSONS = f'{{scope="agent",agent!~"{"|".join(NOBODY)}"}}'
_ALL = "by (job, window)"
_TO_ALL = "on (job, window) group_left ()"


def fairness_records(kpis: Iterable[Kpi]) -> list[dict[str, str]]:
    """For each share of persons: that of all, how much more than chance sets them apart, and each drawn to all."""
    return [rule for kpi in kpis if kpi.personal and kpi.rolls for rule in _rules(kpi)]


def drawn_panels(kpis: Iterable[Kpi], names: Iterable[str]) -> Iterator[Panel]:
    """Bars of the named shares of the agents picked, drawn to those of all."""
    own = matching({"job": "$job", "scope": AGENT, "window": "$window"}, picked(AGENT))
    for kpi in kpis:
        if kpi.personal and kpi.name in names:
            query = Query(fleet(shrunk_family(kpi)) + own, "{{agent}}")
            said = (
                f"{kpi.means} Each drawn to that of all, the more the fewer cases it rests on: to compare persons by."
            )
            yield Panel(f"{kpi.title}, drawn to all", said, SHARE, (query,), "bars", low=0, high=1)


def _rules(kpi: Kpi) -> Iterator[dict[str, str]]:
    base = fleet(stem(kpi))
    hits, cases = f"{base}_numerator{_PERSONS}", f"{base}_denominator{_PERSONS}"
    mean, likeness = f"{base}:of_persons", f"{base}:likeness"
    yield {"record": mean, "expr": f"sum {_ALL} ({hits}) / sum {_ALL} ({cases})"}
    yield {"record": likeness, "expr": _likeness(hits, cases, mean)}
    yield {"record": fleet(shrunk_family(kpi)), "expr": _drawn(hits, cases, mean, likeness)}


def _likeness(hits: str, cases: str, mean: str) -> str:
    """0 where nothing tells them apart: one case each, or no difference at all."""
    chance, total = f"(count {_ALL} ({cases}) - 1)", f"sum {_ALL} ({cases})"
    found = f"sum {_ALL} ({cases} * ({hits} / {cases} - {_TO_ALL} {mean}) ^ 2) / ({mean} * (1 - {mean}) > 0)"
    room = f"{total} - sum {_ALL} ({cases} ^ 2) / {total} - {chance}"
    return f"clamp(({found} - {chance}) / ({room} > 0), 0, 1)\nor {mean} * 0"


def _drawn(hits: str, cases: str, mean: str, likeness: str) -> str:
    above = f"({hits} * {_TO_ALL} {likeness} + {_TO_ALL} ((1 - {likeness}) * {mean}))"
    return f"{above}\n/ ({cases} * {_TO_ALL} {likeness} + {_TO_ALL} (1 - {likeness}))"
