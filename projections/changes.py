"""What is different between two moments: two effective days, two states of knowledge, or both.

Worked out from the slots touched in between, never by comparing two whole states. With the same knowledge, what a slot
may hold changes only from a day that is the first or the last of what some effect may mean to another such day; with
the same day, only by what was recorded in between and by what that withdrew. Each slot so found is asked twice.

The days are taken with both ends. On the very day that something certainly took effect, an uncertain writer recorded
before it cannot have been later; the day after it can. So an edge on the earlier of the two days counts as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct

from ledger.calendar import bounds
from ledger.entry import happening
from ledger.facts import Account, Answer, Balance, Facts, Holds, Slot
from ledger.fields import Knowledge
from projections.figures import Figure, figure
from projections.reading import Reading
from projections.scope import belonging

Sign = Literal["+", "-", "~"]
AT_ONCE: Final = 500
"""How many slots are asked about together."""


class Difference(Struct, frozen=True):
    """A slot that holds something else than before: ``+`` it had no value, ``-`` it has none now, ``~`` another."""

    sign: Sign
    ref: str
    name: str
    attribute: str
    key: str | None
    before: Any
    after: Any
    before_holds: Holds
    after_holds: Holds
    entry: int | None
    """The newest entry that makes the difference; of what is gone, the one that withdrew or emptied it."""
    knowledge: Knowledge | None
    authority: str | None


class BalanceDifference(Struct, frozen=True):
    """An account on which another sum stands than before; ``+`` nothing stood there, ``-`` nothing does now."""

    sign: Sign
    ref: str
    name: str
    account: str
    key: str | None
    before: Figure
    after: Figure
    entry: int | None


class Differences(Struct, frozen=True):
    """Everything that is different."""

    changes: tuple[Difference, ...]
    accounts: tuple[BalanceDifference, ...]


def differences(before: Reading, after: Reading, partnership: str | None = None) -> Differences:
    """What is different at ``after`` from what was so at ``before``; of a partnership, of what belongs to it at either.

    In the order of the references.
    """
    slots, accounts = touched(before, after)
    if partnership:
        among = {partnership, *belonging(before, partnership), *belonging(after, partnership)}
        slots = {slot for slot in slots if slot.entity in among}
        accounts = {account for account in accounts if account.entity in among}
    return Differences(
        tuple(_difference(after, *found) for found in changed_slots(before, after, slots)),
        tuple(_balance_difference(before, after, account) for account in changed_accounts(before, after, accounts)),
    )


def touched(before: Reading, after: Reading) -> tuple[set[Slot], set[Account]]:
    """Every slot and account that may be different, and some that are not."""
    log = before.journal
    found: set[Slot | Account] = set()
    first, last = sorted((before.known, after.known))
    for position in range(first + 1, last + 1):
        happened = happening(position, log.entry(position))
        found.update(effect[0] for effect in happened.effects)
        if happened.withdraws is not None and happened.withdraws < position:
            target = happening(happened.withdraws, log.entry(happened.withdraws))
            found.update(effect[0] for effect in target.effects)
    if before.effective != after.effective:
        start, end = sorted((before.effective, after.effective))
        for position, entry in log.entries_at(log.around(start, end, last)):
            happened = happening(position, entry)
            for effect in happened.effects:
                if any(start <= edge <= end for edge in bounds(effect.at or happened.effective)):
                    found.add(effect[0])
    return {one for one in found if isinstance(one, Slot)}, {one for one in found if isinstance(one, Account)}


def changed_slots(before: Reading, after: Reading, slots: Iterable[Slot]) -> Iterator[tuple[Slot, Answer, Answer]]:
    """Those of the slots that hold something else, with both answers."""
    facts = before.journal.history
    asked = sorted(slots)
    for start in range(0, len(asked), AT_ONCE):
        some = asked[start : start + AT_ONCE]
        thens = facts.answers(some, before.effective, before.known)
        nows = facts.answers(some, after.effective, after.known)
        for slot in some:
            then, now = thens[slot], nows[slot]
            if shown(then) != shown(now):
                yield slot, then, now


def changed_accounts(before: Reading, after: Reading, accounts: Iterable[Account]) -> Iterator[Account]:
    """Those of the accounts on which another sum stands, or may stand."""
    for account in sorted(accounts):
        if _balance(before, account) != _balance(after, account):
            yield account


def _balance(reading: Reading, account: Account) -> Balance:
    return reading.journal.history.balance(account, reading.effective, reading.known)


def shown(answer: Answer) -> tuple[bytes, Holds, frozenset[bytes]]:
    """What a reader sees of an answer: the value, whether it holds, and all it may be; no matter which entry says so.

    Emptied, and never written, are the same.
    """
    may_be = {_ENCODER.encode(writer.value) for writer in answer.writers}
    if answer.unset:
        may_be.add(_NOTHING)
    return _ENCODER.encode(answer.value), answer.holds, frozenset(may_be)


_ENCODER = msgspec.json.Encoder(order="sorted")
_NOTHING = _ENCODER.encode(None)


def _difference(after: Reading, slot: Slot, then: Answer, now: Answer) -> Difference:
    position = behind(after.journal.history, then, now, after.known)
    entry = after.journal.entry(position) if position else None
    return Difference(
        sign=sign(then.value, now.value),
        ref=slot.entity,
        name=after.label(slot.entity),
        attribute=slot.attribute,
        key=slot.key or None,
        before=then.value,
        after=now.value,
        before_holds=then.holds,
        after_holds=now.holds,
        entry=position,
        knowledge=entry.knowledge if entry else None,
        authority=entry.authority if entry else None,
    )


def sign(before: Any, after: Any) -> Sign:
    """New, gone, or another value; a thing that no longer exists is gone."""
    if before is None:
        return "+"
    return "-" if after is None or after is False else "~"


def behind(facts: Facts, then: Answer, now: Answer, known: int) -> int | None:
    """The entry that makes the difference between two answers, the second of which is of this state of knowledge."""
    before, after = ({writer.position for writer in answer.writers} for answer in (then, now))
    made = after - before
    for position in before - after:
        by = facts.withdrawn_by(position, known)
        if by is not None:
            made.add(by)
    # Else the second moment is the earlier one, and what is gone had not come yet; or time alone made it certain.
    return max(made or (before - after) or after, default=None)


def _balance_difference(before: Reading, after: Reading, account: Account) -> BalanceDifference:
    name, _, key = account.name.partition(" ")
    figures = [figure(reading, account.entity, name, key=key) for reading in (before, after)]
    moved = [set(_movers(reading, account)) for reading in (before, after)]
    made = moved[1] - moved[0]
    for position, _ in moved[0] - moved[1]:
        by = after.journal.withdrawn_by(position, after.known)
        made |= {(by, True)} if by is not None else set()
    positions = {position for position, _ in made or (moved[0] - moved[1])}
    return BalanceDifference(
        sign="+" if not figures[0].entries else ("~" if figures[1].entries else "-"),
        ref=account.entity,
        name=after.label(account.entity),
        account=name,
        key=key or None,
        before=figures[0],
        after=figures[1],
        entry=max(positions, default=None),
    )


def _movers(reading: Reading, account: Account) -> Iterator[tuple[int, bool]]:
    """The entries that have, or may have, moved something by the day, and whether that is certain."""
    for movement in reading.journal.history.movements(account, reading.known):
        if movement.earliest <= reading.effective:
            yield movement.position, movement.latest <= reading.effective
