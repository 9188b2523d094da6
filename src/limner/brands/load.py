"""The door for brand kits: reads, checks and revises one, or says everything that is wrong with it."""

from pathlib import Path
from typing import Any

from limner.authored.document import read_document
from limner.authored.report import Report
from limner.brands.files import read_files
from limner.brands.shape import read_kit
from limner.canonical import fingerprint, normalise
from limner.errors import InvalidBrandKit, InvalidInput
from limner.types import BrandFile, BrandKit, Json

NOUN = "brand kit"


def load_file(path: Path, name: str | None = None) -> BrandKit:
    """Return the kit in a file; its logo and references stand in the same folder.

    name: what messages call the file; without it the path. Raises: InvalidBrandKit, with every mistake.
    """
    data, report = read_document(path, name or str(path), NOUN)
    return load_data(data, report, path.parent)


def load_data(data: Any, report: Report, folder: Path) -> BrandKit:
    """Return the kit that parsed data describes; `report` holds its lines and the mistakes so far.

    Raises: InvalidBrandKit, with every mistake.
    """
    if data is None and report.count:
        raise InvalidBrandKit(report.problems)
    content = read_kit(data, report)
    files = read_files(content, folder, report)
    if report.count:
        raise InvalidBrandKit(report.problems)
    try:
        return _kit(canonical_definition(content), files)
    except (ValueError, InvalidInput) as error:
        report.add((), f"This cannot be stored: {error}.", "Use finite numbers and valid Unicode.")
        raise InvalidBrandKit(report.problems) from error


def from_definition(definition: Json) -> BrandKit:
    """Return the kit of a stored canonical definition. Its files are known by their content only."""
    said = [("logo", definition["logo"])] if "logo" in definition else []
    said += [(f"references[{index}]", each) for index, each in enumerate(definition.get("references", ()))]
    files = (BrandFile(field, each["sha256"], each["media_type"], each["size_bytes"]) for field, each in said)
    return _kit(definition, tuple(files))


def canonical_definition(content: Json) -> Json:
    """Return a kit's content in one spelling: empty parts left out, numbers and text normalised."""
    definition: Json = normalise(content)
    definition["references"] = [
        {key: value for key, value in each.items() if value != ""}
        for each in definition.get("references", ())
    ]
    return {key: value for key, value in definition.items() if value != []}


def revision_of(definition: Json) -> str:
    """Return the name of a canonical definition: `rev_` and 32 hexadecimal digits."""
    return f"rev_{fingerprint(definition)[:32]}"


def _kit(definition: Json, files: tuple[BrandFile, ...]) -> BrandKit:
    return BrandKit(
        brand_kit=definition["brand_kit"],
        name=definition["name"],
        description=definition["description"],
        revision=revision_of(definition),
        definition=definition,
        files=files,
    )
