"""Is each line of a folded tree, asked for by itself, the one that drawing it from the top would put there?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.columns import Row
from tui.widgets.tree_rows import Branch, Line, Path, TreeRows, path_to

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

refs = st.sampled_from("abcd")
"""Few, so that the same thing stands in several places, beside itself too."""
trees = st.recursive(
    st.just(()),
    lambda below: st.lists(st.builds(lambda ref, under: Branch(ref, Row((ref,)), under), refs, below), max_size=4),
    max_leaves=12,
)
paths = st.lists(refs, min_size=1, max_size=3).map(tuple)


def drawn(branches: Sequence[Branch], folded: frozenset[Path], above: Path = (), indent: str = "") -> Iterator[Line]:
    """Every line, from the top."""
    for number, branch in enumerate(branches):
        path, is_last = (*above, branch.ref), number == len(branches) - 1
        shut = bool(branch.below) and path in folded
        guide = f"{indent}{'└' if is_last else '├'}─{'▸' if shut else ' '}" if above else "▸ " * shut
        yield Line(branch, path, guide)
        if not shut:
            yield from drawn(branch.below, folded, path, indent + ("   " if is_last else "│  ") if above else "")


@given(trees, st.frozensets(paths, max_size=4), paths)
def test_each_line_is_where_it_would_be_drawn(roots: Sequence[Branch], folded: frozenset[Path], path: Path) -> None:
    rows, lines = TreeRows(roots, folded), list(drawn(roots, folded))
    assert len(rows) == len(lines)
    assert [rows.line(index) for index in range(len(rows))] == lines
    assert rows.page(0, len(rows)) == [Row((line.guide, line.branch.ref)) for line in lines]
    shown = [line.branch.ref for line in lines]
    assert rows.index_of_ref(path[-1]) == (shown.index(path[-1]) if path[-1] in shown else None)
    everything = [line.path for line in drawn(roots, frozenset())]
    assert path_to(path[-1], roots) == next((one for one in everything if one[-1] == path[-1]), None)


@given(trees, st.frozensets(paths, max_size=4))
def test_a_line_is_found_by_how_it_is_reached(roots: Sequence[Branch], folded: frozenset[Path]) -> None:
    rows, ways = TreeRows(roots, folded), [line.path for line in drawn(roots, folded)]
    for path in ways:
        found = rows.index_of(path)
        assert found is None or rows.line(found).path == path
        if ways.count(path) == 1 and all(ways.count(path[:depth]) == 1 for depth in range(1, len(path))):
            assert found == ways.index(path)
    assert rows.index_of(("a", "b", "nobody")) is None


def test_there_is_no_line_outside() -> None:
    rows = TreeRows([Branch("a", Row(("a",)))])
    for index in (-1, 1):
        with pytest.raises(IndexError):
            rows.line(index)
