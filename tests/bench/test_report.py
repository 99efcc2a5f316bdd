"""Figures, ratios, tables, and what a peer's program told."""

import pytest
from click.testing import CliRunner

from bench import wanted
from bench.__main__ import main, report
from bench.contest import NAMES
from bench.figures import Figure, Medians, table
from bench.peer import PEERS, Peer, PeerError, told
from bench.wanted import WANTED, Wanted


def test_medians_are_of_the_rounds():
    rounds = [Figure(1_000, wall, cpu) for wall, cpu in ((1.0, 0.004), (2.0, 0.006), (10.0, 0.005))]
    assert Medians.of(rounds) == Medians(1_000, 500.0, 5.0)


def test_a_table_is_markdown():
    assert table(("", "a"), [("ours", "12")]).splitlines() == ["|      |  a |", "|------|---:|", "| ours | 12 |"]


def test_a_ratio_is_against_the_best_of_the_others():
    figures = {"ours": Medians(1, 100.0, 8.0), "one": Medians(1, 10.0, 16.0), "other": Medians(1, 20.0, 10.0)}
    assert Wanted("ours", ("one", "other"), 5).row(figures)[1:] == ("≥ 5 ×", "5.00 ×", "1.25 ×", "yes")
    assert Wanted("ours", ("one", "other"), 6).row(figures)[4] == "no"
    assert Wanted("ours", ("one", "other"), 0.6, cpu=True).row(figures)[1:] == ("≤ 0.6 ×", "0.80 ×", "", "no")
    assert Wanted("ours", ("absent",), 1).row(figures) is None


def test_the_report_has_every_contestant_and_every_ratio():
    lines = report({name: [Figure(100, 1.0, 1.0)] for name in NAMES})
    assert all(f"| {name}" in lines for name in NAMES)
    assert lines.count("yes") + lines.count(" no |") == len(WANTED)
    assert {one.one for one in WANTED} | {name for one in WANTED for name in one.others} <= set(NAMES)


def test_without_the_limit_there_are_no_ratios_to_it():
    assert wanted.RAW not in report({wanted.ONE: [Figure(100, 1.0, 1.0)]})


def test_an_unknown_contestant_is_named():
    ended = CliRunner().invoke(main, ["--only", "Bytewax;nobody"])
    assert ended.exit_code == 2
    assert "no contestant nobody" in ended.output


def test_what_a_program_told_is_its_last_line_of_figures():
    figure, rows = told("peer", 5, 'noise\n{"wall": 2.0, "cpu": 1.0, "rows": [["web", "east", 0, 5, 9, 3]]}\n')
    assert (figure, rows) == (Figure(5, 2.0, 1.0), [("web", "east", 0, 5, 9, 3)])


def test_a_program_that_tells_nothing_is_an_error_with_what_it_said():
    with pytest.raises(PeerError, match="no such topic"):
        told("peer", 5, "", "no such topic")


def test_every_peer_pins_what_it_needs():
    pinned = [line for file in PEERS.glob("*/requirements.txt") for line in file.read_text().splitlines()]
    assert pinned
    assert all("==" in line for line in pinned)


def test_a_program_of_ours_runs_in_this_environment(tmp_path):
    with pytest.raises(PeerError, match="KafkaConnectionError"):
        Peer("raw", "raw").run("127.0.0.1:1", "nothing", 1, 1, tmp_path / "raw")
