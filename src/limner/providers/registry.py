"""Which adapter speaks to a provider: the built-in types, and those that other packages add by entry point."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

import anyio.to_thread

from limner.errors import ConfigurationError
from limner.providers.contract import Provider
from limner.providers.guarded import Guarded
from limner.providers.keyring_key import keyring_key
from limner.types import ProviderProblem, ProviderSettings

if TYPE_CHECKING:
    from limner.providers.wire import Fetch

GROUP = "limner.providers"
"""The group of entry points; each names a type, and leads to a `Connect`."""


class Connect(Protocol):
    """How an adapter makes a provider of its settings: without asking anybody, and without work that takes time."""

    def __call__(self, settings: ProviderSettings, *, fetch: "Fetch") -> Provider:
        """Return the provider. Raises: ConfigurationError, naming the key of the section and what is allowed."""


@dataclass(frozen=True, slots=True)
class _Builtin:
    module: str
    base_url: str = ""
    """Where it is asked when the section does not say; empty: the adapter knows."""


BUILTIN: Mapping[str, _Builtin] = {
    "openai": _Builtin("limner.providers.openai", "https://api.openai.com/v1"),
    "flora": _Builtin("limner.providers.flora", "https://app.flora.ai/api/v1"),
    "queue": _Builtin("limner.providers.queue"),
    "comfyui": _Builtin("limner.providers.comfyui", "http://127.0.0.1:8188"),
}


@dataclass(frozen=True, slots=True)
class ConnectedProviders:
    """Every configured provider, by name: one that can be asked, or why not."""

    ready: Mapping[str, Provider] = field(default_factory=dict)
    problems: Mapping[str, ProviderProblem] = field(default_factory=dict)

    async def aclose(self) -> None:
        """Close the connections of all."""
        for provider in self.ready.values():
            await provider.aclose()


async def connect_all(sections: Iterable[ProviderSettings], *, fetch: "Fetch") -> ConnectedProviders:
    """Return the providers of these sections. Nothing is asked over the network yet.

    fetch: brings in files that a provider keeps elsewhere. One that cannot be made is a problem of its own.
    """
    ready: dict[str, Provider] = {}
    problems: dict[str, ProviderProblem] = {}
    for settings in sections:
        # In a thread: adapters are imported, and a keyring may wait for somebody to unlock it.
        made = await anyio.to_thread.run_sync(_connected, settings, fetch)
        if isinstance(made, ProviderProblem):
            problems[settings.name] = made
        else:
            ready[settings.name] = made
    return ConnectedProviders(ready, problems)


def _connected(settings: ProviderSettings, fetch: "Fetch") -> Provider | ProviderProblem:
    if settings.problem is not None:
        return settings.problem
    try:
        connect = _adapter(settings)
        builtin = BUILTIN.get(settings.type)
        if builtin is not None and not settings.base_url:
            settings = replace(settings, base_url=builtin.base_url)
        if settings.api_key_keyring is not None:
            settings = replace(settings, api_key=keyring_key(*settings.api_key_keyring))
        return Guarded(connect(settings, fetch=fetch))
    except ConfigurationError as error:
        return ProviderProblem(error.message, error.next_step)
    except Exception as error:  # noqa: BLE001  # code of another package, which must not keep Limner from starting
        said = f"{type(error).__name__}: {error}".replace(settings.api_key or "\0", "…")
        return ProviderProblem(
            f"The adapter of type {settings.type!r} failed: {said}.",
            "Update the package that it came with, or tell its authors.",
        )


def _adapter(settings: ProviderSettings) -> Connect:
    """Return what connects providers of a type. Raises: ConfigurationError; and whatever importing it raises."""
    builtin = BUILTIN.get(settings.type)
    if builtin is not None:
        connect: Connect = import_module(builtin.module).connect
        return connect
    from importlib.metadata import entry_points

    found = {point.value: point for point in entry_points(group=GROUP, name=settings.type)}
    if len(found) > 1:
        raise ConfigurationError(
            f"Several packages offer the type {settings.type!r}: {', '.join(sorted(found))}.",
            next_step="Uninstall all of them but one.",
        )
    for point in found.values():
        loaded: Connect = point.load()
        return loaded
    known = sorted({*BUILTIN, *entry_points(group=GROUP).names})
    raise ConfigurationError(
        f"providers.{settings.name}.type is {settings.type!r}. Known: {', '.join(known)}.",
        next_step="Correct the type, or install the package that adds it.",
    )
