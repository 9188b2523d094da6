"""Fixture tools that ask through the client: at once before 2026-07-28, through the next call since."""

from collections.abc import Mapping

import mcp_types as t

from limner.types import Json

from .fixtures_tool import Answer, Context, FixtureTool, said, schema

STATE = "what the first round knew"
LETTERS = ("First", "Second", "Third")


def ask(message: str, required: tuple[str, ...] = (), **properties: Json) -> t.ElicitRequest:
    """Return a question to the user, with the fields of its form."""
    form = t.ElicitRequestFormParams(message=message, requested_schema=schema(required, **properties))
    return t.ElicitRequest(params=form)


def ask_for_text(message: str, field: str) -> t.ElicitRequest:
    """Return a question to the user with one field to write in."""
    return ask(message, (field,), **{field: {"type": "string"}})


def _sample(prompt: str, max_tokens: int) -> t.CreateMessageRequest:
    message = t.SamplingMessage(role="user", content=t.TextContent(text=prompt))
    return t.CreateMessageRequest(
        params=t.CreateMessageRequestParams(messages=[message], max_tokens=max_tokens)
    )


def accepted(params: t.InputResponseRequestParams, name: str) -> Json | None:
    """Return what the user filled in, or None when this question was not answered."""
    given = (params.input_responses or {}).get(name)
    is_answer = isinstance(given, t.ElicitResult) and given.action == "accept"
    return dict(given.content or {}) if is_answer else None


def _required(state: str | None = None, **requests: t.InputRequest) -> t.InputRequiredResult:
    return t.InputRequiredResult(input_requests=dict(requests), request_state=state)


# --- on the connection, before 2026-07-28


async def _elicit(ctx: Context, form: t.ElicitRequest) -> t.ElicitResult:
    question = form.params
    assert isinstance(question, t.ElicitRequestFormParams)
    return await ctx.session.elicit_form(
        question.message, question.requested_schema, related_request_id=ctx.request_id
    )


async def _user(ctx: Context, params: t.CallToolRequestParams) -> Answer:
    form = ask(
        (params.arguments or {})["message"],
        ("username", "email"),
        username={"type": "string", "description": "User's response"},
        email={"type": "string", "description": "User's email address"},
    )
    answer = await _elicit(ctx, form)
    return said(f"User response: <action: {answer.action}, content: {answer.content}>")


async def _completed(ctx: Context, form: t.ElicitRequest) -> Answer:
    answer = await _elicit(ctx, form)
    return said(f"Elicitation completed: action={answer.action}, content={answer.content}")


async def _defaults(ctx: Context, params: t.CallToolRequestParams) -> Answer:
    form = ask(
        "Look at what is filled in.",
        name={"type": "string", "default": "John Doe"},
        age={"type": "integer", "default": 30},
        score={"type": "number", "default": 95.5},
        status={"type": "string", "enum": ["active", "inactive", "pending"], "default": "active"},
        verified={"type": "boolean", "default": True},
    )
    return await _completed(ctx, form)


def _choices(kind: str) -> list[Mapping[str, str]]:
    return [{"const": f"value{n}", "title": f"{letter} {kind}"} for n, letter in enumerate(LETTERS, 1)]


async def _enums(ctx: Context, params: t.CallToolRequestParams) -> Answer:
    options = ["option1", "option2", "option3"]
    form = ask(
        "Choose.",
        untitledSingle={"type": "string", "enum": options},
        titledSingle={"type": "string", "oneOf": _choices("Option")},
        legacyEnum={
            "type": "string",
            "enum": ["opt1", "opt2", "opt3"],
            "enumNames": ["Option One", "Option Two", "Option Three"],
        },
        untitledMulti={"type": "array", "items": {"type": "string", "enum": options}},
        titledMulti={"type": "array", "items": {"anyOf": _choices("Choice")}},
    )
    return await _completed(ctx, form)


async def _sampled(ctx: Context, params: t.CallToolRequestParams) -> Answer:
    request = _sample((params.arguments or {})["prompt"], 100).params
    answer = await ctx.session.create_message(
        request.messages, max_tokens=request.max_tokens, related_request_id=ctx.request_id
    )
    return said(f"LLM response: {_text_of(answer)}")


def _text_of(answer: object) -> str:
    content = getattr(answer, "content", None)
    return content.text if isinstance(content, t.TextContent) else str(content)


# --- through the next call, since 2026-07-28


async def _name(ctx: Context, params: t.CallToolRequestParams) -> Answer:
    answer = accepted(params, "user_name")
    if answer is None:
        return _required(user_name=ask_for_text("What is your name?", "name"))
    return said(f"Hello, {answer['name']}!")


async def _capital(ctx: Context, params: t.CallToolRequestParams) -> Answer:
    answer = (params.input_responses or {}).get("capital_question")
    if answer is None:
        return _required(capital_question=_sample("What is the capital of France?", 100))
    return said(_text_of(answer))


async def _roots(ctx: Context, params: t.CallToolRequestParams) -> Answer:
    answer = (params.input_responses or {}).get("client_roots")
    if not isinstance(answer, t.ListRootsResult):
        return _required(client_roots=t.ListRootsRequest(params=t.RequestParams()))
    return said(f"The roots are: {', '.join(str(root.uri) for root in answer.roots)}")


async def _state(ctx: Context, params: t.CallToolRequestParams) -> Answer:
    answer = accepted(params, "confirm")
    if answer is None or params.request_state is None:
        return _required(STATE, confirm=ask("Please confirm", ("ok",), ok={"type": "boolean"}))
    return said("state-ok" if params.request_state == STATE else "the state is another")


async def _several(ctx: Context, params: t.CallToolRequestParams) -> Answer:
    given = params.input_responses or {}
    if not {"user_name", "greeting", "client_roots"} <= given.keys():
        return _required(
            STATE,
            user_name=ask_for_text("What is your name?", "name"),
            greeting=_sample("Generate a greeting", 50),
            client_roots=t.ListRootsRequest(params=t.RequestParams()),
        )
    return said(f"{_text_of(given['greeting'])}, {(accepted(params, 'user_name') or {}).get('name')}")


async def _rounds(ctx: Context, params: t.CallToolRequestParams) -> Answer:
    """Ask for a name, then for a colour; what was answered first travels in the state."""
    if params.request_state is None or (first := accepted(params, "step1")) is None:
        second = accepted(params, "step2")
        if params.request_state is None or second is None:
            return _required("round 1", step1=ask_for_text("Step 1: What is your name?", "name"))
        return said(f"{params.request_state} likes {second['color']}")
    colour = ask_for_text("Step 2: What is your favorite color?", "color")
    return _required(f"{first['name']}", step2=colour)


async def _possible(ctx: Context, params: t.CallToolRequestParams) -> Answer:
    """Ask only for what the client can be asked."""
    known = ctx.session.client_capabilities or t.ClientCapabilities()
    requests: dict[str, t.InputRequest] = {}
    if known.elicitation is not None:
        requests["user_name"] = ask_for_text("What is your name?", "name")
    if known.sampling is not None:
        requests["greeting"] = _sample("Generate a greeting", 50)
    return _required(**requests) if requests else said("The client cannot be asked.")


PROMPT = "test_input_required_result_prompt"


async def get_prompt(
    ctx: Context, params: t.GetPromptRequestParams
) -> t.GetPromptResult | t.InputRequiredResult:
    """Answer the prompt that asks before it says anything."""
    answer = accepted(params, "user_context")
    if answer is None:
        return _required(user_context=ask_for_text("What context should the prompt use?", "context"))
    message = t.PromptMessage(role="user", content=t.TextContent(text=f"In {answer['context']}: go on."))
    return t.GetPromptResult(messages=[message])


_INPUT = "test_input_required_result"
TOOLS = (
    FixtureTool(
        "test_sampling",
        "Have the client's model answer.",
        _sampled,
        schema(("prompt",), prompt={"type": "string"}),
    ),
    FixtureTool("test_elicitation", "Ask the user.", _user, schema(("message",), message={"type": "string"})),
    FixtureTool("test_elicitation_sep1034_defaults", "Ask with a form that is filled in.", _defaults),
    FixtureTool("test_elicitation_sep1330_enums", "Ask with every kind of choice.", _enums),
    FixtureTool("test_streaming_elicitation", "Ask for a name.", _name),
    FixtureTool(f"{_INPUT}_elicitation", "Ask for a name.", _name),
    FixtureTool(f"{_INPUT}_sampling", "Ask the client's model.", _capital),
    FixtureTool(f"{_INPUT}_list_roots", "Ask for the client's roots.", _roots),
    FixtureTool(f"{_INPUT}_request_state", "Ask, and know the state again.", _state),
    FixtureTool(f"{_INPUT}_tampered_state", "Ask, and know the state again.", _state),
    FixtureTool(f"{_INPUT}_multiple_inputs", "Ask three things at once.", _several),
    FixtureTool(f"{_INPUT}_multi_round", "Ask twice.", _rounds),
    FixtureTool(f"{_INPUT}_capabilities", "Ask what the client can be asked.", _possible),
)
