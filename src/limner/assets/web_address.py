"""Check how an address is spelled before anything is asked of it."""

import re
from typing import TYPE_CHECKING

from limner.assets.addresses import is_disguised
from limner.errors import FieldError, InvalidInput, InvalidMedia

if TYPE_CHECKING:
    import httpx

WAY_OUT = "Use a public https:// address of the file itself, or send the file another way."
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?|[0-9a-f:.]+", re.IGNORECASE)


def parse_address(
    text: str,
    field: str,
    redirected_by: str | None = None,
    *,
    schemes: tuple[str, ...] = ("https",),
    way_out: str = WAY_OUT,
) -> "httpx.URL":
    """Return an address that may be asked for, as far as its spelling goes.

    Raises: InvalidInput, when it is of another scheme, carries credentials or disguises its host.
    """
    import httpx

    source = f"{redirected_by} redirects to an address that " if redirected_by else ""
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, UnicodeError) as error:
        raise InvalidInput.of(field, f"{source}is not a valid address", next_step=way_out) from error
    problem = _problem_of(url, schemes)
    if problem:
        raise InvalidInput.of(field, f"{source}{problem}", next_step=way_out)
    return url


def _problem_of(url: "httpx.URL", schemes: tuple[str, ...]) -> str | None:
    if url.scheme not in schemes:
        return f"is not https:// (but {url.scheme or 'no scheme'})"
    if url.userinfo:
        return "carries a user name or password, which are not accepted in an address"
    if not _HOST.fullmatch(host_of(url)) or is_disguised(host_of(url)):
        return "does not name its host in the usual way"
    return "has a port out of range" if url.port is not None and not 0 < url.port < 65536 else None


def host_of(url: "httpx.URL") -> str:
    """Return the host in ASCII, as resolvers and certificates know it."""
    return url.raw_host.decode("ascii").rstrip(".")


def location_of(url: "httpx.URL", response: "httpx.Response", field: str) -> str:
    """Return where a redirect leads, as an absolute address not yet checked."""
    import httpx

    try:
        return str(url.join(response.headers["location"]))
    except (httpx.InvalidURL, UnicodeError) as error:
        raise unreachable(field, f"{url.host} redirects to an address that is not valid") from error


def unreachable(field: str, problem: str, *, is_passing: bool = True) -> InvalidMedia:
    """Return the error of an address that cannot be had; `is_passing`: trying again may help."""
    way_out = "Check that the address opens in a browser without signing in, "
    error = InvalidMedia(
        f"{field}: {problem}",
        fields=[FieldError(field, problem)],
        code="input_unreachable",
        next_step=way_out + ("then try again later." if is_passing else "or send another address."),
    )
    error.is_passing = is_passing
    return error
