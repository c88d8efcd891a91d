"""Facts of all Python files of a target: kept ones first, the rest read here or in worker processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from scanner.coverage import is_python
from scanner.facts.records import FileFacts
from scanner.inputs.records import Skipped, Snapshot

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

Progress = Callable[[str, int, int], None]
"""Called with a stage's name, how much is done and how much there is."""

File = tuple[str, str, str]
"""Path, digest and text."""

_POOL_BYTES = 4_000_000
"""Below this much source a process pool costs more than it saves."""


class Shelf(Protocol):
    """Keeps facts by the hash of the bytes they were made from."""

    def facts(self, path: str, digest: str) -> FileFacts | None:
        """Facts of the same bytes, under this path."""

    def keep_facts(self, facts: FileFacts) -> None:
        """Keep facts."""


@contextmanager
def collector_paused() -> Iterator[None]:
    """A scan makes millions of objects and no garbage worth the time of looking for it."""
    import gc

    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def read_all(
    snapshot: Snapshot, texts: Mapping[str, str], jobs: int, tell: Progress, shelf: Shelf | None = None
) -> tuple[tuple[FileFacts, ...], list[Skipped]]:
    """Facts of all Python files, in path order whatever the number of jobs."""
    files = [(f.path, f.digest, texts[f.path]) for f in snapshot.files if is_python(f) and f.path in texts]
    results: list[FileFacts | Skipped] = []
    unread: list[File] = []
    for file in files:
        known = shelf.facts(file[0], file[1]) if shelf is not None else None
        if known is None:
            unread.append(file)
        else:
            results.append(known)
    pooled = jobs > 1 and sum(len(text) for _, _, text in unread) > _POOL_BYTES
    for read in _pooled(unread, jobs, tell) if pooled else _serial(unread, tell):
        results.append(read)
        if shelf is not None and isinstance(read, FileFacts):
            shelf.keep_facts(read)
    facts = tuple(sorted((r for r in results if isinstance(r, FileFacts)), key=lambda f: f.path))
    return facts, sorted((r for r in results if isinstance(r, Skipped)), key=lambda s: s.file)


def _serial(files: Sequence[File], tell: Progress) -> Iterator[FileFacts | Skipped]:
    from scanner.facts.reader import read_facts

    for done, file in enumerate(files, 1):
        yield read_facts(*file)
        tell("parsing", done, len(files))


def _pooled(files: Sequence[File], jobs: int, tell: Progress) -> Iterator[FileFacts | Skipped]:
    """The same in worker processes. Facts come back encoded, never pickled.

    A file may kill the process that reads it (memory, a fault of the interpreter), and that ends the pool. What had not
    come by then is read again, and the file that kills again is skipped.
    """
    size = max(1, len(files) // (jobs * 8))
    chunks = [files[i : i + size] for i in range(0, len(files), size)]
    lost: list[Sequence[File]] = []
    with _pool(jobs) as pool:
        waiting = [(chunk, pool.submit(read_chunk, chunk)) for chunk in chunks]
        for done, (chunk, result) in enumerate(waiting, 1):
            if _died(result.exception()):
                lost.append(chunk)
            else:
                yield from map(_decoded, result.result())
            tell("parsing", done, len(chunks))
    for chunk in lost:
        yield from _retried(chunk)


def _pool(jobs: int) -> ProcessPoolExecutor:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    return ProcessPoolExecutor(jobs, mp_context=get_context("spawn"))


def _died(problem: BaseException | None) -> bool:
    from concurrent.futures.process import BrokenProcessPool

    return isinstance(problem, BrokenProcessPool)


def _retried(files: Sequence[File]) -> Iterator[FileFacts | Skipped]:
    """Files whose process died or was beside one that did: together once more, then one by one."""
    with _pool(1) as pool:
        result = pool.submit(read_chunk, files)
        if not _died(result.exception()):
            yield from map(_decoded, result.result())
        elif len(files) == 1:
            yield Skipped(files[0][0], "the process that read it died")
        else:
            for file in files:
                yield from _retried([file])


def read_chunk(files: Sequence[File]) -> list[bytes | tuple[str, str]]:
    """Facts of some files in msgpack, or path and reason of what was skipped."""
    import msgspec

    encoder = msgspec.msgpack.Encoder()
    with collector_paused():
        results = _serial(files, lambda stage, done, total: None)
        return [(r.file, r.reason) if isinstance(r, Skipped) else encoder.encode(r) for r in results]


def _decoded(item: bytes | tuple[str, str]) -> FileFacts | Skipped:
    import msgspec

    return Skipped(*item) if isinstance(item, tuple) else msgspec.msgpack.decode(item, type=FileFacts)
