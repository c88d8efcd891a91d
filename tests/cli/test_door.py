"""The way out: no traceback, no half document, and the exit codes of the documentation."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.cli.conftest import FakePipeline

Run = Callable[..., Result]
ROOT = Path(__file__).parents[2]


def test_a_fault_of_ours_is_one_line_that_says_where_to_look(run: Run, pipeline: FakePipeline) -> None:
    pipeline.reports["."] = ZeroDivisionError("by \x1b[31mzero")
    result = run("scan")
    assert (result.exit_code, result.stdout) == (70, "")
    (line,) = result.stderr.splitlines()
    assert "our own fault: ZeroDivisionError: by \\x1b[31mzero" in line
    details = Path(line.split("details: ")[1].split(";")[0])
    assert "Traceback" in details.read_text(encoding="utf-8")
    details.unlink()


@pytest.mark.parametrize(("arguments", "variable"), [(("--debug", "scan"), ""), (("scan",), "1")])
def test_debugging_shows_the_traceback(
    run: Run, pipeline: FakePipeline, arguments: tuple[str, ...], variable: str
) -> None:
    pipeline.reports["."] = ZeroDivisionError("by zero")
    result = run(*arguments, env={"DATACUSTOMS_DEBUG": variable})
    assert result.exit_code == 70
    assert "Traceback (most recent call last)" in result.stderr


def test_an_interrupt_is_130_and_a_closed_pipe_is_quiet(run: Run, pipeline: FakePipeline) -> None:
    pipeline.reports["."] = KeyboardInterrupt()
    assert (run("scan").exit_code, run("scan").stderr) == (130, "datacustoms: interrupted\n")


def test_a_reader_that_leaves_is_no_fault() -> None:
    script = "import sys; from scanner.cli import main; main(['where', *['a.example.io'] * 20000], 'datacustoms')"
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 141


@pytest.mark.parametrize("arguments", [("--version",), ("--help",), ("scan", "--help"), ("where", "--help")])
def test_help_imports_nothing_heavy(arguments: tuple[str, ...]) -> None:
    script = (
        "import sys\nfrom scanner.cli import main\n"
        f"try: main({list(arguments)!r}, 'datacustoms')\nexcept SystemExit: pass\n"
        "print(sorted({'rich', 'libcst', 'networkx', 'yaml', 'msgspec', 'huggingface_hub'} & set(sys.modules)),"
        " file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"


def test_an_ascii_terminal_gets_ascii() -> None:
    script = (
        "from scanner.cli.terminal import write\nfrom scanner.reports.text import render_text\n"
        "from tests.reports.builder import make_finding, make_report\nwrite(render_text(make_report(make_finding())))"
    )
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, env=environment, check=True)
    assert b"` capture_event" in done.stdout and b"\\u" not in done.stdout
