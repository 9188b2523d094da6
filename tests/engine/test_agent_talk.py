"""What an agent's model is sent: bounded, marked as data, and with pictures only where it sees."""

from limner.engine.agents.conversation import MOST_CHARS, Conversation
from limner.engine.agents.opening import Opening
from limner.engine.agents.results import form_of

OPENED = Opening("system", "task", ("data:image/png;base64,AA",))


def talk(*sizes: int) -> Conversation:
    found = Conversation(OPENED, "s3cret")
    for number, size in enumerate(sizes):
        found.add_turn({"role": "assistant", "content": None, "tool_calls": [{"id": str(number)}]})
        found.add_answer(str(number), "look", str(number) * size)
    return found


def test_pictures_go_only_to_models_that_see() -> None:
    _, blind = talk().messages(sees=False)
    _, seeing = talk().messages(sees=True)
    assert blind == {"role": "user", "content": "task"}
    assert [part["type"] for part in seeing["content"]] == ["text", "image_url"]


def test_older_answers_are_cut_first_and_every_call_keeps_an_answer() -> None:
    messages = talk(40_000, 40_000, 40_000).messages(sees=False)
    answers = [message for message in messages if message["role"] == "tool"]
    assert [message["tool_call_id"] for message in answers] == ["0", "1", "2"]
    first, second, third = (message["content"] for message in answers)
    assert "0" * 300 in first and "0" * 500 not in first and "is left out" in first
    assert "1" * 40_000 in second and "2" * 40_000 in third
    assert sum(map(len, (first, second, third))) <= MOST_CHARS
    assert all(each.startswith("<<<data s3cret: ") for each in (first, second, third))


def test_what_is_said_before_is_not_changed_by_what_comes_after_while_there_is_room() -> None:
    short, longer = talk(100, 200).messages(sees=False), talk(100, 200, 300).messages(sees=False)
    assert longer[: len(short)] == short


def test_providers_get_the_form_of_a_schema_without_its_bounds() -> None:
    schema = {
        "type": "object",
        "properties": {
            "maxLength": {"type": "string", "maxLength": 5},
            "list": {"type": "array", "minItems": 1, "items": {"type": "integer", "minimum": 0}},
        },
        "required": ["list"],
    }
    assert form_of(schema) == {
        "type": "object",
        "properties": {
            "maxLength": {"type": "string"},
            "list": {"type": "array", "items": {"type": "integer"}},
        },
        "required": ["list"],
    }
