"""How a partnership is set up: bodies, members, posts and those who hold them."""

from __future__ import annotations

from bench.workload.clerk import Clerk, Thing
from bench.workload.draft import Draft, iso
from bench.workload.words import FIRST
from ledger.fields import Personal
from ledger.vault import SALT_BYTES, commitment

_GIVEN = ("Kari", "Ola", "Anne", "Per", "Ingrid", "Lars", "Marit", "Nils", "Sissel", "Jon", "Liv", "Arne")


class Structure(Clerk):
    """The steps that set up and staff. Each returns a draft, or None when there is nothing to do it to."""

    def found(self) -> None:
        day = self.today
        self.queue.append(
            self.draft("partnership-registered", day, partnership=self.ref, name=f"{self.words(1, 1)}regionen")
        )
        name = f"{self.words(1, 1)}samarbeidet"
        self.queue.append(
            self.draft(
                "organisation-registered", day, organisation=self.organisation, name=name, kind="regional_council"
            )
        )
        self.queue.append(
            self.draft(
                "document-registered",
                day,
                document=self.document,
                title=f"Arkivet etter {name}",
                kind="register",
                holding="reference_only",
            )
        )
        for _ in range(3):
            self.queue.append(self._establish(day))
        for ref in self.members:
            self.queue.append(self._start_membership(ref, self.organisation, day))
        for body in self.bodies:
            self.queue.append(self._create_post(body, day))
        self.queue.append(
            self.draft(
                "funding-source-registered",
                day,
                fund=self.fund,
                name=self.words(2, 4),
                kind="county",
                funder=self.world.shared[1],
            )
        )

    def _establish(self, day: int) -> Draft:
        body = Thing(self.new("body"), day)
        self.bodies.append(body)
        kind = self.chance.choice(("board", "committee", "working_group", "administrative"))
        return self.draft(
            "body-established",
            day,
            body=body.ref,
            name=self.words(1, 3),
            kind=kind,
            effect="evidenced",
            owner=self.organisation,
        )

    def _create_post(self, body: Thing, day: int) -> Draft:
        post = Thing(self.new("post"), day)
        self.posts.append(post)
        kind = self.chance.choice(("chair", "member", "secretary", "coordinator"))
        return self.draft(
            "post-created",
            day,
            post=post.ref,
            body=body.ref,
            title=self.words(1, 3),
            kind=kind,
            seats=1,
            status="created",
        )

    def set_up(self) -> Draft | None:
        if len(self.bodies) < 12 and self.chance.random() < 0.5:
            return self._establish(self.near(self.bodies[0].day))
        body = self.chance.choice(self.bodies)
        return self._create_post(body, self.near(body.day)) if len(self.posts) < 16 else None

    def rename_body(self) -> Draft:
        body = self.bodies[0]
        return self.draft("body-renamed", self.near(body.day), body=body.ref, name=self.unique("Råd"))

    def follow_mergers(self) -> None:
        for ref in self.members:
            life = self.world.lives[ref]
            if life.ends_us >= self.us:
                continue
            self.members.remove(ref)
            for item in [item for item in self.memberships if item[0] == ref]:
                self.memberships.remove(item)
                self.queue.append(self.draft("membership-ended", max(life.ends, item[2]), member=item[0], of=item[1]))
            if life.heir and life.heir not in self.members:
                self.members.append(life.heir)
                self.queue.append(self._start_membership(life.heir, self.organisation, life.ends))
            return

    def _start_membership(self, ref: str, of: str, day: int) -> Draft:
        self.memberships.append((ref, of, day))
        return self.draft("membership-started", day, member=ref, of=of)

    def join_or_leave(self) -> Draft | None:
        chance = self.chance
        inside = [item for item in self.memberships if item[1].startswith("body/")]
        if inside and chance.random() < 0.4:
            item = chance.choice(inside)
            self.memberships.remove(item)
            return self.draft("membership-ended", self.near(item[2]), member=item[0], of=item[1])
        if not self.members:
            return None
        body, ref = chance.choice(self.bodies), chance.choice(self.members)
        day = self.near(body.day)
        if any(item[:2] == (ref, body.ref) for item in inside) or not self.stands(ref, day):
            return None
        return self._start_membership(ref, body.ref, day)

    def seat(self) -> Draft | None:
        chance = self.chance
        if not self.posts:
            return None
        post = chance.choice(self.posts)
        day = self.near(post.day)
        if post.parties:
            post.day = day
            holder = post.parties.pop()
            cause = chance.choice(("term", "resignation", "unknown"))
            return self.draft("role-ended", day, post=post.ref, holder=holder, cause=cause)
        if self.people and chance.random() < 0.4:
            return self._assign(post, chance.choice(self.people), day)
        person = self.new("person")
        self.people.append(person)
        self.queue.append(self._assign(post, person, day))
        plain = f"{chance.choice(_GIVEN)} {chance.choice(FIRST).capitalize()}{chance.choice(('vik', 'nes', 'dal'))}"
        digest = commitment("person-registered.name", chance.randbytes(SALT_BYTES), plain)
        draft = self.draft("person-registered", day, person=person, name=Personal(digest))
        draft.plain = plain
        return draft

    def _assign(self, post: Thing, person: str, day: int) -> Draft:
        post.parties.append(person)
        post.day = day
        return self.draft("role-assigned", day, post=post.ref, holder=person, term_until=iso(day + 1461))
