"""What a run does when it is told to stop.

1. Ctrl-C waits until a piece is whole in every report: no report says more than another. A second one does not wait.
2. SIGTERM and the end of the terminal leave no half-written file; then the process ends by that very signal,
   so that whoever sent it sees that it was heard.
3. What is ignored stays ignored (`nohup`, jobs in the background).
"""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any, Self

_ENDING = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


class HeldBack:
    """Holds Ctrl-C back while something must not be left half done; then it is heard.

    Args:
        is_last: all is done by then; there is nothing left to interrupt.
    """

    def __init__(self, *, is_last: bool = False) -> None:
        self._is_last = is_last
        self._pressed = False
        self._before: Any = None

    def __enter__(self) -> Self:
        if _is_main() and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            self._before = signal.signal(signal.SIGINT, self._hold)
        return self

    def _hold(self, number: int, frame: FrameType | None) -> None:
        if self._pressed:
            signal.default_int_handler(number, frame)
        self._pressed = True

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)
        if self._pressed and kind is None and not self._is_last:
            raise KeyboardInterrupt


class _EndedError(BaseException):
    """Somebody ended the process by a signal; `args` hold its number."""


@contextmanager
def ends_cleanly() -> Iterator[None]:
    """Let whatever is open be left in order when the process is ended by a signal."""
    heard = [number for number in _ENDING if _is_main() and signal.getsignal(number) is signal.SIG_DFL]
    for number in heard:
        signal.signal(number, _end)
    try:
        yield
    except _EndedError as ended:
        number = ended.args[0]
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
    finally:
        for number in heard:
            signal.signal(number, signal.SIG_DFL)


def _end(number: int, _frame: FrameType | None) -> None:
    for other in _ENDING:
        signal.signal(other, signal.SIG_IGN)  # one is enough: nothing disturbs the tidying up
    raise _EndedError(number)


@contextmanager
def deaf_children() -> Iterator[None]:
    """Start processes that never hear Ctrl-C, not even while they are being started: it is their parent's to answer."""
    mask = getattr(signal, "pthread_sigmask", None)
    if mask is None:
        yield
        return
    before = mask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        mask(signal.SIG_SETMASK, before)


def _is_main() -> bool:
    return threading.current_thread() is threading.main_thread()
