"""How things are compared here, so that a number means the same on a quiet machine and on a noisy one.

A and B take turns, A B A B …, at least seven times each, in one process, on one disk, on the same entries; three times
where a turn takes longer than half a minute. What is quoted is the median of the ratios of the pairs. What runs in this
process is timed in CPU time; what must reach the disk, another process or a server is timed by the clock on the wall.
When the floor itself moved by more than 30 % while it was measured, the ratio is shown and no goal is judged by it.
"""

from __future__ import annotations

import cProfile
import gc
import json
import os
import platform
import pstats
import re
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from importlib import metadata
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Final, Literal

PAIRS: Final = 7
LONG: Final = 30.0
"""Seconds of a pair above which three pairs do, the first one included."""
LONG_PAIRS: Final = 3
DISAGREE: Final = 1.3
"""How far apart the quartiles of the pairs may lie when the limit lies between them."""
TURNS: Final = 21
"""Pairs of durable jobs: short, and at the mercy of whoever else writes to the disk."""
SLOW_DISK: Final = 0.5e-3
"""Seconds of a bare commit above which the disk hides what an append costs, and no goal is judged by it."""
MOVED: Final = 0.30
"""How far a floor may move within a run for a goal to be judged by it."""
Clock = Literal["cpu", "wall"]
_NOW: Final[dict[str, Callable[[], float]]] = {"cpu": time.process_time, "wall": time.perf_counter}


class NotHere(Exception):
    """A peer cannot be measured on this machine; the text says what is missing."""


@dataclass(frozen=True)
class Goal:
    """What a job is to cost, against what.

    ``at_most``: ours / against. ``at_least``: against / ours, so that 5 means five times faster or smaller. ``seconds``
    and ``bytes``: ours alone. ``shown``: no goal, the number is there to be known.
    """

    id: str
    job: str
    against: str
    limit: float
    direction: Literal["at_most", "at_least", "seconds", "bytes", "shown"]
    sizes: tuple[int, ...]
    clock: Clock = "cpu"
    durable: bool = False
    """Whether both sides wait for the disk, which when slow hides whatever else they do."""

    @property
    def told(self) -> str:
        """The goal in a few characters."""
        return {
            "at_most": f"≤ {self.limit:g}×",
            "at_least": f"≥ {self.limit:g}× better",
            "seconds": f"≤ {duration(self.limit)}",
            "bytes": f"≤ {self.limit / 1e6:g} MB",
            "shown": "–",
        }[self.direction]


@dataclass
class Side:
    """One of the two: what is timed, what is done before each time untimed, and how many operations one time is.

    ``run`` may return a float: then that is the time, in seconds, as whoever did the work measured it. With ``each`` it
    returns calls, which are timed one by one; their median is the time.
    """

    run: Callable[[], Any]
    before: Callable[[], object] | None = None
    operations: int = 1
    each: bool = False

    def once(self, clock: Clock) -> float:
        """Seconds for one operation."""
        if self.before:
            self.before()
        gc.collect()
        now = _NOW[clock]
        if self.each:
            times = []
            for call in self.run():
                begun = now()
                call()
                times.append(now() - begun)
            return median(times)
        begun = now()
        told = self.run()
        taken = now() - begun
        return (told if isinstance(told, float) else taken) / self.operations

    def work(self) -> None:
        """The same, untimed."""
        told = self.run()
        for call in told if self.each else ():
            call()


@dataclass
class Result:
    """What came of a goal at a size."""

    goal: Goal
    size: int
    verdict: str
    ours: float | None = None
    against: float | None = None
    ratio: float | None = None
    spread: tuple[float, float] | None = None
    moved: float | None = None
    pairs: int = 0
    unit: str = "s"
    profile: list[str] = field(default_factory=list)
    profiled_at: int = 0
    """Of how many entries the profile is."""

    @property
    def missed(self) -> bool:
        """Whether the goal was judged, and missed."""
        return self.verdict == "missed"


def movement(times: list[float]) -> float:
    """How far a series moved: its highest median of three in a row over the lowest, less one.

    A single slow turn is no movement; a machine that others began to use is.
    """
    if len(times) < 3:
        return 0.0
    smooth = [median(times[start : start + 3]) for start in range(len(times) - 2)]
    return max(smooth) / min(smooth) - 1


def compare(goal: Goal, size: int, ours: Side | None, against: Side | None, *, pairs: int = PAIRS) -> Result:
    """Measure A and B in turns, and judge.

    Without ``ours`` (it is not written yet) the other side is measured alone, so that the floor is known.
    """
    sides = [side for side in (ours, against) if side]
    begun = time.monotonic()
    first = {id(side): side.once(goal.clock) for side in sides}
    long = time.monotonic() - begun > LONG
    # Nobody's first time counts, unless it is so long that what is done once in it does not.
    times = {side: [seconds] if long else [] for side, seconds in first.items()}
    for _ in range(LONG_PAIRS - 1 if long else max(pairs, TURNS if goal.durable else PAIRS)):
        for side in sides:
            times[id(side)].append(side.once(goal.clock))
    mine = times[id(ours)] if ours else []
    theirs = times[id(against)] if against else []
    result = Result(goal, size, "not there yet", pairs=len(mine or theirs))
    if theirs:
        result.against, result.moved = median(theirs), movement(theirs)
    if mine:
        result.ours = median(mine)
    if goal.direction == "seconds" and mine:
        result.verdict = "met" if median(mine) <= goal.limit else "missed"
    elif mine and theirs:
        turned = goal.direction == "at_least"
        ratios = sorted(b / a if turned else a / b for a, b in zip(mine, theirs, strict=True))
        result.ratio, result.spread = median(ratios), (ratios[0], ratios[-1])
        result.verdict = judged(goal, result.ratio, result.moved or 0.0)
        low, _, high = quantiles(ratios)
        if result.verdict in {"met", "missed"} and low < goal.limit < high and high / low > DISAGREE:
            result.verdict = f"not judged: the pairs disagree, half of them {low:.3g}–{high:.3g}"
    return result


def judged(goal: Goal, ratio: float, moved: float) -> str:
    """The verdict on a ratio, when the floor moved so far while it was measured."""
    if goal.direction == "shown":
        return "shown"
    if moved > MOVED:
        return f"not judged: the floor moved {moved:.0%}"
    return "met" if (ratio <= goal.limit) == (goal.direction == "at_most") or ratio == goal.limit else "missed"


def alone(goal: Goal, size: int, ours: float) -> Result:
    """Judge a figure that stands alone, and was measured once: seconds or bytes."""
    verdict = "met" if ours <= goal.limit else "missed"
    return Result(goal, size, verdict, ours, unit="B" if goal.direction == "bytes" else "s")


def weigh(goal: Goal, size: int, ours: float, against: float) -> Result:
    """Judge what does not vary, such as bytes on disk."""
    ratio = against / ours if goal.direction == "at_least" else ours / against
    return Result(goal, size, judged(goal, ratio, 0.0), ours, against, ratio, unit="B")


def profiled(work: Callable[[], object], top: int = 12) -> list[str]:
    """The functions in which the work spends its time, named without the folders they lie in."""
    profiler = cProfile.Profile()
    profiler.runcall(work)
    stats = pstats.Stats(profiler)
    total = stats.total_tt or 1.0  # type: ignore[attr-defined] # not in the type stubs
    rows = sorted(stats.stats.items(), key=lambda item: -item[1][2])[:top]  # type: ignore[attr-defined] # as above
    return [
        f"{own / total:5.1%}  {calls:>9} calls  {_place(file, line)} {_ADDRESS.sub('', name)}"
        for (file, line, name), (_, calls, own, _, _) in rows
    ]


def loaded(told: str, top: int = 12) -> list[str]:
    """The packages whose modules a process spends its time on loading, from what ``-X importtime`` says."""
    own, count = Counter[str](), Counter[str]()
    for micros, name in _LOADED.findall(told):
        package = name.partition(".")[0]
        own[package] += int(micros)
        count[package] += 1
    total = own.total() or 1
    return [
        f"{total / 1000:.0f} ms is loading modules, measured while it is told of each:",
        *(f"{micros / total:5.1%}  {count[package]:>9} modules  {package}" for package, micros in own.most_common(top)),
    ]


_LOADED = re.compile(r"import time: +(\d+) \| +\d+ \| *(\S+)")
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")


def _place(file: str, line: int) -> str:
    if not line:
        return ""
    parts = Path(file).parts
    root = max((place for place, part in enumerate(parts) if part in {"site-packages", "lib"}), default=len(parts) - 3)
    return f"{'/'.join(parts[root + 1 :])}:{line}"


# ------------------------------------------------------------------------------------------------------------ report


def duration(seconds: float) -> str:
    """A time with three digits, in the unit that suits it."""
    for unit, scale in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if seconds * scale >= 1:
            return f"{seconds * scale:.3g} {unit}" if seconds * scale < 1000 else f"{seconds * scale:.0f} {unit}"
    return f"{seconds * 1e9:.0f} ns"


def counted(number: int) -> str:
    """A number in groups of three."""
    return f"{number:,}".replace(",", " ")


def amount(value: float | None, unit: str) -> str:
    """A time or a number of bytes, for the report."""
    if value is None:
        return "–"
    return duration(value) if unit == "s" else f"{value:,.0f} B".replace(",", " ")


@dataclass
class Conditions:
    """Under what a run took place."""

    sizes: tuple[int, ...]
    seed: int
    cpus: int = field(default_factory=lambda: os.cpu_count() or 0)
    load_before: tuple[float, float, float] = field(default_factory=os.getloadavg)
    load_after: tuple[float, float, float] = (0.0, 0.0, 0.0)
    seconds: float = 0.0
    versions: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Note the versions."""
        self.versions = {
            "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version,
            "system": f"{platform.system()} {platform.machine()}",
            **{name: _version(name) for name in ("msgspec", "eventsourcing", "duckdb", "doltlite", "psycopg")},
        }


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"


def report(results: Iterable[Result], conditions: Conditions, absent: dict[str, str], notes: Iterable[str]) -> str:
    """The run as Markdown."""
    results = list(results)
    versions = ", ".join(f"{name} {version}" for name, version in conditions.versions.items())
    before, after = (
        " ".join(f"{load:.2f}" for load in loads) for loads in (conditions.load_before, conditions.load_after)
    )
    lines = [
        "# What was measured",
        "",
        "Written by `python -m bench`; [README.md](README.md) says how to read it. What counts is ratios of one run;",
        "times are there to be compared with each other, and with nothing else.",
        "",
        f"- entries: {', '.join(map(counted, conditions.sizes))}; seed {conditions.seed}",
        f"- CPUs {conditions.cpus}; load before {before}, after {after}; {conditions.seconds:.0f} s in all",
        f"- {versions}",
        "",
        "| goal | job | entries | against | ours | against | ratio (lowest–highest pair) | asked | verdict |",
        "|---|---|---:|---|---:|---:|---:|---|---|",
        *(_row(result) for result in results),
        "",
    ]
    counts = {word: sum(result.verdict.startswith(word) for result in results) for word in _VERDICTS}
    lines += ["; ".join(f"{count} {word}" for word, count in counts.items() if count) + ".", ""]
    if absent:
        lines += ["## Peers that are not here", "", *(f"- {name}: {why}" for name, why in absent.items()), ""]
    missed = [result for result in results if result.missed]
    if missed:
        lines += ["## Where the time goes, for the goals that were missed", ""]
    for result in missed:
        lines += [f"### {result.goal.id}: {result.goal.job}, {counted(result.size)} entries", ""]
        if result.profiled_at not in {0, result.size}:
            lines += [f"Looked at with {counted(result.profiled_at)} entries.", ""]
        lines += (
            ["```", *result.profile, "```", ""]
            if result.profile
            else ["The work is not in this process: there is nothing to show.", ""]
        )
    lines += ["## Remarks", "", *(f"- {note}" for note in notes), ""]
    return "\n".join(lines)


_VERDICTS = ("met", "missed", "not judged", "not there yet", "not here", "shown")


def _row(result: Result) -> str:
    goal = result.goal
    ratio = "–"
    if result.ratio is not None:
        ratio = f"{result.ratio:.3g}×"
        if result.spread:
            ratio += f" ({result.spread[0]:.3g}–{result.spread[1]:.3g})"
    cells = (
        goal.id,
        goal.job,
        counted(result.size),
        goal.against,
        amount(result.ours, result.unit),
        amount(result.against, result.unit),
        ratio,
        goal.told,
        result.verdict,
    )
    return "| " + " | ".join(cells) + " |"


def as_json(results: Iterable[Result], conditions: Conditions, absent: dict[str, str]) -> str:
    """The run as data."""
    told: dict[str, Any] = {
        "conditions": asdict(conditions),
        "results": [asdict(result) for result in results],
        "absent": absent,
    }
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"
