"""What every page stands in: the desk it works at, its head, its steps."""

from app.gui.frame.asking import ask_form
from app.gui.frame.clear_place import ClearPlace, PlaceWarning
from app.gui.frame.desk import Desk
from app.gui.frame.later import LaterParts, made
from app.gui.frame.newsecret import NewPassphraseBox
from app.gui.frame.page import Page
from app.gui.frame.preferences import Preferences, called
from app.gui.frame.steps import Step, Steps

__all__ = [
    "ClearPlace",
    "Desk",
    "LaterParts",
    "NewPassphraseBox",
    "Page",
    "PlaceWarning",
    "Preferences",
    "Step",
    "Steps",
    "ask_form",
    "called",
    "made",
]
