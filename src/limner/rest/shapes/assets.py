"""Assets: media files that callers bring."""

from typing import Annotated, Literal

from pydantic import Field

from limner.rest.shapes.common import Answer, Body, Meta, UnixMs, example
from limner.rest.shapes.runs import Key

ContentType = Annotated[
    str, Field(max_length=100, description="Its media type, such as `image/jpeg` or `video/mp4`.")
]


class NewAsset(Body):
    """Brings a file by its address, or asks for a place to send it to."""

    model_config = example(source="signed-url", content_type="image/jpeg")

    source: Annotated[str, Field(min_length=1, max_length=2000)] = Field(
        description="An https:// address on the public internet, or `signed-url`."
    )
    content_type: ContentType | None = Field(None, description="With `signed-url`: what will be sent.")
    idempotency_key: Key | None = None


class UploadForm(Answer):
    """Where to send a file: a multipart form with one field, `file`."""

    method: Literal["POST"]
    url: str = Field(description="Needs no key. It ends at `expires_at`.")
    file_field: Literal["file"]
    expires_at: UnixMs
    max_bytes: int


class AssetProblem(Answer):
    """Why what was sent cannot be used."""

    code: str
    message: str


class Asset(Answer):
    """A media file. Its `asset_id` is taken wherever the address of media is."""

    asset_id: str
    status: Literal["pending_upload", "ready", "failed"]
    content_type: str
    created_at: UnixMs
    width: int | None = None
    height: int | None = None
    duration_seconds: float | None = None
    size_bytes: int | None = None
    url: str | None = Field(None, description="A link to the file, which expires.")
    is_missing: bool | None = Field(None, description="Whether the file was deleted.")
    upload: UploadForm | None = None
    error: AssetProblem | None = None


class AssetList(Answer):
    """A page of assets, newest first."""

    assets: list[Asset]
    meta: Meta
