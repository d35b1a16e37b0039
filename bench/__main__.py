"""``python -m bench``: every job at every size, written to REPORT.md; ``--quick`` in less than two minutes."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import Final

from bench import checking, goals, jobs, workload
from bench.ground import grounds as opened_grounds
from bench.measuring import PAIRS, Conditions, Result, amount, as_json, report

HERE: Final = Path(__file__).parent
WORK: Final = Path(os.environ.get("BENCH_FOLDER", HERE.parent / "build" / "bench"))
SLOW: Final = frozenset(
    {
        "3b",
        "1c",
        "2b",
        "7b",
        "9b",
        "8c",
        "10b",
        "13c",
        "5b",
        "1g",
        "13d",
        "12b",
        "6",
        "7",
        "14a",
        "14c",
        "14d",
        "14e",
        "14g",
        "16b",
    }
)
"""Left out of the quick run: making the peer, or one turn, takes seconds; or another row tells nearly the same."""
NOTES: Final = (
    "The floor of an import writes bytes; ours also decodes each entry, works out what it makes true, and files it.",
    "The floor of decode and fold looks at neither corrections nor uncertain dates: it is below any reading.",
    "DuckDB and PostgreSQL hold the points alone: no log, no bytes of entries, no full text, no hashes.",
    "git and DoltLite know when a thing was recorded, not when it took effect; ledger and hledger the reverse.",
)


def main() -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--check", action="store_true", help="record a small workload through the pen and examine it")
    parser.add_argument("--quick", action="store_true", help="10 000 entries and what is fast; writes to build/bench")
    parser.add_argument("--size", type=int, action="append", help="only this many entries (may be repeated)")
    parser.add_argument("--job", action="append", help="only this goal, by its number (may be repeated)")
    parser.add_argument("--pairs", type=int, default=PAIRS, help=f"how many pairs, at least {PAIRS}")
    parser.add_argument("--keep", action="store_true", help="keep what was made, for looking at")
    asked = parser.parse_args()
    if asked.check:
        checking.run()
        return 0
    sizes = tuple(asked.size or ((goals.SMALL,) if asked.quick else (goals.SMALL, goals.MIDDLE, goals.LARGE)))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was started for the run ends with it
    conditions = Conditions(sizes, workload.SEED)
    begun = time.monotonic()
    results: list[Result] = []
    folder = WORK if asked.quick or asked.size or asked.job else HERE
    with opened_grounds(WORK) as grounds:
        for size in sizes:
            for goal in goals.GOALS:
                told_off = (asked.job and goal.id not in asked.job) or (asked.quick and goal.id in SLOW)
                if told_off or size not in goal.sizes:
                    continue
                results.append(jobs.measured(goal, size, grounds, pairs=asked.pairs))
                tell(results[-1])
            conditions.load_after, conditions.seconds = os.getloadavg(), time.monotonic() - begun
            write(folder, results, conditions)  # a run that is broken off keeps the sizes that are done
            if size != goals.SMALL:
                grounds.leave(size)
    print(f"{conditions.seconds:.0f} s; {folder / 'REPORT.md'}")
    if not asked.keep:
        for size in sizes:
            shutil.rmtree(WORK / str(size), ignore_errors=True)
    return 0


def write(folder: Path, results: list[Result], conditions: Conditions) -> None:
    """The report, for people and for programs."""
    absent = {
        result.goal.against: result.verdict.partition(": ")[2]
        for result in results
        if result.verdict.startswith("not here")
    }
    (folder / "REPORT.md").write_text(report(results, conditions, absent, NOTES), encoding="utf-8")
    (folder / "report.json").write_text(as_json(results, conditions, absent), encoding="utf-8")


def tell(result: Result) -> None:
    """One line as it comes."""
    ratio = "" if result.ratio is None else f"{result.ratio:.3g}×"
    print(
        f"{result.goal.id:>4} {result.size:>8} {result.goal.job[:42]:<42} {amount(result.ours, result.unit):>12} "
        f"{amount(result.against, result.unit):>12} {ratio:>9} {result.goal.told:>12}  {result.verdict}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
