"""The jobs: which two sides each goal compares, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Final

from bench import floors, ours, sides, terminal
from bench.goals import MIDDLE, SMALL
from bench.ground import Ground, Grounds
from bench.measuring import (
    LONG,
    PAIRS,
    SLOW_DISK,
    Goal,
    NotHere,
    Result,
    Side,
    alone,
    compare,
    duration,
    loaded,
    profiled,
    weigh,
)

_Pair = tuple[Callable[[Grounds, int], Side], Callable[[Grounds, int], Side] | None]

SIDES: Final[dict[str, _Pair]] = {
    "1": (lambda g, n: sides.append(g[n]), lambda g, n: sides.commit(g[n])),
    "1b": (lambda g, n: sides.append(g[n]), lambda g, n: sides.append_aggregate(g[n])),
    "1c": (lambda g, n: sides.append(g[n]), lambda g, n: sides.cycling(g[n], g[n].git.commit)),
    "1d": (lambda g, n: sides.append(g[n]), lambda g, _: sides.append(g[SMALL])),
    "1e": (lambda g, n: sides.append(g[n], 20), lambda g, n: sides.append(g[n])),
    "1j": (lambda g, n: sides.append(g[n]), lambda g, n: sides.commit(g[n])),
    "1f": (lambda g, n: sides.tree(g[n]), None),
    "1g": (
        lambda g, n: sides.append(g[n]),
        lambda g, n: Side(lambda: g[n].doltlite.ask("append", sides.FEW), operations=sides.FEW),
    ),
    "1h": (lambda g, n: sides.append(g[n]), lambda g, n: sides.append_row(g[n], g[n].duckdb)),
    "1i": (lambda g, n: sides.append(g[n]), lambda g, n: sides.append_row(g[n], g[n].postgres)),
    "2": (lambda g, n: sides.import_all(g[n]), lambda g, n: sides.bare_import(g[n])),
    "2b": (lambda g, n: sides.import_all(g[n]), lambda g, n: sides.save_aggregates(g[n])),
    "3": (
        lambda g, n: Side(lambda: ours.rebuild(g[n].untouched)),
        lambda g, n: Side(lambda: floors.decode_fold(g[n].held)),
    ),
    "3b": (
        lambda g, n: Side(lambda: ours.fold(g[n].untouched)),
        lambda g, n: Side(lambda: floors.decode_fold(g[n].held)),
    ),
    "3c": (lambda g, n: Side(lambda: ours.rebuild(g[n].untouched)), lambda g, n: Side(g[n].aggregates.replay)),
    "4": (lambda g, n: sides.partnership(g[n]), None),
    "4b": (lambda g, n: sides.partnership(g[n]), lambda g, n: sides.scoped_replay(g[n])),
    "4c": (lambda g, n: sides.partnership(g[n]), lambda g, n: sides.scoped_definition(g[n])),
    "4d": (lambda g, n: sides.partnership(g[n]), lambda g, n: sides.partnership_rows(g[n], g[n].duckdb)),
    "4f": (lambda g, n: sides.partnership(g[n]), lambda g, n: sides.partnership_rows(g[n], g[n].postgres)),
    "4e": (lambda g, n: sides.partnership(g[n]), lambda g, _: sides.partnership(g[SMALL])),
    "5": (lambda g, n: sides.fact(g[n]), lambda g, n: sides.look_up(g[n])),
    "5b": (
        lambda g, n: sides.fact(g[n]),
        lambda g, n: Side(lambda: g[n].doltlite.ask("fact", sides.FEW), operations=sides.FEW),
    ),
    "5c": (lambda g, n: sides.fact(g[n]), lambda g, n: sides.fact_row(g[n], g[n].duckdb)),
    "5d": (lambda g, n: sides.fact(g[n]), lambda g, n: sides.fact_row(g[n], g[n].postgres)),
    "6": (lambda g, n: sides.state(g[n]), lambda g, n: sides.definition(g[n])),
    "7": (lambda g, n: sides.diff(g[n], 30), lambda g, n: sides.two_states(g[n])),
    "7b": (
        lambda g, n: sides.diff(g[n], 365),
        lambda g, n: Side(partial(g[n].git.diff, 1_277_942_400, 1_309_478_400)),
    ),
    "8": (lambda g, n: sides.opening(g[n]), lambda *_: Side(floors.whole_process)),
    "8a": (
        lambda g, n: Side(lambda: ours.whole_process(ours.newest_argv(g[n].untouched))),
        lambda *_: Side(floors.whole_process),
    ),
    "8b": (lambda g, n: sides.opening(g[n]), lambda g, _: sides.opening(g[SMALL])),
    "8c": (lambda g, n: sides.opening(g[n]), lambda g, n: Side(g[n].git.newest)),
    "9": (lambda g, n: sides.verify(g[n]), lambda g, n: Side(lambda: floors.tree_head(g[n].held))),
    "9b": (lambda g, n: sides.verify(g[n]), lambda g, n: Side(g[n].git.fsck)),
    "10": (lambda g, n: sides.search(g[n], 0), None),
    "10a": (lambda g, n: sides.search(g[n], 0), lambda g, n: sides.bare_search(g[n])),
    "10b": (lambda g, n: sides.search(g[n], 1), lambda g, n: Side(partial(g[n].git.grep, g[n].terms[1]))),
    "12": (
        lambda g, n: sides.balances(g[n]),
        lambda g, n: Side(partial(g[n].accounting("ledger").balances, date(2010, 7, 1))),
    ),
    "12b": (
        lambda g, n: sides.balances(g[n]),
        lambda g, n: Side(partial(g[n].accounting("hledger").balances, date(2010, 7, 1))),
    ),
    "14": (
        lambda g, n: sides.painted(g[n], terminal.first_paint),
        lambda *_: sides.greeted(terminal.first_paint),
    ),
    "14a": (
        lambda g, n: sides.painted(g[n], terminal.first_paint_cpu),
        lambda *_: sides.greeted(terminal.first_paint_cpu),
    ),
    "14b": (
        lambda g, n: sides.painted(g[n], terminal.first_paint),
        lambda g, n: sides.painted_empty(g[n], terminal.first_paint),
    ),
    "14c": (
        lambda g, n: sides.painted(g[n], terminal.first_paint_cpu),
        lambda g, n: sides.painted_empty(g[n], terminal.first_paint_cpu),
    ),
    "14d": (
        lambda g, n: sides.painted(g[n], terminal.answers_keys),
        lambda *_: sides.greeted(terminal.answers_keys),
    ),
    "14e": (
        lambda g, n: sides.painted(g[n], terminal.answers_keys),
        lambda g, n: sides.painted_empty(g[n], terminal.answers_keys),
    ),
    "14g": (
        lambda g, n: sides.painted_whole(g[n]),
        lambda g, n: sides.painted_empty(g[n], terminal.first_paint),
    ),
    "14f": (
        lambda g, n: sides.painted(g[n], terminal.first_paint),
        lambda g, _: sides.painted(g[SMALL], terminal.first_paint),
    ),
}

SIZES: Final[dict[str, Callable[[Ground], float]]] = {
    "13": lambda ground: float(floors.json_lines_bytes(ground.bodies())),
    "13b": lambda ground: float(ground.aggregates.size()),
    "13c": lambda ground: float(ground.git.size()),
    "13d": lambda ground: float(ground.doltlite.size()),
    "13e": lambda ground: float(ground.duckdb.size()),
    "13f": lambda ground: float(ground.postgres.size()),
}


ALONE: Final[dict[str, Callable[[Ground], float]]] = {
    "15": lambda ground: terminal.latency(ground.untouched, ground.size),
    "16": lambda ground: terminal.peak_memory(ground.untouched, ground.size),
    "16b": lambda ground: terminal.peak_memory(ground.untouched, ground.size, patiently=True),
}
"""What is measured once, of ours alone: the figure is of many presses, or of the most there ever was."""


PROGRAMS: Final[dict[str, Callable[[Ground], list[str]]]] = {
    "8": lambda ground: ours.opening_argv(ground.untouched, "partnership/p1"),
    "14": lambda _: ["-c", "import tui.cli, tui.cli.commands, tui.cli.opening"],
    "14b": lambda _: ["-c", "import tui.cli, tui.cli.commands, tui.cli.opening"],
}
"""What is started where the work is in another process, to see what it loads."""


def measured(goal: Goal, size: int, grounds: Grounds, *, pairs: int = PAIRS) -> Result:
    """What comes of a goal at a size; what is not written or not installed is a result too."""
    try:
        if goal.id in ALONE:
            return alone(goal, size, ALONE[goal.id](grounds[size]))
        return _weighed(goal, grounds[size]) if goal.id in SIZES else _compared(goal, size, grounds, pairs)
    except NotHere as missing:
        return Result(goal, size, f"not here: {missing}")


def _weighed(goal: Goal, ground: Ground) -> Result:
    against = SIZES[goal.id](ground)
    result = weigh(goal, ground.size, float(ours.on_disk(ground.untouched)), against)
    if result.missed:
        result.profile = floors.tables(ground.untouched)
    return result


def _compared(goal: Goal, size: int, grounds: Grounds, pairs: int) -> Result:
    make_ours, make_against = SIDES[goal.id]
    against = make_against(grounds, size) if make_against else None
    mine = make_ours(grounds, size)
    result = compare(goal, size, mine, against, pairs=pairs)
    if goal.durable and result.verdict in {"met", "missed"}:
        disk = sides.commit(grounds[size]).once("wall")
        if disk > SLOW_DISK:
            result.verdict = f"not judged: the disk takes {duration(disk)} a commit"
    if result.missed and goal.id in PROGRAMS:
        result.profile = loaded(ours.loading(PROGRAMS[goal.id](grounds[size])))
    elif result.missed and not goal.job.startswith(("process", "terminal")):
        # Under the profiler everything takes several times as long, and spends it on the same things at every size.
        long = size > MIDDLE and (result.ours or 0) * mine.operations > LONG
        result.profile = profiled((make_ours(grounds, MIDDLE) if long else mine).work)
        result.profiled_at = MIDDLE if long else size
    return result
