"""What may not happen to documents and access, and in the ledger's own acts."""

from __future__ import annotations

import pytest

from tests.clerks import Clerk, Plain
from tests.councils import (
    DAY,
    NORD,
    A,
    B,
    C,
    seated,
)


@pytest.fixture
def clerk() -> Clerk:
    """Everything in place."""
    return seated()


# ---- documents, access, identities


def register(clerk: Clerk, *slugs: str) -> None:
    for slug in slugs:
        clerk.has(DAY, "document-registered", document=f"document/{slug}", title=slug, kind="minutes", holding="bytes")


def test_versions_follow_one_another(clerk: Clerk) -> None:
    register(clerk, "a", "b", "c")
    clerk.has(DAY, "document-version-superseded", old="document/a", new="document/b")
    clerk.has(DAY, "document-version-superseded", old="document/b", new="document/c")
    for old, new in (("document/a", "document/a"), ("document/c", "document/a")):
        assert "newer version of itself" in clerk.refused(DAY, "document-version-superseded", old=old, new=new).problem
    refusal = clerk.refused(DAY, "document-version-superseded", old="document/a", new="document/c")
    assert "another newer version" in refusal.problem
    assert clerk.value(DAY, "document/b", "supersedes") == "document/a"


def test_texts_made_by_two_tools_stand_side_by_side(clerk: Clerk) -> None:
    register(clerk, "a")
    for tool, digest in (("pdftotext", "a" * 64), ("tesseract", "b" * 64)):
        told: Plain = {"tool": tool, "version": "1", "quality": "clean", "sha256": digest}
        clerk.has(DAY, "document-text-extracted", document="document/a", **told)
    assert set(clerk.on(DAY).thing("document/a").keyed("text")) == {"a" * 64, "b" * 64}


def test_access_is_restricted_on_a_paragraph_and_opened_again(clerk: Clerk) -> None:
    register(clerk, "a")
    told: Plain = {"subject": "document/a", "scope": "content"}
    assert "no paragraph" in clerk.refused(DAY, "access-restricted", **told, legal_ground="hemmelig").problem
    assert "not restricted" in clerk.refused(DAY, "access-restriction-lifted", subject="document/a").problem
    clerk.has(DAY, "access-restricted", **told, legal_ground="offl. § 14", part="s. 2")
    assert "not restricted" in clerk.refused(DAY, "access-restriction-lifted", subject="document/a").problem
    clerk.has("2022-01-01", "access-restriction-lifted", subject="document/a", part="s. 2")
    assert clerk.holds("2021-12-31", "document/a", "access_restricted", "s. 2") == "yes"
    assert clerk.holds("2022-01-01", "document/a", "access_restricted", "s. 2") == "no"


def test_two_that_are_one_can_be_two_again(clerk: Clerk) -> None:
    told: Plain = {"kept": A, "duplicate": B, "evidence": "Samme navn."}
    assert "same kind" in clerk.refused(DAY, "identities-merged", **{**told, "kept": NORD}).problem
    assert "duplicate of itself" in clerk.refused(DAY, "identities-merged", **{**told, "kept": B}).problem
    assert "is not recorded as the same" in clerk.refused(DAY, "identities-separated", **told).problem
    clerk.has(DAY, "identities-merged", **told)
    assert (
        "duplicate of itself" in clerk.refused(DAY, "identities-merged", **{**told, "kept": B, "duplicate": A}).problem
    )
    assert "Separate" in clerk.refused(DAY, "identities-merged", **{**told, "kept": C}).remedy
    clerk.has("2021-06-01", "identities-separated", **told)
    assert clerk.value("2021-05-31", B, "same_as") == A
    assert clerk.value("2021-06-01", B, "same_as") is None
    assert clerk.holds("2021-06-01", B, "exists") == "yes"
    clerk.has("2021-07-01", "identities-merged", **{**told, "kept": C})


# ---- the ledger's own acts


def test_an_import_waits_for_a_person_and_is_settled_once(clerk: Clerk) -> None:
    clerk.has(DAY, "user-registered", user="user/kari", account="kari")
    clerk.has(DAY, "import-batch-recorded", batch="batch/b", title="Kandidater", candidates=3)
    told: Plain = {"batch": "batch/b", "reviewer": "user/kari"}
    assert "4 are accepted of 3" in str(
        clerk.refused(DAY, "import-batch-settled", **told, outcome="confirmed", accepted=4)
    )
    assert "has a reason" in clerk.refused(DAY, "import-batch-settled", **told, outcome="rejected").problem
    clerk.has("2021-04-01", "import-batch-settled", **told, outcome="confirmed", accepted=2)
    assert clerk.value("2021-03-31", "batch/b", "status") == "recorded"
    assert clerk.value("2021-04-01", "batch/b", "status") == "confirmed"
    assert (
        "already" in clerk.refused("2021-04-01", "import-batch-settled", **told, outcome="rejected", reason="x").problem
    )


def test_seals_copies_and_checks_are_of_entries_that_were_there(clerk: Clerk) -> None:
    head, digest = clerk.pen.catch_up().head, "a" * 64
    seal: Plain = {"root": digest, "signer": "nøkkel"}
    check: Plain = {"expected": digest, "actual": "b" * 64, "tool": "vedtak 0.1"}
    for first, last in ((1, head + 1), (3, 2)):
        assert "There are no entries" in clerk.refused(DAY, "ledger-sealed", first=first, last=last, **seal).problem
        assert "There are no entries" in clerk.refused(DAY, "replay-verified", first=first, last=last, **check).problem
    copy: Plain = {"how": "exported", "valid_on": "2021", "sha256": digest, "purpose": "Ettersyn"}
    clerk.refused(DAY, "state-reproduced", known_after=head + 1, **copy)
    clerk.has(DAY, "ledger-sealed", first=1, last=head, **seal)
    clerk.has(DAY, "replay-verified", first=1, last=head, **check)
    clerk.has(DAY, "state-reproduced", known_after=head, **copy)


def test_a_role_is_granted_and_revoked(clerk: Clerk) -> None:
    clerk.has(DAY, "user-registered", user="user/kari", account="kari")
    told: Plain = {"user": "user/kari", "role": "auditor"}
    assert "does not have the role" in clerk.refused(DAY, "user-role-revoked", **told).problem
    clerk.has(DAY, "user-role-granted", **told)
    assert "already" in clerk.refused(DAY, "user-role-granted", **told).problem
    clerk.has("2021-06-01", "user-role-revoked", **told)
    clerk.has("2021-07-01", "user-role-granted", **told)
    assert [
        clerk.holds(day, "user/kari", "user_role", "auditor") for day in ("2021-05-31", "2021-06-30", "2021-07-01")
    ] == [
        "yes",
        "no",
        "yes",
    ]


def test_a_gap_is_filled_once_and_from_a_document(clerk: Clerk) -> None:
    register(clerk, "a", "b")
    gap: Plain = {"subject": "document/a", "missing": "Figuren."}
    assert "No such gap" in clerk.refused(DAY, "source-gap-filled", **gap, outcome="lost").problem
    clerk.has(DAY, "source-gap-noted", **gap)
    assert "is in a document" in clerk.refused(DAY, "source-gap-filled", **gap, outcome="found").problem
    clerk.has(DAY, "source-gap-filled", **gap, outcome="found", document="document/b")
    assert "No such gap" in clerk.refused(DAY, "source-gap-filled", **gap, outcome="lost").problem


def test_an_open_question_is_answered_once(clerk: Clerk) -> None:
    register(clerk, "a")
    asked: Plain = {"subject": "document/a", "matter": "Hvem betaler?"}
    assert "does not stand open" in clerk.refused(DAY, "matter-settled", **asked, outcome="Ingen.").problem
    clerk.has(DAY, "matter-deferred", **asked, to="budsjettet")
    clerk.has(DAY, "matter-settled", **asked, outcome="Kommunene.")
    assert "does not stand open" in clerk.refused(DAY, "matter-settled", **asked, outcome="Ingen.").problem
