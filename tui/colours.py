"""The colours of our themes, by name: the roles that Textual knows, then our own. Without Textual.

Every colour that text is printed in has at least 4.5:1 on every ground it stands on.
The colours of a verdict (success, warning, error) differ for those who lack red or green too; tests measure both.
No meaning is carried by colour alone: a sign or a word always says the same.
"""

from __future__ import annotations

from typing import Final

DARK: Final = {
    "primary": "#7cc4ff",
    "secondary": "#9fb4c8",
    "accent": "#7cc4ff",
    "foreground": "#e6e9ec",
    "background": "#0f1419",
    "surface": "#151b22",
    "panel": "#1f2832",
    "warning": "#f5c84c",
    "error": "#ff8a80",
    "success": "#5fd0c5",
    "quiet": "#9dabb9",
    "cursor": "#25496b",
    "cursor-idle": "#2a333d",
    "cursor-text": "#ffffff",
    "frame": "#4c5a68",
    "scrollbar": "#3a4653",
    "scrollbar-background": "#151b22",
    "scrollbar-hover": "#55677a",
    "scrollbar-background-hover": "#151b22",
    "scrollbar-active": "#7cc4ff",
    "scrollbar-background-active": "#151b22",
    "scrollbar-corner-color": "#151b22",
}
LIGHT: Final = {
    "primary": "#0b5394",
    "secondary": "#48586a",
    "accent": "#0b5394",
    "foreground": "#15191d",
    "background": "#fbfbf8",
    "surface": "#f4f4ef",
    "panel": "#e4e6e4",
    "warning": "#7a4a00",
    "error": "#a3004f",
    "success": "#005f6b",
    "quiet": "#4f5a65",
    "cursor": "#bcd7f0",
    "cursor-idle": "#dcdfdd",
    "cursor-text": "#0b1622",
    "frame": "#8b959e",
    "scrollbar": "#b4bcc3",
    "scrollbar-background": "#f4f4ef",
    "scrollbar-hover": "#8b959e",
    "scrollbar-background-hover": "#f4f4ef",
    "scrollbar-active": "#0b5394",
    "scrollbar-background-active": "#f4f4ef",
    "scrollbar-corner-color": "#f4f4ef",
}
CONTRAST: Final = {
    "primary": "#ffffff",
    "secondary": "#ffffff",
    "accent": "#ffff54",
    "foreground": "#ffffff",
    "background": "#000000",
    "surface": "#000000",
    "panel": "#000000",
    "warning": "#ffd75f",
    "error": "#ff9e9e",
    "success": "#5fd7ff",
    "quiet": "#e4e4e4",
    "cursor": "#0044aa",
    "cursor-idle": "#303030",
    "cursor-text": "#ffffff",
    "frame": "#bcbcbc",
    "scrollbar": "#bcbcbc",
    "scrollbar-background": "#000000",
    "scrollbar-hover": "#ffffff",
    "scrollbar-background-hover": "#000000",
    "scrollbar-active": "#ffff54",
    "scrollbar-background-active": "#000000",
    "scrollbar-corner-color": "#000000",
}
