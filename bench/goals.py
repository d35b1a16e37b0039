"""The goals: what a job is to cost, against what, at which sizes. They are those that the project set itself."""

from __future__ import annotations

from typing import Final

from bench.measuring import Goal

SMALL, MIDDLE, LARGE = 10_000, 100_000, 1_000_000
ALL = (SMALL, MIDDLE, LARGE)
_PEER = (SMALL, MIDDLE)

_BARE_COMMIT = "bare one-row SQLite commit"
_AGGREGATES = "eventsourcing aggregates"
GOALS: Final = (
    Goal("1", "append one, durable, with everything", _BARE_COMMIT, 2, "at_most", ALL, "wall", durable=True),
    Goal("1b", "append one", f"{_AGGREGATES}: get, tell, save", 5, "at_least", _PEER, "wall", durable=True),
    Goal("1c", "append one", "git add and commit", 200, "at_least", _PEER, "wall"),
    Goal("1d", "append one", "the same at 10 000", 1.5, "at_most", (LARGE,), "wall", durable=True),
    Goal("1e", "append one dated back 20 years", "one in order", 1.2, "at_most", ALL, "wall", durable=True),
    Goal("1j", "append one: CPU alone", _BARE_COMMIT, 2, "shown", ALL),
    Goal("1f", "the tree's part of an append", "–", 30e-6, "seconds", ALL),
    Goal("1g", "append one", "DoltLite: a row and a commit", 1, "shown", (SMALL,), "wall", durable=True),
    Goal("1h", "append one", "DuckDB: one row", 1, "shown", _PEER, "wall", durable=True),
    Goal("1i", "append one", "PostgreSQL 15: one row", 1, "shown", _PEER, "wall", durable=True),
    Goal("2", "import all, with everything", "bare executemany of the bodies", 6, "at_most", ALL),
    Goal("2b", "import all, with everything", f"{_AGGREGATES}: save 500 at a time", 7, "at_least", _PEER),
    Goal("3", "rebuild everything from the log", "bare decode and fold", 3, "at_most", ALL),
    Goal("3b", "fold in memory", "bare decode and fold", 1.15, "at_most", ALL),
    Goal("3c", "rebuild everything from the log", f"{_AGGREGATES}: replay", 5, "at_least", _PEER),
    Goal("4", "one partnership at a random (E, K)", "–", 2e-3, "seconds", ALL),
    Goal("4b", "one partnership at a random (E, K)", "last writers of its own entries, in memory", 4, "at_least", ALL),
    Goal("4c", "one partnership at a random (E, K)", "the same answers by replay, entries read", 4, "at_least", ALL),
    Goal("4d", "one partnership at a random (E, K)", "DuckDB points", 5, "at_least", ALL, "wall"),
    Goal("4f", "one partnership at a random (E, K)", "PostgreSQL 15 points", 5, "at_least", ALL, "wall"),
    Goal("4e", "one partnership at a random (E, K)", "the same at 10 000", 1.3, "at_most", (LARGE,)),
    Goal("5", "one fact at a random (E, K)", "bare primary-key look-up", 2, "at_most", ALL),
    Goal("5b", "one fact at a random (E, K)", "DoltLite: one fact at a commit", 200, "at_least", (SMALL,), "wall"),
    Goal("5c", "one fact at a random (E, K)", "DuckDB points", 1, "shown", _PEER, "wall"),
    Goal("5d", "one fact at a random (E, K)", "PostgreSQL 15 points", 1, "shown", _PEER, "wall"),
    Goal("6", "everything at a (E, K)", "replay by the definition", 4, "at_least", (SMALL, MIDDLE)),
    Goal("7", "what differs after 30 days", "two full states", 50, "at_least", ALL),
    Goal("7b", "what differs after a year", "git diff of two dates", 4, "at_least", _PEER, "wall"),
    Goal(
        "8", "process: newest 50 and one partnership", "process: import sqlite3, msgspec", 1.5, "at_most", ALL, "wall"
    ),
    Goal("8a", "process: vedtak events --limit 50", "process: import sqlite3, msgspec", 1, "shown", (SMALL,), "wall"),
    Goal("8b", "process: newest 50 and one partnership", "the same at 10 000", 1.15, "at_most", (LARGE,), "wall"),
    Goal("8c", "process: newest 50 and one partnership", "git log -n 50", 1, "shown", _PEER, "wall"),
    Goal("9", "verify, reading included", "bare RFC 6962 hashing in memory", 1.6, "at_most", ALL),
    Goal("9b", "verify, reading included", "git fsck --full, a commit an entry", 5, "at_least", _PEER, "wall"),
    Goal("10", "newest 50 with the commonest word", "–", 1e-3, "seconds", ALL),
    Goal("10a", "newest 50 with the commonest word", "bare FTS5 table of the same words", 1.2, "at_most", ALL),
    Goal("10b", "newest 50 with a rare word", "git log --grep, whole process", 10, "at_least", _PEER, "wall"),
    Goal("12", "all balances at a date", "ledger: whole process", 25, "at_least", ALL, "wall"),
    Goal("12b", "all balances at a date", "hledger: whole process", 100, "at_least", _PEER, "wall"),
    Goal("13", "bytes on disk, everything", "the JSON Lines", 1.5, "at_most", ALL),
    Goal("13b", "bytes on disk, everything", _AGGREGATES, 1, "shown", _PEER),
    Goal("13c", "bytes on disk, everything", "git, a commit an entry", 1, "shown", _PEER),
    Goal("13d", "bytes on disk, everything", "DoltLite, a commit an entry", 1, "shown", (SMALL,)),
    Goal("13e", "bytes on disk, everything", "DuckDB: the points alone", 1, "shown", _PEER),
    Goal("13f", "bytes on disk, everything", "PostgreSQL 15: the points alone", 1, "shown", _PEER),
    Goal("14", "terminal: first paint", "a hello-world of Textual", 1.3, "at_most", ALL, "wall"),
    Goal("14a", "terminal: first paint, CPU alone", "a hello-world of Textual", 1.3, "shown", ALL),
    Goal("14b", "terminal: first paint", "the same on an empty ledger", 1.1, "at_most", ALL, "wall"),
    Goal("14c", "terminal: first paint, CPU alone", "the same on an empty ledger", 1.1, "shown", ALL),
    Goal("14d", "terminal: answers keys", "a hello-world of Textual", 1.3, "shown", ALL, "wall"),
    Goal("14e", "terminal: answers keys", "the same on an empty ledger", 1.1, "shown", ALL, "wall"),
    Goal("14g", "terminal: first paint, all of the list", "the same on an empty ledger", 1.1, "shown", ALL, "wall"),
    Goal("14f", "terminal: first paint", "the same at 10 000", 1.1, "at_most", (LARGE,), "wall"),
    Goal("15", "terminal: key to repaint, held, 95 %", "–", 50e-3, "seconds", ALL, "wall"),
    Goal("16", "terminal: peak memory", "–", 120e6, "bytes", ALL),
    Goal("16b", "terminal: peak memory, every answer waited for", "–", 120e6, "bytes", ALL),
)
