"""Rules for reminders: how late a dose may be, what a combination asks, and a table that agrees with the drug book."""

import re
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from knowledge.dosing_reading import load_dosing_rules
from knowledge.dosing_rules import DosingRule, DosingRules
from knowledge.drug_names import DrugBook, load_drug_book
from knowledge.drugs import Drug
from knowledge.ingredients import Ingredients, load_ingredients
from knowledge.statements import Statement
from knowledge.yamlfile import DATA, read_yaml
from schedules import lateness
from schedules.lateness import LONGEST, ON_TIME, SELDOM, SLACK, LateRule

CHINA = ZoneInfo("Asia/Shanghai")
MIDNIGHT = datetime(2026, 3, 3, tzinfo=CHINA)
HOUR = timedelta(hours=1)


@cache
def known() -> Ingredients:
    return load_ingredients()


@cache
def rules() -> DosingRules:
    return load_dosing_rules(None, known())


@cache
def book() -> DrugBook:
    return load_drug_book()


def drug(id: str) -> Drug:
    return next(one for one in book() if one.id == id)


def all_rules() -> list[DosingRule]:
    raw = read_yaml(DATA / "dosing_rules.yml")["rules"]
    ids = ((one.get("of", ()), one.get("preparations", ())) for one in raw.values())
    return [rules().of(of[:1] if of else drug(own[0])) for of, own in ids]


def at(clock: str, day: int = 0) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return MIDNIGHT + timedelta(days=day - 1, hours=hour, minutes=minute)


def late_until(rule: DosingRule, due: datetime, following: datetime | None, zone: ZoneInfo = CHINA) -> datetime:
    return lateness.late_until(LateRule.read(rule.late_code), due, following, zone, rule.least_gap)


def latest(ingredient: str, due: str, following: tuple[str, int] | None) -> str:
    """Until when a dose due on 2 March may be taken, as day of the month and clock."""
    after = at(*following) if following else None
    until = late_until(rules().of([ingredient]), at(due), after)
    return f"{until.astimezone(CHINA):%d %H:%M}"


@pytest.mark.parametrize(
    ("ingredient", "due", "following", "until"),
    [
        ("valsartan", "08:00", ("08:00", 1), "02 20:00"),  # half of a day
        ("amoxicillin", "07:00", ("12:00", 0), "02 09:30"),  # half of five hours
        ("warfarin", "20:00", ("20:00", 1), "03 00:00"),  # that day
        ("rivaroxaban", "08:00", ("20:00", 0), "02 14:00"),  # that day, but twice daily: half
        ("furosemide", "08:00", ("08:00", 1), "02 18:00"),  # not towards night
        ("furosemide", "08:00", ("14:00", 0), "02 11:00"),
        ("furosemide", "20:00", ("20:00", 1), "02 21:00"),  # planned at night all the same: on time
        ("amantadine", "08:00", ("08:00", 1), "02 16:00"),
        ("digoxin", "09:00", ("09:00", 1), "02 21:00"),  # hours after it was due
        ("nirmatrelvir", "08:00", ("20:00", 0), "02 16:00"),
        ("dabigatran", "08:00", ("20:00", 0), "02 14:00"),  # hours before the next
        ("oseltamivir", "08:00", ("20:00", 0), "02 18:00"),
        ("amlodipine", "08:00", ("20:00", 0), "02 14:00"),  # no twelve hours to keep: half
        ("insulin-degludec", "21:00", ("21:00", 1), "03 00:00"),
        ("insulin-degludec", "06:00", ("06:00", 1), "02 22:00"),
        ("acarbose", "12:00", ("18:00", 0), "02 13:00"),  # never: on time is an hour
        ("zolpidem", "22:00", ("22:00", 1), "02 23:00"),
        ("desmopressin", "22:00", ("22:00", 1), "03 02:00"),  # two limits: the earlier
        ("paracetamol", "07:00", ("12:00", 0), "02 08:00"),  # four hours to the next
        ("paracetamol", "07:00", ("10:00", 0), "02 08:30"),  # the plan itself keeps no four hours
        ("tadalafil", "08:00", ("08:00", 1), "03 00:00"),  # nor a day's gap
        ("pyridostigmine", "08:00", ("08:30", 0), "02 08:15"),  # never up to the next
        ("alendronate", "07:00", ("07:00", 1), "02 08:00"),
        ("alendronate", "07:00", ("07:00", 7), "08 07:00"),  # once a week
        ("semaglutide", "09:00", ("09:00", 7), "07 09:00"),
        ("semaglutide", "06:00", ("06:00", 1), "02 07:00"),
        ("dulaglutide", "09:00", ("09:00", 7), "06 09:00"),
        ("methotrexate", "09:00", ("09:00", 7), "04 09:00"),
        ("methotrexate", "09:00", ("09:00", 1), "02 10:00"),
        ("risperidone", "09:00", ("09:00", 14), "03 09:00"),  # seldom without a rule for it: a day
        ("valsartan", "08:00", None, "02 14:00"),  # the last dose
        ("warfarin", "20:00", None, "03 00:00"),
        ("dabigatran", "08:00", None, "03 00:00"),
        ("no-such-thing", "08:00", ("08:00", 1), "02 14:00"),  # no rule: six hours at most
        ("no-such-thing", "08:00", ("12:00", 0), "02 10:00"),
    ],
)
def test_how_late_a_dose_may_be(ingredient: str, due: str, following: tuple[str, int] | None, until: str) -> None:
    assert latest(ingredient, due, following) == until


def test_no_rule_reaches_the_following_dose_or_another_day() -> None:
    due = at("08:00")
    for rule, hours in product([*all_rules(), rules().default], (1, 2, 4, 6, 8, 12, 24, 48, 72, 168, 672)):
        following = due + hours * HOUR
        until = late_until(rule, due, following)
        ends = following - min(SLACK, hours * HOUR / 2)
        assert min(due + ON_TIME, ends) <= until <= ends, (rule.id, hours)
        assert until <= due + LONGEST or (rule.seldom and hours * HOUR >= SELDOM), (rule.id, hours)
        assert hours * HOUR <= max(ON_TIME, rule.least_gap) or until <= max(following - rule.least_gap, due + ON_TIME)


def test_an_interval_is_time_that_passes_not_what_clocks_show() -> None:
    new_york = ZoneInfo("America/New_York")
    due, following = (datetime(2026, 3, day, 20, tzinfo=new_york) for day in (7, 8))
    until = late_until(rules().of(["valsartan"]), due, following, new_york)
    assert until - due.astimezone(UTC) == timedelta(hours=11, minutes=30)


@pytest.mark.parametrize("which", [0, 1])
def test_an_instant_without_a_zone_is_refused(which: int) -> None:
    instants = [at("08:00"), at("08:00", 1)]
    instants[which] = instants[which].replace(tzinfo=None)
    with pytest.raises(ValueError, match="time zone"):
        late_until(rules().of(["warfarin"]), instants[0], instants[1])


def test_what_is_grave_is_known_of_the_medicines_it_is_said_of() -> None:
    critical = {one.id for one in book() if rules().of(one).critical}
    assert {"warfarin", "rivaroxaban", "insulin-glargine", "insulin-premixed-human", "levetiracetam"} <= critical
    assert {"tacrolimus", "levodopa-benserazide", "clozapine", "ticagrelor", "pyridostigmine", "prednisone"} <= critical
    harmless = {"amlodipine", "atorvastatin", "metformin", "ibuprofen", "gabapentin", "nirmatrelvir-ritonavir"}
    local = {"tacrolimus-ointment", "compound-dexamethasone-cream", "tobramycin-dexamethasone-eye", "timolol-eye"}
    assert not critical & (harmless | local | {one.id for one in book() if one.local})
    assert len(critical) < 50  # a nurse who is told of everything reads nothing


def test_a_preparation_goes_before_its_ingredients() -> None:
    assert rules().of(drug("aspirin-analgesic")).least_gap == 4 * HOUR
    assert rules().of(drug("aspirin")).stop_words
    assert rules().of(drug("fentanyl-patch")).taper
    assert not rules().of(drug("timolol-eye")).taper


def test_what_acts_where_it_is_put_goes_by_its_class() -> None:
    assert rules().of(drug("compound-dexamethasone-cream")).id == "skin"
    assert rules().of(drug("levofloxacin-eye")).id == "eye-drops"


def test_an_ingredient_goes_before_its_class_and_a_class_before_its_parents() -> None:
    assert rules().of(["sotalol"]).late == ("never",)
    assert rules().of(["atenolol"]).id == "beta-blocker"
    assert rules().of(["propranolol"]).taper
    assert rules().of(["clonazepam"]).id == "clonazepam"
    assert rules().of(drug("liuwei-dihuang")).id == "tcm"


def test_every_ingredient_has_one_rule_at_most() -> None:
    assert [id for id in known().ingredients if "+" in rules().of([id]).id] == []


def test_of_a_combination_the_gravest_counts() -> None:
    both = rules().of(["valsartan", "hydrochlorothiazide"])
    assert late_until(both, at("10:00"), at("10:00", 1)) == at("18:00")
    assert late_until(both, at("05:00"), at("05:00", 1)) == at("17:00")
    assert both.words == rules().of(["hydrochlorothiazide"]).words
    pain = rules().of(["paracetamol", "ibuprofen", "chlorphenamine"])
    assert pain.least_gap == 6 * HOUR
    grave = rules().of(["metformin", "insulin-aspart", "metoprolol"])
    assert grave.critical
    assert grave.night
    assert grave.taper
    assert grave.words == rules().of(["insulin-aspart"]).words
    assert grave.stop_words.count("。") == 2
    assert len(grave.sources) == len(set(grave.sources)) >= 2


def test_a_weekly_medicine_with_a_daily_one_keeps_both_limits() -> None:
    both = rules().of(["alendronate", "vitamin-d3"])
    assert late_until(both, at("07:00"), at("07:00", 7)) == MIDNIGHT
    assert late_until(both, at("07:00"), at("07:00", 1)) == at("08:00")


@pytest.mark.parametrize("ids", [[], ["no-such-thing"], ["caffeine"]])
def test_what_no_rule_names_has_the_usual_one(ids: list[str]) -> None:
    rule = rules().of(ids)
    assert rule is rules().default
    assert "双份" in rule.words
    assert not (rule.critical or rule.night or rule.taper or rule.sources)


# The table


def test_nearly_every_drug_of_the_book_has_a_rule() -> None:
    without = {one.id for one in book() if rules().of(one) is rules().default}
    assert without <= {"glycerin-enema", "compound-carraghenates", "cydiodine", "povidone-iodine"}


def test_no_rule_is_idle() -> None:
    used = {id for one in book() for id in rules().of(one).id.split("+")}
    assert set(read_yaml(DATA / "dosing_rules.yml")["rules"]) - used == set()
    preparations = (
        id for one in read_yaml(DATA / "dosing_rules.yml")["rules"].values() for id in one.get("preparations", ())
    )
    assert set(preparations) <= {one.id for one in book()}


def test_what_is_told_is_short_plain_and_never_a_double_dose() -> None:
    for rule in [*all_rules(), rules().default]:
        for said in (rule.words, rule.stop_words, rule.why_critical):
            assert not said or (said.endswith("。") and len(said) <= 150), rule.id
            assert not re.search("[a-z{}]", said), rule.id
        assert all(re.search("不要|绝不能|不能", part) for part in re.findall("[^，。；]*双份", rule.words)), rule.id


def test_who_is_not_to_stop_is_told_why() -> None:
    for rule in all_rules():
        assert not (rule.taper and not rule.stop_words), rule.id
        assert not rule.critical or rule.stop_words or rule.id == "mifepristone"
        assert not rule.night or rule.critical, rule.id


def test_hours_told_are_hours_that_count() -> None:
    for rule in all_rules():
        told = {int(number) for number in re.findall(r"(\d+)小时", rule.words)}
        told |= {24 * int(number) for number in re.findall(r"(\d)天以内", rule.words)}
        for one in (*rule.late, *rule.seldom):
            kind, _, hours = one.partition(":")
            if kind in {"hours", "until_next_minus"} and rule.id not in {*_NO_HOURS_TOLD}:
                assert int(hours) in told, rule.id
        gap = int(rule.least_gap / HOUR)
        assert not gap or gap in told or rule.id == "bupropion", rule.id


_NO_HOURS_TOLD = (
    *("bisphosphonate", "zoledronic-acid", "antibacterial-injected", "baloxavir", "fentanyl-patch"),
    *("levonorgestrel-emergency", "oral-contraceptive", "dulaglutide"),
)
"""Told in days, as an appointment, or to be done at once."""
_BOOK_SAYS = (
    (re.compile(r"离下一次(?:时间)?(?:还)?不到(\d+)小时"), "until_next_minus"),
    (re.compile(r"(?<!\d)(\d+)小时(?:以)?内想起来"), "hours"),
    (re.compile(r"^(?:漏了|忘了|睡前忘了|饭前忘了|饭吃完才想起)就跳过()"), "never"),
)


def test_the_rule_of_a_drug_is_what_its_entry_says() -> None:
    compared = 0
    for one in book():
        said = "".join(part.text for part in one.says.get(Statement.MISSED_DOSE, ()))
        rule = rules().of(one)
        for pattern, kind in _BOOK_SAYS:
            for number in pattern.findall(said):
                limit = f"{kind}:{number}" if number else kind
                assert limit in (*rule.late, *rule.seldom), (one.id, said, rule.late)
                compared += 1
    assert compared >= 40


def test_gaps_are_at_least_those_of_the_entries() -> None:
    compared = 0
    for one in book():
        said = "".join(part.text for part in one.says.get(Statement.MISSED_DOSE, ()))
        for number in re.findall(r"两次(?:之间)?(?:至少|尽量)隔(\d+)", said):
            assert rules().of(one).least_gap >= int(number) * HOUR, (one.id, said)
            compared += 1
    assert compared >= 15
