"""The examples of docs/: what they do with what the topics carry. tests/broker follows a topic with them."""

import json
import runpy
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.error import HTTPError

import orjson
import pytest

from streams.exports.reassignment import event
from streams.units import SECOND
from tests.exports.test_reassignment import ASKED

EXAMPLES = Path(__file__).parents[1] / "docs" / "examples"
PEOPLE = {"ann": 1, "bob": 2}


class Conversations(HTTPServer):
    """A help desk as far as the example asks it: who has what."""

    assignees: dict[str, int | None]
    asked: list[str]
    broken = False


class Answer(BaseHTTPRequestHandler):
    server: Conversations

    def do_GET(self) -> None:
        ticket = self.path.split("/")[-1]
        if self.server.broken or self.headers["api_access_token"] != "secret":
            self.send_error(500)
        elif ticket not in self.server.assignees:
            self.send_error(404)
        else:
            holder = self.server.assignees[ticket]
            self._say({"meta": {"assignee": {"id": holder} if holder else None}})

    def do_POST(self) -> None:
        ticket = self.path.split("/")[-2]
        self.server.assignees[ticket] = json.loads(self.rfile.read(int(self.headers["content-length"])))["assignee_id"]
        self._say({})

    def _say(self, what: Any) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(what).encode())

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def help_desk(**assignees: int | None) -> Iterator[tuple[Conversations, Any, Any]]:
    """The desk, the example's hands on it, and its rule."""
    server = Conversations(("127.0.0.1", 0), Answer)
    server.assignees = dict(assignees)
    thread = Thread(target=server.serve_forever)
    thread.start()
    example = runpy.run_path(str(EXAMPLES / "reassign.py"))
    base = f"http://127.0.0.1:{server.server_port}/api/v1/accounts/1/"
    try:
        yield server, example["HelpDesk"](base, "secret", PEOPLE), example["act"]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def request(**changes: object) -> dict[str, Any]:
    told: dict[str, Any] = orjson.loads(event(ASKED)[1])
    return {**told, **changes}


NOW = ASKED.requested_at / SECOND + 5


def test_a_ticket_goes_to_whom_is_proposed() -> None:
    with help_desk(t1=1) as (server, desk, act):
        assert act(request(), desk, NOW) == "given to bob"
        assert server.assignees == {"t1": 2}
        assert act(request(), desk, NOW) == "somebody else has it by now"


def test_one_that_nobody_has_goes_too() -> None:
    with help_desk(t1=None) as (server, desk, act):
        assert act(request(from_agent=None), desk, NOW) == "given to bob"
        assert server.assignees == {"t1": 2}


@pytest.mark.parametrize(
    ("changes", "now", "said"),
    [
        ({}, NOW + 700, "stale"),
        ({"to_agent": None}, NOW, "nobody is free"),
        ({"to_agent": "eve"}, NOW, "no agent eve at the desk"),
        ({"ticket_id": "t2"}, NOW, "no such ticket"),
        ({"from_agent": "bob"}, NOW, "somebody else has it by now"),
    ],
)
def test_what_is_outdated_changes_nothing(changes: dict[str, Any], now: float, said: str) -> None:
    with help_desk(t1=1) as (server, desk, act):
        assert act(request(**changes), desk, now) == said
        assert server.assignees == {"t1": 1}


def test_a_desk_that_is_out_of_order_ends_it() -> None:
    with help_desk(t1=1) as (server, desk, act):
        server.broken = True
        with pytest.raises(HTTPError):
            act(request(), desk, NOW)
