"""When not to look for cycles of garbage: where a process makes much, holds on to it, and is soon over."""

from __future__ import annotations

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collecting() -> Iterator[None]:
    """Work that makes no cycles of garbage, without looking for any; what it has made counts as old afterwards."""
    was = gc.isenabled()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        if was:
            gc.enable()


def leave_at_exit() -> None:
    """Let what is left when the process ends go with it, instead of looking through it once more."""
    atexit.register(gc.freeze)
