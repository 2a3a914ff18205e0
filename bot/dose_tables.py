"""Tables of what people take: regimens, their doses, what was told of them, and the people around."""

from sqlalchemy import JSON, Boolean, Column, Index, Integer, String, UniqueConstraint, text

from bot.tables import Encrypted, Instant, clinic_table

regimens = clinic_table(
    "regimens",
    Column("person", String(64), nullable=False),
    Column("conversation", String(64), nullable=False),  # where its reminders go
    Column("drug", Encrypted, nullable=False),  # as the person named it
    Column("drug_id", String(64)),  # id in the knowledge, when it is known there
    Column("dose", Encrypted, nullable=False),
    Column("timing", JSON, nullable=False),  # FHIR R4 Timing
    Column("status", String(16), nullable=False),  # active, stopped
    Column("starts_at", Instant, nullable=False),
    Column("queued_until", Instant, nullable=False),  # doses up to here have been laid out
    Column("created_at", Instant, nullable=False),
    Column("stopped_at", Instant),
    Column("late", String(64), nullable=False, server_default="half:6"),  # schedules.lateness.LateRule.code
    Column("least_gap", Integer),  # minutes between two takings
    Column("critical", Boolean, nullable=False, server_default="0"),  # its omission can harm at once
    Column("ahead", Integer),  # minutes: told so long before it is due
    Column("plan", String(64)),  # the steps of one taper share it
    Column("after", String(64)),  # regimen after whose taking this one is due; its own id: counted from the last taking
    Column("after_minutes", Integer),
    Column("paused_from", Instant),
    Column("paused_until", Instant),
    Column("stock", String(32)),  # Decimal: units of `dose` left at `stock_at`
    Column("stock_at", Instant),
    Column("ordered_by", String(64)),  # the nurse who set it; NULL: the person
    Index("regimen_to_lay_out", "clinic", "status", "queued_until"),
    Index("regimen_of_person", "clinic", "person", "status"),
    Index("regimen_of_plan", "clinic", "plan"),
    Index("regimen_after", "clinic", "after"),
)

doses = clinic_table(
    "doses",
    Column("regimen", String(64), nullable=False),
    Column("person", String(64), nullable=False),
    Column("conversation", String(64), nullable=False),  # where it is reminded
    Column("due_at", Instant, nullable=False),
    Column("planned_at", Instant, nullable=False),  # the first due time of a snoozed dose
    Column("late_until", Instant, nullable=False),  # then it ends by itself
    Column("outcome", String(16)),  # NULL while open; see schedules.doses.Outcome
    Column("outcome_at", Instant),
    Column("reason", String(16)),  # why it was skipped: schedules.doses.Reason
    Column("round", String(64)),  # NULL until the person was told of it
    UniqueConstraint("clinic", "regimen", "due_at"),
    Index("doses_of_person", "clinic", "person", "due_at"),
    Index("doses_of_round", "clinic", "round"),
)
# What a heartbeat looks for is in indexes of the open ones alone: they stay small however many have ended.
_OPEN, _UNTOLD = "outcome IS NULL", "outcome IS NULL AND round IS NULL"
Index(
    "dose_untold", doses.c.clinic, doses.c.due_at, doses.c.conversation,
    sqlite_where=text(_UNTOLD), postgresql_where=text(_UNTOLD),
)  # fmt: skip
Index(
    "dose_open", doses.c.clinic, doses.c.late_until, sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)
)  # fmt: skip

rounds = clinic_table(
    "rounds",
    Column("person", String(64), nullable=False),
    Column("conversation", String(64), nullable=False),
    Column("due_at", Instant, nullable=False),  # of its first dose
    Column("told", Integer, nullable=False),  # times the person was told
    Column("family_told", Boolean, nullable=False),
    Column("nurse_told", Boolean, nullable=False),
    Column("next_at", Instant),  # when to look again; NULL: no more
    Column("message", String(64), nullable=False),  # id of the last reminder
    Index("round_to_climb", "clinic", "next_at"),
    Index("round_of_message", "clinic", "message"),
)

habits = clinic_table(  # id: the person
    "habits",
    Column("day_plan", JSON, nullable=False),  # schedules.day_plan.DayPlan: only what differs from the usual day
    Column("timezone", String(64), nullable=False),
    Column("quiet_first", String(5), nullable=False),  # HH:MM of the person's wall
    Column("quiet_last", String(5), nullable=False),
    Column("told_at", Instant),  # when the person told them; NULL: still to be asked
)

plan_changes = clinic_table(
    "plan_changes",
    Column("person", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Column("what", String(16), nullable=False),
    Column("before", Encrypted, nullable=False),  # JSON: the rows as they were
    Column("undone_at", Instant),
    Index("changes_of_person", "clinic", "person", "at"),
)

families = clinic_table(
    "families",
    Column("person", String(64), nullable=False),  # whose medicines
    Column("member", String(64)),  # person of the family; NULL until the code is used
    Column("conversation", String(64)),  # where the member is told
    Column("called", Encrypted, nullable=False),  # how the patient calls the member: 女儿
    Column("patient", Encrypted, nullable=False),  # how the member is told of the patient: 您母亲
    Column("code", String(64)),  # keyed hash of the code on offer
    Column("until", Instant),  # of the code
    Column("agreed_at", Instant),  # both have agreed
    Column("left_at", Instant),
    Index("family_of_person", "clinic", "person", "left_at"),
    Index("family_of_member", "clinic", "member", "left_at"),
    Index("family_of_code", "clinic", "code"),
)

occasions = clinic_table(
    "occasions",
    Column("kind", String(16), nullable=False),  # appointment, follow_up, ahead, refill
    Column("person", String(64), nullable=False),
    Column("conversation", String(64), nullable=False),
    Column("subject", String(64), nullable=False),  # id of the appointment, the follow-up plan, the regimen
    Column("due_at", Instant, nullable=False),
    Column("until", Instant, nullable=False),  # later it helps nobody
    Column("body", Encrypted, nullable=False),  # JSON, made and understood by the kind
    Column("status", String(16), nullable=False),  # waiting, told, answered, cancelled, too_late
    Column("next_at", Instant),  # when to look at it; NULL: no more
    Column("told_at", Instant),
    Column("answer", Encrypted),
    UniqueConstraint("clinic", "kind", "subject", "due_at"),
    Index("occasion_due", "clinic", "next_at"),
    Index("occasion_of_subject", "clinic", "subject"),
)
