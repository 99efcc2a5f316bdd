"""docs/runbooks of the alerts of targets: what each means, how to check it, what to do, from the declarations."""

from collections.abc import Sequence

from streams.exports.series import headline
from streams.kpis.model import Kpi
from streams.kpis.targets import AtMost
from streams.names import ALL
from streams.render import words
from streams.render.fleet import FAMILIES, Family, base_of, fleet, longest_day, members, own_labels, selector
from streams.render.rules import Goal, alert_name, goals


def pages(rolling: Sequence[str], catalogue: Sequence[Family] = FAMILIES) -> dict[str, str]:
    """Each page by the name of its alert."""
    every, window = members(catalogue), longest_day(rolling)
    return {alert_name(kpi): _page((kpi, goal), every, window) for kpi, goal in goals(every)}


def _page(judged: Goal, every: Sequence[Kpi], window: str) -> str:
    kpi, goal = judged
    side = "above" if isinstance(goal, AtMost) else "below"
    over = f"over the last {words.window(window)}"
    parts = [
        f"# {alert_name(kpi)}",
        f"*{kpi.title}* is {side} its target of {words.value(kpi, goal.bound)} {over}. {kpi.means}",
        f"It fires after 15 minutes, {_held_back(kpi)}Formula and scopes: [{kpi.name}](../kpis.md#{kpi.name}).",
        "## Check",
        "How it stands, and how it stood a week ago:",
        _promql(_now(kpi, window), f"{_now(kpi, window)} offset 7d"),
        *_where(kpi, goal, window),
        *_from(kpi, every),
        "## Do",
        _do(kpi),
    ]
    return "\n\n".join(parts) + "\n"


def _held_back(kpi: Kpi) -> str:
    doubts = ["not while a partition is without a worker"]
    doubts += ["not on too few samples"] if kpi.basis or kpi.derived else []
    doubts += ["not while the interval reaches across the target"] if kpi.has_interval else []
    return ", ".join(doubts) + ". "


def _now(kpi: Kpi, window: str, scope: str = ALL) -> str:
    return fleet(headline(kpi)) + selector({"scope": scope, "window": window, **own_labels(kpi)})


def _where(kpi: Kpi, goal: object, window: str) -> list[str]:
    """Which value of each dimension is worst."""
    if not kpi.by:
        return []
    worst = "topk" if isinstance(goal, AtMost) else "bottomk"
    asked = [f"{worst}(5, {_now(kpi, window, dim)})" for dim in kpi.by]
    return ["Where: one dimension at a time, the worst first.", _promql(*asked)]


def _from(kpi: Kpi, every: Sequence[Kpi]) -> list[str]:
    if not kpi.derived:
        return []
    base = base_of(kpi, every)
    return [f"It compares [{base.name}](../kpis.md#{base.name}) with what that was before; look at that one itself."]


def _do(kpi: Kpi) -> str:
    lines = [
        "- It stands out in one place: talk to those who work there; moving people is quicker than any analysis.",
        "- It is the same everywhere: look for what changed a day ago: demand (`fleet:crm_requests_ratio`), staff, a "
        "release, a supplier.",
        "- It does not agree with what you see: `streams dlq list` for refused events, then the events of one case.",
    ]
    if kpi.maturity:
        days = words.duration(kpi.maturity / 1000)
        lines.append(f"- It may still mend itself: corrections are awaited for {days}.")
    return "\n".join([*lines, "- The target itself is wrong: change it in the declaration, and run `streams render`."])


def _promql(*lines: str) -> str:
    return "\n".join(["```promql", *lines, "```"])
