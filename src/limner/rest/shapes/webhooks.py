"""The secrets that sign callbacks."""

from limner.rest.shapes.common import Answer, UnixMs


class WebhookSecret(Answer):
    """A secret that signs the caller's callbacks."""

    secret_id: str
    secret: str
    created_at: UnixMs


class WebhookSecretList(Answer):
    """The caller's secrets, the newest first: two at most, and both sign."""

    webhook_secrets: list[WebhookSecret]
