"""Panels of promises: what is open now, what is left of error budgets, and how fast they burn."""

from streams.exports.series import window_family
from streams.kpis.requests import first_response_time
from streams.render.burn import BURN, DECISIONS, LEFT, breached
from streams.render.panel import (
    BAD,
    DOUBTFUL,
    GOOD,
    PLAIN,
    SHARE,
    Panel,
    Query,
    Row,
    course,
    matching,
    picked,
    stat,
)
from streams.render.symptoms import AT_RISK, OLDEST, OVERDUE, WAITING
from streams.sla.budget import TIERS
from streams.sla.policy import Objective, PolicySet

BOARD = "crm-sla"
"""The uid of the board that has all of them."""
_FINE = (None, GOOD)
_NOTHING, _NO_POLICY = "nothing open", "no promise decided yet"
_ALL = matching({"job": "$job", "scope": "all"}, {})
_BUDGET = ((None, BAD), (0.0, DOUBTFUL), (0.25, GOOD))
_CHOSEN = matching({"job": "$job"}, picked("policy", "clock"))
_POLICY = "{{policy}} {{clock}}"


def open_numbers(board: str = "") -> tuple[Panel, ...]:
    """What is open now, over everything; `board` tells more."""
    return (
        _open("Waiting", "Open promises within their time, over all clocks.", f"sum({WAITING}{_ALL})", board=board),
        _open(
            "At risk",
            "Of those, the ones with a fifth of their time left or less.",
            f"sum({AT_RISK}{_ALL})",
            _FINE,
            (1, DOUBTFUL),
            board=board,
        ),
        _open(
            "Overdue",
            "Promises that were broken and are not kept yet. What to do: docs/runbooks/CrmTicketsOverdue.md.",
            f"sum({OVERDUE}{_ALL})",
            _FINE,
            (1, BAD),
            board=board,
        ),
        _open(
            "Oldest waiting",
            "For how long the oldest of all has waited. What to do: docs/runbooks/CrmOldestWaiting.md.",
            f"max({OLDEST}{_ALL})",
            unit="s",
            board=board,
        ),
    )


def open_row() -> Row:
    """What is open now, by department, by clock and by priority."""
    by_department = matching({"job": "$job", "scope": "department"}, picked("department", "clock"))
    by_priority = matching({"job": "$job", "scope": "priority"}, picked("clock"))
    told = (
        ("Waiting", "Open promises within their time.", WAITING),
        ("At risk", "Open promises with a fifth of their time left or less.", AT_RISK),
        ("Overdue", "Broken promises that are not kept yet.", OVERDUE),
    )
    departments = (
        course(f"{name}, by department", said, "short", (f"{metric}{by_department}", "{{department}} {{clock}}"))
        for name, said, metric in told
    )
    oldest = (
        f"max by (clock) ({OLDEST}{matching({'job': '$job', 'scope': 'department'}, picked('department', 'clock'))})"
    )
    more = (
        course("Oldest waiting, by clock", "For how long the oldest has waited.", "s", (oldest, "{{clock}}")),
        course(
            "Waiting, by priority",
            "Open promises within their time.",
            "short",
            (f"sum by (priority) ({WAITING}{by_priority})", "{{priority}}"),
        ),
    )
    return Row("Open now", (*open_numbers(), *departments, *more))


def least_budget(board: str = "") -> Panel:
    """The budget that is most in danger."""
    said = "Of all promises of all policies the one with the least left; below 0 it is overspent."
    return stat(
        "Least budget left", said, f'min({LEFT}{{job="$job"}})', SHARE, *_BUDGET, board=board, no_value=_NO_POLICY
    )


def budgets_row(policies: PolicySet) -> Row:
    """What is left of error budgets, how fast they burn, what was decided."""
    hour = TIERS[0]
    limit = min(hour.threshold(one) for one in _objectives(policies))
    decided = f"sum by (outcome) (rate({DECISIONS}{_CHOSEN}[$__rate_interval]))"
    burning = matching({"job": "$job", "window": "1h"}, picked("policy", "clock"))
    lasting = matching({"job": "$job"}, {"window": "6h|3d", **picked("policy", "clock")})
    steps = ((None, GOOD), (1, DOUBTFUL), (limit, BAD))
    left = "The share of the error budget that the decisions of its period leave; below 0 it is overspent."
    return Row(
        "Error budgets",
        (
            least_budget(),
            Panel("Budget left now", left, SHARE, (Query(f"{LEFT}{_CHOSEN}", _POLICY),), "bars", _BUDGET, _NO_POLICY),
            Panel("Budget left", left, SHARE, (Query(f"{LEFT}{_CHOSEN}", _POLICY),), steps=_BUDGET),
            course(
                "Burn rate, last hour",
                "How many times too fast the budget is spent: at 1 it lasts just its period. "
                "What to do: docs/runbooks/CrmSlaBurnFast.md.",
                "none",
                (f"{BURN}{burning}", _POLICY),
                steps=steps,
            ),
            course(
                "Burn rate, longer windows",
                "The same over 6 hours and 3 days. What to do: docs/runbooks/CrmSlaBurnSlow.md.",
                "none",
                (f"{BURN}{lasting}", _POLICY + " {{window}}"),
                steps=((None, GOOD), (1, DOUBTFUL)),
            ),
            course("Decisions", "Promises decided, by what became of them.", "cps", (decided, "{{outcome}}")),
            course(
                "Promises broken, last hour",
                "The share of breaches among what was decided; alerts watch it.",
                SHARE,
                (f"{breached('1h')}{_CHOSEN}", _POLICY),
            ),
        ),
    )


def spread_row() -> Row:
    """First responses of the channels picked, from the windows' buckets: they add up, quantiles do not."""
    name, _ = window_family(first_response_time)
    own = matching({"job": "$job", "scope": "channel", "window": "$window"}, picked("channel"))
    target = first_response_time.target
    steps = ((None, GOOD), (target.bound, BAD)) if target else ((None, PLAIN),)
    quantiles = (
        (f"histogram_quantile({q}, sum by (le) ({name}_bucket{own}))", f"p{round(100 * q)}") for q in (0.5, 0.9, 0.99)
    )
    within = f"sum by (le) ({name}_bucket{own}) / ignoring (le) group_left () sum({name}_gcount{own})"
    return Row(
        "First responses of the channels picked",
        (
            course(
                "Time to first response, channels together", "Quantiles of the window.", "s", *quantiles, steps=steps
            ),
            Panel(
                "First responses within",
                "The share of the window's first responses by upper bound, in seconds; bounds are on the targets.",
                SHARE,
                (Query(within, "{{le}}"),),
                "bars",
                low=0,
                high=1,
            ),
        ),
    )


def _objectives(policies: PolicySet) -> list[Objective]:
    return [goal.objective for policy in policies.policies for goal in policy.clocks.values()]


def _open(
    title: str, said: str, expr: str, *steps: tuple[float | None, str], unit: str = "short", board: str = ""
) -> Panel:
    return stat(title, said, expr, unit, *steps, board=board, no_value=_NOTHING)
