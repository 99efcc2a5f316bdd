"""A webhook that remembers what Alertmanager tells whom."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Told(NamedTuple):
    """One alert in one notification."""

    receiver: str
    status: str
    alert: str
    labels: dict[str, str]
    since: str
    """When it began to fire: an alert that fires twice has two of these."""


class Sink:
    """All that came, in the order in which it came."""

    def __init__(self) -> None:
        self.told: list[Told] = []
        self.url = ""

    def of(self, *receivers: str, status: str = "firing") -> list[Told]:
        """What these were told."""
        return [one for one in list(self.told) if one.receiver in receivers and one.status == status]

    def others(self, receiver: str = "deadman") -> list[Told]:
        """What all but one were told."""
        return [one for one in list(self.told) if one.receiver != receiver]

    def take(self, receiver: str, body: dict[str, Any]) -> None:
        """A notification arrives."""
        for alert in body["alerts"]:
            labels = alert["labels"]
            self.told.append(Told(receiver, alert["status"], labels["alertname"], labels, alert["startsAt"]))


@contextmanager
def listening() -> Iterator[Sink]:
    """A sink on a free port of 127.0.0.1."""
    sink = Sink()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """A receiver's path is its name."""
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sink.take(self.path.strip("/"), json.loads(body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Be silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    sink.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield sink
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
