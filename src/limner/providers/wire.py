"""HTTP as adapters speak it: every answer and every silence sorted by what it proves, everything bounded."""

import json
from collections.abc import Awaitable, Callable, Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from ipaddress import ip_address
from pathlib import Path
from time import time
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlsplit

import anyio

from limner.errors import LimnerError, NotAccepted, OutcomeUnknown, ProviderFailed
from limner.providers.breaker import Breaker
from limner.sniff import HEAD_BYTES, sniff
from limner.types import Kind, MediaFile, ProviderSettings

if TYPE_CHECKING:
    import httpx  # imported on first use: 80 ms that a server without providers need not pay

Fetch: TypeAlias = Callable[[str, str, Path], Awaitable[None]]
"""(address, name for errors, new file): fetches a public https:// address, and no other. Raises: InvalidInput."""

MAX_ANSWER_BYTES = 128_000_000
"""Of one answer: pictures come inside JSON, in base64."""
READ_SECONDS = 30.0
MOST_WORDS = 300
LEAST_KEY_BYTES = 8
"""Shorter ones, such as `none`, are no secrets: servers on this machine are given them."""
CHUNK_BYTES = 1 << 18
NOT_TAKEN = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
"""Answers that say: nothing was accepted, come again."""


class Answer:
    """A whole answer. `json` and `content` are read already."""

    def __init__(self, status: int, headers: Mapping[str, str], content: bytes) -> None:
        self.status = status
        self.headers = headers
        """With names in lower case."""
        self.content = content

    def json(self) -> Any:
        """Return what the body holds. Raises: ValueError."""
        return json.loads(self.content)

    def words(self) -> str:
        """Return what the provider says went wrong, on one line of at most 300 characters."""
        try:
            found = _said(self.json())
        except ValueError:
            found = self.content[:MOST_WORDS].decode("utf-8", "replace")
        return " ".join(str(found).split())[:MOST_WORDS]


class Wire:
    """The connection to one provider. Redirects are not followed; proxies of the environment are not used."""

    def __init__(
        self, settings: ProviderSettings, *, fetch: Fetch, headers: Mapping[str, str] | None = None
    ) -> None:
        """headers: go with every request to the provider, and nowhere else: what proves who asks."""
        self.settings = settings
        self._fetch = fetch
        self._headers = {"user-agent": "limner", **(headers or {})}
        self._breaker = Breaker(settings.name)
        self._client: httpx.AsyncClient | None = None

    async def ask(self, method: str, path: str, *, read_seconds: float = READ_SECONDS, **more: Any) -> Answer:
        """Ask something that makes nothing and costs nothing: what there is, how work stands.

        path: below the base address, or an address of its own. more: `params`, `json`, `headers` as in httpx.
        Raises: NotAccepted, whatever goes wrong: it passes if asking again may help.
        """
        import httpx

        self._breaker.require_closed()
        try:
            with anyio.fail_after(read_seconds):
                answer = await self._exchange(method, path, read_seconds, **more)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, _TooLongError) as problem:
            self._breaker.failed()
            raise NotAccepted(f"{self.settings.name} does not answer: {_reason(problem)}.") from problem
        if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self._breaker.failed()
            raise self._not_accepted(answer)
        self._breaker.succeeded()
        if not HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
            raise self._not_accepted(answer)
        return answer

    async def ask_json(self, method: str, path: str, **more: Any) -> Any:
        """Return the JSON of an answer to `ask`. Raises: NotAccepted."""
        answer = await self.ask(method, path, **more)
        try:
            return answer.json()
        except ValueError as problem:
            raise NotAccepted(f"{self.settings.name} answers with something that is not JSON.") from problem

    async def send(self, method: str, path: str, **more: Any) -> Answer:
        """Ask for work, once, and return the provider's answer that it has accepted (2xx).

        more: `json`, `data`, `files`, `params`, `headers` as in httpx.
        Raises: NotAccepted, when nothing was; OutcomeUnknown, when that cannot be told.
        """
        import httpx

        self._breaker.require_closed()
        try:
            with anyio.fail_after(self.settings.submit_seconds):
                answer = await self._exchange(method, path, self.settings.submit_seconds, **more)
        except (
            httpx.ConnectError,
            httpx.ConnectTimeout,
            httpx.UnsupportedProtocol,
            httpx.InvalidURL,
        ) as problem:
            self._breaker.failed()
            raise NotAccepted(f"{self.settings.name} cannot be reached: {_reason(problem)}.") from problem
        except (httpx.HTTPError, TimeoutError, _TooLongError) as problem:
            self._breaker.failed()
            raise OutcomeUnknown(
                f"{self.settings.name} was asked and did not answer: {_reason(problem)}. It may have accepted."
            ) from problem
        if answer.status in NOT_TAKEN or HTTPStatus.MULTIPLE_CHOICES <= answer.status < 500:
            self._breaker.succeeded()
            raise self._not_accepted(answer)
        if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self._breaker.failed()
            raise OutcomeUnknown(
                f"{self.settings.name} answered {answer.status} ({answer.words()}). It may have accepted."
            )
        self._breaker.succeeded()
        return answer

    async def send_json(self, method: str, path: str, **more: Any) -> Any:
        """Return the JSON of an answer to `send`. Raises: as that; OutcomeUnknown, when it cannot be read."""
        answer = await self.send(method, path, **more)
        try:
            return answer.json()
        except ValueError as problem:
            raise OutcomeUnknown(
                f"{self.settings.name} accepted, and answered with something that is not JSON."
            ) from problem

    async def download(self, address: str, target: Path) -> MediaFile:
        """Bring in a file that the provider made, to the new file `target`.

        From the provider's own origin, loopback included, as the provider is asked; from any other as a public
        https:// address only, without what proves who asks.
        Raises: NotAccepted, when it cannot be had (passing: later perhaps; not: 403, 404, 410, as when it expired);
        ProviderFailed, when it is too large.
        """
        if _origin(self._absolute(address)) == _origin(self.settings.base_url):
            await self._download_own(address, target)
        else:
            try:
                await self._fetch(address, "the result", target)
            except LimnerError as error:
                problem = f"{self.settings.name} made a file that cannot be had: {error.message}"
                raise NotAccepted(problem, is_passing=error.is_passing) from error
        return await media_file(target)

    async def aclose(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()

    async def _exchange(self, method: str, path: str, read_seconds: float, **more: Any) -> Answer:
        async with self._connected().stream(
            method,
            self._absolute(path),
            timeout=self._timeouts(read_seconds),
            **self._own_headers(path, more),
        ) as response:
            content = bytearray()
            async for chunk in response.aiter_bytes(CHUNK_BYTES):
                content += chunk
                if len(content) > MAX_ANSWER_BYTES:
                    raise _TooLongError(f"its answer is longer than {MAX_ANSWER_BYTES // 1_000_000} MB")
            return Answer(
                response.status_code, response.headers, self._unquoted(response.status_code, content)
            )

    def _unquoted(self, status: int, content: bytearray) -> bytes:
        """Return a body; in that of an error without our key, which some servers quote when they refuse it."""
        key = (self.settings.api_key or "").encode()
        if status < HTTPStatus.BAD_REQUEST or len(key) < LEAST_KEY_BYTES:
            return bytes(content)
        return bytes(content.replace(key, "…".encode()))

    async def _download_own(self, address: str, target: Path) -> None:
        import httpx

        received = 0
        try:
            with anyio.fail_after(self.settings.result_seconds):
                async with self._connected().stream(
                    "GET",
                    self._absolute(address),
                    timeout=self._timeouts(READ_SECONDS),
                    headers=self._headers,
                ) as response:
                    if response.status_code != HTTPStatus.OK:
                        raise self._not_accepted(Answer(response.status_code, response.headers, b""))
                    async with await anyio.open_file(target, "xb") as file:
                        async for chunk in response.aiter_bytes(CHUNK_BYTES):
                            received += len(chunk)
                            if received > self.settings.max_download_bytes:
                                raise self._too_large()
                            await file.write(chunk)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as problem:
            await anyio.Path(target).unlink(missing_ok=True)
            raise NotAccepted(f"{self.settings.name} broke off a file: {_reason(problem)}.") from problem

    def _too_large(self) -> ProviderFailed:
        most = self.settings.max_download_bytes // 1_000_000
        return ProviderFailed(
            f"{self.settings.name} made a file of more than {most} MB.",
            code="limit_exceeded",
            billed_usd=None,
            next_step="Ask for something smaller or shorter, or have the operator raise LIMNER_MAX_INPUT_MB.",
        )

    def _connected(self) -> "httpx.AsyncClient":
        import httpx

        if self._client is None:
            # No connection is used twice: one that the other side has just closed looks like a lost request.
            limits = httpx.Limits(max_keepalive_connections=0)
            self._client = httpx.AsyncClient(limits=limits, follow_redirects=False, trust_env=False)
        return self._client

    def _timeouts(self, read_seconds: float) -> "httpx.Timeout":
        import httpx

        return httpx.Timeout(read_seconds, connect=self.settings.connect_seconds)

    def _own_headers(self, path: str, more: Mapping[str, Any]) -> dict[str, Any]:
        """Return the arguments of a request; what proves who asks goes to the provider's own origin only."""
        is_own = _origin(self._absolute(path)) == _origin(self.settings.base_url)
        return {**more, "headers": {**(self._headers if is_own else {}), **more.get("headers", {})}}

    def _absolute(self, path: str) -> str:
        """Return the address of a path below the base address, or of what the provider itself named.

        Raises: NotAccepted, when it named one that is neither on its own host nor a public https:// address.
        """
        if "://" not in path:
            return f"{self.settings.base_url}/{path.lstrip('/')}"
        if _host(path) != _host(self.settings.base_url) and not _is_public(path):
            said = f"{self.settings.name} names an address that is neither its own nor a public https:// address."
            raise NotAccepted(said, is_passing=False, code="provider_refused")
        return path

    def _not_accepted(self, answer: Answer) -> "Refusal":
        status, words = answer.status, answer.words().rstrip(".")
        said = f"{self.settings.name} answered {status}{f': {words}' if words else ''}."
        if status in NOT_TAKEN or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return Refusal(answer, said, retry_after_seconds=retry_after(answer.headers))
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            next_step = (
                f"Ask the operator to check the key of the provider {self.settings.name}: `limner doctor`."
            )
            return Refusal(answer, said, is_passing=False, code="provider_unauthorized", next_step=next_step)
        if status == HTTPStatus.PAYMENT_REQUIRED:
            next_step = f"The account at {self.settings.name} has no credit: ask the operator to fill it up."
            return Refusal(answer, said, is_passing=False, code="provider_out_of_credit", next_step=next_step)
        next_step = "Read the provider's words: change the prompt, the inputs or the parameters, or name another model."
        return Refusal(answer, said, is_passing=False, code="provider_refused", next_step=next_step)


class Refusal(NotAccepted):
    """The provider answered, and the answer is not a yes: `answer` is what it said."""

    def __init__(self, answer: Answer, message: str, **more: Any) -> None:
        super().__init__(message, **more)
        self.answer = answer


class _TooLongError(Exception):
    pass


async def media_file(path: Path, *, expected: Kind | None = None) -> MediaFile:
    """Return a file with its type, as its first bytes say it.

    Raises: ProviderFailed, when it is no media, or of another kind than `expected`.
    """
    async with await anyio.open_file(path, "rb") as file:
        found = sniff(await file.read(HEAD_BYTES))
    if found is None or found == "text/html":
        said = (
            "is empty"
            if not (await anyio.Path(path).stat()).st_size
            else f"is no media ({found or 'unknown type'})"
        )
        raise ProviderFailed(f"The provider's result {said}.", billed_usd=None)
    made = MediaFile(path, found)
    if expected is not None and made.kind is not expected:
        raise ProviderFailed(f"The provider sent {found} where {expected} was asked for.", billed_usd=None)
    return made


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that a `Retry-After` header asks to wait, at most an hour; None without one."""
    value = headers.get("retry-after", "").strip()
    if value.replace(".", "", 1).isdigit():
        return min(3600.0, float(value))
    try:
        at = parsedate_to_datetime(value).timestamp()
    except (TypeError, ValueError):
        return None
    return min(3600.0, max(0.0, at - time()))


def _said(body: Any) -> Any:
    """Return the words in an error's body, in the shapes that are common."""
    for name in ("error", "detail", "message", "title", "errors"):
        if isinstance(body, dict) and body.get(name):
            return _said(body[name])
    if isinstance(body, list) and body:
        return _said(body[0])
    if isinstance(body, dict):
        return body.get("msg") or body.get("code") or json.dumps(body)
    return body


def _reason(problem: BaseException) -> str:
    return str(problem) or ("time-out" if isinstance(problem, TimeoutError) else type(problem).__name__)


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""


def _is_public(address: str) -> bool:
    """Whether an address is https and its host no number or name of this machine or a private network."""
    host = _host(address)
    try:
        return address.lower().startswith("https://") and ip_address(host).is_global
    except ValueError:
        return (
            address.lower().startswith("https://")
            and "." in host.strip(".")
            and not host.endswith(".localhost")
        )


def _origin(address: str) -> str:
    return "/".join(address.split("/", 3)[:3]).lower()
