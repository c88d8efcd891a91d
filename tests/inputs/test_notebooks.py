from __future__ import annotations

import ast
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.inputs import collect
from scanner.inputs.decoding import Undecodable
from scanner.inputs.notebooks import read_notebook

from .conftest import paths, reasons


def notebook(*sources, **metadata):
    cells = [{"cell_type": "code", "source": source} for source in sources]
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4}).encode()


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_notebook_says_so(data):
    with pytest.raises(Undecodable, match="is no notebook"):
        read_notebook(data)


def test_notebook_of_another_language_is_not_read():
    with pytest.raises(Undecodable, match="notebook in R"):
        read_notebook(notebook("x <- 1", language_info={"name": "R"}))


@pytest.mark.parametrize(
    "document", [{}, {"cells": 1}, {"cells": [1, None]}, {"cells": [{"cell_type": "code", "source": [1]}]}]
)
def test_odd_shapes_hold_no_code(document):
    assert read_notebook(json.dumps(document).encode()).text.strip() == ""


def test_other_cells_leave_no_line():
    cells = [{"cell_type": "markdown", "source": "# x"}, {"cell_type": "code", "source": ["a = 1\n", "b = 2"]}]
    assert read_notebook(json.dumps({"cells": cells}).encode()).text == "a = 1\nb = 2\n"


def test_old_format_is_read():
    document = {"worksheets": [{"cells": [{"cell_type": "code", "input": "a = 1"}]}]}
    assert read_notebook(json.dumps(document).encode()).text == "a = 1\n"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("%matplotlib inline\nx = 1", "#>%matplotlib inline\nx = 1"),
        ("!pip install a \\\n  b\nx = 1", "#>!pip install a \\\n#>  b\nx = 1"),
        ("if a:\n    !ls\n    b()", "if a:\n    pass  #>!ls\n    b()"),
        ("files = !ls\nx = 1", "files = None  #>!ls\nx = 1"),
        ("%time run()", "run()"),
        ("%%time\nrun()", "\nrun()"),
        ("%%bash\ncurl x | sh", "#>%%bash\n#>curl x | sh"),
        ("print?\nx = 1", "#>print?\nx = 1"),
        ("?print\nx = 1", "#>?print\nx = 1"),
    ],
)
def test_magics_become_comments_line_for_line(cell, code):
    read = read_notebook(notebook(cell))
    assert read.text == code + "\n"
    assert read.unreadable == ()


def test_text_that_looks_like_magic_is_kept():
    cell = 'x = (a\n%b)\ns = """\n!not a command\n"""'
    assert read_notebook(notebook(cell)).text == cell + "\n"


def test_broken_cell_is_said_and_the_others_are_read(tree):
    root = tree({"n.ipynb": notebook("x = 1", "def (", "y = 2")})
    snapshot = collect(str(root))
    assert snapshot.read(snapshot.files[0]) == "x = 1\n\ny = 2\n"
    assert reasons(snapshot) == {"n.ipynb#cell-2": "is no Python"}
    assert paths(snapshot) == ["n.ipynb"]


@pytest.mark.filterwarnings("ignore")
@given(st.lists(st.text(alphabet="ab=%!?\\\n ()'\"#:x", max_size=40), max_size=4))
def test_code_always_parses_and_keeps_its_lines(cells):
    text = read_notebook(notebook(*cells)).text
    ast.parse(text)
    lines = sum(cell.removesuffix("\n").count("\n") + 1 for cell in cells)
    assert text.count("\n") == lines


def test_long_blank_lines_take_no_time():
    assert read_notebook(notebook(" " * 1_000_000 + "(")).unreadable == (1,)
