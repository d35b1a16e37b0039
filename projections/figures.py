"""Sums of money as a reader needs them: what is known, what is not, and which entries they rest on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple, TypeAlias

from msgspec import Struct

from ledger.calendar import bounds
from ledger.entry import effects
from ledger.facts import UNKNOWN, Account, Assign, Effect, Move, Slot
from ledger.fields import Amountness
from projections.reading import Reading


class Figure(Struct, frozen=True):
    """A sum in øre on a day. An amount nobody knows is never counted as zero: it shows in ``known``."""

    ore: int | None
    """What has certainly moved; None when not even part of it is known, and when nothing is recorded at all."""
    known: Amountness | Literal["nothing_recorded"]
    least: int | None
    most: int | None
    """The bounds, where it is uncertain by when something took effect."""
    entries: tuple[int, ...]
    unknown_in: tuple[int, ...] = ()
    """The entries whose amount nobody knows."""


Effects: TypeAlias = Sequence[Effect]
NOTHING_RECORDED = Figure(None, "nothing_recorded", None, None, ())
"""No entry says anything. That is not nothing: the paper may not have come yet."""


class _Quality(NamedTuple):
    """What kinds of amount went into a sum."""

    up: bool
    """It may be more than the number says."""
    down: bool
    about: bool

    @property
    def known(self) -> Amountness:
        if self.about or (self.up and self.down):
            return "estimate"
        return "floor" if self.up else ("ceiling" if self.down else "exact")


def figure(reading: Reading, ref: str, *accounts: str, key: str = "") -> Figure:
    """What stands on accounts of a thing on the day, added together; with a key, that key's part of them."""
    return Figures(reading, ref).of(*accounts, key=key)


class Figures:
    """What entries did to one thing by the day, read once for all of its figures."""

    def __init__(self, reading: Reading, ref: str) -> None:
        log = reading.journal
        self._ref = ref
        self._done: list[tuple[int, bool, Effect, Effects]] = []
        """Each effect that may have begun: its entry, whether it surely has, and with which others it stands there."""
        for position, entry in log.entries_at(log.mentions(ref, reading.known)):
            if log.withdrawn_by(position, reading.known) is None:
                done = effects(entry)
                for effect in done:
                    earliest, latest = bounds(effect.at or entry.effective)
                    if effect[0].entity == ref and earliest <= reading.effective:
                        self._done.append((position, latest <= reading.effective, effect, done))

    def of(self, *accounts: str, key: str = "") -> Figure:
        """What stands on some of its accounts, added together; with a key, that key's part of them."""
        return combined([(1, self._one(account, key)) for account in accounts])

    def _one(self, account: str, key: str) -> Figure:
        name = f"{account} {key}" if key else account
        certain = least = most = 0
        entries: dict[int, None] = {}
        unknown: dict[int, None] = {}
        kinds: set[str] = set()
        for position, surely, effect, done in self._done:
            if isinstance(effect, Move) and effect.account == Account(self._ref, name):
                entries[position] = None
                kinds |= _kinds(done, self._ref, account, key)
                if surely:
                    certain += effect.ore
                else:
                    least += min(effect.ore, 0)
                    most += max(effect.ore, 0)
            elif isinstance(effect, Assign) and effect.slot == Slot(self._ref, UNKNOWN, name):
                entries[position] = unknown[position] = None
        if not entries:
            return NOTHING_RECORDED
        nothing = len(unknown) == len(entries)
        quality = _Quality("floor" in kinds or bool(unknown), "ceiling" in kinds, "estimate" in kinds)
        return Figure(
            ore=None if nothing else certain,
            known="unknown" if nothing else quality.known,
            least=None if nothing else certain + least,
            most=None if nothing else certain + most,
            entries=tuple(entries),
            unknown_in=tuple(unknown),
        )


def _kinds(effects: Effects, ref: str, account: str, key: str) -> set[str]:
    """How well the amounts are known that an entry shows for an account."""
    return {
        str(effect.value["known"])
        for effect in effects
        if isinstance(effect, Assign)
        and effect.slot.entity == ref
        and effect.slot.attribute == account
        and key in {"", effect.slot.key}
        and isinstance(effect.value, Mapping)
        and "known" in effect.value
    }


def stated(reading: Reading, ref: str, attribute: str, key: str = "") -> Figure:
    """An amount that a thing holds at any one time, such as a line of a budget; its other possible values bound it."""
    view = reading.structure.thing(ref).fact(attribute, key)
    if view.holds == "no":
        return NOTHING_RECORDED
    values = [(view.value, view.entry), *view.alternatives]
    amounts = [_money(value) for value, _ in values if value is not None]
    entries = tuple(dict.fromkeys(entry for _, entry in values if entry is not None))
    shown = amounts[0]
    known = [money["ore"] for money in amounts if money.get("ore") is not None]
    if shown.get("ore") is None:
        return Figure(None, "unknown", None, None, entries, entries[:1])
    least = 0 if any(value is None for value, _ in values) else min(known)
    return Figure(shown["ore"], shown["known"], least, max(known), entries)


def _money(value: Any) -> Mapping[str, Any]:
    held: Mapping[str, Any] = value.get("amount", value)
    return held


def combined(parts: Iterable[tuple[int, Figure]]) -> Figure:
    """Figures added (sign 1) and subtracted (sign -1)."""
    parts = [(sign, part) for sign, part in parts if part.entries]
    if not parts:
        return NOTHING_RECORDED
    if len(parts) == 1 and parts[0][0] > 0:
        return parts[0][1]
    entries = tuple(dict.fromkeys(entry for _, part in parts for entry in part.entries))
    unknown = tuple(dict.fromkeys(entry for _, part in parts for entry in part.unknown_in))
    added = [part for sign, part in parts if sign > 0]
    if added and all(part.known == "unknown" for part in added):
        return Figure(None, "unknown", None, None, entries, unknown)
    up = down = about = False
    ore = least = most = 0
    for sign, part in parts:
        more, less = part.known in {"floor", "unknown"}, part.known == "ceiling"
        up |= more if sign > 0 else less
        down |= less if sign > 0 else more
        about |= part.known == "estimate"
        ore += sign * (part.ore or 0)
        low, high = part.least or 0, part.most or 0
        least += low if sign > 0 else -high
        most += high if sign > 0 else -low
    return Figure(ore, _Quality(up, down, about).known, least, most, entries, unknown)
