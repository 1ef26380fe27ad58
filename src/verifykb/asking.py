"""`gather` for a synchronous caller: one event loop and one resolver for a whole run.

1. Nothing is opened before the first contact that needs it: most runs ask nobody.
2. Each contact has its own deadline; the resolver underneath shares answers among them all.
3. Leaving the run closes what was opened, and writes the recording if one was asked for.
"""

from collections.abc import Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from verifykb.context import Context
from verifykb.gather import gather, gather_offline, needs_asking
from verifykb.model.contact import Contact
from verifykb.model.evidence import Evidence

if TYPE_CHECKING:
    import asyncio

    from verifykb.dns.answer import Resolver

_Result = TypeVar("_Result")
Opening = Callable[[], AbstractAsyncContextManager["Resolver"]]


class Asker:
    """Gathers evidence, many contacts at a time.

    Args:
        context: directory, clock and the office's settings.
        opening: opens the run's resolver, without a deadline of its own; None asks nobody.
        eager: open it even if nobody needs to be asked: a recording was wanted.
    """

    def __init__(self, context: Context, opening: Opening | None, *, eager: bool = False) -> None:
        self.context = context
        self._eager = eager
        self._opening = opening
        self._opened: AbstractAsyncContextManager[Resolver] | None = None
        self._resolver: Resolver | None = None
        self._runner: asyncio.Runner | None = None

    def __enter__(self) -> Self:
        if self._eager:
            self._run(self._open())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is None:
            return
        with self._runner:
            if self._opened is not None:
                self._runner.run(self._opened.__aexit__(kind, error, trace))

    def needs(self, contact: Contact) -> bool:
        """Whether a contact has to wait for anything."""
        return needs_asking(contact, self.context, asks=self._opening is not None)

    def gather(self, contacts: Sequence[Contact]) -> list[Evidence]:
        """Gather the evidence of some contacts, in their order."""
        if not any(map(self.needs, contacts)):
            return [gather_offline(contact) for contact in contacts]
        return self._run(self._gather_all(contacts))

    def _run(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        if self._runner is None:
            import asyncio

            self._runner = asyncio.Runner()
        return self._runner.run(work)

    async def _open(self) -> None:
        if self._opening is not None and self._opened is None:
            opened = self._opening()
            self._resolver = await opened.__aenter__()
            self._opened = opened

    async def _gather_all(self, contacts: Sequence[Contact]) -> list[Evidence]:
        import asyncio

        await self._open()
        return await asyncio.gather(*map(self._gather, contacts))

    async def _gather(self, contact: Contact) -> Evidence:
        if self._resolver is None:
            return await gather(contact, self.context)
        from verifykb.dns.session import SharedResolver

        async with SharedResolver(self._resolver, deadline=self.context.settings.deadline) as limited:
            return await gather(contact, self.context, limited)
