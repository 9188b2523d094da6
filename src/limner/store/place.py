"""Whether a folder is a safe place for the database: file locks and WAL are broken on network mounts."""

import re
import sys
from pathlib import Path, PurePosixPath

from limner.errors import StoreError

# https://www.sqlite.org/wal.html: "WAL does not work over a network filesystem"
NETWORK = frozenset(
    [
        "9p",
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "coda",
        "davfs",
        "fuse",
        "gfs2",
        "glusterfs",
        "gpfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "ocfs2",
        "smb2",
        "smb3",
        "smbfs",
        "vboxsf",
    ]
)
LOCAL_FUSE = frozenset(
    f"fuse.{name}"
    for name in [
        "bindfs",
        "cryfs",
        "encfs",
        "exfat",
        "fuse-overlayfs",
        "gocryptfs",
        "lxcfs",
        "mergerfs",
        "ntfs",
        "ntfs-3g",
    ]
)
MOUNTS = Path("/proc/mounts")


def read_mounts() -> str:
    """Return the kernel's mount table, empty where there is none."""
    if sys.platform != "linux" or not MOUNTS.exists():
        return ""
    return MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")


def refuse_network_mount(path: Path, mounts: str) -> None:
    """Do nothing when `path` is on a local disk, as far as the mount table says.

    mounts: the text of /proc/mounts, see proc_mounts(5).
    Raises: StoreError, for NFS, SMB, CIFS and FUSE file systems that reach over a network.
    """
    file_system = file_system_of(path, mounts)
    is_fuse = file_system.startswith("fuse.") and file_system not in LOCAL_FUSE
    if file_system in NETWORK or is_fuse:
        raise StoreError(
            f"{path} is on a network file system ({file_system}), where several processes "
            "cannot share a SQLite file without damaging it.",
            next_step="Set LIMNER_HOME to a folder on a local disk.",
        )


def file_system_of(path: Path, mounts: str) -> str:
    """Return the type of the file system that holds `path`, empty when the table does not say."""
    place = PurePosixPath(path.resolve())
    depth, found = -1, ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        folder = PurePosixPath(_unescape(fields[1]))
        # On a tie the later line wins: it is mounted over the earlier one.
        if place.is_relative_to(folder) and len(folder.parts) >= depth:
            depth, found = len(folder.parts), fields[2]
    return found


def _unescape(text: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), text)
