"""What the rows of a form are called and what is said below them: the event's own words, and ours for the envelope."""

from __future__ import annotations

import re
from typing import Final

from ledger.declaration import FieldDeclaration
from tui.locale import N_, _, language
from tui.terms import term

_TITLES: Final = {
    "effective": N_("Effective"),
    "knowledge": N_("Knowledge"),
    "sources": N_("Source"),
    "sources.document": N_("Source"),
    "sources.locator": N_("Place in it"),
    "sources.quote": N_("Quote"),
    "sources.sha256": N_("SHA-256"),
    "authority": N_("Authority"),
    "authority_point": N_("Point of it"),
    "partnership": N_("Partnership"),
    "dating": N_("Dating"),
    "dating.basis": N_("Date from"),
    "dating.reason": N_("Why that date"),
    "corrects": N_("Correction"),
    "corrects.kind": N_("What was wrong"),
    "corrects.reason": N_("Reason"),
    "note": N_("Note"),
}
_HELP: Final = {
    "effective": N_("When it took effect: 17.5.2018, “autumn 2018”, “yesterday”, 2018-05, ../2018-05-17."),
    "knowledge": N_("How we know it. Without an answer: documented with a source, else witnessed."),
    "sources.document": N_("The document that says so; by its name or reference."),
    "sources.locator": N_("Page, point or line, as a reader finds it."),
    "sources.quote": N_("The words themselves."),
    "sources.sha256": N_("Of the passage; 64 signs."),
    "authority": N_("The decision it rests on."),
    "authority_point": N_("The point of that decision: 3, 2b."),
    "partnership": N_("What is new will belong to it."),
    "dating.basis": N_("Only when the date does not simply stand in the source."),
    "dating.reason": N_("How the date was arrived at."),
    "corrects.kind": N_("What sort of mistake it was."),
    "corrects.reason": N_("Why it is corrected; readers will see this (arkivforskrifta 2025, § 11)."),
    "note": N_("For the reader."),
}


def title_of(told: FieldDeclaration, path: str) -> str:
    """What a row is called in the reader's language."""
    key = re.sub(r"\[\d+\]", "", path)
    if not key.startswith("event."):
        return _(_TITLES[key]) if key in _TITLES else term(told.name)
    return (told.nb if language() == "nb" else told.en) or term(told.name).capitalize()


def help_of(told: FieldDeclaration, path: str) -> str:
    """One sentence that helps to fill it in; empty when there is none."""
    key = re.sub(r"\[\d+\]", "", path)
    if not key.startswith("event."):
        return _(_HELP[key]) if key in _HELP else ""
    return told.help_nb if language() == "nb" else told.help_en
