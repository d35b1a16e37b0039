"""The pen: preview, check against the structure, append on condition.

Recording is one slice for every event type. The event's own rule is checked against the structure at the head of the
ledger; the structure notes what the rule read; and the entry is appended on condition that nothing touching any of
that has come meanwhile. If something has, the pen catches up, checks again and tries again, a bounded number of times.
A batch is recorded whole or not at all. A command id makes asking twice harmless, also when the first answer got lost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple, TypeAlias
from uuid import uuid4

from msgspec.structs import replace

from ledger.calendar import bounds
from ledger.declaration import creations, nearest_reference, references
from ledger.entry import Actor, Command, Entry, command_from, encode, microseconds, written
from ledger.errors import N_, Conflict, InvalidInput, Refused
from ledger.events.corrections import EntryAnnulled, PersonalDataErased
from ledger.events.partnerships import end_tag, require_partnership
from ledger.fields import Personal
from ledger.journal import Change, Journal, Log, changes, concerns, tags
from ledger.store import WHOLE_LEDGER, Book, Disclosure, Sealed, StampNotLater, WrittenMeanwhile
from ledger.structure import EXISTS, Structure
from ledger.text import normalised
from ledger.vault import opens, personal_digests, seal, to_erase

ATTEMPTS: Final = 8
_Understood: TypeAlias = tuple[Command, tuple[Disclosure, ...]]


class Recorded(NamedTuple):
    """The outcome of a command: where its entry stands, and whether it was there already."""

    position: int
    entry: Entry
    repeated: bool = False
    clock_behind: timedelta | None = None
    """How far this machine's clock was behind the ledger's newest entry, when it was; the entry got the next µs."""


def _corrects_itself(commands: Sequence[_Understood], head: int) -> bool:
    """Whether a batch names one of its own entries, by the number it would get after ``head``."""
    return any(command.corrects and command.corrects.entry > head for command, _ in commands)


class _Checked(NamedTuple):
    sealed: Sealed
    boundary: frozenset[str]


class _Trial(NamedTuple):
    """Commands checked but not yet appended: after which entry, the journal with them in it, where each one stands."""

    after: int
    journal: Journal
    checked: list[_Checked]
    placed: list[tuple[int, bool]]

    def outcomes(self, last: int, behind: timedelta | None) -> list[Recorded]:
        """What became of each command, when the last entry of the append stands at ``last``."""
        # Others may have written outside the boundary meanwhile: then ours stand later than tried out.
        shift = last - self.journal.head
        return [
            Recorded(
                position if position <= self.after else position + shift,
                self.journal.entry(position),
                repeated,
                None if repeated else behind,
            )
            for position, repeated in self.placed
        ]


class Pen:
    """Records in one ledger, on behalf of one actor."""

    def __init__(
        self,
        book: Book,
        actor: Actor,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        log: Log | None = None,
    ) -> None:
        """Record in ``book``; rules are checked against ``log``, or a journal of its own where none is given."""
        self._book = book
        self._actor = actor
        self._now = now
        self.journal: Log = Journal(source=book.entries) if log is None else log

    def catch_up(self) -> Log:
        """The log, with what has been recorded since it was last looked at."""
        self.journal.advance()
        return self.journal

    def preview(self, asked: Mapping[str, Any]) -> tuple[Entry, list[Change]]:
        """The entry a command would become, and what it would change. Nothing is recorded.

        Raises InvalidInput or Refused exactly as :meth:`record` would.
        """
        command, disclosures = _understood(asked)
        trial = self.catch_up().fork()
        entry = self._check(trial, command, disclosures, microseconds(self._now())).sealed.entry
        return entry, changes(trial, trial.head)

    def rehearse(self, asked: Sequence[Mapping[str, Any]]) -> list[Entry]:
        """The entries that :meth:`record_all` would add, in order. Nothing is recorded; raises as it would."""
        trial = self._try([_understood(item) for item in asked], microseconds(self._now()))
        return [item.sealed.entry for item in trial.checked]

    def record(self, asked: Mapping[str, Any]) -> Recorded:
        """Record one command; see :meth:`record_all`."""
        return self.record_all([asked])[0]

    def record_all(self, asked: Sequence[Mapping[str, Any]]) -> list[Recorded]:
        """Record commands given as plain data, all of them or none, in order.

        Those already recorded under the same id with the same content are reported as repeated and not recorded again.
        Raises InvalidInput when one cannot be read, Refused when a rule does not allow one or an id was used for
        something else, Conflict when others kept writing within the boundary. Nothing is recorded then.
        """
        understood = [_understood(item) for item in asked]
        at_least = 0
        first_head = self.catch_up().head
        for _ in range(ATTEMPTS):
            if self.catch_up().head != first_head and _corrects_itself(understood, first_head):
                break
            trial = self._try(understood, max(microseconds(self._now()), at_least))
            if not trial.checked:
                return trial.outcomes(trial.journal.head, None)
            boundary = frozenset().union(*(item.boundary for item in trial.checked))
            if _corrects_itself(understood, trial.after):
                # A correction names its target by number: what it corrects in the same batch must not be moved.
                boundary = WHOLE_LEDGER
            try:
                last = self._book.append([item.sealed for item in trial.checked], boundary, trial.after)
            except WrittenMeanwhile:
                continue
            except StampNotLater as late:
                at_least = late.last + 1
                continue
            behind = at_least - microseconds(self._now()) if at_least else 0
            return trial.outcomes(last, timedelta(microseconds=behind) if behind > 0 else None)
        raise Conflict(
            "Others are recording in the same matter at the same time; after {attempts} tries nothing was recorded.",
            "Look at what they recorded, then try again.",
            attempts=ATTEMPTS,
        )

    def _try(self, understood: Sequence[_Understood], stamp: int) -> _Trial:
        """Check commands one after the other against the head of the ledger, each as if those before were recorded."""
        journal = self.catch_up()
        trial = _Trial(journal.head, journal.fork(), [], [])
        for command, disclosures in understood:
            position = self._already(trial.journal, command, disclosures)
            if position is None:
                trial.checked.append(self._check(trial.journal, command, disclosures, stamp + len(trial.checked)))
            trial.placed.append((position or trial.journal.head, position is not None))
        return trial

    def _check(self, trial: Journal, command: Command, disclosures: tuple[Disclosure, ...], stamp: int) -> _Checked:
        """Check a command against the journal and add its entry to it."""
        entry = written(command, self._book.origin, self._actor, stamp)
        encode(entry)  # refused now if it is too long, so that a preview says so too
        position = trial.head + 1
        if isinstance(entry.happened, EntryAnnulled) and not command.corrects:
            raise Refused(
                "The annulment does not say which entry it annuls.",
                "Name the entry and the reason in “corrects”.",
                source=EntryAnnulled.source,
            )
        if command.corrects:
            _require_correctable(trial, entry, command.corrects.entry)
            trial.history.withdraw(command.corrects.entry, position)
        first, last = bounds(entry.effective)
        structure = trial.structure(last, position, first)
        # The partnership is asked about apart: that others record in the same one is no conflict.
        frame = _framed(trial.structure(last, position, first), entry)
        bare = _without_frame(entry)
        _require_known(structure, bare)
        _require_new(structure, entry)
        entry.happened.check(structure)
        trial.add(entry)
        if command.corrects:
            _require_no_orphans(trial, position, command.corrects.entry)
        named = tags(entry)
        boundary = frozenset(tags(bare)) | structure.consulted | frame
        if command.corrects:
            boundary |= concerns(_without_frame(trial.entry(command.corrects.entry)))
        erasures: tuple[str, ...] = ()
        if isinstance(entry.happened, PersonalDataErased):
            about = {number for person in entry.happened.persons for number in trial.mentions(person)}
            erasures = to_erase(entry.happened, map(trial.entry, sorted(about)))
        return _Checked(Sealed(entry, named, disclosures, erasures), boundary)

    def _already(self, trial: Journal, command: Command, disclosures: tuple[Disclosure, ...]) -> int | None:
        position = trial.commanded(command.command)
        if position is None:
            return None
        if not self._same(trial.entry(position), command, disclosures):
            raise Refused(
                "The command id {command} was used for something else, in entry #{position}.",
                "Give a new command an id of its own.",
                command=command.command,
                position=position,
            )
        return position

    def _same(self, stored: Entry, command: Command, disclosures: tuple[Disclosure, ...]) -> bool:
        """Whether a command asks for what an entry holds; personal values are compared through the vault."""
        digests = personal_digests(stored)
        if digests:
            kept = self._book.disclosures(list(digests.values()))
            held = {path: kept[digest] for path, digest in digests.items() if digest in kept}
            given = dict(zip(digests, disclosures, strict=False))
            for path, disclosure in held.items():
                if not opens(path, disclosure) or (path in given and given[path].value != disclosure.value):
                    return False
            blank = {path.rpartition(".")[2]: Personal("A" * 43 + "=") for path in digests}
            stored = replace(stored, event=replace(stored.event, **blank))
            if type(command.event) is not type(stored.event):
                return False
            command = replace(command, event=replace(command.event, **blank))
        return stored.asked() == command


def _understood(asked: Mapping[str, Any]) -> _Understood:
    try:
        plain = _composed(dict(asked))
        plain.setdefault("command", str(uuid4()))
        sealed, disclosures = seal(plain)
        return command_from(sealed), disclosures
    except (RecursionError, UnicodeEncodeError) as error:
        raise InvalidInput(
            "The command is nested too deep, or holds half a character.",
            "Write it anew; “vedtak record TYPE --help” shows each field and what it takes.",
        ) from error


def _composed(value: Any) -> Any:
    """The same data with every text in Unicode NFC."""
    if isinstance(value, str):
        return normalised(value)
    if isinstance(value, list | tuple):
        return [_composed(item) for item in value]
    if isinstance(value, dict):
        return {key: _composed(item) for key, item in value.items()}
    return value


def _without_frame(entry: Entry) -> Entry:
    """The entry as if it named no partnership to be recorded in."""
    return replace(entry, partnership=None) if entry.partnership else entry


def _framed(structure: Structure, entry: Entry) -> frozenset[str]:
    """Check the partnership that an entry is recorded in; return the tags of what would take it away meanwhile."""
    ref = entry.partnership
    if ref is None or ref in creations(entry):
        return frozenset()
    _require_on_record(structure, "partnership", ref)
    require_partnership(structure, ref)
    said = structure.thing(ref).answer(EXISTS).writers
    return frozenset({end_tag(ref), *(f"entry/{writer.position}" for writer in said)})


def _require_known(structure: Structure, entry: Entry) -> None:
    # An entry may give what it puts on record as its source; an event may not lean on itself.
    created = set(creations(entry))
    within = {ref for _, ref in references(entry.happened)}
    for field, ref in references(entry):
        if ref in within or ref not in created:
            _require_on_record(structure, field.name, ref)


def _require_on_record(structure: Structure, field: str, ref: str) -> None:
    if structure.on_record(ref):
        return
    like = nearest_reference(ref, structure.alike(ref))
    problem = N_("{field} refers to {ref}, which is not on record.")
    if like:
        raise Refused(
            problem, "Record it first, or did you mean {nearest}?", field=field, ref=ref, nearest=", ".join(like)
        )
    raise Refused(problem, "Record it first.", field=field, ref=ref)


def _require_new(structure: Structure, entry: Entry) -> None:
    for ref in creations(entry):
        if structure.on_record(ref):
            raise Refused(
                "{ref} is on record already.",
                "Choose another reference, or correct the entry that has it.",
                ref=ref,
            )


def _require_correctable(journal: Journal, entry: Entry, target: int) -> None:
    if target > journal.head:
        raise Refused(
            "There is no entry #{target} to correct.",
            "Check the number; the newest entry is #{head}.",
            target=target,
            head=journal.head,
        )
    by = journal.withdrawn_by(target)
    if by is not None:
        raise Refused(
            "Entry #{target} was corrected by #{by} already.",
            "Correct #{by} instead.",
            target=target,
            by=by,
        )
    corrected = journal.entry(target)
    if isinstance(corrected.happened, EntryAnnulled):
        raise Refused(
            "Entry #{target} annuls another; that cannot be taken back.",
            "Record the annulled event again.",
            target=target,
        )
    if isinstance(corrected.happened, PersonalDataErased) and not _erases_as_much(entry, corrected.happened):
        raise Refused(
            "Entry #{target} erased personal data; that cannot be taken back.",
            "Correct it with an event that names at least the same, or register the person's name again.",
            source=PersonalDataErased.source,
            target=target,
        )
    if type(entry.event) not in {type(corrected.event), EntryAnnulled}:
        raise Refused(
            "Entry #{target} is a “{type}”; a correction is the same event, recorded rightly.",
            "Annul #{target} with entry-annulled, then record the right event.",
            target=target,
            type=corrected.wire_name,
        )


def _erases_as_much(entry: Entry, erased: PersonalDataErased) -> bool:
    now = entry.happened
    return (
        isinstance(now, PersonalDataErased)
        and set(now.persons) >= set(erased.persons)
        and set(now.commitments) >= set(erased.commitments)
    )


def _require_no_orphans(journal: Journal, position: int, corrected: int) -> None:
    """Refuse to take away what later live entries refer to."""
    gone = set(creations(journal.entry(corrected))) - set(creations(journal.entry(position)))
    for ref in sorted(gone):
        dependants = [
            other
            for other in journal.mentions(ref)
            if other not in {corrected, position} and journal.withdrawn_by(other) is None
        ]
        if dependants:
            raise Refused(
                "{ref} is used by {dependants}; without #{target} it would not be on record.",
                "Correct or annul those first.",
                ref=ref,
                dependants=", ".join(f"#{number}" for number in dependants),
                target=corrected,
            )
