"""A tree flattened into rows, of which only those are made that are asked for: a branch may hold a great many."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tui.columns import Row

Path: TypeAlias = tuple[str, ...]
"""The references from a root down to a branch."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A thing in the tree: which thing, its row, and what is below it."""

    ref: str
    row: Row
    below: Sequence[Branch] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A branch where it stands: how it is reached, and what is drawn before its name."""

    branch: Branch
    path: Path
    guide: str


class _Unfolded:
    """Branches side by side, and how many lines there are up to the end of each."""

    def __init__(self, branches: Sequence[Branch], folded: frozenset[Path], above: Path = ()) -> None:
        self.branches = branches
        self.below: dict[int, _Unfolded] = {}
        """What is shown below some of them, by their numbers."""
        self.ends: list[int] = []
        end = 0
        for number, branch in enumerate(branches):
            end += 1
            if branch.below and (path := (*above, branch.ref)) not in folded:
                self.below[number] = _Unfolded(branch.below, folded, path)
                end += self.below[number].count
            self.ends.append(end)

    @property
    def count(self) -> int:
        """How many lines they and what is shown below them are."""
        return self.ends[-1] if self.ends else 0

    def begin(self, number: int) -> int:
        """How many lines there are before one of them."""
        return self.ends[number - 1] if number else 0


class TreeRows:
    """The rows of a tree with some branches folded, given by their paths."""

    def __init__(self, roots: Sequence[Branch], folded: frozenset[Path] = frozenset()) -> None:
        self._roots = _Unfolded(roots, folded)

    def __len__(self) -> int:
        return self._roots.count

    def page(self, start: int, stop: int) -> list[Row]:
        """The rows from one index up to another."""
        lines = [self.line(index) for index in range(start, stop)]
        return [Row((line.guide, *line.branch.row.cells), line.branch.row.look) for line in lines]

    def line(self, index: int) -> Line:
        """The line at an index. Raises IndexError when there is none."""
        if not 0 <= index < len(self):
            raise IndexError(index)
        here, path, indent = self._roots, list[str](), ""
        while True:
            number = bisect_right(here.ends, index)
            branch, is_last = here.branches[number], number == len(here.branches) - 1
            is_folded = bool(branch.below) and number not in here.below
            index -= here.begin(number)
            if not index:
                guide = f"{indent}{'└' if is_last else '├'}─{'▸' if is_folded else ' '}" if path else "▸ " * is_folded
                return Line(branch, (*path, branch.ref), guide)
            if path:
                indent += "   " if is_last else "│  "
            path.append(branch.ref)
            here, index = here.below[number], index - 1

    def index_of(self, path: Path) -> int | None:
        """The index of the line that is reached so; None when it is not shown."""
        index, here = -1, self._roots
        for depth, ref in enumerate(path, 1):
            number = next((number for number, branch in enumerate(here.branches) if branch.ref == ref), None)
            if number is None or (depth < len(path) and number not in here.below):
                return None
            index += 1 + here.begin(number)
            here = here.below.get(number, here)
        return index

    def index_of_ref(self, ref: str) -> int | None:
        """The index of the first line that stands for a thing; None when none does."""
        return _first(ref, self._roots)


def _first(ref: str, here: _Unfolded) -> int | None:
    for number, branch in enumerate(here.branches):
        if branch.ref == ref:
            return here.begin(number)
        if number in here.below and (index := _first(ref, here.below[number])) is not None:
            return here.begin(number) + 1 + index
    return None


def path_to(ref: str, roots: Sequence[Branch]) -> Path | None:
    """The path to the first branch that stands for a thing, folded or not; None when none does."""
    for branch in roots:
        if branch.ref == ref:
            return (ref,)
        if (path := path_to(ref, branch.below)) is not None:
            return (branch.ref, *path)
    return None
