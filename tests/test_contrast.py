"""Can every text be read on every ground it stands on, and are status colours told apart by those who see few?"""

from __future__ import annotations

from itertools import combinations

import pytest
from textual.color import Color
from textual.theme import Theme

from tui.signs import TABLE, plain_signs
from tui.theme import THEMES

AA = 4.5
TEXTS = ("foreground", "accent", "warning", "error", "success", "quiet")
GROUNDS = ("surface", "panel", "background")
# Viénot, Brettel and Mollon (1999): how linear RGB looks to those who lack the cones for green.
DEUTERANOPIA = ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0))


def token(theme: Theme, name: str) -> Color:
    given = theme.variables.get(name) or getattr(theme, name.replace("-", "_"))
    return Color.parse(given)


def linear(color: Color) -> list[float]:
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color.normalized]


def luminance(color: Color) -> float:
    red, green, blue = linear(color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Color, other: Color) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def lab(rgb: list[float]) -> tuple[float, float, float]:
    """CIE L*a*b* (D65) of linear RGB."""
    matrix = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    x, y, z = (
        sum(weight * max(0.0, part) for weight, part in zip(row, rgb, strict=True)) / white
        for row, white in zip(matrix, (0.9505, 1.0, 1.089), strict=True)
    )
    fx, fy, fz = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def seen_without_green(color: Color) -> tuple[float, float, float]:
    rgb = linear(color)
    return lab([sum(weight * part for weight, part in zip(row, rgb, strict=True)) for row in DEUTERANOPIA])


def apart(one: Color, other: Color) -> float:
    pairs = zip(seen_without_green(one), seen_without_green(other), strict=True)
    return float(sum((a - b) ** 2 for a, b in pairs) ** 0.5)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_text_can_be_read_on_every_ground(theme: Theme) -> None:
    pairs = [(text, ground) for text in TEXTS for ground in GROUNDS]
    pairs += [("cursor-text", "cursor"), ("foreground", "cursor-idle"), ("surface", "error")]
    poor = {
        pair: round(contrast(token(theme, pair[0]), token(theme, pair[1])), 2)
        for pair in pairs
        if contrast(token(theme, pair[0]), token(theme, pair[1])) < AA
    }
    assert not poor


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_status_colours_are_told_apart_without_green(theme: Theme) -> None:
    states = {name: token(theme, name) for name in ("success", "warning", "error")}
    near = {
        (one, other): round(apart(states[one], states[other]))
        for one, other in combinations(states, 2)
        if apart(states[one], states[other]) < 20
    }
    assert not near


def test_plain_signs_are_ascii_and_as_wide() -> None:
    for sign, plain in TABLE.items():
        assert len(str(plain)) == 1, chr(sign)
        assert str(plain).isascii()
    assert plain_signs("◆ Sørdalsrådet ✓ ▁█ – “nei”") == '@ Sørdalsrådet V .# - "nei"'
