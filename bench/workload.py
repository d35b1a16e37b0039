"""An invented history of any length, in the ledger's own events: the same seed gives the same bytes.

A partnership lives through about 1,000 entries in 31 years; many partnerships are recorded side by side in one ledger,
interleaved in the order of recording, and share the organisations. Texts are Norwegian-like words with a Zipf
distribution. Nothing here happened. What each share is meant to be stands in :data:`SHAPE`, and ``python -m bench
--check`` measures it, has every rule of the ledger accept a small history, and looks for faults in what was recorded.

Only what is true whatever the date is dated far back or ahead, is uncertain or is corrected (:data:`LOOSE`), so that
every rule accepts every entry without the generator having to know the rules' every corner.
"""

from __future__ import annotations

import hashlib
import re
from collections import deque
from collections.abc import Callable, Iterator
from datetime import date
from heapq import merge
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any, Final

import msgspec

from ledger.entry import VERSION, Actor, Correction, Dating, Entry, Source, from_microseconds, spelt_out
from ledger.event import Event
from ledger.events import CATALOGUE
from ledger.events.proposals import Point
from ledger.fields import KINDS, Money, Personal
from ledger.vault import SALT_BYTES, commitment

SEED: Final = 20_260_101
ORIGIN: Final = "vedtak.bench/workload"
RECORDER: Final = Actor("arkiv", "import")
PARTNERSHIPS: Final = "partnership" in Entry.__struct_fields__
"""Whether entries can say which partnership they belong to, and a partnership can be registered."""

SHAPE: Final = {
    "decision": 0.21,
    "authority": 0.60,  # of all but decisions
    "back-dated": 0.107,  # by more than 30 days
    "future-dated": 0.019,
    "uncertain": 0.02,
    "correction": 0.0095,
}
"""The shares of entries that the history is to have."""
TILE: Final = 1_000_000
"""Longer histories are this one laid side by side under other names."""
YEARS: Final = 31
BEGUN: Final = date(1994, 1, 1).toordinal()
DAY_US: Final = 86_400_000_000
BEGUN_US: Final = (BEGUN - date(1970, 1, 1).toordinal()) * DAY_US
SPAN_US: Final = YEARS * 36525 * DAY_US // 100
STEP_US: Final = 16
"""Stamps are multiples of this and one more, so that each of up to ten tiles has a microsecond of its own."""
LOOSE: Final = frozenset(
    {
        "decision-adopted",
        "annotation-added",
        "expenditure-recorded",
        "population-recorded",
        "cost-estimated",
        "measure-scheduled",
        "body-renamed",
    }
)
"""Events that are right on any day, and so may be dated back or ahead, be uncertain, or be corrected."""
# The parts of the loose events, and of all but decisions, that give the shares of SHAPE over a whole history.
_BACK, _AHEAD, _UNCERTAIN = 0.152, 0.0325, 0.033
_RESTS = 0.616


_ISO: Final = [date.fromordinal(day).isoformat() for day in range(BEGUN - 36525, BEGUN + 20000)]


_REFERENCE: Final = re.compile(b'"(?:%s)/' % "|".join({*KINDS, "partnership"}).encode())


def iso(day: int) -> str:
    """The day as ISO 8601, from a table."""
    return _ISO[day - BEGUN + 36525]


# ------------------------------------------------------------------------------------------------------------- words


def _listed(words: str) -> list[str]:
    return words.split()


_COMMON = _listed(
    "og i til for av på skal det med som er den om ved fra kommunen kommunene samarbeidet vedtaket avtalen styret "
    "saken planen midler tiltaket budsjett arbeidet rådet fylket digital felles tjenester ansvar drift kostnader "
    "behov løsning oppfølging fordeling rapport møte frist merknad årsmelding evaluering prosjekt"
)
_FIRST = _listed(
    "skole barnehage vei vann avløps brann helse legevakt kultur bibliotek arkiv innkjøps personal lønns kart bygg "
    "miljø klima energi avfalls havne nærings reiselivs ungdoms eldre omsorgs rus barnevern familie språk idretts "
    "beredskaps sikkerhets data nett telefoni fag kompetanse region fjord dal kyst fjell skog jordbruks vilt fiske"
)
_LAST = _listed(
    "plan planen utvalg utvalget ordning ordningen tjeneste tjenesten kontor kontoret gruppe gruppa leder lederen "
    "prosjekt prosjektet avtale avtalen strategi strategien rapport rapporten budsjett budsjettet tiltak tiltaket "
    "samarbeid samarbeidet nettverk nettverket drift driften system systemet senter senteret utredning utredningen "
    "forskrift forskriften tilskudd tilskuddet"
)


def vocabulary() -> list[str]:
    """About two thousand words, the commonest first, in an order that is the same for everybody."""
    compounds = [first + last for first in _FIRST for last in _LAST]
    Random("vocabulary").shuffle(compounds)  # noqa: S311 - an invented history, not a secret
    return [*_COMMON, *compounds]


WORDS: Final = vocabulary()
_RANKS: Final = list(accumulate(1 / (rank + 2.7) ** 1.05 for rank in range(len(WORDS))))


# ------------------------------------------------------------------------------------------------------------ drafts


class Draft:
    """An entry before its place is known: a correction names the draft it corrects, whose place is known by then."""

    __slots__ = (
        "authority",
        "command",
        "corrects",
        "dating",
        "effective",
        "event",
        "kind",
        "knowledge",
        "note",
        "partnership",
        "plain",
        "position",
        "reason",
        "sources",
        "us",
        "why",
    )

    def __init__(self, us: int, command: str, effective: str, event: Event) -> None:
        self.us = us
        self.command = command
        self.effective = effective
        self.event: Any = event
        self.kind = event.__struct_config__.tag
        self.knowledge = "documented"
        self.authority: str | None = None
        self.note: str | None = None
        self.dating: Dating | None = None
        self.sources: tuple[Source, ...] = ()
        self.corrects: Draft | None = None
        self.why = "recording_error"
        self.reason = "Feil i føringen"
        self.partnership: str | None = None
        self.plain: str | None = None
        self.position = 0

    def correction(self) -> Correction | None:
        """What the entry says it corrects."""
        if self.corrects is None:
            return None
        return Correction(self.corrects.position, self.why, self.reason)  # type: ignore[arg-type] # drawn from the literals

    def entry(self) -> Entry:
        """The entry; its canonical bytes are what msgspec writes of it."""
        told = {"partnership": self.partnership} if PARTNERSHIPS and self.partnership else {}
        return Entry(
            v=VERSION,
            origin=ORIGIN,
            command=self.command,
            recorded_at=from_microseconds(self.us),
            recorded_by=RECORDER,
            effective=self.effective,
            dating=self.dating,
            knowledge=self.knowledge,  # type: ignore[arg-type] # drawn from the literals
            authority=self.authority,
            sources=self.sources,
            corrects=self.correction(),
            note=self.note,
            event=self.event,
            **told,
        )

    def asked(self) -> dict[str, Any]:
        """The command a person would have given, as plain data; a personal name is still in the open."""
        entry = msgspec.to_builtins(self.entry())
        for added in ("v", "origin", "recorded_at", "recorded_by"):
            del entry[added]
        if self.plain is not None:
            entry["event"]["name"] = self.plain
        return entry  # type: ignore[no-any-return] # to_builtins gives a dict for a struct


class _Hand:
    """Somebody who writes drafts: a clock of their own, chance of their own."""

    def __init__(self, name: str, seed: int) -> None:
        self.chance = Random(f"{seed}/{name}")  # noqa: S311 - an invented history, not a secret
        self.us = BEGUN_US
        self.today = BEGUN

    def turn(self, us: int) -> None:
        """Let the clock stand at a time."""
        self.us = us - us % STEP_US + 1
        self.today = BEGUN + (us - BEGUN_US) // DAY_US

    def words(self, low: int, high: int) -> str:
        """A text of so many words."""
        chance = self.chance
        return " ".join(chance.choices(WORDS, cum_weights=_RANKS, k=chance.randint(low, high))).capitalize()

    def draft(self, event_type: str, day: int, **fields: Any) -> Draft:
        """A draft of an event on a day."""
        bits = f"{self.chance.getrandbits(128):032x}"
        command = f"{bits[:8]}-{bits[8:12]}-4{bits[13:16]}-a{bits[17:20]}-{bits[20:]}"
        return Draft(self.us, command, iso(day), CATALOGUE[event_type](**fields))


# ----------------------------------------------------------------------------------------------------- organisations


class _Life:
    """When an organisation begins, and when and how it ends, in effect and on record."""

    __slots__ = ("begins", "ends", "ends_us", "heir")

    def __init__(self, begins: int) -> None:
        self.begins = begins
        self.ends = self.ends_us = 1 << 62
        self.heir: str | None = None


SHARED: Final = ("staten", "fylket", "ks", "digdir", "nkom", "banken")
"""Organisations that every partnership has to do with."""


class World(_Hand):
    """The organisations: registered by one hand for all, renamed, merged, dissolved over the years."""

    def __init__(self, partnerships: int, seed: int) -> None:
        super().__init__("world", seed)
        self.municipalities = [f"organisation/k{number}" for number in range(4 * partnerships + 8)]
        self.lives = {ref: _Life(0) for ref in self.municipalities}
        self.shared = [f"organisation/k-{name}" for name in SHARED]
        self.planned: list[tuple[int, str, dict[str, Any], int]] = []
        self._plan()

    def members(self, number: int, chance: Random) -> list[str]:
        """Those that found a partnership: neighbours, some of which its neighbours have too."""
        around = self.municipalities[4 * number : 4 * number + 12]
        return chance.sample(around, chance.randint(4, 8))

    def _plan(self) -> None:
        chance = self.chance
        for place, ref in enumerate((*self.shared, *self.municipalities)):
            known = ref in self.lives
            kind = "municipality" if known else "other"
            stem = f"{chance.choice(_FIRST)}{chance.choice(('vik', 'nes', 'dal', 'by', 'fjord', 'stad'))}".capitalize()
            name = f"{stem} kommune" if known else SHARED[place].upper()
            fields = {"organisation": ref, "name": name, "kind": kind}
            begun = BEGUN - 9000 - chance.randrange(9000)
            self.planned.append((BEGUN_US - DAY_US * 5 + place * 1000, "organisation-registered", fields, begun))
            if known and chance.random() < 0.1:
                us, day = self._some_time()
                self.planned.append((us, "organisation-renamed", {"organisation": ref, "name": f"Nye {name}"}, day))
        for pair in range(0, len(self.municipalities) - 1, 2):
            fate = chance.random()
            if fate < 0.06:
                self._merge(self.municipalities[pair : pair + 2], f"organisation/k{pair}-ny")
            elif fate < 0.09:
                self._dissolve(self.municipalities[pair])
        self.planned.sort(key=lambda item: item[0])

    def _some_time(self) -> tuple[int, int]:
        us = BEGUN_US + DAY_US * 900 + self.chance.randrange(SPAN_US - DAY_US * 1800)
        return us, BEGUN + (us - BEGUN_US) // DAY_US - self.chance.randrange(25)

    def _merge(self, parties: list[str], result: str) -> None:
        us, day = self._some_time()
        fields = {"organisation": result, "name": f"{self.words(1, 1)} kommune", "kind": "municipality"}
        self.planned.append((us, "organisation-registered", fields, day))
        told = us + 60_000_000
        self.planned.append((told, "organisations-merged", {"predecessors": tuple(parties), "result": result}, day))
        self.lives[result] = _Life(day)
        for ref in parties:
            life = self.lives[ref]
            life.ends, life.ends_us, life.heir = day, told, result

    def _dissolve(self, ref: str) -> None:
        us, day = self._some_time()
        self.planned.append((us, "organisation-dissolved", {"organisation": ref, "cause": "Delt og nedlagt"}, day))
        self.lives[ref].ends, self.lives[ref].ends_us = day, us

    def drafts(self) -> Iterator[Draft]:
        """What is recorded of organisations, in order."""
        for us, event_type, fields, day in self.planned:
            self.turn(us)
            yield self.draft(event_type, day, **fields)


# ------------------------------------------------------------------------------------------------------ partnerships


class _Thing:
    """Something a partnership goes on with: its reference, the first day of the next step, and what it has come to."""

    __slots__ = ("day", "left", "parties", "ref", "stage", "unpaid", "vouchers")

    def __init__(self, ref: str, day: int, stage: str = "") -> None:
        self.ref = ref
        self.day = day
        self.stage = stage
        self.parties: list[str] = []
        self.left = self.unpaid = self.vouchers = 0


class Partnership(_Hand):
    """One partnership's clerk, who writes what happens to it."""

    def __init__(self, world: World, number: int, quota: int, seed: int) -> None:
        super().__init__(f"p{number}", seed)
        self.world = world
        self.slug = f"p{number}"
        self.ref = f"partnership/p{number}"
        self.quota = quota
        self.organisation = f"organisation/{self.slug}"
        self.document = f"document/{self.slug}-arkiv"
        self.fund = f"fund/{self.slug}"
        self.members = world.members(number, self.chance)
        self.memberships: list[tuple[str, str, int]] = []
        self.bodies: list[_Thing] = []
        self.posts: list[_Thing] = []
        self.people: list[str] = []
        self.agreements: list[_Thing] = []
        self.measures: list[_Thing] = []
        self.applications: list[_Thing] = []
        self.allocations: list[_Thing] = []
        self.decisions: list[str] = []
        self.filed = False
        self.counts: dict[str, int] = {}
        self.queue: deque[Draft] = deque()
        self.correctable: deque[Draft] = deque(maxlen=40)
        self.acts: list[Callable[[], Draft | None]] = [act for act, _ in self._mix()]
        self.weights = list(accumulate(weight for _, weight in self._mix()))

    def _mix(self) -> list[tuple[Callable[[], Draft | None], float]]:
        return [
            (self._decide, 24.4),
            (self._annotate, 11),
            (self._spend, 18),
            (self._count, 4),
            (self._estimate, 6),
            (self._schedule, 4),
            (self._rename_body, 1.5),
            (self._correct, 1.14),
            (self._join_or_leave, 5),
            (self._seat, 8),
            (self._agree, 8),
            (self._work, 9),
            (self._take_part, 6),
            (self._finance, 7),
            (self._set_up, 1.2),
        ]

    def drafts(self) -> Iterator[Draft]:
        """What is recorded of the partnership, in order."""
        chance = self.chance
        us = BEGUN_US + chance.randrange(DAY_US * 365)
        step = (BEGUN_US + SPAN_US - us) / self.quota
        self.turn(us)
        self._found()
        for _ in range(self.quota):
            self.turn(us)
            yield self._finished(self._next())
            us += 3_600_000_000 if self.queue else int(step * (0.1 + 1.8 * chance.random()))

    def _next(self) -> Draft:
        if not self.queue:
            self._follow_mergers()
        if self.queue:
            draft = self.queue.popleft()
            draft.us = self.us
            return draft
        act = self.chance.choices(self.acts, cum_weights=self.weights)[0]
        return act() or self._annotate()

    def _finished(self, draft: Draft) -> Draft:
        """The draft with its envelope: partnership, authority, note, source, and a date that is not always near."""
        chance = self.chance
        draft.partnership = self.ref
        kind = draft.kind
        if kind != "decision-adopted":
            if self.decisions and chance.random() < _RESTS:
                draft.authority = chance.choice(self.decisions[-40:])
            if kind != "annotation-added":
                draft.note = self.words(6, 14)
        if chance.random() < 0.05 and self.filed:
            draft.sources = (Source(self.document, f"s. {chance.randint(1, 400)}"),)
        if chance.random() < 0.08:
            draft.knowledge = "reported"
        self.filed |= kind == "document-registered"
        if kind in LOOSE and draft.corrects is None:
            self._misdate(draft)
            self.correctable.append(draft)
        return draft

    def _misdate(self, draft: Draft) -> None:
        chance, luck = self.chance, self.chance.random()
        day = self.today
        if luck < _BACK:
            since = max(self.bodies[0].day, day - 1461) if draft.kind == "body-renamed" else day - 1461
            if day - 31 > since:
                draft.effective = iso(chance.randint(since, day - 31))
        elif luck < _BACK + _AHEAD:
            draft.effective = iso(day + chance.randint(1, 365))
        elif luck < _BACK + _AHEAD + _UNCERTAIN and draft.kind != "body-renamed":
            year, month = draft.effective[:4], draft.effective[5:7]
            form = chance.random()
            if form < 0.5:
                draft.effective = f"{year}-{month}"
            elif form < 0.8:
                draft.effective = f"{int(year) - 1}-{chance.choice((21, 22, 23))}"
                draft.dating = Dating("season", "Papiret nevner bare årstiden")
            else:
                draft.effective = f"{int(year) - 2}-23/{int(year) - 1}-23"
                draft.dating = Dating("bounded", "Udatert papir mellom to møter")

    # What a step may do. Each returns a draft, or None when there is nothing to do it to.

    def near(self, since: int = 0) -> int:
        """A day shortly before today, and not before another."""
        day = self.today - min(int(self.chance.expovariate(0.2)), 28)
        return max(day, since)

    def new(self, kind: str) -> str:
        """A reference of the partnership's own that is not taken."""
        number = self.counts[kind] = self.counts.get(kind, 0) + 1
        return f"{kind}/{self.slug}-{number}"

    def stands(self, ref: str, day: int) -> bool:
        """Whether an organisation is known to exist on a day, and not known to have ended by it."""
        life = self.world.lives[ref]
        return life.begins <= day and (day < life.ends or self.us <= life.ends_us)

    def _found(self) -> None:
        day = self.today
        if PARTNERSHIPS:
            self.queue.append(
                self.draft("partnership-registered", day, partnership=self.ref, name=f"{self.words(1, 1)}regionen")
            )
        name = f"{self.words(1, 1)}samarbeidet"
        self.queue.append(
            self.draft(
                "organisation-registered", day, organisation=self.organisation, name=name, kind="regional_council"
            )
        )
        self.queue.append(
            self.draft(
                "document-registered",
                day,
                document=self.document,
                title=f"Arkivet etter {name}",
                kind="register",
                holding="reference_only",
            )
        )
        for _ in range(3):
            self.queue.append(self._establish(day))
        for ref in self.members:
            self.queue.append(self._start_membership(ref, self.organisation, day))
        for body in self.bodies:
            self.queue.append(self._create_post(body, day))
        self.queue.append(
            self.draft(
                "funding-source-registered",
                day,
                fund=self.fund,
                name=self.words(2, 4),
                kind="county",
                funder=self.world.shared[1],
            )
        )

    def _establish(self, day: int) -> Draft:
        body = _Thing(self.new("body"), day)
        self.bodies.append(body)
        kind = self.chance.choice(("board", "committee", "working_group", "administrative"))
        return self.draft(
            "body-established",
            day,
            body=body.ref,
            name=self.words(1, 3),
            kind=kind,
            effect="evidenced",
            owner=self.organisation,
        )

    def _create_post(self, body: _Thing, day: int) -> Draft:
        post = _Thing(self.new("post"), day)
        self.posts.append(post)
        kind = self.chance.choice(("chair", "member", "secretary", "coordinator"))
        return self.draft(
            "post-created",
            day,
            post=post.ref,
            body=body.ref,
            title=self.words(1, 3),
            kind=kind,
            seats=1,
            status="created",
        )

    def _set_up(self) -> Draft | None:
        if len(self.bodies) < 12 and self.chance.random() < 0.5:
            return self._establish(self.near(self.bodies[0].day))
        body = self.chance.choice(self.bodies)
        return self._create_post(body, self.near(body.day)) if len(self.posts) < 16 else None

    def _follow_mergers(self) -> None:
        for ref in self.members:
            life = self.world.lives[ref]
            if life.ends_us >= self.us:
                continue
            self.members.remove(ref)
            for item in [item for item in self.memberships if item[0] == ref]:
                self.memberships.remove(item)
                self.queue.append(self.draft("membership-ended", max(life.ends, item[2]), member=item[0], of=item[1]))
            if life.heir and life.heir not in self.members:
                self.members.append(life.heir)
                self.queue.append(self._start_membership(life.heir, self.organisation, life.ends))
            return

    def _start_membership(self, ref: str, of: str, day: int) -> Draft:
        self.memberships.append((ref, of, day))
        return self.draft("membership-started", day, member=ref, of=of)

    def _join_or_leave(self) -> Draft | None:
        chance = self.chance
        inside = [item for item in self.memberships if item[1].startswith("body/")]
        if inside and chance.random() < 0.4:
            item = chance.choice(inside)
            self.memberships.remove(item)
            return self.draft("membership-ended", self.near(item[2]), member=item[0], of=item[1])
        if not self.members:
            return None
        body, ref = chance.choice(self.bodies), chance.choice(self.members)
        day = self.near(body.day)
        if any(item[:2] == (ref, body.ref) for item in inside) or not self.stands(ref, day):
            return None
        return self._start_membership(ref, body.ref, day)

    def _decide(self) -> Draft:
        chance = self.chance
        ref = self.new("decision")
        told: dict[str, Any] = {"wording": "unknown", "title": self.words(6, 14)}
        if chance.random() < 0.5:
            point = Point("1", self.words(6, 14), "shall")
            told = {"wording": "retold", "title": self.words(2, 4), "points": (point,)}
        number = f"{chance.randint(1, 90)}/{iso(self.today)[2:4]}"
        body = chance.choice(self.bodies).ref
        draft = self.draft("decision-adopted", self.near(), decision=ref, body=body, case_number=number, **told)
        self.decisions.append(ref)
        return draft

    def _annotate(self) -> Draft:
        chance = self.chance
        things = (self.measures, self.agreements, self.bodies, self.allocations, self.posts)
        about = chance.choice(chance.choice(things) or self.bodies).ref if self.bodies else self.organisation
        kind = chance.choice(("explanation", "doubt", "question"))
        return self.draft("annotation-added", self.near(), about=about, kind=kind, text=self.words(6, 14))

    def _money(self, low: int = 1_000, high: int = 900_000) -> Money:
        return Money("exact", 100 * int(self.chance.triangular(low, high, low)))

    def _spend(self) -> Draft | None:
        if not self.allocations:
            return None
        allocation = self.chance.choice(self.allocations[-12:])
        allocation.vouchers += 1
        return self.draft(
            "expenditure-recorded",
            self.near(),
            allocation=allocation.ref,
            voucher=f"B{allocation.vouchers}",
            amount=self._money(500, 60_000),
            what=self.words(1, 3),
            payee=self.chance.choice(self.world.shared),
        )

    def _count(self) -> Draft | None:
        if not self.members:
            return None
        ref = self.chance.choice(self.members)
        return self.draft(
            "population-recorded", self.near(), organisation=ref, population=self.chance.randint(900, 60_000)
        )

    def _estimate(self) -> Draft:
        subject = self.chance.choice(self.measures or self.bodies).ref
        amount = Money("unknown") if self.chance.random() < 0.3 else Money("estimate", self._money().ore)
        return self.draft("cost-estimated", self.near(), subject=subject, amount=amount, reason=self.words(3, 6))

    def _schedule(self) -> Draft | None:
        ongoing = [measure for measure in self.measures if measure.stage not in _CLOSED]
        if not ongoing:
            return None
        starts = str(int(iso(self.today)[:4]) + self.chance.randint(0, 2))
        return self.draft("measure-scheduled", self.near(), measure=self.chance.choice(ongoing).ref, starts=starts)

    def _rename_body(self) -> Draft:
        body = self.bodies[0]
        return self.draft("body-renamed", self.near(body.day), body=body.ref, name=self._unique("Råd"))

    def _unique(self, stem: str) -> str:
        number = self.counts[stem] = self.counts.get(stem, 0) + 1
        return f"{stem} {number} {self.words(1, 2).lower()}"

    def _correct(self) -> Draft | None:
        if not self.correctable:
            return None
        chance = self.chance
        wrong = chance.choice(self.correctable)
        self.correctable.remove(wrong)
        kind = wrong.kind
        if kind == "measure-scheduled" or (chance.random() < 0.2 and kind != "decision-adopted"):
            draft = self.draft("entry-annulled", self.today)
            draft.corrects = wrong
            return draft
        changed: dict[str, Any] = {
            "decision-adopted": lambda: {"title": self.words(2, 6)},
            "annotation-added": lambda: {"text": self.words(6, 14)},
            "expenditure-recorded": lambda: {"amount": self._money(500, 60_000)},
            "population-recorded": lambda: {"population": chance.randint(900, 60_000)},
            "cost-estimated": lambda: {"amount": self._money()},
            "body-renamed": lambda: {"name": self._unique("Råd")},
        }[kind]()
        draft = self.draft("entry-annulled", self.today)
        draft.event = msgspec.structs.replace(wrong.event, **changed)
        draft.kind = kind
        draft.effective, draft.dating = wrong.effective, wrong.dating
        draft.corrects = wrong
        draft.why = chance.choice(("recording_error", "better_source"))
        self.correctable.append(draft)
        return draft

    def _seat(self) -> Draft | None:
        chance = self.chance
        if not self.posts:
            return None
        post = chance.choice(self.posts)
        day = self.near(post.day)
        if post.parties:
            post.day = day
            holder = post.parties.pop()
            cause = chance.choice(("term", "resignation", "unknown"))
            return self.draft("role-ended", day, post=post.ref, holder=holder, cause=cause)
        if self.people and chance.random() < 0.4:
            return self._assign(post, chance.choice(self.people), day)
        person = self.new("person")
        self.people.append(person)
        self.queue.append(self._assign(post, person, day))
        plain = f"{chance.choice(_GIVEN)} {chance.choice(_FIRST).capitalize()}{chance.choice(('vik', 'nes', 'dal'))}"
        digest = commitment("person-registered.name", chance.randbytes(SALT_BYTES), plain)
        draft = self.draft("person-registered", day, person=person, name=Personal(digest))
        draft.plain = plain
        return draft

    def _assign(self, post: _Thing, person: str, day: int) -> Draft:
        post.parties.append(person)
        post.day = day
        return self.draft("role-assigned", day, post=post.ref, holder=person, term_until=iso(day + 1461))

    def _agree(self) -> Draft | None:
        chance = self.chance
        going = [agreement for agreement in self.agreements if agreement.stage != "over"]
        if len(going) < 2 or (len(going) < 10 and chance.random() < 0.12):
            agreement = _Thing(self.new("agreement"), self.near(), "ordered")
            self.agreements.append(agreement)
            title, parties = self.words(2, 5), "Kommunene i samarbeidet"
            return self.draft(
                "agreement-draft-ordered", agreement.day, agreement=agreement.ref, title=title, parties=parties
            )
        agreement = chance.choice(going)
        day = agreement.day = self.near(agreement.day)
        if agreement.stage in {"ordered", "filed"}:
            return self._sign(agreement, day)
        agreement.vouchers += 1
        if agreement.vouchers > 9 and chance.random() < 0.3:
            agreement.stage = "over"
            keeper = self.world.shared[1]
            return self.draft(
                "agreement-terminated", day, agreement=agreement.ref, ground="as_agreed", archive_custodian=keeper
            )
        version, other = f"1.{agreement.vouchers}", self.words(2, 4)
        return self.draft(
            "agreement-amended", day, agreement=agreement.ref, version=version, other=other, by="all_councils"
        )

    def _sign(self, agreement: _Thing, day: int) -> Draft | None:
        if agreement.stage == "ordered":
            agreement.stage = "filed"
            return self.draft(
                "agreement-draft-filed", day, agreement=agreement.ref, version="1.0", form="no_statutory_form"
            )
        if len(agreement.parties) < 2 or (len(agreement.parties) < 5 and self.chance.random() < 0.6):
            free = [ref for ref in self.members if ref not in agreement.parties and self.stands(ref, day)]
            if free:
                agreement.parties.append(self.chance.choice(free))
                return self.draft("agreement-signed", day, organisation=agreement.parties[-1], agreement=agreement.ref)
        if len(agreement.parties) < 2:
            return None
        agreement.stage = "in force"
        return self.draft(
            "agreement-entered-into-force", day, agreement=agreement.ref, parties=tuple(agreement.parties)
        )

    def _work(self) -> Draft | None:
        chance = self.chance
        going = [measure for measure in self.measures if measure.stage not in _CLOSED]
        if len(going) < 3 or (len(going) < 25 and chance.random() < 0.3):
            measure = _Thing(self.new("measure"), self.near(), "proposed")
            self.measures.append(measure)
            owner = chance.choice(self.bodies).ref
            return self.draft("measure-added", measure.day, measure=measure.ref, title=self.words(2, 5), owner=owner)
        measure = chance.choice(going)
        day = measure.day = self.near(measure.day)
        measure.stage = chance.choice(_NEXT[measure.stage])
        reason = self.words(2, 5) if measure.stage in _CLOSED else None
        return self.draft("measure-status-changed", day, measure=measure.ref, status=measure.stage, reason=reason)

    def _take_part(self) -> Draft | None:
        chance = self.chance
        going = [measure for measure in self.measures if measure.stage not in _CLOSED]
        if not going or not self.members:
            return None
        measure = chance.choice(going)
        day = measure.left = self.near(max(measure.left, measure.day))
        if measure.parties and chance.random() < 0.2:
            gone = measure.parties.pop(0)
            return self.draft("participation-ended", day, organisation=gone, to=measure.ref)
        ref = chance.choice(self.members)
        if not self.stands(ref, day):
            return None
        answer = chance.choice(("participates", "participates", "declines", "reserves"))
        if answer == "participates" and ref not in measure.parties:
            measure.parties.append(ref)
        return self.draft("participation-declared", day, organisation=ref, to=measure.ref, answer=answer)

    def _finance(self) -> Draft | None:
        chance = self.chance
        going = [item for item in self.applications if item.stage == "sent" or item.left > 0 or item.unpaid > 0]
        if not going or (len(going) < 8 and chance.random() < 0.25):
            item = _Thing(self.new("application"), self.near(), "sent")
            amount = self._money(50_000, 4_000_000)
            item.left = amount.ore or 0
            self.applications.append(item)
            return self.draft(
                "grant-applied",
                item.day,
                application=item.ref,
                fund=self.fund,
                applicant=self.organisation,
                project=self.words(2, 5),
                amount=amount,
                sent="sent",
            )
        item = chance.choice(going)
        day = item.day = self.near(item.day)
        if item.stage == "sent":
            item.stage = "settled"
            if chance.random() < 0.2:
                item.left = 0
                return self.draft("grant-refused", day, application=item.ref)
            item.left = item.unpaid = max(item.left * chance.randint(4, 10) // 1000 * 100, 100)
            return self.draft("grant-awarded", day, application=item.ref, amount=Money("exact", item.left))
        if item.unpaid > 0 and (item.left <= 0 or chance.random() < 0.4):
            paid = min(item.unpaid, self._money(100_000, 900_000).ore or 0)
            item.unpaid -= paid
            amount = Money("exact", paid)
            return self.draft("grant-payment-received", day, application=item.ref, amount=amount, via="direct")
        set_aside = min(item.left, self._money(50_000, 600_000).ore or 0)
        item.left -= set_aside
        allocation = _Thing(self.new("allocation"), day)
        self.allocations.append(allocation)
        return self.draft(
            "allocation-decided",
            day,
            allocation=allocation.ref,
            taken_from=item.ref,
            to=chance.choice(self.measures or self.bodies).ref,
            amount=Money("exact", set_aside),
        )


_CLOSED = frozenset({"completed", "cancelled"})
_NEXT: Final = {
    "proposed": ("supported", "started", "cancelled"),
    "supported": ("started", "started", "cancelled"),
    "started": ("paused", "completed", "completed", "cancelled"),
    "paused": ("resumed", "resumed", "cancelled"),
    "resumed": ("paused", "completed", "completed"),
}
_GIVEN = ("Kari", "Ola", "Anne", "Per", "Ingrid", "Lars", "Marit", "Nils", "Sissel", "Jon", "Liv", "Arne")


# ----------------------------------------------------------------------------------------------------------- streams


def partnerships(size: int) -> int:
    """How many partnerships a history of so many entries has."""
    return max(1, round(size / 1000))


def drafts(size: int, seed: int = SEED) -> Iterator[Draft]:
    """A history of at most :data:`TILE` entries, in order, each knowing its place."""
    count = partnerships(size)
    world = World(count, seed)
    rest = size - len(world.planned)
    quotas = [rest // count + (number < rest % count) for number in range(count)]
    hands = [Partnership(world, number, quota, seed).drafts() for number, quota in enumerate(quotas)]
    last = 0
    for position, draft in enumerate(merge(world.drafts(), *hands, key=lambda draft: draft.us), 1):
        draft.us = last = max(draft.us, last + STEP_US)
        draft.position = position
        yield draft


def entries(size: int, seed: int = SEED) -> Iterator[Entry]:
    """The entries of a history, in order."""
    if size <= TILE:
        return (draft.entry() for draft in drafts(size, seed))
    decode = msgspec.json.Decoder(spelt_out(Entry)).decode
    return map(decode, bodies(size, seed))


def commands(size: int, seed: int = SEED) -> Iterator[tuple[int, dict[str, Any]]]:
    """When each command was given (µs since 1970, UTC), and the command as plain data."""
    return ((draft.us, draft.asked()) for draft in drafts(size, seed))


def bodies(size: int, seed: int = SEED) -> Iterator[bytes]:
    """The canonical bytes of the entries of a history, in order."""
    encode = msgspec.json.Encoder().encode
    if size <= TILE:
        return (encode(draft.entry()) for draft in drafts(size, seed))
    if size % TILE or size > 10 * TILE:
        message = f"a longer history is a whole number of tiles, and ten at most: {size}"
        raise ValueError(message)
    return _tiled(size // TILE, encode, seed)


def _tiled(tiles: int, encode: Callable[[Any], bytes], seed: int) -> Iterator[bytes]:
    """Every entry of one history as many times, with names, command and microsecond of each tile's own."""
    for draft in drafts(TILE, seed):
        us, command, wrong = draft.us, draft.command, draft.corrects
        place = wrong.position if wrong else 0
        for tile in range(tiles):
            draft.us = us + tile
            draft.command = f"{int(command[:8], 16) ^ (tile << 28):08x}{command[8:]}"
            if wrong:
                wrong.position = (place - 1) * tiles + tile + 1
            body = encode(draft.entry())
            yield _REFERENCE.sub(rb"\g<0>t%d" % tile, body) if tile else body
        draft.us, draft.command = us, command
        if wrong:
            wrong.position = place


def jsonl(size: int, folder: Path, seed: int = SEED) -> Path:
    """The history as JSON Lines in a file, written once for each version of this module."""
    version = hashlib.sha256(Path(__file__).read_bytes() + bytes(PARTNERSHIPS)).hexdigest()[:10]
    path = folder / f"workload-{size}-{seed}-{version}.jsonl"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".new")
        with draft.open("wb", buffering=1 << 20) as file:
            for body in bodies(size, seed):
                file.write(body + b"\n")
        draft.replace(path)
    return path


def text_of(entry: Entry) -> str:
    """What there is to search in an entry: its note, and the words of its event."""
    event: Any = entry.event
    found = (entry.note, *(getattr(event, name, None) for name in ("title", "text", "name", "what", "project")))
    points = (point.text for point in getattr(event, "points", ()) if hasattr(point, "text"))
    return " ".join([*(text for text in found if isinstance(text, str)), *points])
