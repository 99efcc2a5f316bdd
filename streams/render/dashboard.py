"""The Grafana dashboard: panels into Grafana's own JSON.

Needs the extra `render` (grafana-foundation-sdk); `files` imports this module only when it renders.
"""

import json
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from grafana_foundation_sdk.builders import common, dashboard, prometheus, stat, timeseries
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.common import (
    BigValueColorMode,
    BigValueGraphMode,
    DataSourceRef,
    GraphThresholdsStyleMode,
    LegendDisplayMode,
    LegendPlacement,
    TooltipDisplayMode,
)
from grafana_foundation_sdk.models.dashboard import (
    DashboardCursorSync,
    Threshold,
    ThresholdsMode,
    VariableOption,
    VariableRefresh,
)

from streams.render.fleet import FAMILIES, Family
from streams.render.health import pipeline_row
from streams.render.panels import BY, FLEET, WINDOW, Panel, Query, Row, dimensions, kpi_rows

UID = "crm-customer-response"
SOURCE = DataSourceRef(type_val="prometheus", uid="${datasource}")
_FIRING = 'ALERTS{alertname=~"Crm.*",alertstate="firing"}'


def dashboard_json(rolling: Sequence[str], catalogue: Sequence[Family] = FAMILIES) -> str:
    """The dashboard as the file that Grafana provisions: the same bytes for the same declarations."""
    built = _dashboard(rolling, [pipeline_row(), *kpi_rows(catalogue)]).build()
    return json.dumps(built, cls=JSONEncoder, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _dashboard(rolling: Sequence[str], rows: Sequence[Row]) -> Any:
    board = (
        dashboard.Dashboard("Customer response")
        .uid(UID)
        .description("Generated from the catalogue of KPIs by `streams render`; changes made here are lost.")
        .tags(["crm", "kpi", "generated"])
        .readonly()
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .time("now-6h", "now")
        .refresh("30s")
        .timezone("browser")
        .annotation(_alerts())
    )
    for variable in _variables(rolling):
        board.with_variable(variable)
    ids = count(1)
    for row in rows:
        board.with_row(dashboard.Row(row.title).id(next(ids)))
        for panel in row.panels:
            board.with_panel(_panel(panel, next(ids)))
    return board


def _variables(rolling: Sequence[str]) -> Iterator[Any]:
    yield dashboard.DatasourceVariable("datasource").label("Source").type("prometheus")
    yield (
        dashboard.QueryVariable(FLEET.removeprefix("$"))
        .label("Job")
        .datasource(SOURCE)
        .query("label_values(crm_partitions_expected, job)")
        .refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
    )
    yield _choice(WINDOW, "Window", rolling)
    yield _choice(BY, "Split by", dimensions())


def _choice(variable: str, label: str, values: Sequence[str]) -> Any:
    options = [VariableOption(text=value, value=value, selected=value == values[0]) for value in values]
    choice = dashboard.CustomVariable(variable.removeprefix("$")).label(label)
    return choice.values(",".join(values)).options(options).current(options[0])


def _alerts() -> Any:
    """Marks on every course where an alert fires."""
    marks = dashboard.AnnotationQuery().name("Alerts").datasource(SOURCE).enable(True).icon_color("red")
    return marks.expr(_FIRING).title_format("{{alertname}}")


def _panel(panel: Panel, number: int) -> Any:
    builder = (_stat() if panel.stat else _course(panel)).id(number).datasource(SOURCE)
    builder.title(panel.title).description(panel.description)
    builder.unit(panel.unit).thresholds(_thresholds(panel)).no_value(panel.no_value)
    for name, query in zip("ABCDEFGH", panel.queries, strict=False):
        builder.with_target(_target(name, query, panel))
    if panel.low is not None:
        builder.min(panel.low)
    if panel.high is not None:
        builder.max(panel.high)
    return builder


def _stat() -> Any:
    last = common.ReduceDataOptions().calcs(["lastNotNull"])
    builder = stat.Panel().span(4).height(4).reduce_options(last)
    return builder.color_mode(BigValueColorMode.VALUE).graph_mode(BigValueGraphMode.NONE)


def _course(panel: Panel) -> Any:
    line = GraphThresholdsStyleMode.DASHED if len(panel.steps) > 1 else GraphThresholdsStyleMode.OFF
    legend = common.VizLegendOptions().show_legend(True).display_mode(LegendDisplayMode.LIST)
    builder = timeseries.Panel().span(8).height(8)
    builder.thresholds_style(common.GraphThresholdsStyleConfig().mode(line))
    builder.legend(legend.placement(LegendPlacement.BOTTOM).calcs([]))
    return builder.tooltip(common.VizTooltipOptions().mode(TooltipDisplayMode.MULTI))


def _thresholds(panel: Panel) -> Any:
    steps = [Threshold(value=value, color=colour) for value, colour in panel.steps]
    return dashboard.ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(steps)


def _target(name: str, query: Query, panel: Panel) -> Any:
    """A number is asked for now, so that it is gone when its window is empty; a course over the time shown."""
    built = prometheus.Dataquery().ref_id(name).datasource(SOURCE).expr(query.expr).legend_format(query.legend)
    return built.instant() if panel.stat else built.range()
