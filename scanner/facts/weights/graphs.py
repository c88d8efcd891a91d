"""Graphs in protocol buffers: TensorFlow's SavedModel and ONNX. Operators that reach out, and strings that name hosts.

Field numbers are those of ``saved_model.proto``, ``graph.proto``, ``node_def.proto`` and ``onnx.proto``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from scanner.facts.weights.limits import ELEMENTS
from scanner.facts.weights.recording import GIVEN_URL, IN_MODEL_FILE, Recorder
from scanner.facts.weights.rendering import is_dotted
from scanner.facts.weights.streams import Source
from scanner.facts.weights.wire import Field, Message

_REMOTE = re.compile(r"(?:https?|ftp|gs|s3|hdfs|grpc|tcp)://[^\s\"'\x00-\x1f]+", re.IGNORECASE)
_REACHING = frozenset({
    "PyFunc", "EagerPyFunc", "PyFuncStateless", "RpcServerStart", "RpcClient", "RpcCall", "DataServiceDataset",
    "DataServiceDatasetV2", "DataServiceDatasetV3", "DataServiceDatasetV4", "RegisterDataset", "RegisterDatasetV2",
})  # fmt: skip
_FILES = frozenset({
    "ReadFile", "WriteFile", "MatchingFiles", "SaveV2", "RestoreV2", "TFRecordDataset", "TextLineDataset",
    "FixedLengthRecordDataset", "WholeFileReaderV2",
})  # fmt: skip
_STATED = frozenset({"ReadFile", "WriteFile", "MatchingFiles"})
_STRINGS = 4_096
_ONNX_DOMAINS = frozenset({"", "ai.onnx", "ai.onnx.ml", "ai.onnx.training", "ai.onnx.preview.training"})


@dataclass(slots=True)
class _Node:
    """A node of a TensorFlow graph: operator, inputs, and the texts among its attributes."""

    offset: int
    name: str = ""
    op: str = ""
    inputs: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


def read_graph(source: Source, recorder: Recorder, *, onnx: bool) -> str:
    """Write down what a graph reaches and name its format. Raises ``Broken``."""
    message = Message(source)
    if onnx:
        _onnx(message, recorder)
        return "onnx"
    nodes: list[_Node] = []
    frozen = False
    for part in message.fields():
        if part.number == 1 and part.size > 0:
            # A SavedModel begins with a number; a graph on its own with its nodes.
            frozen = True
            _keep(nodes, _node(message, part))
        elif part.number == 2 and part.size > 0:
            (_library if frozen else _meta_graph)(message, message.end(part), nodes)
        else:
            message.skip(part)
    _tensorflow(nodes, recorder)
    return "tensorflow graph"


# -- TensorFlow


def _meta_graph(message: Message, end: int, nodes: list[_Node]) -> None:
    for part in message.fields(end):
        if part.number == 2 and part.size > 0:
            _graph(message, message.end(part), nodes)
        else:
            message.skip(part)


def _graph(message: Message, end: int, nodes: list[_Node]) -> None:
    """Nodes of the graph (1) and of the functions of its library (2: function 1: node_def 3)."""
    for part in message.fields(end):
        if part.number == 1 and part.size > 0:
            _keep(nodes, _node(message, part))
        elif part.number == 2 and part.size > 0:
            _library(message, message.end(part), nodes)
        else:
            message.skip(part)


def _library(message: Message, end: int, nodes: list[_Node]) -> None:
    for function in message.fields(end):
        if function.number != 1 or function.size <= 0:
            message.skip(function)
            continue
        for part in message.fields(message.end(function)):
            if part.number == 3 and part.size > 0:
                _keep(nodes, _node(message, part))
            else:
                message.skip(part)


def _node(message: Message, part: Field) -> _Node:
    node = _Node(part.offset)
    for own in message.fields(message.end(part)):
        if own.number == 1:
            node.name = message.text(own, 512)
        elif own.number == 2:
            node.op = message.text(own, 512)
        elif own.number == 3 and len(node.inputs) < ELEMENTS:
            node.inputs.append(message.text(own, 512).lstrip("^").partition(":")[0])
        elif own.number == 5:
            text = message.text(own, _STRINGS)
            node.texts += [m[0] for m in _REMOTE.finditer(text)][:8]
        else:
            message.skip(own)
    return node


def _keep(nodes: list[_Node], node: _Node) -> None:
    """Only nodes that matter, so that memory does not grow with the graph."""
    if node.texts or node.op in _REACHING or node.op in _FILES or ">" in node.op:
        nodes.append(node)


def _tensorflow(nodes: list[_Node], recorder: Recorder) -> None:
    texts = {node.name: node.texts for node in nodes if node.texts}
    for node in nodes:
        api = f"tensorflow.raw_ops.{node.op}"
        remote = [t for source in (node.name, *node.inputs) for t in texts.get(source, ())]
        if ">" in node.op:
            recorder.note("custom-operator", node.op[:80])
        elif node.op in _REACHING:
            recorder.line(api, f"{api}.{IN_MODEL_FILE}({ascii(remote[0]) if remote else ''})", node.offset)
        elif node.op in _FILES:
            if node.op in _STATED and not remote:
                recorder.note("file-operator", node.op)
            for text in remote[:8]:
                recorder.line(api, f"{api}.given_remote({text!a})", node.offset)
        elif node.op != "Const" and is_dotted(node.op):
            for text in remote[:8]:
                recorder.line(api, f"{GIVEN_URL}({text!a})", node.offset)


# -- ONNX


def _onnx(message: Message, recorder: Recorder) -> None:
    """ModelProto: graph 7, operator sets 8 (domain 1), functions 25."""
    for part in message.fields():
        if part.number == 7 and part.size > 0:
            _onnx_graph(message, message.end(part), recorder, 4)
        elif part.number == 8 and part.size > 0:
            for own in message.fields(message.end(part)):
                _domain(message, own, recorder)
        else:
            message.skip(part)


def _domain(message: Message, own: Field, recorder: Recorder) -> None:
    if own.number != 1:
        message.skip(own)
        return
    domain = message.text(own, 256)
    if domain not in _ONNX_DOMAINS:
        recorder.note("custom-operator", f"operators of {domain[:80]}")


def _onnx_graph(message: Message, end: int, recorder: Recorder, depth: int) -> None:
    """GraphProto: initializer 5, sparse ones 15; subgraphs sit in attributes (5, graph 6) of nodes (1)."""
    for part in message.fields(end):
        if part.number == 5 and part.size > 0:
            _tensor(message, message.end(part), recorder)
        elif part.number == 1 and part.size > 0 and depth:
            for own in message.fields(message.end(part)):
                if own.number == 5 and own.size > 0:
                    _attribute(message, message.end(own), recorder, depth - 1)
                else:
                    message.skip(own)
        else:
            message.skip(part)


def _attribute(message: Message, end: int, recorder: Recorder, depth: int) -> None:
    for part in message.fields(end):
        if part.number == 5 and part.size > 0:
            _tensor(message, message.end(part), recorder)
        elif part.number == 6 and part.size > 0:
            _onnx_graph(message, message.end(part), recorder, depth)
        else:
            message.skip(part)


def _tensor(message: Message, end: int, recorder: Recorder) -> None:
    """TensorProto: external data 13 are pairs of key 1 and value 2."""
    for part in message.fields(end):
        if part.number != 13 or part.size <= 0:
            message.skip(part)
            continue
        pair = {own.number: message.text(own) for own in message.fields(message.end(part)) if own.size >= 0}
        if pair.get(1) == "location":
            _location(pair.get(2, ""), part.offset, recorder)


def _location(location: str, offset: int, recorder: Recorder) -> None:
    found = _REMOTE.match(location)
    if found is not None:
        recorder.line("onnx external data", f"{GIVEN_URL}({found[0]!a})", offset)
    elif location.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", location) or location[1:2] == ":":
        recorder.note("external-data-elsewhere", location[:120])
