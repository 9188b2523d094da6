"""Say sizes as people read them, and refuse what is over the limit."""

from limner.errors import InvalidMedia


def megabytes(size_bytes: int) -> str:
    """Return a size in megabytes; below 100 MB to a tenth, rounded up."""
    if size_bytes >= 100_000_000:
        return f"{-(-size_bytes // 1_000_000)} MB"
    return f"{-(-size_bytes // 100_000) / 10:g} MB"


RAISE_LIMIT = "Send a smaller file, or ask the operator to raise LIMNER_MAX_INPUT_MB."


def too_large(
    field: str, size_bytes: int | None, limit_bytes: int, way_out: str = RAISE_LIMIT
) -> InvalidMedia:
    """Return the error for a file over the limit; `size_bytes` None: it was cut off there."""
    size = f"is {megabytes(size_bytes)}" if size_bytes is not None else "is too large"
    return InvalidMedia.of(
        field,
        f"{size}, the limit is {megabytes(limit_bytes)}",
        next_step=way_out,
    )
