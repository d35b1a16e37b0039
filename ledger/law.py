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
    """One thing an agreement must settle. ``conditional`` items are asked for only where the matter arises."""

    content: Content
    no: str
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

_NAME = Item("name", "1", "name", "navn")
_LEGAL_PERSON = Item("legal_person", "2", "whether it is a legal person of its own", "om det er eget rettssubjekt")

CONTENTS_2018: Final = {
    "political_council": Contents(
        "koml. § 18-4",
        (
            _NAME,
            _LEGAL_PERSON,
            Item("members_each", "3", "members for each participant", "antall medlemmer fra hver deltaker"),
            Item("matters", "4", "matters it may treat", "saker det kan behandle"),
            Item("authority_given", "5", "authority given to it", "myndighet det har"),
            Item("ownership_share", "6", "ownership and liability shares", "eier- og ansvarsandeler"),
            Item("exit_rules", "7", "how to withdraw", "hvordan en deltaker trer ut"),
            Item(
                "dissolution_and_archive",
                "8",
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
            Item("members_each", "3", "members for each participant", "antall medlemmer fra hver deltaker"),
            Item("tasks_and_authority", "4", "tasks and authority", "oppgaver og myndighet"),
            Item("contributions_due", "5", "contributions and other payments", "innskudd og andre ytelser"),
            Item("ownership_share", "6", "ownership and liability shares", "eier- og ansvarsandeler"),
            Item("borrowing", "7", "power to borrow", "myndighet til å ta opp lån"),
            Item("reporting", "8", "what it reports to the participants", "hva det rapporterer til deltakerne"),
            Item("exit_rules", "9", "how to withdraw", "hvordan en deltaker trer ut"),
            Item(
                "dissolution_and_archive",
                "10",
                "dissolution, and who keeps the archives",
                "oppløsning, og hvem som oppbevarer arkivene",
            ),
        ),
    ),
    "host_municipality": Contents(
        "koml. § 20-4",
        (
            Item("participants", "1", "participants", "deltakere"),
            Item("host", "2", "which of them is host", "hvem som er vertskommune"),
            Item(
                "tasks_and_authority",
                "3",
                "tasks and authority given to the host",
                "oppgaver og myndighet som legges til vertskommunen",
            ),
            Item("transfer_date", "4", "when they are transferred", "når de overføres"),
            Item(
                "decisions_told",
                "5",
                "which of the host's decisions the participants are told of",
                "hvilke av vertskommunens vedtak deltakerne skal underrettes om",
            ),
            Item("settlement", "6", "economic settlement", "det økonomiske oppgjøret"),
            Item("exit_rules", "7", "how to withdraw", "hvordan en deltaker trer ut"),
            Item("dissolution_rules", "8", "dissolution", "avvikling"),
            Item("other_by_law", "9", "anything else the law asks", "annet som loven krever avtalt", conditional=True),
            Item(
                "joint_board_members",
                "nemnd",
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
    """The items with their numbers, in both languages, for a person who must find them in the agreement."""
    return "; ".join(f"{item.no} {item.en} – {item.nb}" for item in items)
