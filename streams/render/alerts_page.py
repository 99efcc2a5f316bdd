"""docs/alerts.md: every alert, what it says and what to do, from the rules."""

import re
from collections.abc import Sequence

from streams.render.rules import Group, Rule

_HEAD = """# Alerts

The rules are `deploy/prometheus/rules/alerts.yml`. Alerts of targets stay silent where too few samples were counted,
where the interval reaches across the target, and while a partition is without a worker.
"""
_TEMPLATE = re.compile(r"{{ \$(?:labels\.)?(\w+)[^}]*}}")
"""What Prometheus fills in; the page names it."""


def page(groups: Sequence[Group]) -> str:
    """The page: a section for each alert, with its variants."""
    return "\n".join([_HEAD, *(_section(rule) for group in groups for rule in group["rules"])])


def _page_of(rule: Rule) -> str:
    """The runbook, as seen from the folder docs."""
    return str(rule["annotations"]["runbook_url"]).removeprefix("docs/")


def _section(rule: Rule) -> str:
    labels = rule["labels"]
    said = _TEMPLATE.sub(r"(\1)", f"{rule['annotations']['summary']}. {rule['annotations']['description']}")
    after = f"After {rule['for']}; severity {labels['severity']}. [What to do]({_page_of(rule)})."
    more = f" See [{labels['kpi']}](kpis.md#{labels['kpi']})." if "kpi" in labels else ""
    expr = f"```promql\n{rule['expr']}\n```\n"
    return f"## {rule['alert']}\n\n{said}\n\n{after}{more}\n\n{expr}"
