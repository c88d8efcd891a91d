"""Lists of free-trade zones: which fields a list regulates, never what stands on it."""

from __future__ import annotations

import re

from scanner.policy.legal_classes import load_data_classes
from scanner.policy.zones import lists_of, load_zone_lists


def test_every_list_has_a_source_and_a_day() -> None:
    for one in load_zone_lists():
        assert one.source.startswith("http") and re.match(r"\d{4}", one.since), one.zone
        assert one.confidence in ("high", "medium", "low")
        assert {data for part in one.fields for data in part.data} <= set(load_data_classes()), one.zone


def test_a_profile_names_its_zone_in_either_language() -> None:
    assert [one.zone for one in lists_of("北京自贸试验区")] == ["Beijing"]
    assert [one.zone for one in lists_of("Lingang New Area")] == ["Shanghai"]
    assert lists_of("nowhere") == ()
    assert len(lists_of("")) == len(load_zone_lists())


def test_a_field_is_touched_by_its_data_classes_only() -> None:
    (beijing,) = lists_of("beijing")
    assert [dict(part.words)["en"] for part in beijing.touched({"training_data"})] == [
        "training data of artificial intelligence"
    ]
    assert beijing.touched({"hostname"}) == ()
