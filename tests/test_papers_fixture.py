"""The recorded history of the two case papers: every line can be recorded, every fact is there, nothing is made up.

``ROWS`` numbers the facts (T: Levanger 2018, F: Ørland 2012; below them what is odd about the papers) and names the
lines that record each, by the slugs that the command ids are made of.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid5

import pytest

from ledger.declaration import creations, references
from ledger.entry import Actor, Command, command_from, encode, written

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).parents[1]
SEEDS: Final = ROOT.parent / "shared" / "seeds"
NAMESPACE: Final = UUID("5d6f2c0e-7f5b-5c55-9a52-1d1f4f0a5e31")
SEALED: Final = {"digest": "A" * 43 + "="}
ROWS: Final = """\
T1: doc-levanger-2018 body-levanger-formannskapet saksgang-levanger mote-levanger-2018-10-24 sakliste-levanger-94-18
T2: saksbehandler-levanger sak-levanger-94-18 saksordforer-ingen
T3: forslag-levanger tilslutning-levanger-strategi tilslutning-levanger-vedtak
T4: sak-levanger-94-18
T5: doc-strategi pdf-mangler vedlegg-levanger-1
T6: andre-dokumenter-ingen
T7: behov-forpliktende
T8: org-ks-trondelag body-radmannsutvalget-ks-trondelag body-digut alias-digut mote-ru-2018-01-30
  oppdrag-digut-strategi
T9: doc-strategi strategi-trondelag digut-levert
T10: body-radmannsutvalget-ks-trondelag alias-radmannsutvalget mote-ru-2018-05-02 vedtak-ru-2018-05-02
T10.1: vedtak-ru-2018-05-02 ru-lagt-til-grunn
T10.2: vedtak-ru-2018-05-02 ru-avtaleutkast
T10.3: vedtak-ru-2018-05-02 ru-styringsgruppe
T10.4: vedtak-ru-2018-05-02 ru-strategigruppe ru-sekretariat ru-finansiering-utsatt ru-budsjett-ukjent
T10.5: vedtak-ru-2018-05-02 ru-efagrad
T10.6: vedtak-ru-2018-05-02 ru-oppdrag-kompetanseprogram
T10.7: vedtak-ru-2018-05-02 ru-stotte-sak-arkiv
T10.8: vedtak-ru-2018-05-02 ru-trondheim
T10.9: vedtak-ru-2018-05-02 ru-grunnressurs
T10.10: vedtak-ru-2018-05-02 ru-anbefaling-kommunene
T10.11: body-ks-trondelag-fylkesstyret vedtak-ru-2018-05-02 ru-fylkesstyret
T11: soyle-1 soyle-2 soyle-3
T12: org-fylkesmannen-i-trondelag mal-1 mal-2 mal-3 mal-4 mal-5
T13: prinsipp-regionale-ordninger prinsipp-trondheims-rolle
T14: prinsipp-samarbeidsavtaler
T15: prinsipp-styringsgruppas-myndighet
T16: sammensetning-strategigruppa
T17: prinsipp-sekretariatets-oppgave bemanning-sekretariatet
T18: ledelse-ordrett ledelse-gjetning
T19: figur-mangler
T20: tiltak-kompetanseprogram
T21: prinsipp-felles-losninger prinsipp-fa-satsinger
T22: tiltak-sak-arkiv
T23: kartlegging-digut potensielt-47 rask-avklaring
T24: vurdering-struktur vurdering-gevinst vurdering-kompleksitet
T25: org-midt-trondelag-regionrad vurdering-inntrondelag vurdering-midt-trondelag
T26: vurdering-felles-efagrad vurdering-levanger-verdal
T27: org-fylkesmannen-i-trondelag skjonnsmidler-trondelag tenkt-finansiering tenkt-medfinansiering
T28: levanger-onsker levanger-tilrar
T29: publiseringsstempel publiseringskonflikt
T30: orgnr-levanger adresse-levanger
F1: doc-fosen-7-12 gap-saerutskrift-7 attach-saerutskrift-7 org-fosen-regionrad body-fosen-regionrad-styret
  strategi-fosen mote-fosen-2012-04-20 sak-fosen-7-12 sakliste-fosen-7-12 vedtak-fosen-7-12 behandlet-fosen-7-12
F2: doc-fosen-8-12 gap-saerutskrift-8 attach-saerutskrift-8 org-fosen-regionrad body-fosen-regionrad-styret
  handlingsplan-fosen mote-fosen-2012-04-20 sak-fosen-8-12 sakliste-fosen-8-12 vedtak-fosen-8-12 behandlet-fosen-8-12
F3: oversendt-fosen-7-12 oversendt-fosen-8-12
F4: fosenportalen
F5: fosen-ikt-behov fosen-planbehov
F6: org-ks body-radmannsgruppa-fosen body-ks-nettverk-strategisk-ikt nettverk-deltakelse
F7: strategi-fosen strategi-fosen-rolledeling strategi-fosen-utvikling
F8: body-arbeidsgruppa-ekommune-fosen handlingsplan-fosen handlingsplan-gap
F9: tiltak-1
F10: body-radmannsgruppa-fosen radmannsgruppa-behov radmannsgruppa-koordinator
F11: org-ks alias-ks org-fad org-krd org-difi body-nasjonal-arbeidsgruppe-ikt nasjonal-arbeidsgruppe-deltakere
F12: org-devoteam-davinci oppdrag-devoteam doc-devoteam-rapport devoteam-levert devoteam-konklusjon
F13: fagsystem-250
F14: body-ks-hovedstyre vedtak-ks-hovedstyre body-ks-program-ikt-samordning
F15: body-kommit kommit-oppgave
F16: ks-rad-1 ks-rad-2 ks-rad-3 ks-rad-4
F17: ks-krav-felles-strategi
F18: ks-vil-erfaring ks-vil-bestillerrolle
F19: sammenslaing-mulig sammenslaing-folger
F20: body-orland-bjugn-ikt arsverk-bjugn arsverk-orland
F21: orland-mangel-1 orland-mangel-2 orland-mangel-3 orland-mangel-4
F22: org-fosen-ikt leveranse-serverdrift leveranse-rissa fosen-ikt-likeverd
F23: org-fosen-dms avtale-legevakt vertskommune-legevakt beredskap-fosen-dms lokal-kompetanse
F24: org-legetjenesten-i-rissa avtale-legetjenesten-rissa leveranse-legetjenesten-rissa
F25: org-det-digitale-trondelag alias-ddt org-vaernesregionen medlem-ddt-bjugn medlem-ddt-orland
  medlem-ddt-vaernesregionen ddt-prosjekter
F26: body-faggruppe-ikt-fosen faggruppa-fungerer-ikke
F27: gevinst-mal
F28: kostnad-handlingsplan kostnad-gevinst
F29: skjonnsmidler-fosen soknad-skjonnsmidler-fosen
F30: body-orland-kommunestyre innstilling-orland tilslutning-orland-strategi tilslutning-orland-plan vilkar-tiltak-1
  vilkar-bestillerrolle vilkar-sammenslaing utsatt-budsjett-orland
1.3-lenke: vedtakslenke
1.4-alias: fagrad-ikke-faggruppe alias-radmannsutvalget
1.4-dato: doc-orland-2012
1.4-hode: gap-orland-hode
1.4-ocr: note-orland-ocr
1.4-smafeil: smafeil-levanger
1.4-tabell: tabellhode
samarbeid: samarbeid-fosen samarbeid-trondelag plassert-fosen plassert-trondelag plassert-styringsgruppa
4-fosen: doc-briefingfosen medlem-fosen-orland medlem-fosen-bjugn medlem-fosen-rissa medlem-fosen-roan
  medlem-fosen-afjord medlem-fosen-osen medlem-fosen-leksvik
"""

Line = dict[str, Any]
with_seeds = pytest.mark.skipif(not SEEDS.is_dir(), reason=f"the case papers are not part of the repository ({SEEDS})")


def lines(name: str) -> list[Line]:
    return [json.loads(line) for line in (ROOT / "fixtures" / name).read_text(encoding="utf-8").splitlines()]


def command(line: Line) -> Command:
    event = line["event"]
    sealed = {**event, "name": SEALED} if event["type"] == "person-registered" else event
    return command_from({**line, "event": sealed})


def rows() -> dict[str, set[str]]:
    found = (paragraph.partition(":") for paragraph in re.split(r"\n(?=\S)", ROWS))
    return {row: {str(uuid5(NAMESPACE, f"papers:{slug}")) for slug in slugs.split()} for row, _, slugs in found}


def texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


PAPERS: Final = lines("papers.jsonl")
OF_TYPE: Final = {
    wire_name: [line for line in PAPERS if line["event"]["type"] == wire_name]
    for wire_name in {line["event"]["type"] for line in PAPERS}
}


@pytest.mark.parametrize("line", PAPERS, ids=[f"{n}-{line['event']['type']}" for n, line in enumerate(PAPERS, 1)])
def test_a_line_becomes_an_entry(line: Line) -> None:
    entry = written(command(line), "papers", Actor("import", "import"), 1)
    assert encode(entry)


def test_everything_referred_to_is_on_record_by_then() -> None:
    known = {ref for line in lines("register.jsonl") for ref in creations(command(line))}
    for number, asked in enumerate(map(command, PAPERS), 1):
        new = set(creations(asked))
        assert not new & known, f"line {number} registers again"
        known |= new
        assert {ref for _, ref in references(asked)} <= known, f"line {number} refers to what comes later or never"


def test_every_fact_is_recorded_and_every_line_records_one() -> None:
    table = rows()
    numbered = [f"T{n}" for n in range(1, 31)] + [f"T10.{n}" for n in range(1, 12)] + [f"F{n}" for n in range(1, 31)]
    assert not set(numbered) - table.keys()
    assert all(table.values())
    assert set().union(*table.values()) == {line["command"] for line in PAPERS}
    assert len({line["command"] for line in PAPERS}) == len(PAPERS)


def test_a_proposal_stays_a_proposal() -> None:
    never = {"adherence-decided", "agreement-signed", "agreement-entered-into-force", "participation-declared"}
    assert not never & OF_TYPE.keys()
    proposed = [(line["event"]["organisation"], line["event"]["to"]) for line in OF_TYPE["adherence-proposed"]]
    assert proposed == [
        ("organisation/orland", "decision/fosen-7-12"),
        ("organisation/orland", "decision/fosen-8-12"),
        ("organisation/levanger", "strategy/samhandlingsstrategi-trondelag"),
        ("organisation/levanger", "decision/ru-2018-05-02"),
    ]
    assert not [line for line in OF_TYPE["adherence-proposed"] if "authority" in line]
    deciding = {line["event"]["body"] for line in OF_TYPE["decision-adopted"]}
    assert not deciding & {"body/levanger-formannskapet", "body/orland-kommunestyre"}


def test_what_was_told_is_no_stronger_than_told() -> None:
    decisions = {line["event"]["decision"]: line for line in OF_TYPE["decision-adopted"]}
    told = decisions["decision/ru-2018-05-02"]
    assert (told["knowledge"], told["event"]["wording"]) == ("reported", "retold")
    strengths = {point["no"]: point["strength"] for point in told["event"]["points"]}
    assert list(strengths) == [str(n) for n in range(1, 12)]
    assert {no for no, strength in strengths.items() if strength == "recommended"} == {"5", "9", "10"}
    assert {no for no, strength in strengths.items() if strength == "wished"} == {"8"}
    for board in ("decision/fosen-7-12", "decision/fosen-8-12"):
        assert (decisions[board]["event"]["wording"], decisions[board]["event"].get("points")) == ("unknown", None)
    invited = [line["event"] for line in OF_TYPE["participation-invited"]]
    assert [(event["count"], event.get("named")) for event in invited] == [(47, None)]
    amounts = [line["event"]["amount"] for line in PAPERS if "amount" in line["event"]]
    assert amounts == [{"known": "unknown"}] * len(amounts)


def test_a_name_stands_only_where_it_can_be_erased() -> None:
    (person,) = OF_TYPE["person-registered"]
    parts = set(words(person["event"]["name"]))
    for line in PAPERS:
        if line is not person:
            assert not parts & {word for text in texts(line) for word in words(text)}
    assert not parts & set(words(person["event"]["person"]))


def seed_of(document: str) -> bytes:
    registered = {line["event"]["document"]: line["event"].get("sha256") for line in OF_TYPE["document-registered"]}
    held = {hashlib.sha256(data).hexdigest(): data for data in (path.read_bytes() for path in SEEDS.iterdir())}
    return held[registered[document]]


@with_seeds
def test_the_cited_lines_stand_in_the_papers() -> None:
    cited = [source for line in PAPERS for source in line.get("sources", ()) if "sha256" in source]
    held = {document: seed_of(document).split(b"\n") for document in {source["document"] for source in cited}}
    assert len(held) == 2
    for source in cited:
        found = re.fullmatch(r"lines? (\d+)(?:-(\d+))?", source["locator"])
        assert found, source
        first, last = int(found[1]), int(found[2] or found[1])
        passage = b"\n".join(held[source["document"]][first - 1 : last])
        assert passage.strip()
        assert hashlib.sha256(passage).hexdigest() == source["sha256"], source


@with_seeds
def test_no_sentence_is_copied_from_the_papers() -> None:
    papers = ["".join(words(path.read_text(encoding="utf-8"))) for path in SEEDS.iterdir()]
    for line in PAPERS:
        for text in texts(line):
            run = words(text)
            for start in range(len(run) - 11):  # joined, because one paper has blanks inside its words
                assert not any("".join(run[start : start + 12]) in paper for paper in papers), text
