"""The sides: how ours, a floor or a peer is asked to do a job."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from itertools import islice
from typing import Any, Final

from bench import floors, hello, ours, points, terminal, workload
from bench.ground import Ground
from bench.measuring import Side
from ledger.entry import decode

_DECODE: Final = partial(decode, position=0)

FEW, MANY = 20, 300


def append(ground: Ground, back: int = 0) -> Side:
    """Ours: some entries, one by one."""
    entries = ground.appendable(back)

    return Side(lambda: [partial(ours.append_one, ground.handle, next(entries)) for _ in range(FEW)], each=True)


def commit(ground: Ground) -> Side:
    """The bare commit of as many bodies."""
    bodies = ground.held[:FEW]
    return Side(lambda: [partial(floors.commit_one, ground.bare, body) for body in bodies], each=True)


def append_aggregate(ground: Ground) -> Side:
    """An aggregate read, told something, and saved."""
    peer, entries = ground.aggregates, ground.appendable()
    return Side(lambda: [partial(peer.append, next(entries)) for _ in range(FEW)], each=True)


def append_row(ground: Ground, peer: Any) -> Side:
    """One point in a database that has the points alone."""
    seqs = iter(range(2 * ground.size, 10 * ground.size))
    rows = ((1, seq % 100, 730_000, seq, points.FOREVER, "1") for seq in seqs)
    return Side(lambda: [partial(peer.append, row) for row in islice(rows, FEW)], each=True)


def import_all(ground: Ground) -> Side:
    """Ours: everything into a new ledger."""
    path = ground.folder / "imported.vedtak"
    return Side(lambda: ours.build(path, map(_DECODE, ground.held)))


def bare_import(ground: Ground) -> Side:
    """The bodies into a bare table."""
    path = ground.folder / "imported.db"
    return Side(lambda: floors.bare_table(path, ground.held).close())


def save_aggregates(ground: Ground) -> Side:
    """Everything as aggregates."""
    _ = ground.aggregates
    path = ground.folder / "saved.db"
    return Side(lambda: ground.saved_aggregates(path).close())


def partnership(ground: Ground) -> Side:
    """Ours: one partnership at a random (E, K)."""
    refs = [f"partnership/p{number}" for number in range(workload.partnerships(ground.size))]
    handle, choice = ground.handle, ground.chance.choice
    ours.partnership_state(handle, refs[0], *ground.moments(1)[0])
    return Side(
        lambda: [partial(ours.partnership_state, handle, choice(refs), *moment) for moment in ground.moments(FEW)],
        each=True,
    )


def scoped_replay(ground: Ground) -> Side:
    """The entries of one partnership, folded."""
    scoped, choice = ground.scoped, ground.chance.choice
    return Side(
        lambda: [partial(floors.scoped_replay, choice(scoped), *moment) for moment in ground.moments(FEW)], each=True
    )


def scoped_definition(ground: Ground) -> Side:
    """The entries of one partnership, read and replayed by the definition."""
    owned, choice, bare = [[at for at, _ in own] for own in ground.scoped], ground.chance.choice, ground.bare
    return Side(
        lambda: [partial(floors.scoped_definition, bare, choice(owned), *moment) for moment in ground.moments(FEW)],
        each=True,
    )


def partnership_rows(ground: Ground, peer: Any) -> Side:
    """One partnership's points at a random (E, K)."""
    scopes, choice = range(1, ground.rows.scopes + 1), ground.chance.choice
    return Side(
        lambda: [partial(peer.state, choice(scopes), day.toordinal(), k) for day, k in ground.moments(FEW)], each=True
    )


class _Asked:
    """Questions made anew before each turn, so that no turn finds the last one's answers warm."""

    def __init__(self, make: Callable[[], list[Any]], answer: Callable[..., object], count: int) -> None:
        self.make, self.answer, self.count = make, answer, count
        self.questions: list[Any] = []

    def side(self) -> Side:
        """The turn: all the questions."""
        return Side(self.run, before=self.prepare, operations=self.count)

    def prepare(self) -> None:
        """Other questions."""
        self.questions = self.make()

    def run(self) -> None:
        """Ask them all."""
        answer = self.answer
        for question in self.questions:
            answer(*question)


def fact(ground: Ground) -> Side:
    """Ours: one fact at a random (E, K)."""
    handle = ground.handle

    def questions() -> list[Any]:
        slots, moments = ground.some_slots(MANY), ground.moments(MANY)
        return [(handle, slot, *moment) for slot, moment in zip(slots, moments, strict=True)]

    ours.fact(*questions()[0])
    return _Asked(questions, ours.fact, MANY).side()


def look_up(ground: Ground) -> Side:
    """One body by its primary key."""

    def questions() -> list[Any]:
        return [(ground.bare, ground.chance.randint(1, ground.size)) for _ in range(MANY)]

    return _Asked(questions, floors.look_up, MANY).side()


def fact_row(ground: Ground, peer: Any) -> Side:
    """One fact's points at a random (E, K)."""

    def questions() -> list[Any]:
        slots, moments = ground.some_slots(FEW), ground.moments(FEW)
        return [
            (points.scope(slot.entity), ground.rows.slots[slot], day.toordinal(), known)
            for slot, (day, known) in zip(slots, moments, strict=True)
        ]

    return _Asked(questions, peer.fact, FEW).side()


def state(ground: Ground) -> Side:
    """Ours: everything at one (E, K)."""
    (moment,) = ground.moments(1)
    ours.full_state(ground.handle, *moment)
    return Side(lambda: ours.full_state(ground.handle, *moment))


def definition(ground: Ground) -> Side:
    """The same, replayed by the definition."""
    (moment,) = ground.moments(1)
    return Side(lambda: ours.full_replay(ground.handle, *moment))


def diff(ground: Ground, days: int) -> Side:
    """Ours: what is different so many days later."""
    since = date(2010, 7, 1)
    asked = (ground.handle, since, since + timedelta(days=days), ground.size)
    ours.diff(*asked)
    return Side(lambda: ours.diff(*asked))


def two_states(ground: Ground) -> Side:
    """Ours: everything on both days."""
    since = date(2010, 7, 1)
    days = (since, since + timedelta(days=30))
    return Side(lambda: [ours.full_state(ground.handle, day, ground.size) for day in days])


def opening(ground: Ground) -> Side:
    """Ours: a process that shows the newest entries and one partnership."""
    path = ground.untouched
    return Side(lambda: ours.opening(path, "partnership/p1"))


def verify(ground: Ground) -> Side:
    """Ours: every hash made again."""
    ours.verify(ground.handle)
    return Side(lambda: ours.verify(ground.handle))


def search(ground: Ground, which: int) -> Side:
    """Ours: the newest entries with the commonest word (0) or a rare one (1)."""
    term = ground.terms[which]
    ours.search(ground.handle, term, 50)
    return Side(lambda: [ours.search(ground.handle, term, 50) for _ in range(FEW)], operations=FEW)


def bare_search(ground: Ground) -> Side:
    """The newest rows of a bare full-text table."""
    term = ground.terms[0]
    return Side(lambda: [floors.newest_hits(ground.words, term, 50) for _ in range(FEW)], operations=FEW)


def balances(ground: Ground) -> Side:
    """Ours: all balances on a day."""
    handle = ground.handle
    ours.balances(handle, date(2010, 7, 1))
    return Side(lambda: ours.balances(handle, date(2010, 7, 1)))


def tree(ground: Ground) -> Side:
    """Ours: the tree's part of an append."""
    bodies = ground.held[:MANY]
    ours.tree_on_append(ground.handle, bodies[0])
    return Side(lambda: [ours.tree_on_append(ground.handle, body) for body in bodies], operations=MANY)


def painted(ground: Ground, measure: Callable[[Sequence[str], bytes], float]) -> Side:
    """Ours: a process on a terminal, until the newest entry is shown."""
    asked = (terminal.opened(ground.untouched), terminal.newest(ground.size))
    return Side(partial(measure, *asked))


def painted_whole(ground: Ground) -> Side:
    """Ours, until every row of the list stands there that there is room for."""
    asked = (terminal.opened(ground.untouched), terminal.last_drawn(ground.size))
    return Side(partial(terminal.first_paint, *asked))


def painted_empty(ground: Ground, measure: Callable[[Sequence[str], bytes], float]) -> Side:
    """The same on an empty ledger, until it says so."""
    asked = (terminal.opened(ground.empty), terminal.NOTHING)
    return Side(partial(measure, *asked))


def greeted(measure: Callable[[Sequence[str], bytes], float]) -> Side:
    """A process on a terminal that says hello."""
    return Side(partial(measure, terminal.GREETED, hello.GREETING.encode()))


def cycling(ground: Ground, one: Callable[[bytes], object]) -> Side:
    """One call for each body, a body a turn."""
    bodies = iter(ground.held)
    return Side(lambda: one(next(bodies)))
