"""Which kind of target a text means."""

from __future__ import annotations

import errno
import stat
from pathlib import Path

from scanner.errors import TargetError
from scanner.inputs.archives import list_tar, list_zip
from scanner.inputs.downloads import download
from scanner.inputs.folders import list_file, list_folder
from scanner.inputs.git_target import SCHEME, list_revision
from scanner.inputs.hub import list_hub
from scanner.inputs.hub_cache import CACHE, list_cached
from scanner.inputs.hub_records import PLAIN, Access
from scanner.inputs.installed import list_installed
from scanner.inputs.joint import join
from scanner.inputs.listing import Listing, take
from scanner.inputs.records import Snapshot

_ZIPS = (".whl", ".zip")
_TARS = (".tar.gz", ".tgz")


def collect(target: str, access: Access = PLAIN) -> Snapshot:
    """The snapshot of one target: folder, file, ``*.whl``, ``*.zip``, ``*.tar.gz``, ``pypi:NAME[==VERSION]``,
    ``installed:NAME``, ``git:REV``, ``hf://ORG/NAME[@REV]``, ``hf-cache:NAME``. ``pypi:`` and ``installed:`` take
    several names with commas between, read as one program.

    Raises ``UsageError`` for a target that is not understood, ``TargetError`` for one that cannot be read,
    ``NothingToScan`` for one without a file this tool reads. The network is used for ``pypi:`` and
    ``hf://`` only.
    """
    return take(target, _listing(target, access))


def _listing(target: str, access: Access) -> Listing:
    scheme, colon, rest = target.partition(":")
    if colon and scheme == "pypi":
        return _joined([list_zip(download(name)) for name in rest.split(",")])
    if colon and scheme == "installed":
        return _joined([list_installed(name) for name in rest.split(",")])
    if target.startswith(SCHEME):
        return list_revision(target)
    if target.startswith("hf://"):
        return list_hub(target, access)
    if target.startswith(CACHE):
        return list_cached(target)
    return _local(target)


def _joined(listings: list[Listing]) -> Listing:
    return listings[0] if len(listings) == 1 else join(listings)


def _local(target: str) -> Listing:
    path = Path(target)
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        raise TargetError(f"{target!r} {_why(error)}.", "Check the path.") from error
    if stat.S_ISDIR(mode):
        return list_folder(path)
    if not stat.S_ISREG(mode):
        raise TargetError(f"{target} is neither a file nor a folder.", "Name a folder, a file or a package.")
    if path.name.endswith(_ZIPS):
        return list_zip(path)
    return list_tar(path) if path.name.endswith(_TARS) else list_file(path)


def _why(error: OSError | ValueError) -> str:
    if isinstance(error, OSError) and error.errno in (errno.ENOENT, errno.ENOTDIR):
        return "does not exist"
    return f"cannot be read: {error.strerror if isinstance(error, OSError) else error}"
