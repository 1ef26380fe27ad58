"""No search for garbage while a block is judged: what is made for it is many objects, and hardly any cycle of them."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collection() -> Iterator[None]:
    """Let no garbage be looked for meanwhile. Best left when the block is let go: then there is little to look at."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
