"""An OAuth issuer on loopback: real keys, real HTTP. Signs by itself, so that no library checks its own work."""

import base64
import contextlib
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils

AUDIENCE = "https://limner.example/mcp"
CURVES = {
    "ES256": (ec.SECP256R1, "P-256"),
    "ES384": (ec.SECP384R1, "P-384"),
    "ES512": (ec.SECP521R1, "P-521"),
}
HASHES = {"256": hashes.SHA256, "384": hashes.SHA384, "512": hashes.SHA512}


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def encode_number(number: int) -> str:
    return encode(number.to_bytes((number.bit_length() + 7) // 8))


class Key:
    """A private key with its id."""

    def __init__(self, key_id: str, algorithm: str, bits: int = 2048) -> None:
        self.key_id, self.algorithm = key_id, algorithm
        self.private: Any
        match algorithm[:2]:
            case "ES":
                self.private = ec.generate_private_key(CURVES[algorithm][0]())
            case "Ed":
                self.private = ed25519.Ed25519PrivateKey.generate()
            case _:
                self.private = rsa.generate_private_key(65537, bits)

    def jwk(self, **more: Any) -> dict[str, Any]:
        """Return the public half as a JSON Web Key."""
        return {"kid": self.key_id, "use": "sig", **self._numbers(), **more}

    def _numbers(self) -> dict[str, str]:
        public = self.private.public_key()
        if self.algorithm == "EdDSA":
            raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
            return {"kty": "OKP", "crv": "Ed25519", "x": encode(raw)}
        numbers = public.public_numbers()
        if self.algorithm in CURVES:
            size = (public.curve.key_size + 7) // 8
            x, y = (encode(number.to_bytes(size)) for number in (numbers.x, numbers.y))
            return {"kty": "EC", "crv": CURVES[self.algorithm][1], "x": x, "y": y}
        return {"kty": "RSA", "n": encode_number(numbers.n), "e": encode_number(numbers.e)}

    def public_pem(self) -> bytes:
        return self.private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def sign(self, data: bytes) -> bytes:
        if self.algorithm == "EdDSA":
            return self.private.sign(data)
        algorithm = HASHES[self.algorithm[2:]]()
        if self.algorithm in CURVES:
            r, s = utils.decode_dss_signature(self.private.sign(data, ec.ECDSA(algorithm)))
            size = (self.private.curve.key_size + 7) // 8
            return r.to_bytes(size) + s.to_bytes(size)
        if self.algorithm.startswith("PS"):
            pad = padding.PSS(padding.MGF1(algorithm), salt_length=algorithm.digest_size)
            return self.private.sign(data, pad, algorithm)
        return self.private.sign(data, padding.PKCS1v15(), algorithm)


def hmac_with(secret: bytes) -> Callable[[bytes], bytes]:
    return lambda data: hmac.new(secret, data, hashlib.sha256).digest()


def pack(header: dict[str, Any], claims: Any, sign: Callable[[bytes], bytes]) -> str:
    """Return a JWT in its compact form."""
    signed = ".".join(encode(json.dumps(part).encode()) for part in (header, claims))
    return f"{signed}.{encode(sign(signed.encode()))}"


@dataclass
class Issuer:
    """Serves `pages`, by path; what it is not told to serve is 404. `asked` has every path that was asked for."""

    url: str
    server: ThreadingHTTPServer
    keys: list[Key]
    pages: dict[str, Callable[[], tuple[int, bytes]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)

    def serve_metadata(self, path: str = "/.well-known/oauth-authorization-server", **changes: Any) -> None:
        document = {"issuer": self.url, "jwks_uri": f"{self.root}/jwks", **changes}
        self.pages[path] = lambda: (200, json.dumps(document).encode())

    def serve_keys(self, path: str = "/jwks") -> None:
        self.pages[path] = lambda: (200, json.dumps({"keys": [key.jwk() for key in self.keys]}).encode())

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def claims(self, **changes: Any) -> dict[str, Any]:
        """Return claims of a good token; None takes one out."""
        now = int(time.time())
        good = {"iss": self.url, "aud": AUDIENCE, "sub": "ada", "iat": now, "exp": now + 300}
        return {name: value for name, value in {**good, **changes}.items() if value is not None}

    def token(self, key: Key | None = None, header: dict[str, Any] | None = None, **claims: Any) -> str:
        key = key or self.keys[-1]
        good = {"alg": key.algorithm, "kid": key.key_id, "typ": "at+jwt"}
        changed = {name: value for name, value in {**good, **(header or {})}.items() if value is not None}
        return pack(changed, self.claims(**claims), key.sign)


class _Server(ThreadingHTTPServer):
    issuer: Issuer


def start_issuer(keys: list[Key], path: str = "") -> Issuer:
    """Serve an issuer until `stop_issuer`."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    issuer = Issuer(f"http://127.0.0.1:{server.server_address[1]}{path}", server, keys)
    server.issuer = issuer
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    return issuer


def stop_issuer(issuer: Issuer) -> None:
    issuer.server.shutdown()
    issuer.server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, _Server)
        issuer = self.server.issuer
        issuer.asked.append(self.path)
        status, body = issuer.pages.get(self.path, lambda: (404, b"{}"))()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **issuer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        with contextlib.suppress(ConnectionError):  # who asked may have given up
            self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass
