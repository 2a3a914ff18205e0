"""Tables of practice: who learns, in which class, with what set, and what came of each encounter."""

from sqlalchemy import JSON, Boolean, Column, Index, Integer, String, Table, UniqueConstraint, text

from bot.tables import Encrypted, Instant, clinic_table, metadata

learners = clinic_table(
    "learners",
    Column("name", Encrypted, nullable=False),
    Column("token", String(64)),  # keyed hash of the page's secret; NULL for who joined in a chat
    Column("person", String(64)),  # of the chat; NULL for who joined on the page
    Column("on_board", Boolean, nullable=False, server_default="0"),  # agreed to stand on leaderboards
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("clinic", "token"),
    UniqueConstraint("clinic", "person"),
)

classes = clinic_table(
    "classes",
    Column("name", Encrypted, nullable=False),
    Column("code", Encrypted, nullable=False),  # the invitation, for the teacher to show
    Column("code_hash", String(64), nullable=False),  # blind index of `code`
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("clinic", "code_hash"),
)

class_teachers = Table(
    "class_teachers",
    metadata,
    Column("clinic", String(64), primary_key=True),
    Column("teacher", String(64), primary_key=True),  # name, as she logs in
    Column("class_id", String(64), primary_key=True),
    Column("added_at", Instant, nullable=False),
)

memberships = Table(
    "memberships",
    metadata,
    Column("clinic", String(64), primary_key=True),
    Column("class_id", String(64), primary_key=True),
    Column("learner", String(64), primary_key=True),
    Column("joined_at", Instant, nullable=False),
    Index("memberships_of_learner", "clinic", "learner"),
)

assignments = clinic_table(
    "assignments",
    Column("class_id", String(64), nullable=False),
    Column("case_id", String(64), nullable=False),
    Column("purpose", String(16), nullable=False),  # cases.encounter.Purpose
    Column("opens_at", Instant, nullable=False),
    Column("closes_at", Instant),  # NULL: stays open
    Column("attempts", Integer),  # NULL: as many as one likes
    Column("minutes", Integer),  # NULL: no clock
    Column("teacher", String(64), nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("assignments_of_class", "clinic", "class_id", "closes_at"),
)

sittings = clinic_table(  # id: the encounter
    "sittings",
    Column("learner", String(64)),  # NULL: nobody who has joined a class
    Column("assignment", String(64)),
    Column("series", String(96)),  # attempts of one series are counted together; NULL: not counted
    Column("attempt", Integer, nullable=False, server_default="1"),
    Column("purpose", String(16), nullable=False),
    Column("minutes", Integer),  # NULL: no clock
    Column("ends_at", Instant),
    Column("paused_at", Instant),  # NULL: it runs
    Column("paused_s", Integer, nullable=False, server_default="0"),  # of the pauses that are over
    Column("forked_from", String(64)),  # the encounter whose first turns it has
    Column("notes", Encrypted),  # the learner's own
    Column("ending", Encrypted),  # cases.ending.Ending as JSON
    Column("sheet", Encrypted),  # cases.debrief.Debrief as JSON; NULL until the end, never changed after it
    Column("earned", JSON),  # id of each mark that waits for nobody → whether it was earned; to be counted by class
    Column("comment", Encrypted),  # cases.comment.Record as JSON
    Column("reflection", Encrypted),
    Column("scored_at", Instant),
    Column("total", Integer),  # points as shown: with what teachers changed
    Column("max", Integer),
    Column("passed", Boolean),
    Column("kept_at", Instant),  # when sheet and PDF were put into the folder or store; NULL: not yet
    UniqueConstraint("clinic", "learner", "series", "attempt"),
    Index("sittings_of_learner", "clinic", "learner", "scored_at"),
    Index("sittings_of_assignment", "clinic", "assignment"),
)
# What the clock looks for is in indexes of its own: they stay small however many have ended.
_RUNNING, _TO_KEEP = "sheet IS NULL AND ends_at IS NOT NULL", "scored_at IS NOT NULL AND kept_at IS NULL"
Index(
    "sitting_to_end", sittings.c.clinic, sittings.c.ends_at,
    sqlite_where=text(_RUNNING), postgresql_where=text(_RUNNING),
)  # fmt: skip
Index(
    "sitting_to_keep", sittings.c.clinic, sittings.c.scored_at,
    sqlite_where=text(_TO_KEEP), postgresql_where=text(_TO_KEEP),
)  # fmt: skip

overrides = Table(  # every change stays; the newest of an item counts
    "overrides",
    metadata,
    Column("clinic", String(64), primary_key=True),
    Column("encounter", String(64), primary_key=True),
    Column("seq", Integer, primary_key=True),  # 1, 2 … in the order of the changes
    Column("item", String(64), nullable=False),  # id of a mark of the sheet
    Column("points", Integer, nullable=False),
    Column("reason", Encrypted, nullable=False),
    Column("teacher", String(64), nullable=False),
    Column("at", Instant, nullable=False),
)

blind_marks = Table(
    "blind_marks",
    metadata,
    Column("clinic", String(64), primary_key=True),
    Column("encounter", String(64), primary_key=True),
    Column("teacher", String(64), primary_key=True),
    Column("marks", Encrypted, nullable=False),  # JSON: item → whether it was earned
    Column("at", Instant, nullable=False),
)
