"""Makes the README's pictures: `make screenshots`.

The service runs for real, in a workspace of its own, with the version that the given workspace
serves and composed articles of the labelled set.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import httpx
from playwright.sync_api import sync_playwright

from labels.labelled_set import shipped
from tests.journeys.browser import CHROMIUM, QUIET, serving

FOLDER = Path(__file__).parent / "images"
PICTURES = {"try-it": "/?sample=sample-1#s1", "monitor": "/monitor"}
ORIGINS = ("w11", "w12", "w13", "w14")


def main() -> None:
    """Take every picture."""
    home = Path(os.environ.get("STANCEWIRE_HOME", ".stancewire"))
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(home / "models", Path(folder) / "models")
        with serving(Path(folder)) as url, sync_playwright() as playwright:
            for coded in shipped().documents:
                if coded.origin in ORIGINS:
                    article = coded.document.to_json() | {"publisher": "Composed for stancewire"}
                    httpx.post(f"{url}/v1/documents", json=article, timeout=60).raise_for_status()
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
            page = browser.new_page(base_url=url, viewport={"width": 1280, "height": 960})
            for name, path in PICTURES.items():
                page.goto(path, wait_until="networkidle")
                page.evaluate("scrollTo(0, 0)")  # the address leads to a sentence further down
                page.screenshot(path=FOLDER / f"{name}.png")
                sys.stdout.write(f"{FOLDER / name}.png\n")
            browser.close()


if __name__ == "__main__":
    main()
