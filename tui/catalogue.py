"""The event catalogue and the JSON Schema, written from the declarations and the sample file."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from importlib.resources import files
from typing import Any, Final, get_args

import msgspec

from ledger.declaration import Declaration, FieldDeclaration, declarations
from ledger.entry import Entry, spelt_out
from ledger.events.corrections import Commitment
from ledger.events.funding import Period
from ledger.events.organisations import MunicipalityCode
from ledger.fields import CountyCode, PointNumber, Sha256
from tui.locale import said_in

FAMILIES = {
    "partnerships": "Partnerships – Samarbeid",
    "organisations": "Organisations – Virksomheter",
    "mergers": "Mergers, splits and successors – Sammenslåing, deling og rettsetterfølge",
    "bodies": "Bodies – Organer",
    "mandates": "Mandates and delegations – Oppdrag og delegering",
    "staffing": "Rules, seats and staff – Regler, plasser og årsverk",
    "roles": "Posts and roles – Verv og roller",
    "substitutes": "Substitutes and leave – Vara og permisjon",
    "cases": "Cases – Saker",
    "meetings": "Meetings – Møter",
    "attendance": "Attendance and recusal – Oppmøte og habilitet",
    "proposals": "Proposals – Forslag",
    "votes": "Votes – Voteringer",
    "decisions": "Decisions – Vedtak",
    "conditions": "Conditions and recommendations – Vilkår og anbefalinger",
    "review": "Reversal, review and complaint – Omgjøring, kontroll og klage",
    "hearings": "Hearings and elections – Høringer og valg",
    "agreements": "Agreements – Avtaler",
    "adherence": "Adherence – Tilslutning",
    "withdrawal": "Withdrawal and end of agreements – Uttreden og opphør",
    "supply": "Hosts, tasks and supplies – Verter, oppgaver og leveranser",
    "strategies": "Strategies and plans – Strategier og planer",
    "measures": "Measures – Tiltak",
    "milestones": "Milestones and procurement – Milepæler og anskaffelser",
    "participation": "Participation – Deltakelse",
    "benefits": "Benefits – Gevinster",
    "funding": "Funding – Finansiering",
    "grants": "Grants – Tilskudd",
    "grantterms": "Conditions and reports of grants – Vilkår og rapporter for tilskudd",
    "budgets": "Budgets – Budsjett",
    "allocations": "Allocations and expenditure – Bevilgninger og utgifter",
    "costkeys": "Cost keys – Fordelingsnøkler",
    "contributions": "Contributions and settlements – Bidrag og oppgjør",
    "documents": "Documents and notes – Dokumenter og merknader",
    "access": "Access – Innsyn",
    "corrections": "Corrections – Rettelser",
    "acts": "The ledger itself – Hovedboka selv",
}
"""The modules of ``ledger.events`` in the order of the page, and what they are called."""
PATTERNS: Final = {
    get_args(described)[1].pattern: words
    for described, words in (
        (PointNumber, "point number"),
        (Period, "year or month"),
        (Sha256, "SHA-256"),
        (Commitment, "commitment"),
        (MunicipalityCode, "four digits"),
        (CountyCode, "two digits"),
    )
}
"""What a text of a certain pattern is called."""
SHORT: Final = 118


def extracted(*_where: object, **_options: object) -> Iterator[tuple[int, None, str, tuple[()]]]:
    """What every event says of itself, as Babel asks for messages: people read it, but no call marks a docstring."""
    return ((1, None, text, ()) for told in declarations() for text in (told.about, told.rule, told.source))


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a stored entry, with every event type in both languages."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(spelt_out(Entry))}


def samples() -> dict[str, dict[str, Any]]:
    """One recorded example of each event type: of several, the one that says most."""
    lines = files("fixtures").joinpath("every-event.jsonl").read_text(encoding="utf-8").splitlines()
    found: dict[str, dict[str, Any]] = {}
    for line in lines:
        event = json.loads(line)["event"]
        if len(event) > len(found.get(event["type"], ())):
            found[event["type"]] = event
    return found


def catalogue_markdown() -> str:
    """``docs/events.md``: every type with its fields, its rule, where the rule comes from, and an example."""
    families: defaultdict[str, list[Declaration]] = defaultdict(list)
    for told in declarations():
        families[told.family].append(told)
    in_order = sorted(families.items(), key=lambda item: list(FAMILIES).index(item[0]))
    examples = samples()
    parts = [
        "# Events – Hendelser\n",
        "Written by `make docs` from the declarations in `ledger/events/`; edit those, not this page.\n",
        _INTRODUCTION,
        "## All types – Alle typer\n",
        *(_contents(family, members) for family, members in in_order),
    ]
    for family, members in in_order:
        parts.append(f"\n## {FAMILIES[family]}\n")
        parts += [_entry(told, examples.get(told.wire_name)) for told in members]
    return "\n".join(parts)


_INTRODUCTION = """\
Each type tells what happened, then its *rule* (what recording it is refused for), the *source* of the rule, its fields,
and an example. The rule that everything referred to is on record, and everything created is new, holds for all. A field
takes one of the words given, a reference (`kind/name`), or:

| takes | is |
|---|---|
| line, text | words, on one line or on several |
| date | an EDTF date: `2018-10-24`, `2018-10`, `2018-23` (autumn), `2018?`, `../2018-10-24` (by then) |
| money | øre, and how well known: `exact`, `estimate`, `floor`, `ceiling`; or `unknown`, without øre |
| share | a fraction in lowest terms, `n` over `d` |
| staffing | thousandths of a full-time equivalent, and if that is `exact`, the `floor` or the `ceiling` |
| point number | as in the paper: `3`, `2b`, `1.4` |
| year or month | `2018` or `2018-07` |
| personal | a text; the entry holds a commitment to it, the vault the text |

The examples show what is stored. On the command line a person writes `2.500,50` or `min 2500` (kroner) for money, `1/4`
for a share, `2,3` for staffing; `vedtak record TYPE --help` shows the flags. Beside its event an entry has a date, how
we know it, sources, the decision it rests on, and what it corrects.
"""


def _contents(family: str, members: list[Declaration]) -> str:
    """One family in the table of contents: a link to it, and to each of its types."""
    title = FAMILIES[family]
    anchor = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
    types = ", ".join(f"[{told.wire_name}](#{told.wire_name})" for told in members)
    return f"- [**{title}**](#{anchor}): {types}"


def _entry(told: Declaration, example: dict[str, Any] | None) -> str:
    lines = [f"### {told.wire_name}\n", f"**{told.nb}** – {told.en}. {_flat(told.about)}\n"]
    lines.append(f"{said_in('nb', told.about)}\n")
    lines += [f"- *Rule:* {_flat(told.rule)}", f"- *Source:* {told.source}.\n"]
    if told.fields:
        lines.append("| field | nb | en | takes | help |")
        lines.append("|---|---|---|---|---|")
        lines += [_row(field) for field in told.fields]
        lines.append("")
    if example:
        lines += ["```json", _example(example), "```", ""]
    return "\n".join(lines)


def _example(event: dict[str, Any]) -> str:
    """On one line while it is short, else a field a line."""
    whole = json.dumps(event, ensure_ascii=False)
    if len(whole) <= SHORT:
        return whole
    fields = (f"  {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in event.items())
    return "{\n" + ",\n".join(fields) + "\n}"


def _row(field: FieldDeclaration) -> str:
    name = f"`{field.name}`" + ("" if field.required else " (optional)")
    return f"| {name} | {field.nb} | {field.en} | {takes(field)} | {field.help_nb} / {field.help_en} |"


def takes(field: FieldDeclaration) -> str:
    """What a field takes, in a few words."""
    if field.choices:
        text = ", ".join(f"`{choice}`" for choice in field.choices)
    elif field.creates:
        text = f"new `{field.creates}/…`"
    elif field.refers_to:
        kinds = field.refers_to
        text = "anything on record" if len(kinds) > 10 else " or ".join(f"`{kind}/…`" for kind in kinds)  # noqa: PLR2004 - all but a few
    elif field.fields:
        text = "; ".join(f"{part.name}: {takes(part)}" for part in field.fields)
    else:
        text = _simple(field)
    return f"many of: {text}" if field.many else text


def _simple(field: FieldDeclaration) -> str:
    if field.pattern in PATTERNS:
        return PATTERNS[field.pattern]
    if field.format:
        return {"edtf": "date", "orgnr": "nine digits"}.get(field.format, field.format)
    if field.base is int:
        return "whole number"
    return {str: "line", bool: "yes or no"}.get(field.base or str) or (field.base or str).__name__.lower()


def _flat(text: str) -> str:
    return " ".join(text.split())
