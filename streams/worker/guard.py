"""A thread that ends the process when its event loop is blocked: nothing within the loop could."""

import faulthandler
import logging
import os
import threading
import time
from collections.abc import Callable

EXIT_BLOCKED = 70
"""As for any other error that cannot be handled: a supervisor starts the worker anew."""

log = logging.getLogger(__name__)


def end(seconds: float) -> None:
    """Tell where every thread is, and end at once: nothing further is acked or committed."""
    log.critical("the event loop has been blocked for %.0f s: the worker ends", seconds)
    faulthandler.dump_traceback()
    logging.shutdown()
    os._exit(EXIT_BLOCKED)


class Guard:
    """Looks at the instant of the loop's last turn, monotonic, until `stop`."""

    def __init__(self, beat: Callable[[], float], patience: float, blocked: Callable[[float], None] = end) -> None:
        self._beat, self._patience, self._blocked = beat, patience, blocked
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="guard", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._over.set()

    def _run(self) -> None:
        began = looked = time.monotonic()
        while not self._over.wait(self._patience / 8):
            now = time.monotonic()
            if now - looked > self._patience / 2:
                began = now  # the whole process was suspended: the loop has a new chance
            looked = now
            silent = now - max(self._beat(), began)
            if silent > self._patience:
                self._blocked(silent)
