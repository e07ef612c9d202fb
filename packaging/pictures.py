"""Pictures of every page of the sample council's vault, in every theme, drawn without a screen.

    python packaging/pictures.py DIR

Run it with the Python of .venv. DIR/review-light.png is the README's picture; it lies in
resources/help/images. The others are for looking at before a release.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from time import monotonic

from app.base.clock import system_clock
from app.gui.main import page_makers
from app.gui.theme import Theme
from app.gui.window import Window
from app.model.runs import Band
from app.services import review, vaults
from app.services.catalogue import catalogue
from app.services.demo import demo
from app.services.workspace import Workspace

SEED = 20260822
THEMES = (("light", 1.0), ("dark", 1.0), ("contrast", 1.0), ("light", 2.0))


def main(arguments: list[str]) -> int:
    """Make a sample council in DIR/council and picture its pages into DIR."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtWidgets import QApplication

    folder = Path(arguments[0]).resolve()
    made = demo(catalogue(), folder / "council", 2000, SEED, system_clock)
    workspace = vaults.unlock(
        catalogue(), made.vault, made.stewards[0], made.passphrase, system_clock
    )
    app = QApplication(sys.argv[:1])
    theme = Theme(app)
    window = Window(theme, system_clock, page_makers())
    window.enter(workspace)
    window.resize(1280, 860)
    window.show()
    telling = interesting_pair(workspace, [run.run for run in reversed(made.runs)])
    for name, scale in THEMES:
        theme.apply(name, scale)
        for page in page_makers():
            window.bench.show_page(page, telling if page == "review" else None)
            settle(app)
            if page == "review":
                window.bench.at.open_score.setChecked(True)
            settle(app)
            suffix = name if scale == 1.0 else f"{name}-{scale:.0%}"
            window.grab().save(str(folder / f"{page}-{suffix}.png"))
    window.lock()
    settle(app)
    window.close()
    return 0


def interesting_pair(workspace: Workspace, runs: list[str]) -> str:
    """A pair worth a second look: the first that is only probable or possible."""
    for band in (Band.PROBABLE, Band.POSSIBLE, Band.CERTAIN):
        for run in runs:
            for pair in review.pairs(workspace, run, band, 1):
                return f"{run}/{band.value}/{pair.pair}"
    return runs[0]


def settle(app: object, seconds: float = 1.2) -> None:
    """Let workers answer and the window draw."""
    until = monotonic() + seconds
    while monotonic() < until:
        app.processEvents()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
