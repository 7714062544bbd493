"""How often a web process looks for garbage."""

from __future__ import annotations

import gc
from typing import Final

EVERY: Final = (10_000, 20, 100)
"""New objects until the youngest are looked through (Python's own: 700), and how often the older ones with them."""


def settle() -> None:
    """Once all is loaded: it stays for good, so that it is never looked through again, and forked processes share it.

    What a request makes ends with it by counting references. Looking for cycles after every 700 objects found next to
    none, and was a twentieth of a page with a long table.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*EVERY)
