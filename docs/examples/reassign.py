"""Passes tickets on at a help desk as `reassignment-requested` proposes: here a Chatwoot, by its REST API.

The desk then tells of the new assignment by an `assign` on ticket-answered, as of any other, with `by: system`.
"""

import json
import os
import time
from datetime import datetime
from urllib.error import HTTPError
from urllib.request import Request, urlopen

STALE_SECONDS = 600
"""A replay requests again what it requested before: who is long past needs nobody any more."""


class HelpDesk:
    """The conversations of one account; `people` are its ids of agents by their names in the events."""

    def __init__(self, base, token, people):
        self.base, self.token, self.people = base.rstrip("/"), token, people

    def assignee(self, ticket):
        """The id of who has a ticket, or None."""
        return (self._ask("GET", ticket)["meta"].get("assignee") or {}).get("id")

    def assign(self, ticket, agent):
        """Give it to somebody; saying so twice does no harm."""
        self._ask("POST", f"{ticket}/assignments", {"assignee_id": self.people[agent]})

    def _ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        heads = {"api_access_token": self.token, "content-type": "application/json"}
        with urlopen(Request(f"{self.base}/conversations/{path}", data, heads, method=method), timeout=10) as answer:
            return json.load(answer)


def act(request, desk, now):
    """Do what a request proposes, unless it is outdated; says what became of it."""
    age = now - datetime.fromisoformat(request["requested_at"]).timestamp()
    if age > STALE_SECONDS:
        return "stale"
    if request["to_agent"] is None:
        return "nobody is free"
    if request["to_agent"] not in desk.people:
        return f"no agent {request['to_agent']} at the desk"
    had = desk.people.get(request["from_agent"])
    try:
        if desk.assignee(request["ticket_id"]) != had:
            return "somebody else has it by now"
        desk.assign(request["ticket_id"], request["to_agent"])
    except HTTPError as error:
        if error.code == 404:
            return "no such ticket"
        raise  # the desk is out of order: end, and begin with this request again
    return f"given to {request['to_agent']}"


def main():
    """Follow the topic; a request is committed when it is done."""
    from kafka import KafkaConsumer

    desk = HelpDesk(os.environ["DESK_URL"], os.environ["DESK_TOKEN"], json.loads(os.environ["DESK_PEOPLE"]))
    consumer = KafkaConsumer(
        os.environ.get("STREAMS_PREFIX", "") + "reassignment-requested",
        bootstrap_servers=os.environ.get("STREAMS_BROKER", "127.0.0.1:9092"),
        group_id="help-desk",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        max_poll_records=1,
    )
    for record in consumer:
        request = json.loads(record.value)
        print(request["ticket_id"], act(request, desk, time.time()), flush=True)
        consumer.commit()


if __name__ == "__main__":
    main()
