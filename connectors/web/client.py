"""The wire out: the page reads its messages from the store, so sending is telling it to look."""

from bot.conversation import Conversation
from bot.messages import Message
from bot.stream import Stream, StreamEvent


async def send(stream: Stream, conversation: Conversation, message: Message) -> None:
    """Tell the conversation's open pages that there is a message; telling it twice does no harm."""
    topic = conversation.key
    await stream.publish(topic, StreamEvent("message", {"seq": message.seq}))
