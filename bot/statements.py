"""The statements of bot.store, made once: building them anew for each turn cost more than running them."""

from sqlalchemy import BindParameter, bindparam, func, insert, select, update

from bot.messages import Author
from bot.tables import addresses, conversations, messages, outbox, turns

RUNNING, DONE = "running", "done"
QUEUED, SENDING, PARKED, SENT, FAILED = "queued", "sending", "parked", "sent", "failed"

_clinic: BindParameter[str] = bindparam("clinic")
_conversation: BindParameter[str] = bindparam("conversation")

CONVERSATION = (
    select(conversations, addresses.c.user)
    .join(
        addresses,
        (addresses.c.clinic == conversations.c.clinic)
        & (addresses.c.channel == conversations.c.channel)
        & (addresses.c.user_hash == conversations.c.user_hash),
    )
    .where(conversations.c.clinic == _clinic)
)
BY_ID = CONVERSATION.where(conversations.c.id == _conversation)
AT_ADDRESS = CONVERSATION.where(
    conversations.c.channel == bindparam("channel"), conversations.c.user_hash == bindparam("user_hash")
)
# The open turns first and their messages by key: a plain join makes SQLite walk the whole conversation.
OPEN_SEQS = select(turns.c.inbound_seq).where(
    turns.c.clinic == _clinic, turns.c.conversation == _conversation, turns.c.status == RUNNING
)
OPEN_TURNS = (
    select(messages, conversations.c.person, conversations.c.mode, conversations.c.encounter, conversations.c.notes)
    .join(
        conversations, (conversations.c.clinic == messages.c.clinic) & (conversations.c.id == messages.c.conversation)
    )
    .where(messages.c.clinic == _clinic, messages.c.conversation == _conversation, messages.c.seq.in_(OPEN_SEQS))
    .order_by(messages.c.seq)
)
UNFINISHED = (
    select(turns.c.conversation)
    .where(turns.c.clinic == _clinic, turns.c.status == RUNNING, turns.c.started_at <= bindparam("before"))
    .distinct()
)
MESSAGES = select(messages).where(messages.c.clinic == _clinic, messages.c.conversation == _conversation)
SINCE = MESSAGES.where(messages.c.seq > bindparam("seq")).order_by(messages.c.seq).limit(bindparam("most"))
LAST = MESSAGES.order_by(messages.c.seq.desc()).limit(bindparam("most"))
LAST_WORDS = (
    select(func.coalesce(func.max(messages.c.seq), 0))
    .where(messages.c.clinic == _clinic, messages.c.conversation == _conversation)
    .where(messages.c.author == Author.PATIENT)
    .scalar_subquery()
)
SHOWN = (
    MESSAGES.join(outbox, (outbox.c.clinic == messages.c.clinic) & (outbox.c.message == messages.c.id))
    .where(messages.c.seq > LAST_WORDS, outbox.c.status.in_((SENDING, SENT)))
    .order_by(messages.c.seq)
)
BY_CLIENT_ID = MESSAGES.where(messages.c.client_id == bindparam("client_id"))
BY_MESSAGE_ID = MESSAGES.where(messages.c.id == bindparam("message"))
TURN_OF = (
    select(turns)
    .join(messages, (messages.c.clinic == turns.c.clinic) & (messages.c.turn == turns.c.id))
    .where(messages.c.clinic == _clinic, messages.c.conversation == _conversation)
    .where(messages.c.client_id == bindparam("client_id"))
)
SAID_IN_TURN = (
    select(messages).where(messages.c.clinic == _clinic, messages.c.turn == bindparam("turn")).order_by(messages.c.seq)
)
TAKE_SEQS = (
    update(conversations)
    .where(conversations.c.clinic == bindparam("of_clinic"), conversations.c.id == bindparam("of_conversation"))
    .values(
        next_seq=conversations.c.next_seq + bindparam("more"), offered=conversations.c.offered + bindparam("buttons")
    )
    .returning(conversations.c.next_seq, conversations.c.offered)
)
TAKE_SEQ_OF_WORDS = (
    update(conversations)
    .where(conversations.c.clinic == bindparam("of_clinic"), conversations.c.id == bindparam("of_conversation"))
    .values(next_seq=conversations.c.next_seq + 1, offered=0)
    .returning(conversations.c.next_seq)
)
# Who writes again gets what had to wait for that; the channel's own reply may take it along until `reply_by`.
TAKE_UP_PARKED = (
    update(outbox)
    .where(outbox.c.clinic == bindparam("of_clinic"), outbox.c.conversation == bindparam("of_conversation"))
    .where(outbox.c.status == PARKED)
    .values(status=QUEUED, next_at=bindparam("from_at"))
)
FINISH = update(turns).where(turns.c.clinic == bindparam("of_clinic"), turns.c.id == bindparam("of_turn"))
INSERT_MESSAGE, INSERT_OUTBOX, INSERT_TURN = insert(messages), insert(outbox), insert(turns)
