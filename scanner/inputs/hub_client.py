"""The one place that talks to a model hub: huggingface_hub asks the API, plain GETs at a commit read the files.

The client is told to be quiet before it is imported: no telemetry, no look-up of agent names, no second transfer
protocol, no stored token. Measured on huggingface_hub 1.0.0 and 2.4.0: with these, only the requests below are made
(``snapshot_download`` would send a HEAD before each GET and count as a download).
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from scanner.errors import TargetError
from scanner.inputs.hub_names import HubName, is_repository_id
from scanner.inputs.hub_records import Access, HubFile, Repository, Spent
from scanner.inputs.records import Skipped

DEFAULT_ENDPOINT = "https://huggingface.co"
_QUIET = {
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_XET": "1",
    "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "HF_HUB_DISABLE_UPDATE_CHECK": "1",
    "HF_HUB_DISABLE_SYMLINKS_WARNING": "1",
}
_TRUSTED_SUFFIXES = (".huggingface.co", ".hf.co")
"""Hosts the default endpoint stores large files on (hub-docs, models-downloading)."""
_MOST_REDIRECTS = 4
_MOST_FILES = 50_000
_RESET = re.compile(r"\bt=(\d+)")


def endpoint() -> str:
    """``HF_ENDPOINT`` as the user set it, else the public hub."""
    return (os.environ.get("HF_ENDPOINT") or DEFAULT_ENDPOINT).rstrip("/")


def offline() -> bool:
    """Whether the user switched the hub off."""
    values = (os.environ.get(name, "") for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"))
    return any(value.upper() in {"1", "ON", "YES", "TRUE"} for value in values)


def quiet_client() -> Any:
    """The module ``huggingface_hub`` with its own traffic switched off, also when it was imported before."""
    for name, value in _QUIET.items():
        os.environ[name] = value
    import huggingface_hub
    from huggingface_hub import constants

    for name in _QUIET:
        if hasattr(constants, name):
            setattr(constants, name, True)
    return huggingface_hub


class HubClient:
    """One repository host; counts its requests and the bytes of their bodies."""

    def __init__(self, access: Access, sleep: Callable[[float], None] = time.sleep) -> None:
        self.endpoint = endpoint()
        self.spent = Spent()
        self._stores: dict[str, str] = {}
        self._access = access
        self._sleep = sleep

    def resolve(self, name: HubName) -> Repository:
        """The commit and the files of a repository: one request.

        Raises ``TargetError`` that says whether it is gated, missing, moved away, rate-limited or out of reach.
        """
        if offline():
            raise TargetError(
                f"{name.text} was not asked for: HF_HUB_OFFLINE is set.", "Unset it, or scan hf-cache: instead."
            )
        hub = quiet_client()
        token = self._access.token or False
        api = hub.HfApi(endpoint=self.endpoint, token=token)
        ask = {"model": api.model_info, "dataset": api.dataset_info, "space": api.space_info}[name.kind]
        options: dict[str, Any] = {"revision": name.revision or "main", "files_metadata": True}
        options["timeout"] = self._access.seconds
        if name.kind == "model":
            options["securityStatus"] = True
        info = self._patiently(name, lambda: ask(name.id, **options))
        return _repository(self.endpoint, name, info, self.spent)

    def read(
        self, repository: Repository, path: str, limit: int, start: int = 0, end: int = -1, *, ranged_only: bool = False
    ) -> bytes | Skipped:
        """Bytes of a file at the commit: the whole, or ``start`` to ``end`` inclusive. Of a server that ignores
        ranges no more is read than up to ``end``."""
        url = f"{self.endpoint}/{_page(repository)}/resolve/{repository.commit}/{quote(path)}"
        headers = {"Accept-Encoding": "identity"}
        if end >= 0:
            headers["Range"] = f"bytes={start}-{end}"
        for attempt in range(len(self._access.waits) + 1):
            answer = self._get(url, headers, path, limit, (start, end, ranged_only))
            if not isinstance(answer, float):
                return answer
            if attempt < len(self._access.waits):
                self._sleep(min(answer or self._access.waits[attempt], self._access.longest_wait))
        return Skipped(path, "the hub asked to wait (429 or 5xx) too often")

    def _get(
        self, url: str, headers: dict[str, str], path: str, limit: int, part: tuple[int, int, bool]
    ) -> bytes | Skipped | float:
        """The bytes, why not, or how long to wait before the next try (0: unknown)."""
        from huggingface_hub.utils._http import get_session

        session = get_session()
        where = self._stores.get(url, url)
        for _ in range(_MOST_REDIRECTS):
            try:
                with session.stream(
                    "GET", where, headers=self._headers(headers, where), follow_redirects=False,
                    timeout=self._access.seconds,
                ) as answer:  # fmt: skip
                    self.spent.requests += 1
                    status = answer.status_code
                    if status in _REDIRECTS:
                        where = urljoin(where, answer.headers.get("location", ""))
                        if not self._may_go(where):
                            return Skipped(path, f"redirected to {_host(where)}: not followed")
                        continue
                    if status in _WHY and self._stores.pop(url, None) is not None:
                        where = url  # the address of a store expires
                        continue
                    if status == 206 and where != url:
                        self._stores[url] = where
                    return self._answer(answer, path, limit, part)
            except Exception as error:
                if _is_transport(error):
                    return Skipped(path, f"the connection broke: {type(error).__name__}")
                raise
        return Skipped(path, "redirected too often")

    def _headers(self, headers: dict[str, str], where: str) -> dict[str, str]:
        """With the token, if there is one, to the endpoint itself and to nobody else."""
        if not self._access.token or _host(where) != _host(self.endpoint):
            return headers
        return headers | {"Authorization": f"Bearer {self._access.token}"}

    def _answer(self, answer: Any, path: str, limit: int, part: tuple[int, int, bool]) -> bytes | Skipped | float:
        status = answer.status_code
        if status == 429 or status >= 500:
            return _pause(answer.headers)
        if status not in (200, 206):
            return Skipped(path, _WHY.get(status, f"the hub answered {status}"))
        if status == 200 and part[2]:
            return Skipped(path, "the hub ignores ranges: not read")
        return self._body(answer, path, limit, part if status == 200 else (0, -1, False))

    def _body(self, answer: Any, path: str, limit: int, part: tuple[int, int, bool]) -> bytes | Skipped:
        start, end, _ = part
        data = bytearray()
        declared = answer.headers.get("content-length", "")
        began = time.monotonic()
        for chunk in answer.iter_raw():
            data += chunk
            self.spent.bytes += len(chunk)
            if end >= 0 and len(data) > end:
                return bytes(data[start : end + 1])
            if len(data) > limit:
                return Skipped(path, f"is larger than the {limit} bytes that were asked for")
            if time.monotonic() - began > self._access.seconds:
                return Skipped(path, f"took more than {self._access.seconds:.0f} s")
        if declared.isdigit() and len(data) != int(declared):
            return Skipped(path, "arrived truncated")
        return bytes(data[start:]) if end >= 0 else bytes(data)

    def _may_go(self, target: str) -> bool:
        """Only to the endpoint itself and, from the public hub, to its own stores; never from https to http."""
        own = urlsplit(self.endpoint)
        there = urlsplit(target)
        if there.scheme != own.scheme:
            return False
        if there.netloc == own.netloc:
            return True
        trusted = own.hostname == urlsplit(DEFAULT_ENDPOINT).hostname
        return trusted and (there.hostname or "").endswith(_TRUSTED_SUFFIXES)

    def _patiently(self, name: HubName, ask: Callable[[], Any]) -> Any:
        """The answer of the API, after waiting where it says so."""
        from huggingface_hub.errors import HfHubHTTPError

        for attempt in range(len(self._access.waits) + 1):
            self.spent.requests += 1
            try:
                return ask()
            except HfHubHTTPError as error:
                status = error.response.status_code if error.response is not None else 0
                if (status != 429 and status < 500) or attempt == len(self._access.waits):
                    raise _refusal(name, error, status) from error
                headers = error.response.headers if error.response is not None else {}
                wait = _pause(headers) or self._access.waits[attempt]
                self._sleep(min(wait, self._access.longest_wait))
            except Exception as error:
                if _is_transport(error) or isinstance(error, (ValueError, KeyError, TypeError, AttributeError)):
                    raise _unreachable(name, error, self.endpoint) from error
                raise
        raise AssertionError("the loop returns or raises")


_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_WHY = {
    401: "the hub wants a token (401)",
    403: "gated: the hub refuses it to this user (403)",
    404: "is not there (404)",
    416: "is shorter than the range that was asked for (416)",
}


def _refusal(name: HubName, error: Any, status: int) -> TargetError:
    from huggingface_hub.errors import DisabledRepoError, GatedRepoError, RepositoryNotFoundError, RevisionNotFoundError

    if isinstance(error, GatedRepoError):
        return TargetError(
            f"{name.text} is gated: its publisher asks for personal data first.", "Ask for access, then use --token."
        )
    if isinstance(error, RevisionNotFoundError):
        return TargetError(f"{name.text} has no revision {name.revision!r}.", "Check the revision.")
    if isinstance(error, DisabledRepoError):
        return TargetError(f"{name.text} was disabled by the hub.", "Nothing of it can be read.")
    if isinstance(error, RepositoryNotFoundError) or status in (401, 404):
        return TargetError(f"{name.text} does not exist, or is private.", "Check the name, or use --token.")
    if status == 403:
        return TargetError(f"{name.text} is refused by the hub (403).", "Check what the token may read.")
    if status == 429:
        return TargetError(f"{name.text}: the hub limits the rate (429) and kept doing so.", "Try again later.")
    return TargetError(f"{name.text}: the hub answered {status}.", "Try again later.")


def _unreachable(name: HubName, error: Exception, where: str) -> TargetError:
    kind = type(error).__name__
    if kind == "OfflineModeIsEnabled":
        return TargetError(f"{name.text} was not asked for: the client is offline.", "Unset HF_HUB_OFFLINE.")
    return TargetError(f"{name.text}: {where} gave no usable answer ({kind}).", "Check the network and HF_ENDPOINT.")


def _is_transport(error: Exception) -> bool:
    """Errors of the transport the client uses (httpx in 1.x, httpx2 in 2.x), told by where they are defined."""
    roots = {base.__module__.partition(".")[0] for base in type(error).__mro__}
    return isinstance(error, OSError) or bool(roots & {"httpx", "httpx2", "httpcore", "httpcore2"})


def _pause(headers: Any) -> float:
    """Seconds the server asks to wait: ``Retry-After``, or the reset of ``RateLimit``; 0 when it names none."""
    after = headers.get("retry-after", "")
    if after.isdigit():
        return float(after)
    reset = _RESET.search(headers.get("ratelimit", ""))
    return float(reset[1]) if reset else 0.0


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower()


def _page(repository: Repository) -> str:
    return HubName(repository.kind, repository.id).page


def _repository(where: str, name: HubName, info: Any, spent: Spent) -> Repository:
    files = []
    for sibling in (info.siblings or [])[:_MOST_FILES]:
        lfs = sibling.lfs
        blob = (lfs.sha256 if lfs is not None else sibling.blob_id) or ""
        files.append(HubFile(str(sibling.rfilename), int(sibling.size or 0), str(blob), lfs is not None))
    status = getattr(info, "security_repo_status", None) or {}
    issues = status.get("filesWithIssues") or [] if isinstance(status, dict) else []
    claims = tuple(sorted((str(i.get("path", "")), str(i.get("level", ""))) for i in issues if isinstance(i, dict)))
    if not info.sha:
        raise TargetError(f"{name.text}: the hub named no commit.", "Try again later.")
    now = str(info.id) if is_repository_id(str(info.id)) else name.id
    return Repository(
        where, name.kind, now, str(info.sha), name.revision or "main", tuple(sorted(files)),
        str(info.gated or "") if getattr(info, "gated", False) else "",
        name.id if now != name.id else "", claims, spent,
    )  # fmt: skip
