"""What an entry should have been measured by: everything now known of what came before it.

A rule was checked when its entry was recorded, against what was known then. Here the same rule is asked again, against
what is known now. What came before an entry is what took effect before it, whenever it was recorded, and on its own day
what was recorded before it. What came after it in both ways was checked against the entry itself, and is left out.
A correction stands where the entry stood that it corrects.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from ledger.calendar import bounds
from ledger.declaration import creations, references
from ledger.entry import Entry, effects
from ledger.errors import N_, LedgerError, Refused
from ledger.events.partnerships import require_partnership
from ledger.facts import Account, Answer, Assign, Balance, Movement, Slot, Writer, balanced, possible, possible_within
from ledger.structure import Structure
from projections.audit.finding import Finding, Rule, found
from projections.reading import Reading


class Hindsight:
    """All that is known and not withdrawn, and for each entry which one it goes back to."""

    def __init__(self, reading: Reading) -> None:
        self.writers: defaultdict[str, dict[Slot, list[Writer]]] = defaultdict(dict)
        self.movements: defaultdict[Account, list[Movement]] = defaultdict(list)
        self.root: dict[int, int] = {}
        self.live: list[tuple[int, Entry]] = []
        self.creators: defaultdict[str, list[int]] = defaultdict(list)
        for position, entry in reading.journal.numbered(reading.known):
            corrects = entry.corrects.entry if entry.corrects else position
            self.root[position] = self.root.get(corrects, position)
            if reading.journal.withdrawn_by(position, reading.known) is None:
                self._take_in(position, entry)

    def _take_in(self, position: int, entry: Entry) -> None:
        self.live.append((position, entry))
        for ref in creations(entry):
            self.creators[ref].append(position)
        for effect in effects(entry):
            earliest, latest = bounds(effect.at or entry.effective)
            if isinstance(effect, Assign):
                writers = self.writers[effect.slot.entity].setdefault(effect.slot, [])
                writers.append(Writer(earliest, latest, position, effect.value, self.root[position]))
            else:
                self.movements[effect.account].append(Movement(position, earliest, latest, effect.ore))


class Before:
    """What came before one entry, if it took effect on a day: a reader for a structure."""

    def __init__(self, hindsight: Hindsight, position: int, day: date) -> None:
        self._all = hindsight
        self._position = position
        self._root = hindsight.root[position]
        self._day = day

    def _came_before(self, position: int, earliest: date) -> bool:
        return position != self._position and (self._all.root[position] < self._root or earliest < self._day)

    def entities(self, kind: str | None = None) -> Iterator[str]:
        """Everything ever written about, or all of one kind."""
        prefix = f"{kind}/" if kind else ""
        return (ref for ref in self._all.writers if ref.startswith(prefix))

    def alike(self, ref: str) -> Iterator[str]:
        """Everything of the same kind."""
        return self.entities(ref.partition("/")[0])

    def slots(self, entity: str) -> Iterator[Slot]:
        """Every slot of a thing ever written."""
        return iter(self._all.writers.get(entity, {}))

    def answer(self, slot: Slot, effective: date, known: int, earliest: date | None = None) -> Answer:
        """What a slot may hold on a day, or on any of several; all that is known now counts."""
        del known
        written = self._all.writers.get(slot.entity, {}).get(slot, ())
        writers = [writer for writer in written if self._came_before(writer.position, writer.earliest)]
        return possible(writers, effective) if earliest is None else possible_within(writers, earliest, effective)

    def balance(self, account: Account, effective: date, known: int) -> Balance:
        """Øre on an account; all that is known now counts."""
        del known
        moved = self._all.movements.get(account, ())
        return balanced((move for move in moved if self._came_before(move.position, move.earliest)), effective)


def broken_rules(reading: Reading) -> Iterator[Finding]:
    """Each live entry whose own rule says no to what is known now."""
    hindsight = Hindsight(reading)
    for position, entry in hindsight.live:
        lost = sorted({ref for _, ref in references(entry) if ref not in hindsight.creators})
        for ref in lost:
            yield found(
                "lost_reference",
                N_("#{entry} speaks of {ref}, but the entry that put it on record counts no more."),
                ref,
                position,
                named=ref,
            )
        refusal = None if lost else refused(hindsight, position, entry)
        if refusal is not None:
            rule: Rule = "broken_rule" if isinstance(refusal, Refused) else "not_judged"
            yield Finding(
                rule,
                refusal.problem,
                _plain(refusal),
                _subject(entry),
                position,
                refusal.source or entry.happened.source,
            )


def refused(hindsight: Hindsight, position: int, entry: Entry) -> LedgerError | None:
    """What the entry's own rule says to it now: of an uncertain date, what is wrong on every day that it can mean."""
    first, last = bounds(entry.effective)
    structure = Structure(Before(hindsight, position, last), last, position, first)
    try:
        if entry.partnership:
            require_partnership(structure, entry.partnership)
        entry.happened.check(structure)
    except LedgerError as refusal:
        return refusal
    except Exception as error:  # noqa: BLE001 - a rule may trip over what annulments left; the audit goes on
        problem = N_("The rule of this entry cannot be judged: what it reads is no longer on record ({error}).")
        return LedgerError(problem, "", error=type(error).__name__)
    return None


def _subject(entry: Entry) -> str | None:
    return next((ref for _, ref in references(entry.happened)), next(iter(creations(entry)), None))


def _plain(error: LedgerError) -> dict[str, str | int]:
    return {name: value if isinstance(value, int) else str(value) for name, value in error.details.items()}
