import base64
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limner.assets.data_url import MAX_BYTES, decode_data_url
from limner.errors import InvalidInput


@settings(deadline=None)
@given(st.binary(min_size=1, max_size=200), st.booleans())
def test_what_was_encoded_comes_back(data: bytes, padded: bool) -> None:
    packed = base64.b64encode(data).decode()
    assert decode_data_url(f"data:image/png;base64,{packed if padded else packed.rstrip('=')}", "x") == data
    assert decode_data_url(f"data:image/png;base64,{quote_from_bytes(packed.encode(), safe='')}", "x") == data
    assert decode_data_url(f"DATA:text/plain;charset=utf-8,{quote_from_bytes(data)}", "x") == data


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_decoded_or_refused_with_the_field(text: str) -> None:
    try:
        decode_data_url(f"data:{text}", "inputs.image")
    except InvalidInput as error:
        assert error.fields[0].field == "inputs.image"


def test_a_file_of_exactly_the_limit_is_taken() -> None:
    data = bytes(MAX_BYTES)
    assert decode_data_url(f"data:;base64,{base64.b64encode(data).decode()}", "x") == data


@pytest.mark.parametrize(
    "encoded", [";base64," + "A" * 2_666_672, "," + "a" * (MAX_BYTES + 1), "," + "a" * 9_000_000]
)
def test_more_than_two_megabytes_are_refused_with_another_way(encoded: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        decode_data_url(f"data:{encoded}", "inputs.image")
    assert caught.value.message == "inputs.image: is a data: URL of more than 2 MB, the limit"
    assert "https://" in caught.value.next_step


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("data:image/png;base64", "without a comma"),
        ("data:image/png;base64,", "without data"),
        ("data:image/png;base64,@@@@", "damaged or cut off"),
        ("data:image/png;base64,AAAAA", "damaged or cut off"),
        ("data:,\ud800", "not text"),
    ],
)
def test_a_malformed_url_is_explained(url: str, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        decode_data_url(url, "inputs.image")
