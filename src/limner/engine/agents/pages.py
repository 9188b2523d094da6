"""Reads pages for agents: fetched under guard, turned into text by a worker process, which no page can harm."""

import json
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeAlias
from uuid import uuid4

import anyio

from limner.assets.pages import Fetched, PageFetcher
from limner.engine.workers import Assignment, Workers
from limner.types import Kind, WebPage

FetchPage: TypeAlias = Callable[[str], Awaitable[Fetched]]
"""Brings a page of the public internet. Raises: InvalidInput, InvalidMedia."""
HANDLER = "limner.actions.page_text:page_text"
MOST_SECONDS = 20.0


class PageReader:
    """Returns what pages say."""

    def __init__(self, *, fetch: FetchPage | None, workers: Workers, scratch: Path) -> None:
        """fetch: None brings pages of the public internet."""
        self._fetch = fetch or PageFetcher().fetch
        self._workers = workers
        self._scratch = scratch

    async def read(self, url: str) -> WebPage:
        """Return a page as plain text. Raises: InvalidInput, InvalidMedia, StepFailed."""
        found = await self._fetch(url)
        folder = self._scratch / f"page-{uuid4().hex}"
        await anyio.Path(folder).mkdir(parents=True)
        try:
            path = folder / "page"
            await anyio.Path(path).write_bytes(found.content)
            (made,) = await self._workers.run(
                Assignment(
                    handler=HANDLER,
                    inputs={Kind.DOCUMENT: [{"path": str(path), "media_type": found.media_type}]},
                    params={"media_type": found.media_type, "charset": found.charset},
                    folder=folder,
                    timeout_seconds=MOST_SECONDS,
                )
            )
        finally:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(lambda: shutil.rmtree(folder, ignore_errors=True))
        told = json.loads(made.text or "{}")
        return WebPage(found.url, told["title"], told["text"], found.is_cut or told["is_cut"])
