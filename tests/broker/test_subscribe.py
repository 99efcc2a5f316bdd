"""The downstream example of docs/subscribe.md, run as a reader of the page would."""

import ast
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLE = DOCS / "examples" / "subscribe.py"


def test_the_page_shows_the_example_as_it_is() -> None:
    assert f"```python\n{EXAMPLE.read_text()}```" in (DOCS / "subscribe.md").read_text()


def test_it_is_20_lines() -> None:
    body = ast.parse(EXAMPLE.read_text()).body[1:]
    assert sum(statement.end_lineno - statement.lineno + 1 for statement in body if statement.end_lineno) <= 20


def test_it_prints_what_is_there_then_each_change(cluster: Any, kpi_value: Any) -> None:
    cluster.create("kpi-values", partitions=3, cleanup_policy="compact")
    cluster.produce("kpi-values", [kpi_value(value=0.5)])
    environment = os.environ | {"STREAMS_BROKER": cluster.bootstrap, "STREAMS_PREFIX": cluster.prefix}
    with subprocess.Popen([sys.executable, str(EXAMPLE)], stdout=subprocess.PIPE, text=True, env=environment) as reader:
        assert reader.stdout is not None
        try:
            seen = [reader.stdout.readline()]
            cluster.produce("kpi-values", [kpi_value(value=0.75, revision=2, final=True), kpi_value(gone=True)])
            seen += [reader.stdout.readline(), reader.stdout.readline()]
        finally:
            reader.terminate()
    where = "csat {'channel': 'email'} 2026-03-01T10:00:00Z"
    assert seen == [
        f"{where} 0.5 ratio open\n",
        f"{where} 0.75 ratio final\n",
        f"{where} has no value any more\n",
    ]
