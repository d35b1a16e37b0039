"""What can happen in a partnership, what it means, and the book it is written in.

Read in this order: ``fields`` (the vocabulary) → ``facts`` (what an event makes true, and replay) → ``event`` → one
module of ``events`` → ``entry`` (who, when, how sure, on what authority) → ``record`` (the pen) → ``store`` (the book).
Nothing here knows about screens, languages or the command line.
"""
