"""The event catalogue and the JSON Schema, written from the declarations and the sample file."""

from __future__ import annotations

import json
from collections import defaultdict
from importlib.resources import files
from typing import Any

import msgspec

from ledger.declaration import Declaration, FieldDeclaration, declarations
from ledger.entry import Entry

FAMILIES = {
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


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a stored entry, with every event type in both languages."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(Entry)}


def samples() -> dict[str, dict[str, Any]]:
    """One recorded example of each event type."""
    lines = files("fixtures").joinpath("every-event.jsonl").read_text(encoding="utf-8").splitlines()
    found: dict[str, dict[str, Any]] = {}
    for line in lines:
        event = json.loads(line)["event"]
        found.setdefault(event["type"], event)
    return found


def catalogue_markdown() -> str:
    """``docs/events.md``: every type with its fields, its rule, where the rule comes from, and an example."""
    families: defaultdict[str, list[Declaration]] = defaultdict(list)
    for told in declarations():
        families[told.family].append(told)
    examples = samples()
    parts = [
        "# Events – Hendelser\n",
        "Written by `make docs` from the declarations in `ledger/events/`; edit those, not this page.\n",
    ]
    for family, members in families.items():
        parts.append(f"## {FAMILIES[family]}\n")
        parts += [_entry(told, examples.get(told.wire_name)) for told in members]
    return "\n".join(parts)


def _entry(told: Declaration, example: dict[str, Any] | None) -> str:
    lines = [f"### {told.wire_name}\n", f"**{told.nb}** – {told.en}. {_flat(told.about)}\n"]
    lines.append(f"*Rule:* {_flat(told.rule)} *Source:* {told.source}.\n")
    if told.fields:
        lines.append("| field | nb | en | takes | help |")
        lines.append("|---|---|---|---|---|")
        lines += [_row(field) for field in told.fields]
        lines.append("")
    if example:
        lines += ["```json", json.dumps(example, ensure_ascii=False), "```", ""]
    return "\n".join(lines)


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
        text = "anything on record" if len(kinds) > 10 else " or ".join(f"`{kind}/…`" for kind in kinds)  # noqa: PLR2004
    elif field.fields:
        text = "; ".join(f"{part.name}: {takes(part)}" for part in field.fields)
    elif field.base is not None:
        text = {"edtf": "EDTF date", "orgnr": "nine digits"}.get(field.format or "", field.base.__name__.lower())
    else:
        text = ""
    return f"many of: {text}" if field.many else text


def _flat(text: str) -> str:
    return " ".join(text.split())
