"""`streams kpis`: the catalogue as table, page and data."""

import json
from pathlib import Path

from click.testing import CliRunner

from streams.cli.kpis import kpis
from streams.kpis.catalogue import Catalogue

KPIS = list(Catalogue().kpis.values())
PAGE = Path(__file__).parent.parent.parent / "docs" / "kpis.md"


def run(*args: str) -> tuple[int, str]:
    result = CliRunner().invoke(kpis, args)
    return result.exit_code, result.output


def test_the_table_has_every_kpi() -> None:
    code, output = run()
    assert code == 0
    assert all(kpi.name in output and kpi.definition in output for kpi in KPIS)


def test_json_has_every_kpi_whole() -> None:
    code, output = run("--format", "json")
    assert code == 0
    found = {one["name"]: one for one in json.loads(output)}
    assert list(found) == [kpi.name for kpi in KPIS]
    assert found["csat"]["scopes"] == ["all", "timing", "channel", "department", "agent"]
    assert found["order_entry_accuracy"]["restated_for_seconds"] == 30 * 86_400
    assert found["resolution_method"]["scopes"] == ["method"]
    assert (found["basket"]["unit"], found["basket"]["metric"]) == ("EUR", "crm_basket_mean_eur")
    assert (found["retention"]["metric"], found["retention"]["metrics"]) == (None, [])


def test_markdown_is_the_page() -> None:
    assert PAGE.read_text(encoding="utf-8").endswith(run("--format", "markdown")[1])


def test_names_choose() -> None:
    found = json.loads(run("nps_hot", "csat", "--format", "json")[1])
    assert [one["name"] for one in found] == ["nps_hot", "csat"]
    assert run("csat", "--format", "markdown")[1].startswith("## csat\n")


def test_an_unknown_name_is_told_with_its_neighbours() -> None:
    code, output = run("cast")
    assert code == 2
    assert "no KPI is called 'cast'; there is csat" in output
