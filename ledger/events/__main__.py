"""``python -m ledger.events`` writes anew which module declares each event type; ``make docs`` runs it."""

from __future__ import annotations

from pathlib import Path

from ledger.events import declared, load_all


def told() -> str:
    """The module that tells it, as text."""
    load_all()
    lines = (f'    "{name}": "{event.__module__.rpartition(".")[2]}",\n' for name, event in declared().items())
    return (
        '"""Which module declares each event type, in the order of the catalogue; written by ``make docs``."""\n\n'
        "from __future__ import annotations\n\n"
        "from typing import Final\n\n"
        f"FAMILIES: Final = {{\n{''.join(lines)}}}\n"
    )


if __name__ == "__main__":
    Path(__file__).with_name("families.py").write_text(told(), encoding="utf-8")
