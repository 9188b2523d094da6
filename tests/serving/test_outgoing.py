"""What a message says of itself is its kind: the SDK words every message, and a page of techniques is long."""

import anyio
import pytest
from mcp.shared.message import SessionMessage
from mcp_types import JSONRPCResponse

from limner.serving.outgoing import Briefly

pytestmark = pytest.mark.anyio


async def test_a_message_comes_through_whole_and_words_itself_in_brief() -> None:
    sender, receiver = anyio.create_memory_object_stream[SessionMessage](1)
    sent = SessionMessage(JSONRPCResponse(jsonrpc="2.0", id=7, result={"techniques": ["long"] * 100}))
    async with receiver:
        async with Briefly(sender) as outgoing:
            await outgoing.send(sent)
            taken = await receiver.receive()
        assert (taken.message, taken.metadata) == (sent.message, sent.metadata)
        assert f"{taken}" == "<JSONRPCResponse>"
        with pytest.raises(anyio.EndOfStream):
            await receiver.receive()
