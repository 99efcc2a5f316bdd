"""Takes the pictures of the dashboards: `python -m tests.e2e.pictures` writes docs/images/board-*.webp.

They show the simulated day with its outage, and beside it a day of all that the simulator knows. Grafana does not run
here: the panels are drawn from the dashboards' JSON and from what a real Prometheus answers to their queries.
"""

import asyncio
import json
import shutil
import sys
import tempfile
import time
from importlib import resources
from pathlib import Path
from typing import Any

from tests.e2e.business import variety
from tests.e2e.clock import at
from tests.e2e.day import Day, played
from tests.e2e.preview import drawn
from tests.render.boards import BOARDS
from tests.render.prometheus import ROOT
from tests.web.browser import Page, opened

FOLDER = ROOT / "docs" / "images"
HERE = Path(__file__).parent
UNTIL = "13:52"
"""When the pictures are taken: the outage is over, its alerts have just ended or are about to."""
RATE = 0.1
"""Events a second of all that the simulator knows: few, so that scrapes stay quick where a day passes in minutes."""
MOST_BYTES = 2_000_000
WIDTH = 1200


async def take(page: Page, url: str, board: dict[str, Any], path: Path, *, dark: bool) -> None:
    """One picture of a dashboard from top to bottom."""
    scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
    await page.call("Emulation.setEmulatedMedia", features=scheme)
    size = {"width": WIDTH, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    await page.call("Emulation.setDeviceMetricsOverride", **size)
    script = f"window.board = {json.dumps(board)}"
    added = await page.call("Page.addScriptToEvaluateOnNewDocument", source=script)
    await page.show(url)
    await page.becomes("document.body?.dataset.drawn", "yes")
    height = await page.evaluate("Math.ceil(document.documentElement.getBoundingClientRect().height) + 6")
    clip = {"x": 0, "y": 0, "width": WIDTH, "height": height, "scale": 1}
    await page.picture(path, quality=50, clip=clip, captureBeyondViewport=True)
    await page.call("Page.removeScriptToEvaluateOnNewDocument", identifier=added["identifier"])


async def pictures(day: Day, folder: Path) -> None:
    """Every dashboard, light and dark."""
    for name in ("preview.html", "preview.js"):
        shutil.copy(HERE / name, folder)
    for name in ("uplot.js", "uplot.css"):
        (folder / name).write_bytes(resources.files("streams.web").joinpath("static", name).read_bytes())
    now = time.time()
    boards = {name: drawn(board, day.prometheus, day.begun, now) for name, board in BOARDS.items()}
    async with opened(folder / "profile") as page:
        for name, board in boards.items():
            for dark in (False, True):
                path = FOLDER / f"board-{name.removesuffix('.json')}-{'dark' if dark else 'light'}.webp"
                await take(page, f"{(folder / 'preview.html').as_uri()}", board, path, dark=dark)
                print(f"{path.stat().st_size:>9,} {path.name}")
        print(page.complaints or "no complaint")


def main() -> None:
    """Play the day until the afternoon, and take them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with played(folder, variety(at("09:00"), at(UNTIL), RATE)) as day:
            day.wait_until(UNTIL)
            asyncio.run(pictures(day, folder))
    total = sum(path.stat().st_size for path in FOLDER.glob("board-*.webp"))
    if total > MOST_BYTES:
        sys.exit(f"{total:,} bytes are more than {MOST_BYTES:,}")


if __name__ == "__main__":
    main()
