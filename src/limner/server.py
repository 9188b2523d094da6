"""The composition root: the only module that knows every room. `limner` without arguments serves stdio."""

import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from limner import logs
from limner.config import DEFAULT_LOG_LEVEL, Settings, read_settings
from limner.errors import ConfigurationError

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from limner.access.gate import Gatekeeper
    from limner.app.starting import BudgetOf
    from limner.app.studio import Studio
    from limner.app.webhooks import SecretOf
    from limner.assets.intake import Assets
    from limner.callbacks.courier import Courier
    from limner.callbacks.rules import CallbackRules
    from limner.engine.agents.pages import FetchPage
    from limner.engine.seams import OnEnd
    from limner.engine.workers import Workers
    from limner.providers.wire import Fetch
    from limner.serving.streams import OpenRequests
    from limner.store.sqlite import SqliteStore
    from limner_tools.door import Door
    from limner_tools.options import FaceOptions
    from limner_tools.server import McpServer


def main() -> None:
    """Run the command line; without arguments, the MCP server on stdio."""
    if len(sys.argv) > 1:
        from limner.cli import run_command

        sys.exit(run_command(sys.argv[1:], open_studio=open_studio, serve=serve_http))
    serve_stdio()


def serve_stdio() -> None:
    """Serve MCP on stdin and stdout until the host closes stdin, or SIGINT or SIGTERM.

    With a setting that is wrong it serves all the same: each call then says which, and an agent can tell.
    """
    from limner_tools.options import FaceOptions
    from limner_tools.stdio import serve

    wrong: ConfigurationError | None = None
    level = DEFAULT_LOG_LEVEL
    options = FaceOptions()
    try:
        settings = read_settings(os.environ)
        level = settings.log_level
        options = FaceOptions(typed_tools=settings.tools, consent_usd=settings.consent_usd)
    except ConfigurationError as error:
        wrong = error
        sys.stderr.write(f"limner: {error.message}\n")
    logs.configure(level)
    if sys.stdin.isatty():
        sys.stderr.write(
            "limner: serving MCP on stdio; this is for an MCP host. For people: limner demo, limner --help.\n"
        )

    @asynccontextmanager
    async def opened() -> AsyncIterator["Studio"]:
        if wrong is not None:
            raise wrong
        async with open_studio(settings) as studio:
            yield studio

    sys.exit(serve(opened, options))


async def serve_http(settings: Settings, *, host: str, port: int, say: Callable[[str], None]) -> None:
    """Serve MCP over HTTP until cancelled; `say` tells the operator where, and what to know.

    Raises: ConfigurationError, when the address cannot be had, or is open to others without a key.
    """
    from limner.access.gate import Gatekeeper
    from limner.serving.hosts import is_any_address, is_loopback
    from limner.serving.run import bind, listen

    gate = Gatekeeper.from_settings(settings)
    if gate.is_open and not is_loopback(host):
        raise ConfigurationError(
            f"--host {host} is open to other machines, and nobody needs a key.",
            next_step="Make a key with `limner keys new NAME --write`, or listen on 127.0.0.1.",
        )
    try:
        listener = bind(host, port)
    except (OSError, OverflowError) as problem:
        raise ConfigurationError(
            f"Cannot listen on {host} port {port}: {getattr(problem, 'strerror', None) or problem}.",
            next_step="Choose another --port (0 takes a free one), or end what listens there.",
        ) from problem
    local = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
    base = settings.public_url or local
    served = build_http(settings, gate, host=host, base=base)
    say(f"Limner serves MCP at {base}/mcp (and {base}/sse for older agents). Ctrl-C ends it.")
    if settings.public_url is not None:
        say(f"It listens on {local}.")
    elif is_any_address(host):
        say(f"Links to files name {base}, which other machines cannot reach: set LIMNER_PUBLIC_URL.")
    if settings.allow_loopback_callbacks:
        say("Callbacks may go to this machine (LIMNER_ALLOW_LOOPBACK_CALLBACKS is on): for development only.")
    if gate.is_open:
        say("No keys are set: everyone on this machine may call. LIMNER_API_KEYS asks for one.")
    await listen(served.app, listener, max_connections=settings.max_connections, on_leaving=served.leave)


@dataclass(frozen=True, slots=True)
class HttpServer:
    """The server behind an address that is not listened on yet."""

    app: "Starlette"
    server: "McpServer"
    door: "Door"
    options: "FaceOptions"
    requests: "OpenRequests"

    async def leave(self) -> None:
        """End what waits: calls with how their run stands, then streams in order."""
        self.server.subscriptions.close()
        self.door.leave()
        await self.requests.end()


def build_http(settings: Settings, gate: "Gatekeeper", *, host: str, base: str) -> HttpServer:
    """Return the server that callers reach at `base`, an address without a slash at its end.

    Raises: ConfigurationError, when the data folder cannot be written.
    """
    from starlette.routing import Mount

    from limner.access.links import LinkSigner, installation_secret
    from limner.rest.app import build_api
    from limner.rest.metrics import Metrics, metrics_routes
    from limner.rest.session import Api
    from limner.rest.uploads import upload_routes
    from limner.serving.app import Site, build_app
    from limner.serving.hosts import HostRules
    from limner.serving.media import links
    from limner.serving.streams import OpenRequests
    from limner_tools.door import Door
    from limner_tools.options import FaceOptions
    from limner_tools.server import build_server

    try:
        secret = installation_secret(settings.home / "secret")
    except OSError as problem:
        raise ConfigurationError(
            f"LIMNER_HOME is {settings.home}, which cannot be used: {problem.strerror or problem}.",
            next_step="Give this user the right to write there, or set LIMNER_HOME to another folder.",
        ) from problem
    signer = LinkSigner(secret)
    door = Door()
    metrics = Metrics()
    options = FaceOptions(
        locate=links(signer, base), typed_tools=settings.tools, consent_usd=settings.consent_usd
    )
    site = Site(
        public_url=base,
        hosts=HostRules.of(host, settings.public_url, settings.allowed_hosts, settings.allowed_origins),
        gate=gate,
        signer=signer,
        max_request_bytes=settings.max_request_bytes,
        answered=metrics.answered,
        resource_metadata=gate.resource_metadata(f"{base}/mcp"),
    )
    remote = replace(settings, input_roots=settings.input_roots if settings.has_own_roots else ())
    server = build_server(door, options)
    requests = OpenRequests()
    api = Api(
        door=door,
        locate=options.locate,
        base_url=f"{base}/api/v1",
        media_url=f"{base}/media",
        signer=signer,
        max_body_bytes=settings.max_request_bytes,
        max_upload_bytes=settings.limits.max_input_bytes,
    )
    app = build_app(
        site,
        server,
        door,
        lambda: open_studio(
            remote, budget_of=gate.budget_of, webhook_secret=secret, on_end=metrics.run_ended
        ),
        requests,
        extra=[*upload_routes(api), *metrics_routes(door, metrics), Mount("/api/v1", app=build_api(api))],
    )
    return HttpServer(app, server, door, options, requests)


@asynccontextmanager
async def open_studio(
    settings: Settings,
    *,
    works: bool = True,
    budget_of: "BudgetOf | None" = None,
    fetch_page: "FetchPage | None" = None,
    webhook_secret: bytes | None = None,
    on_end: "OnEnd | None" = None,
) -> AsyncIterator["Studio"]:
    """Yield the Studio on this machine's data folder; with `works`, this process also executes runs.

    budget_of: what each caller may spend a day; by default what the settings say, for all of them.
    fetch_page: what brings the pages that agents read; by default those of the public internet.
    webhook_secret: what the secrets of webhooks are derived from; with one, runs may have a callback address, and
    this process delivers what is due, whoever started it.

    on_end: is told of each run that this process has ended.

    Raises: StoreError, when the database cannot be used.
    """
    import anyio

    await anyio.to_thread.run_sync(_import_rooms)  # so that other messages are answered meanwhile
    from limner.actions.catalogue import builtin
    from limner.app.brands import BrandCatalogue
    from limner.app.evaluating import Evaluator
    from limner.app.generating import Generations
    from limner.app.models import ModelCatalogue
    from limner.app.places import Places
    from limner.app.previews import Previews
    from limner.app.remembering import Remembering
    from limner.app.routes import Routes
    from limner.app.starting import Starter
    from limner.app.studio import Studio
    from limner.app.techniques import TechniqueCatalogue
    from limner.app.uploading import Uploading
    from limner.brands.shelf import Shelf as BrandShelf
    from limner.engine.agents.pages import PageReader
    from limner.engine.engine import Engine
    from limner.engine.news import News
    from limner.engine.workers import Workers
    from limner.library import brand_folder, technique_folder
    from limner.models.embedded import EmbeddedModels
    from limner.providers.desk import ProviderDesk
    from limner.providers.registry import connect_all
    from limner.store.locks import Locks
    from limner.store.sqlite import SqliteStore, unix_ms
    from limner.techniques.shelf import Shelf

    store = SqliteStore(settings.database)
    await store.open()
    try:
        actions = await anyio.to_thread.run_sync(builtin)  # it asks programs that speak for their versions
        workers = Workers(limits=settings.limits, capacity=settings.workers)
        media = _assets(settings, store, workers)
        shelf = Shelf(
            builtin=technique_folder(),
            folders=[settings.home / "techniques", *settings.techniques],
            actions=actions.by_id,
        )
        embedded = EmbeddedModels(action_of=actions.get)
        connected = await connect_all(settings.providers, fetch=_fetch_of_providers(settings))
        desk = ProviderDesk(connected.ready, connected.problems)
        models = ModelCatalogue(sources=[embedded, desk], policy=settings.routing)
        routes = Routes(models=models, embedded=embedded, desk=desk)
        techniques = TechniqueCatalogue(
            shelf=shelf, store=store, actions=actions.by_id, models=models, desk=desk, routes=routes
        )
        kits = BrandShelf(builtin=brand_folder(), folders=[settings.home / "brands"])
        brands = BrandCatalogue(shelf=kits, store=store, media=media, workers=workers)
        evaluator = Evaluator(brands=brands, techniques=techniques, store=store, media=media, workers=workers)
        news = News()
        engine = Engine(
            store=store,
            locks=Locks(settings.home / "locks"),
            media=media,
            workers=workers,
            news=news,
            action_of=actions.get,
            technique_of=techniques.revision,
            brand_of=brands.shown_to,
            model_brand_of=brands.shown_to_model,
            routes=routes,
            market=desk,
            evaluate=evaluator.of_run,
            read_page=PageReader(fetch=fetch_page, workers=workers, scratch=settings.home / "incoming").read,
            scratch=settings.home / "tmp",
            max_runs=settings.max_runs,
            clock=unix_ms,
            on_end=on_end,
        )
        window_ms = settings.idempotency_hours * 3_600_000
        places = Places(store=store)
        starter = Starter(
            techniques=techniques,
            brands=brands,
            generations=Generations(models=models),
            pricing=techniques.pricing,
            action_of=actions.get,
            media=media,
            places=places,
            window_ms=window_ms,
            budget_of=budget_of or (lambda caller: settings.daily_budget_usd),
            check_callback=None if webhook_secret is None else _callback_rules(settings).check,
        )
        studio = Studio(
            store=store,
            techniques=techniques,
            brands=brands,
            models=models,
            evaluator=evaluator,
            actions=tuple(actions),
            starter=starter,
            remembering=Remembering(store, window_ms),
            worker=engine,
            news=news,
            media=media,
            places=places,
            uploading=Uploading(store=store, media=media),
            previews=Previews(workers=workers, folder=settings.home / "previews"),
            webhook_secret_of=None if webhook_secret is None else _webhook_secrets(webhook_secret),
        )
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(desk.serve)
                tasks.start_soon(engine.serve if works else lambda: news.watch(store))
                if webhook_secret is not None:
                    tasks.start_soon(_courier(settings, store, webhook_secret).serve)
                yield studio
                tasks.cancel_scope.cancel()
        finally:
            with anyio.CancelScope(shield=True):
                await desk.aclose()  # not before: the engine waits a little for answers that are paid for
    finally:
        with anyio.CancelScope(shield=True):
            await store.close()


def _import_rooms() -> None:
    """Import what takes a while."""
    import limner.actions.specs
    import limner.app.studio
    import limner.assets.fetch
    import limner.store.sqlite  # noqa: F401 - imported for its effect: what is loaded once is quick later


def _assets(settings: Settings, store: "SqliteStore", workers: "Workers") -> "Assets":
    from limner.assets.fetch import Fetcher
    from limner.assets.folder import AssetFolder
    from limner.assets.intake import Assets
    from limner.assets.roots import InputRoots
    from limner.engine.workers import probe_with
    from limner.store.sqlite import unix_ms

    roots = settings.input_roots
    return Assets(
        folder=AssetFolder(settings.home / "assets"),
        index=store,
        probe=probe_with(workers),
        roots=InputRoots(roots, Path.home(), limits=settings.limits) if roots else None,
        fetcher=Fetcher(limits=settings.limits),
        limits=settings.limits,
        clock=unix_ms,
        tmp=settings.home / "incoming",
    )


def _fetch_of_providers(settings: Settings) -> "Fetch":
    """Return what brings in files that a provider keeps at public addresses."""
    from limner.assets.fetch import Fetcher

    return Fetcher(limits=settings.limits).fetch


def _callback_rules(settings: Settings) -> "CallbackRules":
    from limner.callbacks.rules import CallbackRules

    return CallbackRules(allow_loopback=settings.allow_loopback_callbacks)


def _webhook_secrets(secret: bytes) -> "SecretOf":
    from limner.callbacks.signing import derive_secret

    return partial(derive_secret, secret)


def _courier(settings: Settings, store: "SqliteStore", secret: bytes) -> "Courier":
    from limner.callbacks.courier import Courier
    from limner.callbacks.sending import Sender
    from limner.store.sqlite import unix_ms

    return Courier(
        store=store,
        sender=Sender(rules=_callback_rules(settings)),
        secret_of=_webhook_secrets(secret),
        retry_seconds=settings.callback_retry_seconds,
        clock=unix_ms,
    )
