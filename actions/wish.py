"""What a person wishes for when booking, as far as it is known, and how their words change it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from actions.words import split_denied, takes_any
from knowledge.clinic import Clinic, Doctor
from knowledge.departments import Department
from schedules.when import Problem, Side, When, read_when

ClockTime = time  # a second name, because `Wish` has a field `time`
ANY = "any"  # no wish as to the doctor
DAY_ENDS = time(23, 59)
SHORT_SHIFT = 10  # characters; 晚一点再说吧，我先去吃饭 is something else
_SOONEST = re.compile(r"最早|尽快|越快越好|越早越好|最近的|马上|第一个")
_SHIFTS = {
    "later": re.compile(
        r"(?:再|更|往|稍|靠)(?:晚|后|迟)|(?<![今昨明每])[晚迟](?:一|那么)?(?:点|些)(?!\d|钟)|后面(?:的|几天)|还有(?:别的|其他)?(?:时间|日子|号)?[吗么嘛]"
    ),
    "earlier": re.compile(r"(?:再|更|往|稍|靠)(?:早|前)|早(?:一|那么)?(?:点|些)(?!\d|钟)|前面的"),
}
_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻苏潘葛范彭郎鲁韦马苗方俞任袁"
    "柳史唐费薛雷贺倪汤罗毕郝安常于傅齐康伍余顾孟黄穆萧尹姚邵汪毛狄成戴宋庞熊纪舒屈项祝董梁杜阮蓝闵季贾江"
    "童颜郭梅林徐邱骆高夏蔡田樊胡凌霍虞万柯卢莫房解应丁邓洪包左石崔吉龚程邢裴陆翁甄段侯武刘叶白蒲易乔欧阳"
    "司马上官"
)
_TITLED = re.compile(
    rf"(?<![关对由])[{_SURNAMES}](?:(?![的排便个位名科])[\u4e00-\u9fff]){{0,2}}?(?:医生|大夫|主任|教授)"
)
_AGAIN = {
    "time": re.compile(r"换(?:个|一个|一下|下)?(?:时间|时段|点|钟点)|改(?:个|一下|下)?时间|时间不对"),
    "day": re.compile(r"换(?:一天|个日子|日期|个日期|一下日期|天)|改(?:一天|个日子|日期|个日期)|日期不对|日子不对"),
    "doctor": re.compile(
        r"换(?:个|一个|位|一位|一下)?(?:医生|大夫|专家|人)|(?:别的|其他|其它|另外的|另一位)(?:医生|大夫|专家)|医生不对"
    ),
    "department": re.compile(r"换(?:个|一个|一下)?(?:科室|科(?!的))|(?:别的|其他|其它)科室?|科室不对"),
}


@dataclass(frozen=True, slots=True)
class Hours:
    """Part of a day: from `first` up to and without `end`, local; `label` as said."""

    first: time
    end: time
    label: str

    def covers(self, moment: time) -> bool:
        """Whether a start time lies in it."""
        return self.first <= moment < self.end

    def packed(self) -> str:
        """For a slot of Rasa."""
        return f"{self.first:%H:%M}-{self.end:%H:%M}-{self.label}"

    @classmethod
    def unpacked(cls, text: str | None) -> "Hours | None":
        """From a slot of Rasa."""
        if not text:
            return None
        first, end, label = text.split("-", 2)
        return cls(time.fromisoformat(first), time.fromisoformat(end), label)


@dataclass(frozen=True, slots=True)
class Wish:
    """The opening looked for; None where nothing was said."""

    department: str | None = None  # id
    doctor: str | None = None  # id, or ANY
    day: date | None = None  # local
    hours: Hours | None = None
    time: ClockTime | None = None  # local start


@dataclass(frozen=True, slots=True)
class WishHeard:
    """The wish after the words, and what else they told."""

    wish: Wish
    changed: frozenset[str] = frozenset()  # names of the fields that the words were about
    problem: Problem | None = None  # why the time said can't be used
    days: tuple[date, date] | None = None  # a run of days to choose from (下周)
    soonest: bool = False  # the earliest will do
    shift: str = ""  # "later" or "earlier" than what was offered
    complaint: tuple[Department, ...] = ()  # departments for the illness told of
    namesakes: tuple[Doctor, ...] = ()  # several doctors fit the name
    stranger: str = ""  # a doctor's name that the clinic does not have
    cleared: frozenset[str] = field(default_factory=frozenset)  # fields to be asked anew


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads words against one clinic at one moment."""

    clinic: Clinic
    zone: ZoneInfo
    at: datetime

    def read(self, text: str, wish: Wish, requested: str | None = None) -> WishHeard:
        """The wish as the words change it. `requested` is the field that was asked for."""
        heard = self._again(text, WishHeard(wish))
        heard = self._place(text, heard)
        heard = self._moment(text, heard)
        return _shifted(text, _anything(text, heard, requested), requested)

    def _again(self, text: str, heard: WishHeard) -> WishHeard:
        """换个时间, 换个医生: the field is open again."""
        fields = frozenset(name for name, pattern in _AGAIN.items() if pattern.search(text))
        wish = _without(heard.wish, fields)
        return replace(heard, wish=wish, cleared=fields, changed=heard.changed | fields)

    def _place(self, text: str, heard: WishHeard) -> WishHeard:
        clauses = split_denied(text)
        heard = self._denied_place(clauses.denied, heard)
        departments = self.clinic.departments_named(clauses.wanted)
        doctors = self._doctors(clauses.wanted, departments, heard.wish)
        if len(doctors) == 1:
            wish = replace(heard.wish, department=doctors[0].department, doctor=doctors[0].id)
            return replace(heard, wish=wish, changed=heard.changed | {"department", "doctor"})
        heard = replace(heard, namesakes=doctors, stranger="" if doctors else self._stranger(clauses.wanted))
        if departments:
            return _in_department(departments[-1].id, heard, self.clinic)
        return replace(heard, complaint=self.clinic.departments_for(clauses.wanted))

    def _denied_place(self, denied: str, heard: WishHeard) -> WishHeard:
        fields = set()
        if any(one.id == heard.wish.doctor for one in self.clinic.doctors_named(denied)):
            fields.add("doctor")
        if any(one.id == heard.wish.department for one in self.clinic.departments_named(denied)):
            fields |= {"department", "doctor"}
        wish = _without(heard.wish, fields)
        return replace(heard, wish=wish, changed=heard.changed | fields, cleared=heard.cleared | fields)

    def _doctors(self, text: str, departments: Iterable[Department], wish: Wish) -> tuple[Doctor, ...]:
        """The doctors meant: of the department named beside, else of the one already chosen, else all.

        A surname of another department than the one named is nobody here; a full name is always that doctor.
        """
        found = self.clinic.doctors_named(text)
        places: set[str | None] = {one.id for one in departments}
        places = places or {wish.department}
        within = tuple(one for one in found if one.department in places)
        if within or places == {None}:
            return within or found
        return tuple(one for one in found if one.name in text)

    def _stranger(self, text: str) -> str:
        """A doctor's name with a title that nobody here bears."""
        match = _TITLED.search(text)
        return match.group() if match else ""

    def _moment(self, text: str, heard: WishHeard) -> WishHeard:
        when = read_when(text, self.at, self.zone)
        if when is None:
            return self._denied_moment(text, heard)
        if when.problem is not None:
            return replace(heard, problem=when.problem, changed=heard.changed | {"day", "time"})
        wish, changed = _with_when(heard.wish, when)
        days = when.days if when.days and when.day is None else None
        return replace(heard, wish=wish, days=days, changed=heard.changed | changed | ({"day"} if days else set()))

    def _denied_moment(self, text: str, heard: WishHeard) -> WishHeard:
        """明天不行, 下午没空 and nothing instead: what was denied is open again."""
        denied = split_denied(text).denied
        when = read_when(
            re.sub(r"不是|不要|不行|没空|不方便|没时间|有事|去不了|来不了|不合适|别", "", denied), self.at, self.zone
        )
        if when is None:
            return heard
        fields = frozenset({"day"} if when.day else {"time"})
        return replace(
            heard, wish=_without(heard.wish, fields), changed=heard.changed | fields, cleared=heard.cleared | fields
        )


def _without(wish: Wish, fields: Iterable[str]) -> Wish:
    gone = set(fields)
    if "time" in gone:
        gone.add("hours")
    if "day" in gone:
        gone.add("time")
    if "department" in gone:
        gone.add("doctor")
    return replace(wish, **dict.fromkeys(gone))


def _in_department(department: str, heard: WishHeard, clinic: Clinic) -> WishHeard:
    """The department wished for; a doctor of another one is given up."""
    doctor = heard.wish.doctor
    keeps = doctor in (None, ANY) or clinic.doctor(doctor or "").department == department
    wish = replace(heard.wish, department=department, doctor=doctor if keeps else None)
    return replace(heard, wish=wish, changed=heard.changed | {"department"})


def _with_when(wish: Wish, when: When) -> tuple[Wish, frozenset[str]]:
    changed = set()
    if when.day:
        wish = replace(wish, day=when.day)
        changed.add("day")
    hours = _hours(when)
    if hours:
        keeps = wish.time is not None and hours.covers(wish.time)
        wish = replace(wish, hours=hours, time=wish.time if keeps else None)
        changed.add("time")
    elif when.time:
        wish = replace(wish, hours=None, time=when.time)
        changed.add("time")
    return wish, frozenset(changed)


def _hours(when: When) -> Hours | None:
    """Bounds said in place of a time: 下午, 三点以后, 三点到五点."""
    if when.time and when.until:
        return Hours(when.time, when.until, f"{when.time:%H:%M} 到 {when.until:%H:%M} ")
    if when.time and when.side is Side.AFTER:
        return Hours(when.time, DAY_ENDS, f"{when.time:%H:%M} 以后")
    if when.time and when.side is Side.BEFORE:
        return Hours(time(0), when.time, f"{when.time:%H:%M} 以前")
    if when.time or when.part is None:
        return None
    first, end = when.part.hours
    return Hours(time(first), DAY_ENDS if end >= 24 else time(end), when.part.chinese)


def _anything(text: str, heard: WishHeard, requested: str | None) -> WishHeard:
    """随便, 都行, 越早越好: a sensible default for what is asked or still open."""
    if _SOONEST.search(text):
        changed = heard.changed | {"day" if heard.wish.day is None else "time"}
        return replace(heard, soonest=True, changed=changed)
    if not takes_any(text):
        return heard
    if requested in ("day", "time") and not heard.changed & {"day", "time"}:
        return replace(heard, soonest=True, changed=heard.changed | {requested})
    if requested == "doctor" or (requested is None and heard.wish.doctor is None):
        return replace(heard, wish=replace(heard.wish, doctor=ANY), changed=heard.changed | {"doctor"}, stranger="")
    return heard


def _shifted(text: str, heard: WishHeard, requested: str | None) -> WishHeard:
    """晚一点的, after days or times were offered; 下午晚一点 is 下午."""
    if requested not in ("day", "time", "confirmed") or heard.changed or len(text) > SHORT_SHIFT:
        return heard
    shift = next((name for name, words in _SHIFTS.items() if words.search(text)), "")
    field = "day" if requested == "day" else "time"
    return replace(heard, shift=shift, changed=frozenset({field})) if shift else heard


def later(day: date, days: int) -> date:
    """The day so many days later."""
    return day + timedelta(days=days)
