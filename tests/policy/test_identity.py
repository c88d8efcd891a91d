"""Fingerprints: the same after lines moved, different for different places."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.destinations.records import Destination
from scanner.flows.records import Flow
from scanner.policy import judge

MakeFlow = Callable[..., Flow]
MakePlace = Callable[..., Destination]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, 50), min_size=1, max_size=4, unique=True), st.integers(0, 500))
def test_blank_lines_change_no_id(flow: MakeFlow, place: MakePlace, lines: list[int], shift: int) -> None:
    def ids(offset: int) -> list[str]:
        flows = tuple(flow(sink_line=line + offset) for line in lines)
        return [finding.id for finding in judge(flows, ((place(),),) * len(flows), ())]

    assert ids(0) == ids(shift)
    assert len(set(ids(0))) == len(lines)


def test_place_api_and_host_tell_findings_apart(flow: MakeFlow, place: MakePlace) -> None:
    flows = (flow(), flow(sink_function="other"), flow(sink_file="pkg/b.py"), flow(sink_api="httpx.post"), flow())
    places = (*(((place(),),) * 4), (place(host="t2.vendor.io"),))
    assert len({finding.id for finding in judge(flows, places, ())}) == 5
