"""What callers see of webhooks: the secrets that sign them, and how each delivery went."""

from collections.abc import Callable
from typing import TypeAlias

from limner.errors import Unavailable
from limner.store.contract import Store
from limner.types import Delivery, Json, WebhookSecret

SecretOf: TypeAlias = Callable[[str], str]
"""secret_id → the secret itself, `whsec_…`."""


class Webhooks:
    """The webhooks of one installation."""

    def __init__(self, *, store: Store, secret_of: SecretOf | None) -> None:
        self._store = store
        self._secret_of = secret_of

    async def secrets(self, caller: str) -> list[Json]:
        """Return the caller's secrets, the newest first. Raises: Unavailable."""
        return [self._secret(each) for each in await self._store.webhook_secrets(caller)]

    async def new_secret(self, caller: str) -> Json:
        """Make another secret; a third takes the place of the oldest. Raises: Unavailable."""
        self._require()
        return self._secret(await self._store.add_webhook_secret(caller))

    async def delete_secret(self, caller: str, secret_id: str) -> None:
        """Make a secret invalid. Raises: NotFound."""
        await self._store.remove_webhook_secret(caller, secret_id)

    async def deliveries(self, caller: str, run_id: str) -> list[Delivery]:
        """Return what was told of a run's ends, the oldest first. Raises: NotFound."""
        await self._store.get_run(caller, run_id)
        return await self._store.deliveries_of(run_id)

    def _secret(self, known: WebhookSecret) -> Json:
        secret = self._require()(known.secret_id)
        return {"secret_id": known.secret_id, "secret": secret, "created_at": known.created_at}

    def _require(self) -> SecretOf:
        if self._secret_of is None:
            raise Unavailable(
                "Webhooks are sent by the HTTP server only.",
                next_step="Start `limner serve`, and call it there.",
            )
        return self._secret_of
