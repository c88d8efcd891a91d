"""Pickles are followed, never loaded: what stays silent, what is written down, and what survives damage."""

from __future__ import annotations

import datetime
import io
import pickle
import struct
from collections import OrderedDict
from pathlib import PurePosixPath
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.facts.weights.reading import read_weights
from scanner.facts.weights.records import Piece, WeightsFacts
from scanner.inputs.records import Skipped


class Forward:
    """A stream that only goes forward, like a response or a member of a compressed archive."""

    def __init__(self, data: bytes) -> None:
        self._stream = io.BytesIO(data)
        self.asked = 0

    def read(self, size: int = -1, /) -> bytes:
        data = self._stream.read(size)
        self.asked += len(data)
        return data


class Counted(io.BytesIO):
    """A file that counts what is read of it."""

    asked = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.asked += len(data)
        return data


def facts(data: bytes, name: str = "m.pkl") -> WeightsFacts:
    found = read_weights(name, io.BytesIO(data))
    assert isinstance(found, WeightsFacts), found
    return found


def lines(data: bytes) -> list[str]:
    """Every call written down, in its first reading."""
    out = []
    for piece in facts(data).pieces:
        text = piece.text.splitlines()
        out += [text[p.line - 1].partition(" = ")[2] or text[p.line - 1] for p in piece.places if p.rank == 0]
    return out


def codes(data: bytes) -> list[Piece]:
    return [piece for piece in facts(data).pieces if not piece.places]


_PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: (
        st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner) | st.frozensets(st.text())
    ),
    max_leaves=20,
)


@given(value=_PLAIN, protocol=st.integers(0, 5))
@settings(max_examples=60, deadline=None)
def test_plain_values_call_nothing(value: object, protocol: int) -> None:
    found = facts(pickle.dumps(value, protocol))
    assert [p for piece in found.pieces for p in piece.places] == []
    assert found.skipped == ()


@pytest.mark.parametrize("protocol", range(6))
def test_values_of_the_standard_library_are_only_put_together(protocol: int) -> None:
    value = [
        OrderedDict(a="https://example.org"),
        datetime.date(2024, 1, 1),
        PurePosixPath("/curl x"),
        {1, 2},
        b"\x80\x04c",
    ]
    assert lines(pickle.dumps(value, protocol)) == []


@given(data=st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_read_or_skipped(data: bytes) -> None:
    for start in (b"", b"\x80\x04", b"PK\x03\x04", b"GGUF", b"\x93NUMPY\1\0", b"\x89HDF\r\n\x1a\n", b"\x1f\x8b\x08\0"):
        assert isinstance(read_weights("m.onnx", io.BytesIO(start + data)), WeightsFacts | Skipped)


@given(cut=st.integers(0, 400))
@settings(max_examples=60, deadline=None)
def test_a_prefix_of_a_pickle_says_that_it_is_one(cut: int) -> None:
    data = pickle.dumps({"a": [1, "two", 3.0], "b": OrderedDict(x=datetime.date(2024, 1, 1)), "c": b"z" * 300}, 4)
    found = read_weights("m.pkl", io.BytesIO(data[:cut]))
    part = found.skipped if isinstance(found, WeightsFacts) else (found,)
    assert len(part) == (cut < len(data))


def test_every_fixture_gives_the_same_forward_and_seeking(builder: ModuleType) -> None:
    for name, (data, _) in builder.reaching().items():
        assert read_weights(name, Forward(data)) == read_weights(name, io.BytesIO(data)), name


@pytest.mark.parametrize(
    ("body", "written"),
    [
        (b"cposix\nsystem\n(X\x02\0\0\0idtR", "os.system('id')"),
        (b"(X\x02\0\0\0idios\nsystem\n", "os.system('id')"),
        (b"(cos\nsystem\nX\x02\0\0\0ido", "os.system('id')"),
        (b"capp\nModel\n)\x81", "app.Model.__new__(app.Model)"),
        (b"capp\nModel\n)X\x01\0\0\0kK\x05\x86}(X\x01\0\0\0kK\x05u\x92", ""),
        (b"capp\nrun\n]R", "app.run()"),
        (b"capp\nclass\n)R", "getattr(__import__('app'), 'class')()"),
        (b"ca b;c\nd\n)R", "getattr(__import__('a b;c'), 'd')()"),
        (b"capp\nf\n(K\x01M\x10\x27NG\0\0\0\0\0\0\0\0X\x01\0\0\0'tR", 'app.f(1, 10000, None, None, "\'")'),
        (b"c__builtin__\neval\n(X\x07\0\0\0app.f()tR", "(app.f())"),
    ],
)
def test_calls_are_written_as_python(body: bytes, written: str) -> None:
    found = lines(b"\x80\x02" + body + b".")
    assert found[:1] == ([written] if written else found[:1])
    for piece in facts(b"\x80\x02" + body + b".").pieces:
        compile(piece.text, "m", "exec")


def test_places_are_the_offsets_of_opcodes() -> None:
    data = b"\x80\x02cos\nsystem\n(X\x02\0\0\0idtR."
    (piece,) = facts(data).pieces
    assert {data[place.offset : place.offset + 1] for place in piece.places} == {b"R"}


def test_a_build_may_put_the_method_in_place_that_the_next_one_calls() -> None:
    state = b"}X\x0c\0\0\0__setstate__cos\nsystem\ns"
    assert "os.system('id')" in lines(b"\x80\x02capp\nM\n)\x81" + state + b"bX\x02\0\0\0idb.")
    assert "os.system('id')" in lines(b"\x80\x02ccollections\nOrderedDict\n)R" + state + b"bX\x02\0\0\0idb.")


def test_code_strings_become_pieces_of_their_own(builder: ModuleType) -> None:
    text = "import json\njson.loads('1')\n"
    (piece,) = codes(builder.pickled(builder.call(builder.name("builtins", "exec"), builder.text(text))))
    assert piece.text == text
    assert codes(builder.pickled(builder.call(builder.name("app", "f"), builder.text("a plain sentence (sic)")))) == []


def test_names_of_python_2_are_those_the_unpickler_takes() -> None:
    assert lines(b"curllib2\nurlopen\n(Vx\ntR.") == ["urllib.request.urlopen('x')"]


def test_what_follows_the_first_pickle_is_followed_where_it_is_one(builder: ModuleType) -> None:
    second = builder.pickled(builder.call(builder.name("app", "f")))
    assert lines(builder.pickled(b"N") + second) == ["app.f()"]
    assert lines(builder.pickled(b"N") + b"capp\ng\n(tR.") == ["app.g()"]
    assert lines(builder.pickled(b"N") + bytes(1_000) + second) == []


@pytest.mark.parametrize(
    "start", [b"", b"\x80\x00", b"\x80\x01", b"\x95" + bytes(8), b"N0", b"\x8c\x01a0", b"K\x010", b"]0"]
)
def test_a_pickle_may_begin_with_any_opcode(start: bytes) -> None:
    assert lines(start + b"capp\nf\n(tR.") == ["app.f()"]


def test_tensors_inside_a_pickle_are_jumped_over(builder: ModuleType) -> None:
    size = 5_000_000
    body = b"B" + struct.pack("<I", size) + bytes(size) + builder.call(builder.name("app", "f"))
    stream = Counted(b"\x80\x03" + body + b".")
    found = read_weights("m.pkl", stream)
    assert isinstance(found, WeightsFacts) and len(found.pieces) == 1
    assert stream.asked < 300_000


def test_a_torch_archive_costs_its_directory_and_its_pickle(builder: ModuleType) -> None:
    members = {"m/data.pkl": builder.pickled(builder.system("h.example.net")), "m/data/0": bytes(3_000_000)}
    stream = Counted(builder.zipped(members))
    found = read_weights("m.pt", stream)
    assert isinstance(found, WeightsFacts) and found.format == "torch archive"
    assert stream.asked < 5_000


def test_many_calls_of_one_callable_are_cut_and_said(builder: ModuleType) -> None:
    calls = b"".join(builder.call(builder.name("app", "f"), builder.number(i)) + b"0" for i in range(400))
    (skipped,) = facts(builder.pickled(calls + b"N")).skipped
    assert skipped.reason == "read in part: too many calls of app.f"


def test_plain_builders_are_not_written_down_however_often() -> None:
    value = [datetime.datetime(2020, 1, 1) + datetime.timedelta(seconds=i) for i in range(2_000)]
    assert facts(pickle.dumps(value)).skipped == ()


def test_hostile_files_end(attacker: ModuleType) -> None:
    for name, data in attacker.hostile(20_000).items():
        assert isinstance(read_weights(name, io.BytesIO(data)), WeightsFacts | Skipped), name


def test_memory_does_not_grow_with_the_file(attacker: ModuleType) -> None:
    import tracemalloc

    files = attacker.hostile(250_000)
    for name in ("memo_chain.pkl", "strings.pkl", "tuple_nest.pkl", "names.pkl"):
        tracemalloc.start()
        read_weights(name, io.BytesIO(files[name]))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 30_000_000, (name, peak)


@pytest.mark.parametrize(
    "body",
    [
        b"cdill._dill\n_create_type\n(cos\nsystem\nX\x02\0\0\0idtR",
        b"cdill._dill\n_eval_repr\n(X\x16\0\0\0__import__('os').urandomtR",
        b"ctorch._tensor\n_rebuild_from_type_v2\n(cos\nsystem\ncapp\nT\n(X\x02\0\0\0idtNtR",
        b"cfunctools\nreduce\n(cos\nsystem\n(X\x02\0\0\0idX\x01\0\0\0xttR",
        b"coperator\nmethodcaller\n(X\x06\0\0\0systemX\x02\0\0\0idtR(cimportlib\nimport_module\n(X\x02\0\0\0ostRtR",
        b"coperator\nattrgetter\n(X\x06\0\0\0systemtR(c__builtin__\n__import__\n(X\x02\0\0\0ostRtR(X\x02\0\0\0idtR",
        b"coperator\ngetitem\n(csys\nmodules\nX\x02\0\0\0ostR0cos\nsystem\n(X\x02\0\0\0idtR",
    ],
)
def test_builders_that_call_what_they_are_given_do_not_hide_it(body: bytes) -> None:
    assert any("os" in line for line in lines(b"\x80\x02" + body + b"."))
