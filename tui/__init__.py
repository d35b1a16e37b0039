"""Everything a person types at: the command line in ``tui.cli`` and the terminal interface in ``tui.app``.

Both draw what ``projections`` answers and ask ``ledger.record`` to write; neither knows a rule. Importing the command
line never loads Textual.
"""
