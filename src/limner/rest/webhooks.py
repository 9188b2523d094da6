"""The secrets that sign callbacks: read, made anew, and dropped once every receiver knows the new one."""

from typing import Annotated

from fastapi import Path

from limner.errors import NotFound
from limner.rest.errors import documented
from limner.rest.remembered import Remembering
from limner.rest.routing import new_router
from limner.rest.session import Caller
from limner.rest.shapes.webhooks import WebhookSecret, WebhookSecretList
from limner.types import Json

router = new_router("Webhooks")

SecretId = Annotated[str, Path(pattern="^whs_", max_length=100, description="The id of a secret: `whs_…`.")]


@router.get(
    "/webhook-secrets",
    response_model=WebhookSecretList,
    responses=documented(),
    operation_id="listWebhookSecrets",
)
async def list_webhook_secrets(caller: Caller) -> Json:
    """Return the caller's secrets, the newest first."""
    return {"webhook_secrets": await caller.studio.webhook_secrets(caller.caller)}


@router.post(
    "/webhook-secrets",
    response_model=WebhookSecret,
    status_code=201,
    responses=documented(404, 409, 422),
    operation_id="createWebhookSecret",
)
async def create_webhook_secret(caller: Caller, remembering: Remembering) -> Json:
    """Make a secret. With two already there, the older one is dropped."""

    async def create() -> Json:
        made = await caller.studio.new_webhook_secret(caller.caller)
        return {"secret_id": made["secret_id"]}  # no more: what is remembered stands in the database

    named = await remembering.answer("webhook_secrets.create", {}, create)
    secrets = await caller.studio.webhook_secrets(caller.caller)
    found = next((each for each in secrets if each["secret_id"] == named["secret_id"]), None)
    if found is None:
        raise NotFound(
            f"The secret {named['secret_id']} that this key made was dropped since.",
            next_step="Make another with a new Idempotency-Key.",
        )
    return found


@router.delete(
    "/webhook-secrets/{secret_id}",
    status_code=204,
    responses=documented(404, 409, 422),
    operation_id="deleteWebhookSecret",
)
async def delete_webhook_secret(caller: Caller, remembering: Remembering, secret_id: SecretId) -> None:
    """Drop a secret: callbacks are no longer signed with it."""

    async def drop() -> Json:
        await caller.studio.delete_webhook_secret(caller.caller, secret_id)
        return {}

    await remembering.answer("webhook_secrets.delete", {"secret_id": secret_id}, drop)
