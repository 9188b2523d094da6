"""Brand kits."""

from typing import Any

from pydantic import ConfigDict

from limner.rest.shapes.common import Answer, Meta


class BrandRow(Answer):
    """A brand kit as lists show it."""

    brand_kit: str
    name: str
    description: str
    revision: str
    colors: list[str]


class BrandList(Answer):
    """A page of brand kits, in the order of their ids."""

    brand_kits: list[BrandRow]
    meta: Meta


class Brand(Answer):
    """A brand kit with all that it says, as in its file."""

    model_config = ConfigDict(extra="allow")

    brand_kit: str
    name: str
    description: str
    revision: str
    palette: list[dict[str, Any]]
