"""Our own themes: dark, light and high contrast; and the style sheet that they colour."""

from __future__ import annotations

from typing import Final

from textual.css.stylesheet import Stylesheet
from textual.theme import Theme

from tui import colours


def _theme(name: str, named: dict[str, str], *, dark: bool) -> Theme:
    return Theme(
        name,
        dark=dark,
        primary=named["primary"],
        secondary=named["secondary"],
        accent=named["accent"],
        foreground=named["foreground"],
        background=named["background"],
        surface=named["surface"],
        panel=named["panel"],
        warning=named["warning"],
        error=named["error"],
        success=named["success"],
        variables=named,
    )


DARK: Final = _theme("vedtak-dark", colours.DARK, dark=True)
LIGHT: Final = _theme("vedtak-light", colours.LIGHT, dark=False)
CONTRAST: Final = _theme("vedtak-contrast", colours.CONTRAST, dark=True)
THEMES: Final = (DARK, LIGHT, CONTRAST)


class ParsedOnce(Stylesheet):
    """A style sheet that parses again only what has changed.

    Textual's own makes all of it anew whenever a screen or a theme may be another: three times before the first frame.
    """

    def __init__(self, *, variables: dict[str, str]) -> None:
        super().__init__(variables=variables)
        self._colours = variables

    def set_variables(self, variables: dict[str, str]) -> None:
        """Other colours; the same ones change nothing."""
        if variables != self._colours:
            self._colours = variables
            super().set_variables(variables)

    def reparse(self) -> None:
        """Parse what is not parsed yet."""
        self.parse()
