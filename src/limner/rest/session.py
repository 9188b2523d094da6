"""Who calls, and on which Studio: what every operation begins with."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from limner.access.links import LinkSigner
from limner.app.studio import Studio
from limner.types import Asset, Json
from limner_tools.door import Door
from limner_tools.identity import PRINCIPAL
from limner_tools.options import Locate


@dataclass(frozen=True, slots=True)
class Api:
    """What the API needs of the server that it is part of."""

    door: Door
    locate: Locate
    base_url: str
    """The address of the API, without a slash at its end."""
    media_url: str
    """The address of the files that are read and sent by signed links, without a slash at its end."""
    signer: LinkSigner
    max_body_bytes: int
    max_upload_bytes: int
    """The largest file that may be sent to a signed address."""


@dataclass(frozen=True, slots=True)
class Session:
    """One request's caller, and what answers it."""

    api: Api
    studio: Studio
    caller: str

    def place(self, asset: Asset) -> Json:
        """Return where the caller finds an asset: `{url}`, or that its file is gone."""
        return self.api.locate(self.studio, asset)


async def open_session(request: Request) -> Session:
    """Return the session of a request. Raises: LimnerError, while the Studio cannot be used."""
    api: Api = request.app.state.api
    return Session(api, await api.door.studio(), request.scope["state"][PRINCIPAL].caller)


Caller = Annotated[Session, Depends(open_session)]
"""The session, as a parameter of an operation."""
