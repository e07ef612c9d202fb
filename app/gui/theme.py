"""The look of the window: tokens read from resources/theme, made into palette and style sheet."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from string import Template
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

from app.base.errors import Refused, Where
from app.base.places import resource

CHOICES = ("system", "light", "dark", "contrast")
SCALES = (100, 125, 150, 175, 200)


@dataclass(frozen=True)
class Colours:
    """One set of colour tokens, each `#RRGGBB`; widths in pixels."""

    dark: bool
    edge_width: int
    focus_width: int
    ground: str
    surface: str
    raised: str
    rail: str
    rail_hover: str
    ink: str
    quiet: str
    off: str
    line: str
    edge: str
    accent: str
    accent_hover: str
    on_accent: str
    chosen: str
    on_chosen: str
    focus: str
    danger: str
    danger_hover: str
    on_danger: str
    danger_ground: str
    good: str
    good_ground: str
    warn: str
    warn_ground: str
    banner: str
    on_banner: str
    differ: str
    differ_ground: str
    only: str
    only_ground: str
    towards: str
    against: str
    start: str


@dataclass(frozen=True)
class Type:
    """Type sizes: body in points at 100 %, the rest as multiples of it."""

    body: float
    small: float
    lead: float
    heading: float
    title: float


@dataclass(frozen=True)
class Space:
    """Distances in pixels before the system's own scaling."""

    hair: int
    small: int
    step: int
    wide: int
    page: int


@dataclass(frozen=True)
class Tokens:
    """Everything tokens.toml says."""

    type: Type
    space: Space
    themes: dict[str, Colours]


def _strict(kind: type[Any], data: dict[str, Any], table: str) -> Any:
    wanted = {f.name for f in fields(kind)}
    for key in sorted(wanted.symmetric_difference(data)):
        raise Refused(
            "declaration-invalid",
            where=Where(file="tokens.toml", column=f"{table}.{key}"),
            key=f"{table}.{key}",
            problem="missing" if key in wanted else "unknown",
            accepted=", ".join(sorted(wanted)),
        )
    return kind(**data)


def read_tokens() -> Tokens:
    """The tokens, read strictly; raises Refused `declaration-invalid` for a key too few or many."""
    data = tomllib.loads(resource("theme", "tokens.toml").read_text(encoding="utf-8"))
    kind = _strict(Type, data.pop("type", {}), "type")
    space = _strict(Space, data.pop("space", {}), "space")
    return Tokens(kind, space, {name: _strict(Colours, part, name) for name, part in data.items()})


def _luminance(colour: str) -> float:
    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)

    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two `#RRGGBB` colours (1-21), as WCAG 2.2 defines it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def palette(c: Colours) -> QPalette:
    """The tokens as a Qt palette."""
    made = QPalette()
    role = QPalette.ColorRole
    for key, colour in {
        role.Window: c.ground,
        role.WindowText: c.ink,
        role.Base: c.surface,
        role.AlternateBase: c.raised,
        role.Text: c.ink,
        role.Button: c.surface,
        role.ButtonText: c.ink,
        role.BrightText: c.danger,
        role.Highlight: c.accent,
        role.HighlightedText: c.on_accent,
        role.Accent: c.accent,
        role.Link: c.accent,
        role.LinkVisited: c.accent,
        role.PlaceholderText: c.quiet,
        role.ToolTipBase: c.surface,
        role.ToolTipText: c.ink,
        role.Light: c.raised,
        role.Midlight: c.line,
        role.Mid: c.line,
        role.Dark: c.edge,
        role.Shadow: c.edge,
    }.items():
        made.setColor(key, QColor(colour))
    for key in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, key, QColor(c.off))
    return made


def style_sheet(c: Colours, kind: Type, scale: float) -> str:
    """The style sheet with every token filled in; `scale` 1.0 is 100 %."""
    points = kind.body * scale
    sizes = {
        "body": points,
        "small": points * kind.small,
        "lead": points * kind.lead,
        "heading": points * kind.heading,
        "title": points * kind.title,
    }
    grow = c.focus_width - c.edge_width
    text = resource("theme", "window.qss").read_text(encoding="utf-8")
    return Template(text).substitute(
        {f.name: getattr(c, f.name) for f in fields(Colours)},
        **{name: f"{size:.2f}" for name, size in sizes.items()},
        focus_pad_y=6 - grow,
        focus_pad_x=14 - grow,
        indicator=round(points * 1.6),
        indicator_round=round(points * 1.6) // 2 + c.edge_width,
        box_pad=5,
        box_focus_pad=5 - grow,
    )


class Theme(QObject):
    """The look in force; it follows the system until the steward chooses otherwise."""

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._tokens = read_tokens()
        self._choice = "system"
        self._scale = 1.0
        self.name = "light"
        app.setStyle("Fusion")
        hints = app.styleHints()
        hints.colorSchemeChanged.connect(self._system_changed)
        hints.accessibility().contrastPreferenceChanged.connect(self._system_changed)
        self.apply("system", 1.0)

    @property
    def colours(self) -> Colours:
        """The colours in force."""
        return self._tokens.themes[self.name]

    @property
    def space(self) -> Space:
        """Distances."""
        return self._tokens.space

    @property
    def points(self) -> float:
        """Body text in points, scale included."""
        return self._tokens.type.body * self._scale

    def apply(self, choice: str, scale: float) -> None:
        """Put a choice (one of CHOICES) and a text scale (1.0 = 100 %) in force."""
        self._choice = choice
        self._scale = scale
        self.name = self._resolve(choice)
        sheet = style_sheet(self.colours, self._tokens.type, scale)
        if self._app.styleSheet() != sheet:
            self._wear(sheet)
        self.changed.emit()

    def _wear(self, sheet: str) -> None:
        self._app.setStyleSheet("")  # or font and palette would be worked into every rule anew
        font = QFont(self._app.font())
        font.setPointSizeF(self.points)
        self._app.setFont(font)
        self._app.setPalette(palette(self.colours))
        self._app.setStyleSheet(sheet)

    def _resolve(self, choice: str) -> str:
        hints = self._app.styleHints()
        dark = hints.colorScheme() == Qt.ColorScheme.Dark
        high = hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast
        if choice == "contrast" or (choice == "system" and high):
            return "contrast-dark" if dark or not high else "contrast-light"
        if choice == "system":
            return "dark" if dark else "light"
        return choice

    def _system_changed(self) -> None:
        if self._resolve(self._choice) != self.name:
            self.apply(self._choice, self._scale)
