"""Workers asked over HTTP."""

import json
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

import click

ADDRESS = "http://127.0.0.1:8321"
TIMEOUT = 60
"""Seconds."""
_open = build_opener(ProxyHandler({})).open


def ask(address: str, path: str) -> Any:
    """JSON of a worker; what is wrong ends the command, in the worker's words where it has some."""
    if not address.startswith(("http://", "https://")):
        raise click.UsageError(f"{address!r} is no address of a worker; write one like {ADDRESS}")
    try:
        with _open(address.rstrip("/") + path, timeout=TIMEOUT) as answer:
            return json.load(answer)
    except HTTPError as error:
        raise click.ClickException("\n".join(_told(error))) from error
    except (URLError, OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise click.ClickException(f"{address} does not answer as a worker does: {reason}") from error


def readiness(address: str) -> Any:
    """What `/readyz` tells, also where the worker is not ready."""
    try:
        with _open(address.rstrip("/") + "/readyz", timeout=TIMEOUT) as answer:
            return json.load(answer)
    except HTTPError as error:
        return json.load(error)
    except (URLError, OSError, ValueError) as error:
        return {"ready": False, "why": [f"the worker does not answer: {getattr(error, 'reason', error)}"]}


def _told(error: HTTPError) -> list[str]:
    try:
        told: list[str] = json.load(error)["errors"]
    except (ValueError, KeyError):
        return [f"{error.url}: {error.code} {error.reason}"]
    return told
