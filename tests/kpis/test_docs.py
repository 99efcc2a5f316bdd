"""docs/add-a-kpi.md: its differences, applied to a copy of the repository, add the KPI whole."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from streams.kpis.catalogue import KPIS

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "add-a-kpi.md"
PARTS = ("streams", "tests", "pyproject.toml")
ADDED = "order_lines"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository with the page's differences."""
    folder = tmp_path_factory.mktemp("copy")
    for part in PARTS:
        source, target = ROOT / part, folder / part
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    blocks = re.findall(r"^```diff\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert len(blocks) == 6
    told = run(folder, "git", "apply", "--verbose", "-", given="".join(blocks))
    assert told.count("cleanly") == len(re.findall(r"^\+\+\+ ", "".join(blocks), re.MULTILINE)), told
    return folder


def run(folder: Path, *command: str, given: str | None = None) -> str:
    """What a command says; the copy's modules stand before those that are installed."""
    # Without a repository of its own, git would look for one above the folder, and apply nothing there.
    env = {**os.environ, "PYTHONPATH": str(folder), "GIT_CEILING_DIRECTORIES": str(folder.parent)}
    done = subprocess.run(
        command, cwd=folder, env=env, input=given, capture_output=True, text=True, timeout=200, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def streams(folder: Path, *args: str) -> str:
    return run(folder, sys.executable, "-m", "streams", *args)


def test_the_kpi_is_not_there_yet() -> None:
    assert ADDED not in {kpi.name for kpi in KPIS}


def test_the_golden_case_holds(copy: Path) -> None:
    needed = ["tests/golden/test_golden.py", "tests/cases/test_basket.py", "tests/kpis/test_catalogue.py"]
    chosen = ["-k", f"{ADDED} or every_kpi_has_a_golden_case or the_winning_revision or is_the_list"]
    told = run(copy, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *needed, *chosen)
    assert "\n6 passed" in told, told


def test_nothing_else_is_needed(copy: Path) -> None:
    """Product and oracle agree on histories, and every form, word and metric of the catalogue holds."""
    laws = ["tests/laws/test_catalogue_laws.py", "-k", "1001 or 1002 or oracle_knows or expected_in_some"]
    others = ["tests/kpis", "tests/render/test_reference.py", "--deselect", "tests/kpis/test_docs.py"]
    for chosen in (laws, others):
        told = run(copy, sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *chosen)
        assert " failed" not in told, told


def test_the_catalogue_is_in_order(copy: Path) -> None:
    assert streams(copy, "check").endswith(f"{len(KPIS) + 1} KPIs: in order\n")


def test_everything_follows_from_the_declaration(copy: Path) -> None:
    (entry,) = json.loads(streams(copy, "kpis", ADDED, "--format", "json"))
    assert (entry["form"], entry["metric"]) == ("mean", "crm_order_lines_mean")
    streams(copy, "render")
    said = PAGE.read_text(encoding="utf-8")
    wanted = {"deploy/prometheus/rules/recording.yml": "fleet:crm_order_lines_mean", "docs/kpis.md": f"## {ADDED}\n"}
    wanted["deploy/grafana/dashboards/crm-orders.json"] = "Lines per order"
    for path, text in wanted.items():
        assert f"\n{path}\n" in said
        assert text in (copy / path).read_text(encoding="utf-8")
