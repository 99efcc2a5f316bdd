"""Takes the pictures of the live page: `python -m tests.web.pictures` writes docs/images/page-*.webp.

The page shows a simulated business, computed by the same engine that a worker runs; nothing in it is drawn by hand.
"""

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from streams.web.server import make_app, serve
from tests.web.browser import Page, opened
from tests.web.business import business

FOLDER = Path(__file__).parents[2] / "docs" / "images"
EVENTS = 20_000
MOST_BYTES = 1_000_000


class Shot(NamedTuple):
    """A picture: how the page is opened, and on what screen."""

    name: str
    query: str
    width: int
    height: int
    dark: bool = False
    scale: float = 1
    click: str = ""
    """What is clicked first, as a CSS selector."""


SHOTS = (
    Shot("page-light", "?window=1h&scope=all", 1280, 1000),
    Shot("page-dark", "?window=1h&scope=all", 1280, 1000, dark=True),
    Shot("page-phone-light", "?window=1d&scope=all", 360, 800, scale=2),
    Shot("page-phone-dark", "?window=1d&scope=all", 360, 800, dark=True, scale=2),
    Shot("page-wall-light", "?window=1h&scope=all&view=wall", 1920, 1080),
    Shot("page-wall-dark", "?window=1h&scope=all&view=wall", 1920, 1080, dark=True),
    Shot("page-story-light", "?window=1d&scope=all", 1280, 900, click="[data-open=first_response_time]"),
    Shot("page-story-dark", "?window=1d&scope=all", 1280, 900, dark=True, click="[data-open=first_response_time]"),
    Shot("page-scope-light", "?window=1d&scope=channel", 1280, 1000),
)


async def take(page: Page, address: str, shot: Shot, folder: Path) -> Path:
    """One picture, once everything is there."""
    scheme = [{"name": "prefers-color-scheme", "value": "dark" if shot.dark else "light"}]
    await page.call("Emulation.setEmulatedMedia", features=scheme)
    size = {"width": shot.width, "height": shot.height, "deviceScaleFactor": shot.scale, "mobile": shot.width < 500}
    await page.call("Emulation.setDeviceMetricsOverride", **size)
    await page.show(address + shot.query)
    await page.becomes("document.querySelector('#connection')?.textContent", "Live")
    await page.becomes("document.querySelectorAll('.spark canvas').length > 3", True)
    if shot.click:
        await page.evaluate(f"document.querySelector('{shot.click}').click()")
        await page.becomes("document.querySelectorAll('.story').length > 3", True)
        await page.evaluate("document.querySelector('.story').open = true")
    await asyncio.sleep(0.5)
    path = folder / f"{shot.name}.webp"
    await page.screenshot(path)
    return path


async def main(folder: Path, names: list[str]) -> None:
    """Take those named, or all."""
    folder.mkdir(parents=True, exist_ok=True)
    runner, port = await serve(make_app(business(EVENTS)), "127.0.0.1", 0)
    with tempfile.TemporaryDirectory() as profile:
        async with opened(Path(profile)) as page:
            for shot in SHOTS:
                if not names or shot.name in names:
                    path = await take(page, f"http://127.0.0.1:{port}/", shot, folder)
                    print(f"{path.stat().st_size:>9,} {path.name}")
            print(page.complaints or "no complaint")
    await runner.cleanup()
    total = sum(path.stat().st_size for path in folder.glob("page-*.webp"))
    if total > MOST_BYTES:
        sys.exit(f"{total:,} bytes are more than {MOST_BYTES:,}")


if __name__ == "__main__":
    asyncio.run(main(FOLDER, sys.argv[1:]))
