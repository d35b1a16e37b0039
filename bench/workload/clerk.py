"""A partnership's clerk: what it has, and how it is told of."""

from __future__ import annotations

from collections import deque

from bench.workload.draft import Draft, Hand
from bench.workload.organisations import World
from ledger.fields import Money


class Thing:
    """Something a partnership goes on with: its reference, the first day of the next step, and what it has come to."""

    __slots__ = ("day", "left", "parties", "ref", "stage", "unpaid", "vouchers")

    def __init__(self, ref: str, day: int, stage: str = "") -> None:
        self.ref = ref
        self.day = day
        self.stage = stage
        self.parties: list[str] = []
        self.left = self.unpaid = self.vouchers = 0


class Clerk(Hand):
    """One partnership's clerk: what there is to go on with, and what every step needs."""

    def __init__(self, world: World, number: int, seed: int) -> None:
        super().__init__(f"p{number}", seed)
        self.world = world
        self.slug = f"p{number}"
        self.ref = f"partnership/p{number}"
        self.organisation = f"organisation/{self.slug}"
        self.document = f"document/{self.slug}-arkiv"
        self.fund = f"fund/{self.slug}"
        self.members = world.members(number, self.chance)
        self.memberships: list[tuple[str, str, int]] = []
        self.bodies: list[Thing] = []
        self.posts: list[Thing] = []
        self.people: list[str] = []
        self.agreements: list[Thing] = []
        self.measures: list[Thing] = []
        self.applications: list[Thing] = []
        self.allocations: list[Thing] = []
        self.decisions: list[str] = []
        self.counts: dict[str, int] = {}
        self.queue: deque[Draft] = deque()

    def near(self, since: int = 0) -> int:
        """A day shortly before today, and not before another."""
        day = self.today - min(int(self.chance.expovariate(0.2)), 28)
        return max(day, since)

    def new(self, kind: str) -> str:
        """A reference of the partnership's own that is not taken."""
        number = self.counts[kind] = self.counts.get(kind, 0) + 1
        return f"{kind}/{self.slug}-{number}"

    def unique(self, stem: str) -> str:
        """A name of the partnership's own that is not taken."""
        number = self.counts[stem] = self.counts.get(stem, 0) + 1
        return f"{stem} {number} {self.words(1, 2).lower()}"

    def money(self, low: int = 1_000, high: int = 900_000) -> Money:
        """A sum in whole kroner, the lower the likelier."""
        return Money("exact", 100 * int(self.chance.triangular(low, high, low)))

    def stands(self, ref: str, day: int) -> bool:
        """Whether an organisation is known to exist on a day, and not known to have ended by it."""
        life = self.world.lives[ref]
        return life.begins <= day and (day < life.ends or self.us <= life.ends_us)
