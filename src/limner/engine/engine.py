"""The engine of one process: claims runs, attends to them, takes over from the dead, gives way when told."""

import logging
import os
import secrets
import shutil
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path

import anyio
import anyio.abc

from limner.engine.agents.agent import Desk
from limner.engine.agents.agents import Agents
from limner.engine.agents.tools import ReadPage
from limner.engine.causes import first_cause
from limner.engine.composing import Composer
from limner.engine.execution import Execution
from limner.engine.making import Maker
from limner.engine.news import News
from limner.engine.performing import Performer
from limner.engine.purchasing import Purchaser
from limner.engine.seams import (
    ActionOf,
    BrandOf,
    Evaluate,
    Market,
    MediaShelf,
    ModelBrandOf,
    OnEnd,
    Routes,
    TechniqueOf,
)
from limner.engine.workers import Workers
from limner.errors import LimnerError, LostOwnership, StoreError
from limner.store.contract import Store
from limner.store.locks import Locks
from limner.types import Fence, Json, NewEvent, Phase, Run, Status

log = logging.getLogger(__name__)

RECOVERY_SECONDS = 1.0


class Engine:
    """Works on runs. `serve` runs until it is cancelled, and then hands its runs back."""

    def __init__(
        self,
        *,
        store: Store,
        locks: Locks,
        media: MediaShelf,
        workers: Workers,
        news: News,
        action_of: ActionOf,
        technique_of: TechniqueOf,
        brand_of: BrandOf,
        model_brand_of: ModelBrandOf,
        routes: Routes,
        market: Market,
        evaluate: Evaluate,
        read_page: ReadPage,
        scratch: Path,
        max_runs: int,
        clock: Callable[[], int],
        on_end: OnEnd | None = None,
    ) -> None:
        """clock: Unix milliseconds. on_end: is told of each run that this process has ended."""
        self.owner = f"{os.getpid()}-{secrets.token_hex(6)}"
        self._store = store
        self._locks = locks
        self._media = media
        self._workers = workers
        self._news = news
        self._action_of = action_of
        self._technique_of = technique_of
        self._brand_of = brand_of
        self._model_brand_of = model_brand_of
        self._routes = routes
        self._market = market
        self._clock = clock
        self._evaluate = evaluate
        self._read_page = read_page
        self._scratch = scratch
        self._max_runs = max_runs
        self._on_end = on_end
        self._attending: dict[str, anyio.CancelScope] = {}
        self._wanted: list[str] = []
        self._wake = anyio.Event()
        self._has_backlog = False

    def wake(self, run_id: str) -> None:
        """Take up a run that this process has just started, now rather than at the next look."""
        self._wanted.append(run_id)
        self._wake.set()

    def drop(self, run_id: str) -> None:
        """Stop work on a run that was cancelled."""
        if scope := self._attending.get(run_id):
            scope.cancel()

    async def serve(self) -> None:
        """Work until cancelled; then free the runs in hand for other processes, without counting a death."""
        self._locks.try_acquire(self.owner)
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(_outlasting, self._watch)
                tasks.start_soon(_outlasting, self._recover)
                await _outlasting(lambda: self._claim_forever(tasks))
        finally:
            with anyio.CancelScope(shield=True):
                await self._store.release(self.owner, died=False)
                await self._clear_scratch(self.owner)
            self._locks.release(self.owner)

    async def _watch(self) -> None:
        await self._news.watch(self._store, on_commit=self._let_go, is_busy=lambda: bool(self._attending))

    async def _let_go(self) -> None:
        """Stop work on runs that another process cancelled or took."""
        if not self._attending:
            return
        mine = list(self._attending)
        kept = await self._store.still_owned(self.owner, mine)
        for run_id in mine:
            if run_id not in kept:
                self.drop(run_id)

    async def _claim_forever(self, tasks: anyio.abc.TaskGroup) -> None:
        """Claim what this process started at once, and whatever nobody works on once a second.

        While runs wait for room here, the end of each one is a reason to look at once.
        """
        next_look = 0.0
        while True:
            wake = self._wake = anyio.Event()
            wanted, self._wanted = self._wanted, []
            if wanted:
                await self._claim(tasks, wanted)
            now = anyio.current_time()
            if self._has_backlog or now >= next_look:
                await self._claim(tasks, None)
                next_look = now + RECOVERY_SECONDS
            with anyio.move_on_after(max(0.0, next_look - anyio.current_time())):
                await wake.wait()

    async def _claim(self, tasks: anyio.abc.TaskGroup, run_ids: Sequence[str] | None) -> None:
        free = self._max_runs - len(self._attending)
        if free <= 0:
            self._has_backlog = True
            return
        runs = await self._store.claim(self.owner, free, run_ids)
        self._has_backlog = len(runs) == free
        for run in runs:
            self._attending[run.run_id] = anyio.CancelScope()
            tasks.start_soon(self._attend, run)

    async def _recover(self) -> None:
        """Free the runs of processes that have died: whose lock can be taken."""
        while True:
            for owner in await self._store.active_owners() - {self.owner}:
                if not self._locks.try_acquire(owner):
                    continue
                try:
                    freed = await self._store.release(owner, died=True)
                    log.warning("runs_recovered", extra={"owner": owner, "runs": len(freed)})
                    await self._clear_scratch(owner)
                finally:
                    self._locks.release(owner)
                if freed:
                    self._wanted.extend(freed)
                    self._wake.set()
            await anyio.sleep(RECOVERY_SECONDS)

    async def _clear_scratch(self, owner: str) -> None:
        folder = self._scratch / owner
        await anyio.to_thread.run_sync(lambda: shutil.rmtree(folder, ignore_errors=True))

    async def _attend(self, run: Run) -> None:
        fence = Fence(run.run_id, self.owner, run.attempt)
        with self._attending[run.run_id]:
            try:
                await self._end(run, fence)
            finally:
                del self._attending[run.run_id]
                self._wake.set()

    async def _end(self, run: Run, fence: Fence) -> None:
        execution: Execution | None = None
        try:
            execution = await self._execution(run, fence)
            await execution.complete()
        except Exception as raised:  # noqa: BLE001 - the runner's outer edge: a run may not end the engine
            has_failed = await self._fail(run, fence, raised)
            if has_failed and execution is not None:
                await _outlasting(execution.stop_all)
        await self._tell(run)

    async def _tell(self, run: Run) -> None:
        """Let those know of the run's end who count runs. A run that another process took has not ended."""
        if self._on_end is None:
            return
        try:
            ended, events = await self._store.snapshot(run.run_id)
        except StoreError as error:
            log.error("end_not_told", extra={"run_id": run.run_id, "reason": error.message})
            return
        if ended.status.is_terminal:
            self._on_end(ended, events)

    async def _execution(self, run: Run, fence: Fence) -> Execution:
        scratch = self._scratch / self.owner / run.run_id
        performer = Performer(
            fence=fence,
            caller=run.caller,
            seed=run.seed,
            store=self._store,
            media=self._media,
            workers=self._workers,
            action_of=self._action_of,
            scratch=scratch,
            checkpoints=await self._store.steps(run.run_id),
        )
        purchaser = Purchaser(
            run=run,
            fence=fence,
            store=self._store,
            media=self._media,
            market=self._market,
            scratch=scratch,
            purchases=await self._store.purchases(run.run_id),
            clock=self._clock,
        )
        maker = Maker(
            fence=fence,
            seed=run.seed,
            store=self._store,
            media=self._media,
            performer=performer,
            purchaser=purchaser,
            routes=self._routes,
            brand_of=partial(self._model_brand_of, run),
        )
        desk = Desk(
            fence=fence,
            seed=run.seed,
            store=self._store,
            media=self._media,
            performer=performer,
            maker=maker,
            accounts=purchaser.accounts,
            routes=self._routes,
        )
        agents = Agents(
            desk=desk,
            action_of=self._action_of,
            technique_of=self._technique_of,
            read_page=self._read_page,
        )
        composer = Composer(
            fence=fence, caller=run.caller, store=self._store, media=self._media, performer=performer
        )
        return Execution(
            run=run,
            fence=fence,
            store=self._store,
            performer=performer,
            maker=maker,
            agents=agents,
            composer=composer,
            action_of=self._action_of,
            technique_of=self._technique_of,
            brand_of=self._brand_of,
            evaluate=self._evaluate,
        )

    async def _fail(self, run: Run, fence: Fence, raised: Exception) -> bool:
        """End a run badly; return whether that was ours to do."""
        cause = first_cause(raised)
        if isinstance(cause, LostOwnership):
            return False
        if isinstance(cause, LimnerError):
            error: Json = cause.document()
        else:
            log.error("run_crashed", extra={"run_id": run.run_id}, exc_info=raised)
            error = LimnerError(f"Limner failed while working on this run: {type(cause).__name__}").document()
        event = NewEvent("failed", {"phase": Phase.FAILED, "message": error["message"], "error": error})

        is_ours = True

        async def record() -> None:
            nonlocal is_ours
            try:
                await self._store.record(
                    fence,
                    [event],
                    status=Status.FAILED,
                    phase=Phase.FAILED,
                    message=f"failed: {error['message']}",
                    error=error,
                )
            except LostOwnership:
                is_ours = False  # it was cancelled, or taken over, in the same moment

        await _outlasting(record)
        return is_ours


async def _outlasting(work: Callable[[], Awaitable[None]]) -> None:
    """Do work to its end, again after each time that the database could not be used (full, locked)."""
    while True:
        try:
            return await work()
        except StoreError as error:
            log.error("store_unusable", extra={"reason": error.message})
            await anyio.sleep(RECOVERY_SECONDS)
