"""The catalogue: every event type, by the wire name it is stored under.

One module per part of a partnership's life. A new event is a new class in one of the modules, and no list needs to know
of it: ``families.py``, which ``make docs`` writes, only tells which module to load for a type, so that a command loads
those it meets. A type that is not there yet is found by loading them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module

from ledger.event import Event
from ledger.events.families import FAMILIES


class Catalogue(Mapping[str, type[Event]]):
    """Every event class by wire name, in the order of ``families.py``; its module is loaded when it is asked for."""

    def __init__(self) -> None:
        self._met: dict[str, type[Event]] = {}
        self._complete = False

    def __getitem__(self, wire_name: str) -> type[Event]:
        if wire_name not in self._met and wire_name in FAMILIES:
            import_module(f"{__name__}.{FAMILIES[wire_name]}")
            self._met = declared()
        return self._met[wire_name] if wire_name in self._met else self._whole()[wire_name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._whole())

    def __len__(self) -> int:
        return len(self._whole())

    def _whole(self) -> dict[str, type[Event]]:
        if not self._complete:
            load_all()
            place = {wire_name: at for at, wire_name in enumerate(FAMILIES)}
            self._met = dict(sorted(declared().items(), key=lambda named: place.get(named[0], len(place))))
            self._complete = True
        return self._met


def load_all() -> None:
    """Load every module of the package, which is what declares its events."""
    from pkgutil import iter_modules  # few commands need them all

    for module in iter_modules(__path__, f"{__name__}."):
        if not module.name.endswith("__main__"):
            import_module(module.name)


def declared() -> dict[str, type[Event]]:
    """The event classes of the modules that are loaded, by wire name, in the order loaded."""
    return {_wire_name(event): event for event in Event.__subclasses__()}


def _wire_name(event: type[Event]) -> str:
    name = event.__struct_config__.tag
    if not isinstance(name, str):
        message = f"{event.__name__} declares no wire name (tag=)"
        raise TypeError(message)
    return name


CATALOGUE = Catalogue()
"""Every event class by wire name."""
