"""Makes the pictures of the readers' pages: a small installation is started, its own pages are photographed.

    python -m docs.pictures.pages [FOLDER]      (needs Chromium; writes PNG files beside this one)
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from monitor import web
from monitor.links import Purpose
from tests.web.desk import House

HERE = Path(__file__).parent
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars",
         "--disable-background-networking", "--disable-component-update", "--disable-sync"]  # fmt: skip
DARK = "--blink-settings=preferredColorScheme=0"
LIGHT = "--blink-settings=preferredColorScheme=1"


def main(out: Path, everything: bool) -> None:
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        sys.exit("pictures need Chromium (Debian: apt install chromium)")
    with tempfile.TemporaryDirectory() as name:
        house = House(Path(name))
        sub = house.reader(destination=["mali", "niger"], quiet_from="22:00", quiet_to="06:00", zone="Africa/Bamako")
        house.clock.forward(days=1)
        house.ask(floor="high", language="fr", cadence="daily")
        server = web.serve(house.app, "127.0.0.1", 0)
        manage = house.link(Purpose.MANAGE, sub.id)
        pages = {"subscribe": ("/subscribe", 2030), "manage": (f"{manage}?done=saved", 2450),
                 "confirm": (house.confirmation(), 820)}  # fmt: skip

        def shoot(page: str, picture: str, width: int, height: int, *more: str) -> None:
            profile = tempfile.mkdtemp(dir=name)
            address = server.url.rstrip("/") + pages[page][0]
            subprocess.run([browser, *FLAGS, *more, f"--user-data-dir={profile}", f"--window-size={width},{height}",
                            f"--screenshot={out / picture}.png", address], check=True, capture_output=True)  # fmt: skip

        if everything:
            for page, (_, height) in pages.items():
                for width in (900, 500):  # no narrower window is made by a browser without a screen
                    for tone, flag in (("light", LIGHT), ("dark", DARK)):
                        shoot(page, f"{page}-{width}-{tone}", width, height + (0 if width == 900 else 500), flag)
        else:
            shoot("subscribe", "page-sign-up", 900, 1240, LIGHT)
            shoot("manage", "page-manage-phone-dark", 500, 1240, DARK)
        server.close()
        house.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else HERE, everything=bool(sys.argv[1:]))
