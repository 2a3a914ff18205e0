"""`Timing` to and from the JSON of FHIR R4 `Timing` (http://hl7.org/fhir/R4/datatypes.html#Timing).

FHIR keeps "as needed" beside the timing, in Dosage; so that a stored timing loses nothing, it travels here in
extensions, and `Regimen.to_fhir` writes the canonical Dosage fields as well.
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from schedules.numbers import plain_number
from schedules.timing import EVERY_MEAL, PeriodUnit, Timing, TimingError, Weekday, WhenCode

AS_NEEDED: Final = "urn:xinglin:timing:as-needed"
AS_NEEDED_FOR: Final = "urn:xinglin:timing:as-needed-for"
MOST_PER_DAY: Final = "urn:xinglin:timing:most-per-day"

_KNOWN: Final = frozenset(
    {"boundsPeriod", "boundsDuration", "count", "frequency", "period", "periodUnit"}
    | {"dayOfWeek", "timeOfDay", "when", "offset"}
)


def timing_to_fhir(timing: Timing) -> dict[str, Any]:
    """The JSON object of a FHIR R4 Timing."""
    if timing.events:
        return {"event": [moment.isoformat() for moment in timing.events]}
    repeat = _bounds(timing) | ({} if timing.count is None else {"count": timing.count}) | _rhythm(timing)
    if timing.when:
        repeat["when"] = [code.value for code in timing.when]
    if timing.offset is not None:
        repeat["offset"] = timing.offset
    extension = _extension(timing)
    return ({"extension": extension} if extension else {}) | {"repeat": repeat}


def _bounds(timing: Timing) -> dict[str, Any]:
    if timing.duration_days is not None:
        unit = {"value": timing.duration_days, "unit": "d", "system": "http://unitsofmeasure.org", "code": "d"}
        return {"boundsDuration": unit}
    bounds = {"start": timing.start, "end": timing.end}
    period = {name: bound.isoformat() for name, bound in bounds.items() if bound is not None}
    return {"boundsPeriod": period} if period else {}


def _rhythm(timing: Timing) -> dict[str, Any]:
    repeat: dict[str, Any] = {}
    if timing.frequency is not None:
        repeat["frequency"] = timing.frequency
    # FHIR infers "every day" from clock times and weekdays and forbids a period beside them.
    if not timing.every_day or not (timing.time_of_day or timing.day_of_week):
        repeat |= {"period": _json_number(timing.period), "periodUnit": timing.period_unit.value}
    if timing.day_of_week:
        repeat["dayOfWeek"] = [day.value for day in timing.day_of_week]
    if timing.time_of_day:
        repeat["timeOfDay"] = [clock.strftime("%H:%M:%S") for clock in timing.time_of_day]
    return repeat


def _json_number(value: Decimal) -> int | float:
    """A JSON number; exact, since periods are whole minutes and the value is read back through its digits."""
    return int(value) if value % 1 == 0 else float(plain_number(value))


def _extension(timing: Timing) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [{"url": AS_NEEDED, "valueBoolean": True}] if timing.as_needed else []
    if timing.as_needed_for is not None:
        found.append({"url": AS_NEEDED_FOR, "valueString": timing.as_needed_for})
    if timing.most_per_day is not None:
        found.append({"url": MOST_PER_DAY, "valuePositiveInt": timing.most_per_day})
    return found


def timing_from_fhir(resource: Mapping[str, Any]) -> Timing:
    """The timing of a FHIR R4 Timing; raises TimingError for broken or unsupported JSON."""
    try:
        return _read(resource)
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise (error if isinstance(error, TimingError) else TimingError(f"读不懂的用药时间：{error}")) from error


def _read(resource: Mapping[str, Any]) -> Timing:
    if resource.get("event"):
        return Timing(events=tuple(datetime.fromisoformat(moment) for moment in resource["event"]))
    repeat = resource["repeat"]
    unknown = sorted(set(repeat) - _KNOWN)
    if unknown:
        raise TimingError(f"暂不支持：{'、'.join(unknown)}")
    if "count" in repeat and not set(repeat) & {"frequency", "period", "dayOfWeek", "timeOfDay", "when"}:
        raise TimingError("只有总次数，没有说多久一次")
    if "period" in repeat and "periodUnit" not in repeat:
        raise TimingError("间隔没有单位")
    clocks = tuple(time.fromisoformat(clock) for clock in repeat.get("timeOfDay", ()))
    codes = tuple(WhenCode(code) for code in repeat.get("when", ()))
    extension = {entry["url"]: entry for entry in resource.get("extension", ())}
    weekdays = tuple(Weekday(day) for day in repeat.get("dayOfWeek", ()))
    as_needed = bool(extension.get(AS_NEEDED, {}).get("valueBoolean", False))
    return Timing(
        frequency=_frequency(repeat.get("frequency"), clocks, codes, weekdays, as_needed),
        period=Decimal(str(repeat.get("period", 1))),
        period_unit=PeriodUnit(repeat.get("periodUnit", "d")),
        day_of_week=weekdays,
        time_of_day=clocks,
        when=codes,
        offset=repeat.get("offset"),
        as_needed=as_needed,
        as_needed_for=extension.get(AS_NEEDED_FOR, {}).get("valueString"),
        most_per_day=extension.get(MOST_PER_DAY, {}).get("valuePositiveInt"),
        count=_whole(repeat.get("count")),
        **_read_bounds(repeat),
    )


def _frequency(
    said: int | None, clocks: tuple[time, ...], codes: tuple[WhenCode, ...], days: tuple[Weekday, ...], as_needed: bool
) -> int | None:
    """None where clock times or codes say it already; other systems write a frequency beside them."""
    said = _whole(said)
    places = len(clocks) or len(codes)
    if EVERY_MEAL & set(codes) or not places:
        return 1 if said is None and not places and not as_needed else said
    if said not in (None, 1, places):
        raise TimingError("次数和钟点对不上")
    return None


def _whole(said: Any) -> int | None:
    if said is not None and (isinstance(said, bool) or not isinstance(said, int)):
        raise TimingError("次数不是整数")
    return said


def _read_bounds(repeat: Mapping[str, Any]) -> dict[str, Any]:
    if "boundsDuration" in repeat:
        duration = repeat["boundsDuration"]
        days = Decimal(str(duration["value"])) * {"d": 1, "wk": 7}[duration.get("code", duration.get("unit"))]
        if days % 1:
            raise TimingError("疗程不是整天")
        return {"duration_days": int(days)}
    period = repeat.get("boundsPeriod", {})
    return {name: _bound(period[name]) for name in ("start", "end") if name in period}


def _bound(text: str) -> date | datetime:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
