"""Fields of template messages: everything we send obeys the table of types, and drugs are still recognised."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.wechat.account_file import EXAMPLE, read_account_file
from connectors.wechat.drug_labels import other_drugs, shorten_drug
from connectors.wechat.fitting import Unfit, fit, length, shorten
from connectors.wechat.templates import Detail, Details, Purpose, Template, TemplateKind
from deploy.standin.wechat.fields import fits
from knowledge.drug_names import DrugBook, load_drug_book, own_names

AT = datetime(2026, 11, 21, 0, 5, tzinfo=UTC)
MOST = 20


@pytest.fixture(scope="module")
def book() -> DrugBook:
    return load_drug_book()


def shortened(name: str, book: DrugBook, most: int = MOST) -> str:
    return shorten_drug(name, most, other_drugs(book, name))


@pytest.mark.parametrize(
    ("name", "most", "expected"),
    [
        ("阿司匹林", 20, "阿司匹林"),
        ("苯磺酸左氨氯地平片", 8, "左氨氯地平片"),
        ("苯磺酸左氨氯地平片（2.5mg×14片/盒）", 20, "苯磺酸左氨氯地平片"),
        ("苯磺酸左氨氯地平片", 5, "左氨氯地平"),
        ("富马酸喹硫平缓释片", 7, "喹硫平缓释片"),
        ("注射用头孢哌酮钠舒巴坦钠", 10, "头孢哌酮钠舒巴坦钠"),
        ("硫酸亚铁片", 4, "硫酸亚铁"),
        ("精蛋白生物合成人胰岛素注射液（预混30R）", 20, "精蛋白生物合成人胰岛素（预混30R）"),
        ("阿莫西林克拉维酸钾", 7, "阿莫西…维酸钾"),
        ("复方利血平氨苯蝶啶片剂", 10, "复方利血平氨苯蝶啶…"),
    ],
)
def test_names_are_shortened_readably(book: DrugBook, name: str, most: int, expected: str) -> None:
    assert shortened(name, book, most) == expected


@pytest.mark.parametrize("most", [20, 10])
def test_every_name_we_know_fits_and_means_no_other_drug(book: DrugBook, most: int) -> None:
    """Names with their forms too, as boxes print them."""
    owners: dict[str, set[str]] = {}
    for drug in book:
        for name in {*own_names(drug), *(drug.name + form.name for form in drug.forms)}:
            label = shortened(name, book, most)
            assert length(label) <= most
            owners.setdefault(label, set()).add(drug.id)
            meant = {each.id for mention in book.mentions(name) for each in mention.drugs}
            said = [{each.id for each in mention.drugs} for mention in book.mentions(label)]
            assert all(not drugs or drugs & meant for drugs in said), (name, label)
    if most == MOST:
        assert not [label for label, drugs in owners.items() if len(drugs) > 1]


def test_labels_of_two_drugs_differ(book: DrugBook) -> None:
    labels = {drug.id: shortened(drug.name, book) for drug in book}
    assert len(labels) == 534 and len(set(labels.values())) == len(labels)


@settings(deadline=None)
@given(st.text(alphabet="苯磺酸盐左氨氯地平阿司匹林片胶囊注射液缓释（）()2.5mg×30钠", max_size=60), st.integers(3, 30))
def test_any_name_fits(name: str, most: int) -> None:
    assert length(shorten_drug(name, most, lambda _: False)) <= most
    assert length(shorten_drug(name, most, lambda _: True)) <= most


FIELDS = ("thing1", "thing12", "short_thing2", "const3", "number4", "letter5", "symbol6", "character_string7", "time8")
MORE_FIELDS = ("date9", "amount10", "phone_number11", "car_number12", "name13", "phrase14")


@settings(deadline=None)
@given(st.sampled_from(FIELDS + MORE_FIELDS), st.text(max_size=80) | st.just(AT))
def test_what_fits_obeys_the_table_of_types(field: str, value: str | datetime) -> None:
    try:
        fitted = fit(field, value)
    except Unfit:
        return
    known = field if not field.startswith(("short_thing", "const")) else "thing1"
    assert fits(known, fitted) and length(fitted) <= 32


def test_times_are_told_in_the_clinics_zone() -> None:
    assert fit("time1", AT) == fit("date2", AT) == fit("thing3", AT) == "2026年11月21日 08:05"


@pytest.mark.parametrize("field", ["number1", "phrase2", "letter3", "time4", "unknown5"])
def test_words_do_not_fit_every_field(field: str) -> None:
    with pytest.raises(Unfit):
        fit(field, "到时间吃药啦：氨氯地平")


def test_words_are_cut_before_a_dose_not_inside_it() -> None:
    assert shorten("饭后温水送服不要嚼碎，每次0.5克", 16) == "饭后温水送服不要嚼碎…"
    assert shorten("好" * 19 + "🙂", 20) == "好" * 19 + "…"
    assert shorten("1" * 30, 20) == "1" * 19 + "…"


def test_line_breaks_become_blanks() -> None:
    assert fit("thing1", "到时间\n吃药\t啦\x00") == "到时间 吃药 啦"


def test_a_reminder_fills_its_fields(book: DrugBook) -> None:
    template = read_account_file(EXAMPLE).templates.of(Purpose.REMINDER)
    assert template is not None
    details = Details("到时间吃药啦。", AT, "苯磺酸左氨氯地平片（施慧达）2.5mg×14片/盒", "每次1片")
    body = template.body("oA", details, "m1", other_drugs(book, details.drug))
    assert body["data"] == {
        "thing1": {"value": "苯磺酸左氨氯地平片（施慧达）"}, "thing2": {"value": "每次1片"},
        "time3": {"value": "2026年11月21日 08:05"}, "thing4": {"value": "吃完请回复“已服药”"},
    }  # fmt: skip
    assert "client_msg_id" not in body


def test_what_is_not_known_is_told_by_the_words() -> None:
    fields: dict[str, Detail | str] = {"thing1": Detail.DRUG, "thing2": Detail.PLACE}
    template = Template("t-0000001", TemplateKind.TEMPLATE, fields, "https://example-hospital.cn/r")
    body = template.body("oA", Details("到时间吃药啦：氨氯地平。", AT), "m1", lambda _: False)
    assert {field["value"] for field in body["data"].values()} == {"到时间吃药啦：氨氯地平。"}
    assert body["client_msg_id"] == "m1" and body["url"] == "https://example-hospital.cn/r"


def test_our_table_and_the_stand_ins_agree_on_the_types() -> None:
    """Written apart from each other, out of the same page."""
    for field in FIELDS + MORE_FIELDS:
        assert re.fullmatch(r"[a-z_]+\d+", field)
        for value in ("每次1片", "8", "abc", "!!", "京A12345", "2026年1月2日 8:00", "8:00", "¥10元", "张三", "x" * 40):
            try:
                fitted = fit(field, value)
            except Unfit:
                continue
            if not field.startswith(("short_thing", "const")):
                assert fits(field, fitted), (field, fitted)
