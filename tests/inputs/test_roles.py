from __future__ import annotations

import pytest

from scanner.inputs.records import FileRole
from scanner.inputs.roles import Roles

PRODUCT, TEST, VENDORED = FileRole.PRODUCT, FileRole.TEST, FileRole.VENDORED
EXAMPLE, DOCS = FileRole.EXAMPLE, FileRole.DOCS


@pytest.mark.parametrize(
    ("path", "beside", "name"),
    [
        ("testing/client.py", ["testing/__init__.py"], "testing"),
        ("tests/client.py", ["tests/__init__.py"], "tests"),
        ("vendor/client.py", ["vendor/__init__.py"], "vendor"),
        ("pkg/testing/client.py", ["pkg/__init__.py"], "pkg"),
        ("pkg/test/client.py", ["pkg/__init__.py", "pkg/test/__init__.py"], "pkg"),
        ("pkg/demo/client.py", ["pkg/__init__.py"], "pkg"),
        ("pkg/docs/client.py", ["pkg/__init__.py"], "pkg"),
        ("pkg/latest.py", ["pkg/__init__.py"], "pkg"),
        ("setup.py", [], "pkg"),
    ],
)
def test_product_is_not_taken_for_something_else(path, beside, name):
    assert Roles([path, *beside], name).of(path) is PRODUCT


@pytest.mark.parametrize(
    ("path", "beside", "role"),
    [
        ("tests/helper.py", [], TEST),
        ("pkg/tests/helper.py", ["pkg/__init__.py"], TEST),
        ("pkg/test/helper.py", ["pkg/__init__.py", "pkg/test/unit/test_a.py"], TEST),
        ("test/helper.py", [], TEST),
        ("pkg/test_a.py", ["pkg/__init__.py"], TEST),
        ("a_test.py", [], TEST),
        ("conftest.py", [], TEST),
        ("pkg/_vendor/tests/a.py", ["pkg/__init__.py"], VENDORED),
        ("third_party/a.py", [], VENDORED),
        ("lib/site-packages/x/a.py", [], VENDORED),
        ("examples/a.py", [], EXAMPLE),
        ("pkg/examples/a.py", ["pkg/__init__.py"], EXAMPLE),
        ("docs/conf.py", [], DOCS),
    ],
)
def test_what_is_not_product_is_told_by_its_folder(path, beside, role):
    assert Roles([path, *beside], "pkg").of(path) is role
