"""Asks each configured provider what it offers, now: whether it can be reached, takes the key, and how quickly."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from time import monotonic

import anyio

from limner.assets.fetch import Fetcher
from limner.cli.checks import Check, Result
from limner.cli.wording import format_elapsed
from limner.config import Settings
from limner.errors import NotAccepted
from limner.providers.contract import Provider
from limner.providers.registry import connect_all
from limner.types import Json, Offers, ProviderProblem, ProviderSettings

PATIENCE_SECONDS = 30.0
NONE = (
    "none is configured: techniques that need a model say so and are refused (limner.toml, [providers.NAME])"
)
_CERTIFICATE = re.compile(r"certificate", re.I)
_DATES = re.compile(r"certificate (has expired|is not yet valid)", re.I)


@dataclass(frozen=True, slots=True)
class Answered:
    """What one provider answered, or why it did not."""

    settings: ProviderSettings
    problem: ProviderProblem | None = None
    models: Json = field(default_factory=dict)
    """How many by what they make."""
    techniques: int = 0
    seconds: float = 0.0

    @property
    def message(self) -> str:
        """Say it in a line."""
        if self.problem is not None:
            return self.problem.message
        total = sum(self.models.values())
        kinds = ", ".join(f"{count} {kind}" for kind, count in self.models.items())
        told = [f"{_count(total, 'model')} ({kinds})" if total else "no models"]
        told += [_count(self.techniques, "technique")] if self.techniques else []
        return f"{self.settings.base_url} answered in {format_elapsed(self.seconds)}: {', '.join(told)}"

    def check(self) -> Check:
        """Return it as the doctor reports it. One that is away is a note: what runs here does not need it."""
        said = f"{self.settings.name} ({self.settings.type}): {self.message}"
        if self.problem is not None:
            return Check("providers", Result.WARNING, said, self.problem.remedy)
        if not self.models and not self.techniques:
            return Check(
                "providers", Result.WARNING, said, "List its models in its section: docs/providers.md."
            )
        return Check("providers", Result.OK, said)

    def document(self) -> Json:
        """Return it as JSON."""
        document: Json = {
            "name": self.settings.name,
            "type": self.settings.type,
            "base_url": self.settings.base_url,
            "ok": self.problem is None,
        }
        if self.problem is not None:
            return document | asdict(self.problem)
        facts = {"models": self.models, "techniques": self.techniques, "seconds": round(self.seconds, 3)}
        return {**document, "message": self.message, **facts}


async def ask_providers(settings: Settings, sections: Sequence[ProviderSettings]) -> list[Answered]:
    """Ask these providers at the same time what they offer, and return what each answered, in their order."""
    connected = await connect_all(sections, fetch=Fetcher(limits=settings.limits).fetch)
    found = {
        section.name: Answered(section, problem=connected.problems.get(section.name)) for section in sections
    }

    async def ask(name: str, provider: Provider) -> None:
        found[name] = await _asked(provider)

    try:
        async with anyio.create_task_group() as tasks:
            for name, provider in connected.ready.items():
                tasks.start_soon(ask, name, provider)
    finally:
        with anyio.CancelScope(shield=True):
            await connected.aclose()
    return [found[section.name] for section in sections]


async def problems_of(settings: Settings) -> Mapping[str, ProviderProblem]:
    """Return why providers cannot even be asked, by name. Asks none of them."""
    connected = await connect_all(settings.providers, fetch=Fetcher(limits=settings.limits).fetch)
    await connected.aclose()
    return connected.problems


async def _asked(provider: Provider) -> Answered:
    began = monotonic()
    try:
        with anyio.fail_after(PATIENCE_SECONDS):
            offers = await provider.offers()
    except TimeoutError:
        said = f"{provider.settings.base_url} did not answer within {PATIENCE_SECONDS:g} s."
        return Answered(
            provider.settings, ProviderProblem(said, "See whether the server runs and is not overloaded.")
        )
    except NotAccepted as error:
        return Answered(
            provider.settings, ProviderProblem(error.message, remedy_for(error, provider.settings))
        )
    return Answered(
        provider.settings, None, _counted(offers), len(offers.techniques), seconds=monotonic() - began
    )


def _counted(offers: Offers) -> Json:
    return dict(sorted(Counter(model.type.value for model in offers.models).items()))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def remedy_for(error: NotAccepted, settings: ProviderSettings) -> str:
    """Return what the operator can do about a provider that does not say what it offers."""
    if error.code == "provider_unauthorized":
        return f"{_key_of(settings)} Its issuer may have revoked it, or it is of another account."
    if error.code == "provider_out_of_credit":
        return f"Fill up the account at {settings.base_url}."
    if _DATES.search(error.message):
        return "Look at this machine's clock and date; if they are right, the server's certificate is out of date."
    if _CERTIFICATE.search(error.message):
        return f"Nobody vouches for the certificate of {settings.base_url}: look at base_url, or at a proxy in between."
    if error.is_passing:
        return f"See whether the server runs, and whether base_url is right: {settings.base_url}."
    return "Read its words; look at base_url and the other keys of its section."


def _key_of(settings: ProviderSettings) -> str:
    if settings.api_key_env:
        return f"Look at the key in {settings.api_key_env}."
    if settings.api_key_keyring:
        return f"Look at the key in the system's keyring, {'/'.join(settings.api_key_keyring)}."
    return f'It wants a key: set api_key_env = "VARIABLE" in [providers.{settings.name}].'
