"""Are the keys reachable on a Norwegian keyboard, and are the colours readable?"""

from __future__ import annotations

from typing import Any

import pytest
from textual.color import Color

from tui.keymap import KEYS, WRITING, bindings
from tui.theme import THEMES


def test_keys_need_no_altgr_and_none_is_taken_twice_where_both_apply() -> None:
    for sections in (
        ("timeline", "record", "time", "app"),
        ("structure", "record", "time", "app"),
        ("why", "record", "time", "app"),
        ("detail", "record", "time", "app"),
        ("adherence", "time", "app"),
        ("matrix", "time", "app"),
        ("money", "time", "app"),
        ("attention", "time", "app"),
        ("behind", "time", "app"),
        ("thing", "time", "app"),
    ):
        taken: dict[str, str] = {}
        for section in sections:
            for binding in bindings(section):
                assert not isinstance(binding, tuple)
                for key in binding.key.split(","):
                    assert key not in taken, (key, section, taken[key])
                    taken[key] = section
                    assert key not in {
                        "left_square_bracket",
                        "right_square_bracket",
                        "at",
                        "left_curly_bracket",
                        "[",
                        "]",
                        "@",
                    }


def test_the_keys_for_recording_stand_in_sections_that_only_writers_see() -> None:
    for section, keys in KEYS.items():
        recording = any(key.action in {"record", "correct"} for key in keys)
        assert not recording or section in WRITING


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_text_colours_have_the_contrast_wcag_asks_for(theme: Any) -> None:
    grounds = [theme.background, theme.surface, theme.panel, theme.variables["cursor"], theme.variables["cursor-idle"]]
    texts = {
        "foreground": (theme.foreground, grounds),
        "quiet": (theme.variables["quiet"], grounds[:3]),
        "cursor": (theme.variables["cursor-text"], [theme.variables["cursor"]]),
        **{
            name: (getattr(theme, name), [*grounds[:3], theme.variables["cursor-idle"]])
            for name in ("warning", "error", "success", "accent")
        },
        "alarm": (theme.surface, [theme.error]),
    }
    for name, (text, on) in texts.items():
        for ground in on:
            assert _contrast(Color.parse(text), Color.parse(ground)) >= 4.5, (name, ground)


def _contrast(one: Color, other: Color) -> float:
    def luminance(color: Color) -> float:
        parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color.normalized]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)
