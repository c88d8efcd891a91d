"""Register, fact sheet, transfer map and article 30 rows: stable, bilingual, safe, silent about what is not theirs."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from dataclasses import replace

import pytest

from scanner.catalog import load
from scanner.destinations import locate_text
from scanner.errors import UsageError
from scanner.flows.records import PayloadField
from scanner.policy import load_texts, retell
from scanner.policy.packs import load_pack
from scanner.policy.records import Pack, Recipient, Report
from scanner.reports import DOCUMENTS, render, render_all, render_document
from scanner.reports.cards import link
from scanner.reports.factsheet import fact_sheet
from scanner.reports.register import COLUMNS
from scanner.reports.sheet_markdown import escaped
from scanner.reports.transfers import importers, select, transfers
from tests.reports.builder import ASSESSMENT, FINDING, NOWHERE, PLACE, make_finding, make_note, make_report

HOSTILE = "=cmd|' /C calc'!A1 <script>x</script> [a](javascript:1) | \x1b[31m\u202e `\n# h"


def told(language: str = "en", *, home: tuple[str, ...] = ("CN",), pack: Pack | None = None) -> Report:
    """A report with real assessments and words in a language."""
    findings = (make_finding(id="f" * 20), make_note(1), make_finding(id="e" * 20, destinations=(NOWHERE,)))
    return retell(replace(make_report(*findings, home=home, pack=pack), language="?"), language)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_transfers_have_one_row_per_recipient_and_stable_ids() -> None:
    both = make_finding(destinations=(PLACE, replace(PLACE, host="eu.i.posthog.com")))
    found = transfers((both,))
    assert len({one.id for one in found}) == 2
    moved = make_finding(destinations=both.destinations[::-1], flow_sink_line=999)
    assert [one.id for one in transfers((moved,))] == [one.id for one in found]


def test_what_is_no_transfer_is_left_out_and_counted() -> None:
    home = replace(PLACE, country="CN", operator_country="CN")
    findings = (
        make_finding(id="a" * 20),
        make_finding(id="b" * 20, flow_role="test"),
        make_finding(id="c" * 20, suppressed="agreed"),
        make_finding(id="d" * 20, destinations=(home,)),
    )
    chosen = select(make_report(*findings, home=("CN",)))
    assert [one.finding.id for one in chosen.transfers] == ["a" * 20]
    assert (chosen.aside, chosen.accepted, chosen.domestic) == (1, 1, 1)


def test_a_foreign_operator_at_home_and_an_unknown_country_stay_in() -> None:
    foreign = replace(PLACE, country="CN", operator_country="US")
    chosen = select(make_report(make_finding(destinations=(foreign,)), make_note(2), home=("CN",)))
    assert len(chosen.transfers) == 2


def test_importers_are_grouped_by_scenario_operator_and_country() -> None:
    found = importers(transfers((make_finding(id="a" * 20), make_finding(id="b" * 20), make_note(1))))
    assert [(one.operator, one.country, len(one.transfers)) for one in found] == [
        ("Hugging Face", "", 1),
        ("PostHog", "US", 2),
    ]


def test_the_register_has_its_columns_and_one_row_a_path() -> None:
    report = told()
    found = rows(render(report, "register"))
    assert tuple(found[0]) == COLUMNS and len(found) == 3
    assert [row["id"] for row in found] == sorted(row["id"] for row in found)
    posthog = next(row for row in found if row["host"] == "us.i.posthog.com")
    assert posthog["statuses"] == "CN:cn-pipl:threshold" and posthog["default_on"] == "true"
    assert "persons_pi_since_jan1" in posthog["questions"] and "CLOUD Act" in posthog["operator_reach"]
    unknown = next(row for row in found if not row["host"])
    assert unknown["country"] == "" and unknown["statuses"] == "CN:cn-pipl:unknown"


def test_the_register_as_json_says_the_same_with_null_for_unknown() -> None:
    document = json.loads(render(told(), "register-json"))
    assert document["schema"] == "datacustoms-register/1" and tuple(document["columns"]) == COLUMNS
    assert {tuple(row) for row in document["rows"]} == {COLUMNS}
    unknown = next(row for row in document["rows"] if row["host"] is None)
    assert unknown["operator"] is None and unknown["statuses"] == ["CN:cn-pipl:unknown"]


@pytest.mark.parametrize("name", ["register", "art30"])
def test_no_cell_is_a_formula_or_breaks_its_line(name: str) -> None:
    hostile = make_finding(
        flow_sink_function=HOSTILE,
        flow_sink_file="-1+1",
        destinations=(replace(PLACE, operator=HOSTILE, host=HOSTILE),),
    )
    report = make_report(hostile, name="@SUM(1)", home=("CN",))
    for row in rows(render(report, name)):
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row.values())
        assert not any("\x1b" in cell or "\u202e" in cell or "\n" in cell for cell in row.values())


def test_chinese_csv_opens_in_a_spreadsheet() -> None:
    assert render(told("zh"), "register").startswith("\ufeffid,")
    assert render(told("en"), "register").startswith("id,")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", ["factsheet", "tia"])
def test_documents_are_in_one_language(language: str, name: str) -> None:
    text = render(told(language), name)
    han = re.findall("[\u4e00-\u9fff]", text)
    assert bool(han) == (language == "zh")
    assert not re.search(r"\b(illegal|compliant|violation)\b|违法|违规|合规", text)
    assert "{" not in text.replace("\\{?\\}", "")


def test_the_fact_sheet_keeps_the_order_of_the_template() -> None:
    text = render(told("zh"), "factsheet")
    order = ["一、自评估工作", "二、出境活动整体情况", "(一)数据处理者", "(二)拟出境数据", "(三)数据处理者数据安全"]
    order += ["(四)境外接收方", "(五)法律文件", "三、出境活动风险评估", "四、自评估结论", "第三十九条"]
    places = [text.index(part.replace("(", "\\(").replace(")", "\\)") if part not in text else part) for part in order]
    assert places == sorted(places)
    assert text.count("【待填写") >= 10 and "未列出的内容不代表不存在" in text
    assert "关键信息基础设施运营者？" in text and "《云法案》" in text and "开源代码或模型的数据日志回传" in text


def test_a_report_without_transfers_says_so() -> None:
    text = render(make_report(home=("CN",)), "factsheet")
    assert "No path abroad or to an unknown country was found" in text
    assert "No home jurisdiction was named" in render(make_report(make_finding()), "factsheet")


def test_what_is_on_file_comes_from_the_pack() -> None:
    pack = Pack("own", (), "2026-11-24", "2027-11-24", recipients=(Recipient("PostHog", True, "SCC", "DPA of May"),))
    report = told(home=("EEA",), pack=pack)
    assert "safeguard: SCC; contract: DPA of May" in render(report, "tia")
    assert any("SCC" in row["art30_1_e_safeguards"] for row in rows(render(report, "art30")))
    assert "adequate" in next(
        row["art30_1_e_status"] for row in rows(render(report, "art30")) if row["art30_1_d_recipient"] == "PostHog"
    )


def test_scanned_text_cannot_format_markdown() -> None:
    hostile = make_finding(destinations=(replace(PLACE, operator=HOSTILE),), flow_sink_file=HOSTILE)
    text = render(make_report(hostile, target=HOSTILE, name="", home=("CN",)), "factsheet")
    assert "<script" not in text and not re.search(r"(?<!\\)\]\(", text)
    assert "\x1b" not in text and "\u202e" not in text
    assert "\n# h" not in text
    assert escaped("a|b\\|c `d` https://x.y www.z.com") == r"a\|b\\\|c \`d\` https\://x.y www\.z.com"


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_docx_is_the_same_every_time_and_holds_every_text(name: str, language: str) -> None:
    from docx import Document

    report = told(language)
    content = render_document((report,), name)
    assert content == render_document((report,), name)
    document = Document(io.BytesIO(content))
    section = document.sections[0]
    assert (section.page_width.cm, section.left_margin.cm) == (pytest.approx(21.0, 0.01), pytest.approx(3.18, 0.01))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert "PostHog" in " ".join(cells)
    xml = zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()
    assert 'w:eastAsia="FangSong"' in xml and ("待填写" in xml) == (language == "zh")


def test_documents_hold_one_report_and_known_names_only() -> None:
    with pytest.raises(UsageError, match="one target"):
        render_document((make_report(), make_report()), "factsheet-docx")
    with pytest.raises(UsageError, match="no document format"):
        render_document((make_report(),), "pdf")


def test_several_targets_share_a_register() -> None:
    text = render_all((told(), replace(told(), name="other")), "register")
    assert {row["package"] for row in rows(text)} == {"mem0ai", "other"}


def test_the_pack_and_its_date_stand_on_the_first_page() -> None:
    report = replace(told("zh"), pack=load_pack("cn-genai-deployer", "2026-11-24"))
    notes = [part for part in fact_sheet(report).parts if getattr(part, "style", "") == "note"]
    assert "中国境内生成式人工智能部署方 (2026-11-24)" in notes[0].text  # type: ignore[union-attr]


def test_retelling_twice_gives_the_first_report_again() -> None:
    first = told("en")
    assert retell(retell(first, "zh"), "en") == first
    assert retell(first, "zh").findings[0].title != first.findings[0].title
    assert FINDING.assessments == () and ASSESSMENT.home == "DE"


def test_an_operator_that_refuses_users_at_home_is_named() -> None:
    place = replace(PLACE, operator="OpenAI", host="api.openai.com")
    text = render(make_report(make_finding(destinations=(place,)), home=("CN",)), "factsheet")
    assert "OpenAI refuses users in China" in text
    assert "refuses users" not in render(make_report(make_finding(destinations=(place,)), home=("DE",)), "factsheet")


@pytest.mark.parametrize(
    ("url", "tls", "verify", "said"),
    [
        ("https://a.io", "", "default", "https; TLS: yes; certificate checked: yes"),
        ("https://a.io", "", "False", "https; TLS: yes; certificate checked: no"),
        ("http://a.io", "yes", "default", "http; TLS: no; certificate checked: no"),
        ("a.io", "unknown", "default", "grpc; TLS: Unknown; certificate checked: Unknown"),
        ("a.io", "yes", "default", "grpc; TLS: yes; certificate checked: yes"),
    ],
)
def test_a_link_claims_no_encryption_that_was_not_seen(url: str, tls: str, verify: str, said: str) -> None:
    place = replace(PLACE, url=url)
    finding = make_finding(destinations=(place,), flow_sink_tls=tls, flow_sink_verify=verify, flow_sink_scheme="grpc")
    (row,) = transfers((finding,))
    assert link(row, load_texts()) == said


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_page_holds_only_the_line_after_the_last_table(name: str) -> None:
    from docx import Document

    document = Document(io.BytesIO(render_document((told("zh"),), name)))
    last = document.paragraphs[-1]
    assert last.text or (last.paragraph_format.line_spacing and last.paragraph_format.line_spacing.pt <= 6)
    assert 'w:eastAsia="zh-CN"' in document.styles["Normal"].element.rPr.xml


def test_problems_of_one_kind_and_host_share_a_line() -> None:
    nowhere = [make_finding(id=str(n) * 20, destinations=(NOWHERE,), flow_sink_line=n) for n in range(1, 5)]
    text = render(retell(replace(make_report(*nowhere, home=("CN",)), language="?"), "zh"), "factsheet")
    assert text.count("运行前无法得知主机") == 1


def test_evidence_is_told_in_the_language_of_the_document_and_names_the_parent() -> None:
    where = locate_text("https://api.github.com/repos", load())
    report = make_report(make_finding(destinations=(where,)), home=("CN",))
    text = render(retell(replace(report, language="?"), "zh"), "factsheet")
    assert "母公司" in text and "运营方：数据行 api.github.com（厂商发行包" in text
    assert "operator: row" not in text and "country: unknown" not in text


def test_fields_of_zone_lists_stand_in_the_fact_sheet_of_a_handler_in_china() -> None:
    part = PayloadField("training_data", "rows", "a.py", 3)
    report = make_report(make_finding(flow_payload=(part,)), home=("CN",))
    text = render(retell(replace(report, language="?"), "zh"), "factsheet")
    assert "人工智能训练数据" in text and "2024-08-30" in text
    assert "人工智能训练数据" not in render(retell(replace(report, home=("DE",), language="?"), "zh"), "factsheet")
