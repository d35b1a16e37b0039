"""The law on cooperation between municipalities: which act applies on a day, and what an agreement must contain.

Data, with the few questions asked of it. The items of kommuneloven (2018) §§ 18-4, 19-4 and 20-4 are paraphrased, in
the law's order. The wording of the act of 1992 is not held here, so nothing is measured by it: a question about its
requirements is answered by None, *not judged*, and never by "none". Not legal advice.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final, Literal, NamedTuple

COUNCILS_CONSTITUTED: Final = date(2019, 11, 1)
"""The chapters on cooperation apply from each council's constituting meeting in autumn 2019 (§ 31-1, note 1): from this
day every council is certainly under them."""

NOTICE_MONTHS_HOST: Final = 12
"""Notice to leave a host municipality agreement, unless agreed otherwise (koml. § 20-8)."""
NOTICE_MONTHS_BOUNDARY: Final = 6
"""Notice to leave after a boundary change (inndelingslova § 16)."""
YEARS_AFTER_BOUNDARY: Final = 1
"""For how long after a boundary change that notice may be given (inndelingslova § 16)."""

ASSEMBLIES: Final = {"political_council": "koml. § 18-3", "task_community": "koml. § 19-3"}
"""Forms with a representative council that the act of 2018 rules, and where."""

BOUNDARY_NOTICE: Final = "inndelingslova § 16"
HOST_NOTICE: Final = "koml. § 20-8"

Content = Literal[
    "name",
    "legal_person",
    "members_each",
    "matters",
    "authority_given",
    "ownership_share",
    "exit_rules",
    "dissolution_and_archive",
    "tasks_and_authority",
    "contributions_due",
    "borrowing",
    "reporting",
    "participants",
    "host",
    "transfer_date",
    "decisions_told",
    "settlement",
    "dissolution_rules",
    "other_by_law",
    "joint_board_members",
]
"""What a cooperation agreement may settle, of that which the law asks of one form or another."""


class Act(NamedTuple):
    """A statute, with the days on which it is the one to go by; ``until`` is the first day it is not."""

    key: str
    en: str
    nb: str
    number: str
    since: date
    until: date | None


class Item(NamedTuple):
    """One thing an agreement must settle, by its letter in the law's list; without one it has a paragraph of its own.

    ``conditional`` items are asked for only where the matter arises.
    """

    content: Content
    letter: str
    en: str
    nb: str
    conditional: bool = False


class Contents(NamedTuple):
    """What an agreement of a form must contain, and where that stands."""

    paragraph: str
    items: tuple[Item, ...]

    def missing(self, present: Collection[str]) -> tuple[Item, ...]:
        """The items certainly asked for that are not among those present."""
        return tuple(item for item in self.items if not item.conditional and item.content not in present)


ACTS: Final = (
    Act(
        "act_1992",
        "Local Government Act 1992",
        "kommuneloven 1992",
        "LOV-1992-09-25-107",
        date(1993, 1, 1),
        COUNCILS_CONSTITUTED,
    ),
    Act(
        "act_2018",
        "Local Government Act 2018",
        "kommuneloven 2018",
        "LOV-2018-06-22-83",
        COUNCILS_CONSTITUTED,
        None,
    ),
)

_NAME = Item("name", "a", "name", "navn")
_LEGAL_PERSON = Item("legal_person", "b", "whether it is a legal person of its own", "om det er eget rettssubjekt")
_SHARES = Item(
    "ownership_share",
    "f",
    "shares of ownership, and of liability if others",
    "eierandeler, og ansvarsandeler om de er andre",
)

CONTENTS_2018: Final = {
    "political_council": Contents(
        "koml. § 18-4",
        (
            _NAME,
            _LEGAL_PERSON,
            Item("members_each", "c", "members for each participant", "antall medlemmer fra hver deltaker"),
            Item("matters", "d", "matters it may treat", "saker det kan behandle"),
            Item("authority_given", "e", "authority given to it", "myndighet det har"),
            Item(
                "ownership_share",
                "f",
                "shares of ownership, and of liability if others",
                "eierandeler, og ansvarsandeler om de er andre",
            ),
            Item("exit_rules", "g", "how to withdraw", "hvordan en deltaker trer ut"),
            Item(
                "dissolution_and_archive",
                "h",
                "dissolution, and who keeps the archives",
                "oppløsning, og hvem som oppbevarer arkivene",
            ),
        ),
    ),
    "task_community": Contents(
        "koml. § 19-4",
        (
            _NAME,
            _LEGAL_PERSON,
            Item("members_each", "c", "members for each participant", "antall medlemmer fra hver deltaker"),
            Item("tasks_and_authority", "d", "tasks and authority", "oppgaver og myndighet"),
            Item("contributions_due", "e", "contributions and other payments", "innskudd og andre ytelser"),
            Item(
                "ownership_share",
                "f",
                "shares of ownership, and of liability if others",
                "eierandeler, og ansvarsandeler om de er andre",
            ),
            Item("borrowing", "g", "power to borrow", "myndighet til å ta opp lån"),
            Item("reporting", "h", "what it reports to the participants", "hva det rapporterer til deltakerne"),
            Item("exit_rules", "i", "how to withdraw", "hvordan en deltaker trer ut"),
            Item(
                "dissolution_and_archive",
                "j",
                "dissolution, and who keeps the archives",
                "oppløsning, og hvem som oppbevarer arkivene",
            ),
        ),
    ),
    "host_municipality": Contents(
        "koml. § 20-4",
        (
            Item("participants", "a", "participants", "deltakere"),
            Item("host", "b", "which of them is host", "hvem som er vertskommune"),
            Item(
                "tasks_and_authority",
                "c",
                "tasks and authority given to the host",
                "oppgaver og myndighet som legges til vertskommunen",
            ),
            Item("transfer_date", "d", "when they are transferred", "når de overføres"),
            Item(
                "decisions_told",
                "e",
                "which of the host's decisions the participants are told of",
                "hvilke av vertskommunens vedtak deltakerne skal underrettes om",
            ),
            Item("settlement", "f", "economic settlement", "det økonomiske oppgjøret"),
            Item("exit_rules", "g", "how to withdraw", "hvordan en deltaker trer ut"),
            Item("dissolution_rules", "h", "dissolution", "avvikling"),
            Item("other_by_law", "i", "anything else the law asks", "annet som loven krever avtalt", conditional=True),
            Item(
                "joint_board_members",
                "",
                "members of a joint board for each participant",
                "antall medlemmer fra hver deltaker i en felles nemnd",
                conditional=True,
            ),
        ),
    ),
}
"""By form of cooperation, the contents that the act of 2018 asks for."""


def act_on(day: date) -> Act | None:
    """The act to go by on a day; None for days before the act of 1992."""
    found = [act for act in ACTS if act.since <= day and (act.until is None or day < act.until)]
    return found[0] if found else None


def judged(day: date) -> bool:
    """Whether the act of that day is one whose wording is held here, so that something can be measured by it."""
    return day >= COUNCILS_CONSTITUTED


def contents(form: object, day: date) -> Contents | None:
    """What an agreement of a form must contain on a day.

    None when the law lists nothing for the form, or when the law of the day is one whose wording is not held here.
    """
    return CONTENTS_2018.get(form) if isinstance(form, str) and judged(day) else None


def listed(items: Collection[Item]) -> str:
    """The items with their letters, in both languages, for a person who must find them in the agreement."""
    return "; ".join(f"{item.letter}) {item.en} – {item.nb}".removeprefix(") ") for item in items)
