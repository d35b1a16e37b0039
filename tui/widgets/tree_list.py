"""A tree drawn by the list: folded and unfolded branches, flattened into rows.

Textual's own Tree takes labels as Rich texts and measures every node; this one draws what is seen, and makes text safe
in the same place as every other list.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Final

from textual.content import Content

from tui.columns import Column
from tui.keymap import bindings
from tui.locale import N_
from tui.widgets.safe import one_line
from tui.widgets.tree_rows import Branch, Line, Path, TreeRows, path_to
from tui.widgets.virtual_list import VirtualList

_NO_LINES: Final = str.maketrans("├└│─", "    ")
ALL_UNFOLDED_MAX: Final = 200
"""A tree of at most this many branches is shown unfolded the first time."""


def _any_below(branch: Branch, words: tuple[str, ...]) -> bool:
    return any(
        all(word in " ".join(below.row.cells).casefold() for word in words) or _any_below(below, words)
        for below in branch.below
    )


class TreeList(VirtualList):
    """A tree with a cursor. The first column holds the guides and the name together."""

    BINDINGS = bindings("tree")
    SECTIONS: ClassVar[tuple[str, ...]] = ("tree", "list")
    HELP = N_("A tree: what stands further in is part of what stands above it. ▸ is folded.")

    def __init__(self, columns: Sequence[Column] = (), *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(columns, id=id)
        self._roots: Sequence[Branch] = ()
        self._folded: frozenset[Path] | None = None
        self._tree = TreeRows(())

    def set_roots(self, roots: Sequence[Branch], *, empty: str = "") -> None:
        """Show another tree, with the cursor on the same thing and the same branches folded, where they still are.

        Where none of the roots is what it was, it is unfolded or not as the first one was: by how much there is.
        """
        here = self.line_at(self.cursor)
        others = self._roots and roots and {root.ref for root in roots}.isdisjoint(root.ref for root in self._roots)
        self._roots = roots
        if (self._folded is None and roots) or others:
            many = len(TreeRows(roots)) > ALL_UNFOLDED_MAX
            self._folded = frozenset((root.ref,) for root in roots) if many else frozenset()
        self._refold(here.path if here else (), empty)

    def line_at(self, index: int) -> Line | None:
        """The line at an index, if there is one."""
        return self._tree.line(index) if 0 <= index < len(self._tree) else None

    @property
    def chosen(self) -> str | None:
        """The reference of the thing under the cursor."""
        line = self.line_at(self.cursor)
        return line.branch.ref if line else None

    def _refold(self, path: Path, empty: str = "") -> None:
        self._tree = TreeRows(self._roots, self._folded or frozenset())
        cursor = self._tree.index_of(path) if path else None
        if cursor is None and path:  # the thing has moved: find it by itself, else stay at the line
            cursor = self._tree.index_of_ref(path[-1])
        self.set_rows(self._tree, cursor=self.cursor if cursor is None else cursor, empty=empty)

    def go_to(self, ref: str) -> bool:
        """Put the cursor on a thing, unfolding what it is in; whether it is there."""
        path = path_to(ref, self._roots)
        if path is None:
            return False
        self._folded = (self._folded or frozenset()) - {path[:length] for length in range(1, len(path))}
        self._refold(path)
        return True

    def action_fold(self) -> None:
        """Fold, or go to the thing above."""
        line = self.line_at(self.cursor)
        if line is None:
            return
        if line.branch.below and line.path not in (self._folded or ()):
            self._folded = (self._folded or frozenset()) | {line.path}
            self._refold(line.path)
        elif len(line.path) > 1:
            self.cursor = self._tree.index_of(line.path[:-1]) or 0

    def action_unfold(self) -> None:
        """Unfold, or go to the first thing below."""
        line = self.line_at(self.cursor)
        if line is None or not line.branch.below:
            return
        if line.path in (self._folded or ()):
            self._folded = (self._folded or frozenset()) - {line.path}
            self._refold(line.path)
        else:
            self.action_cursor(1)

    def matches(self, index: int, words: tuple[str, ...]) -> bool:
        """Whether a line, or one below it, has every word: what is found is shown with what it is part of."""
        if super().matches(index, words):
            return True
        return _any_below(self._tree.line(index).branch, words)

    def action_turn(self) -> None:
        """Fold or unfold."""
        line = self.line_at(self.cursor)
        if line is not None and line.branch.below:
            self._folded = (self._folded or frozenset()) ^ {line.path}
            self._refold(line.path)

    def all_cells(self) -> Iterator[tuple[str, ...]]:
        """The texts of the lines that are shown; the guide before the name shows how far in it stands."""
        for guide, name, *rest in super().all_cells():
            yield (guide + name, *rest)

    def drawn_cells(self, cells: Sequence[str], widths: Sequence[int]) -> list[str]:
        """The guides are ours and keep their spaces; the name beside them is made safe as in any list."""
        if len(cells) == len(widths):
            return super().drawn_cells(cells, widths)
        guide, name, *rest = cells
        if getattr(self.app, "linear", False):  # a screen reader would read the lines out; how far in is enough
            guide = guide.translate(_NO_LINES)
        first = (Content(guide) + one_line(name)).truncate(widths[0], ellipsis=True, pad=True)
        return [first.plain, *super().drawn_cells(rest, widths[1:])]
