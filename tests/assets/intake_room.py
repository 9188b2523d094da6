"""The assets room with an index in memory and a prober that needs no worker process."""

from pathlib import Path

import anyio
from PIL import Image
from tls_site import Site

from limner.assets.fetch import Fetcher, Timeouts
from limner.assets.folder import AssetFolder
from limner.assets.intake import Assets
from limner.assets.roots import InputRoots
from limner.errors import InvalidMedia, NotFound
from limner.sniff import HEAD_BYTES, sniff
from limner.types import Asset, Kind, Limits, MediaInfo


class Index:
    """Assets by id, and who may use them: what the store does, in memory."""

    def __init__(self) -> None:
        self.assets: dict[str, Asset] = {}
        self.callers: set[tuple[str, str]] = set()

    async def add_asset(self, asset: Asset, caller: str) -> None:
        self.assets.setdefault(asset.asset_id, asset)
        self.callers.add((caller, asset.asset_id))

    async def get_asset(self, caller: str | None, asset_id: str) -> Asset:
        if asset_id not in self.assets or (caller is not None and (caller, asset_id) not in self.callers):
            raise NotFound(f"there is no asset {asset_id}", next_step="Send the file itself.")
        return self.assets[asset_id]


class Prober:
    """Finds out about pictures with Pillow, about everything else from its first bytes."""

    def __init__(self) -> None:
        self.fields: list[str] = []

    async def __call__(self, path: Path, field: str) -> MediaInfo:
        self.fields.append(field)
        content = await anyio.Path(path).read_bytes()
        media_type = sniff(content[:HEAD_BYTES]) or ""
        if not media_type.startswith("image/") or media_type == "image/svg+xml":
            plain = "text/plain" if media_type == "application/json" else media_type
            return MediaInfo(plain, len(content))
        try:
            with Image.open(path) as image:
                image.load()
                return MediaInfo(media_type, len(content), *image.size)
        except (OSError, SyntaxError) as error:
            raise InvalidMedia.of(field, "is damaged") from error


class Room:
    def __init__(self, tmp_path: Path, site: Site | None = None) -> None:
        self.home = tmp_path / "home"
        self.pictures = self.home / "Pictures"
        self.pictures.mkdir(parents=True)
        self.tmp = tmp_path / "tmp"
        self.index, self.probe = Index(), Prober()
        self.folder = AssetFolder(tmp_path / "assets")
        roots = InputRoots([self.pictures], self.home, working=self.pictures)
        self.assets = self.make(roots, self.fetcher(site) if site else Fetcher())
        self.over_http = self.make(None, Fetcher())

    def make(self, roots: InputRoots | None, fetcher: Fetcher) -> Assets:
        return Assets(
            folder=self.folder,
            index=self.index,
            probe=self.probe,
            roots=roots,
            fetcher=fetcher,
            limits=Limits(),
            clock=lambda: 1_790_000_000_000,
            tmp=self.tmp,
        )

    @staticmethod
    def fetcher(site: Site, limits: Limits | None = None) -> Fetcher:
        async def resolve(host: str, port: int) -> list[str]:
            return ["127.0.0.1"]

        return Fetcher(
            is_allowed=lambda address: address == "127.0.0.1",
            resolve=resolve,
            ssl_context=site.client_context,
            timeouts=Timeouts(5, 5, 20),
            limits=limits or Limits(),
        )

    async def image(self, value: str, caller: str = "local") -> Asset:
        return await self.assets.ingest(value, kind=Kind.IMAGE, field="inputs.image", caller=caller)

    def leftovers(self) -> list[Path]:
        return [path for folder in (self.tmp, self.folder.root / "tmp") for path in folder.rglob("*")]
