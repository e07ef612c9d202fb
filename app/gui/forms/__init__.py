"""What pages are built of: words, buttons, boxes to fill in, forms and questions."""

from app.gui.forms.boxes import (
    Choice,
    DateBoxes,
    FileBox,
    LineBox,
    NoteBox,
    PassphraseBox,
    RadioChoice,
    Tick,
)
from app.gui.forms.flow import flow
from app.gui.forms.focus import focus_first, in_reach
from app.gui.forms.form import ErrorSummary, Field, Form
from app.gui.forms.parts import Parts
from app.gui.forms.questions import Dialog, Question, ask, show_once
from app.gui.forms.roomy import Roomy
from app.gui.forms.tabs import tab_bar
from app.gui.forms.words import (
    Button,
    Card,
    Facts,
    Notice,
    Scroll,
    Text,
    WordsButton,
    column,
    plain,
    row,
    space,
    stretch,
)

__all__ = [
    "Button",
    "Card",
    "Choice",
    "DateBoxes",
    "Dialog",
    "ErrorSummary",
    "Facts",
    "Field",
    "FileBox",
    "Form",
    "LineBox",
    "NoteBox",
    "Notice",
    "Parts",
    "PassphraseBox",
    "Question",
    "RadioChoice",
    "Roomy",
    "Scroll",
    "Text",
    "Tick",
    "WordsButton",
    "ask",
    "column",
    "flow",
    "focus_first",
    "in_reach",
    "plain",
    "row",
    "show_once",
    "space",
    "stretch",
    "tab_bar",
]
