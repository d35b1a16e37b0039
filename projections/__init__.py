"""Questions answered from the log: read-only, in typed data, in no particular language.

Each module answers one kind of question from a :class:`~projections.reading.Reading`, which is a ledger seen at one
effective date and one state of knowledge. What a module returns is what ``--json`` prints and what a screen draws.
"""
