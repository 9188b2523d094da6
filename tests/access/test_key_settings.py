"""API keys in settings: what is read, what is refused, and that no secret ever shows."""

import hashlib
import pickle
import string
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limner.access.keys import KeyRing, new_key
from limner.config import read_settings
from limner.config.api_keys import hash_key, key_table, keys_in_file, keys_in_variable
from limner.errors import ConfigurationError
from limner.types import ApiKey

A, B = "a" * 16, "b" * 40
LETTERS = string.ascii_letters + string.digits
NAMES = st.text(LETTERS + "._-", max_size=20).map(lambda text: f"n{text}")
KEYS = st.text([c for c in map(chr, range(0x21, 0x7F)) if c not in ",:"], min_size=16, max_size=80)


def sha256(key: str) -> str:
    return hashlib.sha256(key.encode("ascii")).hexdigest()


def refusal_of(value: Any, read: Any = keys_in_variable) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as caught:
        read(value)
    return caught.value


def test_keys_may_have_names_and_get_one_where_they_have_none() -> None:
    keys = keys_in_variable(f" {A} , studio: {B},{'c' * 16},")
    assert [(key.name, key.sha256) for key in keys] == [
        ("key-1", sha256(A)),
        ("studio", sha256(B)),
        ("key-2", sha256("c" * 16)),
    ]
    assert [key.caller for key in keys] == ["key:key-1", "key:studio", "key:key-2"]


@settings(deadline=None)
@given(st.dictionaries(NAMES, KEYS, min_size=1, max_size=6).filter(lambda d: len(set(d.values())) == len(d)))
def test_a_list_of_names_and_keys_is_read_as_it_was_written(given_keys: dict[str, str]) -> None:
    keys = keys_in_variable(",".join(f"{name}:{key}" for name, key in given_keys.items()))
    assert {key.name: key.sha256 for key in keys} == {name: sha256(key) for name, key in given_keys.items()}
    ring = KeyRing(keys)
    for name, key in given_keys.items():
        found = ring.find(key)
        assert found is not None
        assert found.name == name
        assert ring.find(key + "x") is None


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        keys = keys_in_variable(text)
    except ConfigurationError as error:
        assert "LIMNER_API_KEYS" in error.message
    else:
        assert keys


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ("short", "entry 1: the key has 5 characters, must have 16 to 256"),
        (f"{A},studio:short", "entry 2: the key has 5 characters"),
        ("x" * 257, "257 characters"),
        (f"no name!:{A}", "entry 1: what stands before the colon is no name"),
        (f":{A}", "entry 1: what stands before the colon is no name"),
        (f"{'n' * 65}:{A}", "no name"),
        ("ключ" * 5, "a header cannot carry"),
        ("two words of key", "a header cannot carry"),
        (f"a:{A},a:{B}", "two API keys are called 'a'"),
        (f"{A},key-1:{B}", "two API keys are called 'key-1'"),
        (f"a:{A},b:{A}", "'a' and 'b' are the same key"),
        (" , ,", "holds no key"),
    ],
)
def test_a_bad_list_says_which_entry_and_the_way_out(value: str, part: str) -> None:
    error = refusal_of(value)
    assert part in error.message
    assert error.next_step


@settings(deadline=None)
@given(
    st.text(LETTERS, min_size=8, max_size=15), st.sampled_from(["{}", "name:{}", "a b{}:x", "{} {}", "ä{}{}"])
)
def test_an_error_never_holds_what_may_be_a_secret(secret: str, shape: str) -> None:
    error = refusal_of(shape.replace("{}", secret))
    shown = f"{error!r} {error} {error.document()} {error.__cause__!r} {error.__context__!r}"
    assert secret not in shown


def test_the_plain_key_is_kept_nowhere(home: Path) -> None:
    read = read_settings({"LIMNER_HOME": str(home), "LIMNER_API_KEYS": f"studio:{A},{B}"})
    assert "studio" not in repr(read)
    assert "sha256" not in repr(read.api_keys)
    for place in (read, read.api_keys, KeyRing(read.api_keys)):
        kept = pickle.dumps(place)
        assert A.encode() not in kept
        assert B.encode() not in kept


def table(**changes: Any) -> dict[str, Any]:
    return {"name": "studio", "sha256": sha256(A), **changes}


def test_tables_of_the_file_have_budgets_and_rates(home: Path) -> None:
    home.mkdir()
    (home / "limner.toml").write_text(
        "workers = 2\n"
        f'[[api_keys]]\nname = "studio"\nsha256 = "{sha256(A).upper()}"\n'
        "daily_budget_usd = 2.5\nrequests_per_minute = 30\n"
        f'[[api_keys]]\nname = "intern"\nsha256 = "{sha256(B)}"\n'
    )
    environ = {"LIMNER_HOME": str(home)}
    assert read_settings(environ).api_keys == (
        ApiKey("studio", sha256(A), 2.5, 30),
        ApiKey("intern", sha256(B)),
    )
    other = read_settings({**environ, "LIMNER_API_KEYS": f"only:{B}"})
    assert [key.name for key in other.api_keys] == ["only"]


@pytest.mark.parametrize(
    ("value", "part", "way_out"),
    [
        ([table(key=A)], "holds a plain key", "limner keys new"),
        (A, "must be tables", "limner keys new"),
        ([A], "must be tables", "limner keys new"),
        ([{"sha256": sha256(A)}], "[[api_keys]] 1: needs a name", ""),
        ([table(name="a b")], "needs a name", ""),
        ([table(name=7)], "needs a name", ""),
        ([table(sha256=A)], "64 hexadecimal digits", "limner keys new"),
        ([table(sha256=None)], "64 hexadecimal digits", "limner keys new"),
        ([table(workers=2)], "unknown key 'workers'", "above the first [[api_keys]]"),
        ([table(daily_budget_usd=-1)], "daily_budget_usd is -1, must be an amount of US dollars from 0", ""),
        ([table(daily_budget_usd=True)], "daily_budget_usd is True", ""),
        ([table(daily_budget_usd=float("nan"))], "daily_budget_usd is nan", ""),
        ([table(requests_per_minute=0)], "requests_per_minute is 0, must be a whole number from 1", ""),
        ([table(requests_per_minute=1.5)], "requests_per_minute is 1.5", ""),
        ([table(), table(sha256=sha256(B))], "two API keys are called 'studio'", "name of its own"),
        ([table(), table(name="b")], "are the same key", "key of its own"),
    ],
)
def test_a_bad_table_says_which_and_the_way_out(value: Any, part: str, way_out: str) -> None:
    error = refusal_of(value, keys_in_file)
    assert part in error.message
    assert "limner.toml" in error.message
    assert way_out in error.next_step
    assert A not in f"{error} {error.document()}"


@settings(deadline=None)
@given(
    NAMES,
    KEYS,
    st.none() | st.floats(0, 1_000_000),
    st.none() | st.integers(1, 1_000_000),
)
def test_a_table_that_is_written_is_read_as_the_same_key(
    name: str, key: str, budget: float | None, rate: int | None
) -> None:
    made = ApiKey(name, hash_key(key), budget, rate)
    assert keys_in_file(tomllib.loads(key_table(made))["api_keys"]) == (made,)


def test_a_new_key_is_long_random_and_taken_everywhere() -> None:
    made = {new_key() for _ in range(200)}
    assert len(made) == 200
    assert all(key.startswith("lmn_") and len(key) == 47 for key in made)
    assert len(keys_in_variable(",".join(made))) == 200


def test_a_key_that_is_far_too_long_is_not_even_hashed() -> None:
    long = "k" * 1_000_000
    assert KeyRing([ApiKey("a", sha256(long))]).find(long) is None
