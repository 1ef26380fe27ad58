"""What the HTML report says, and that nothing which a log brought becomes part of its markup."""

import re
from base64 import b64encode
from hashlib import sha256
from itertools import pairwise
from typing import Any

import pytest

from tests.promises import is_harmless
from tests.render.html_pages import (
    Page,
    everywhere,
    example_judgements,
    page,
)
from tests.render.reports import HOSTILE, MIXED, report
from tests.test_rules import _holes, _texts
from verifykb.context import Context
from verifykb.wording import LANGUAGES, _load

_PAYLOADS = (
    "<script>window.ran=1</script>",
    '"><img src=x onerror="window.ran=1">',
    "' onmouseover='window.ran=1",
    "</td></tr></table><svg onload=window.ran=1>",
    "</style><script>window.ran=1</script>",
    "</script><!-- ",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;b&gt;&#60;",
    "javascript:window.ran=1",
)


@pytest.mark.parametrize("payload", _PAYLOADS)
def test_no_text_of_a_log_becomes_markup(payload: str, context: Context) -> None:
    """A page full of an attack has the same elements and attributes as a page full of a plain word."""
    attacked, plain = Page(everywhere(context, payload)), Page(everywhere(context, "chữ"))
    assert attacked.shape == plain.shape
    assert payload in attacked.text()


def test_nothing_is_fetched_and_no_link_is_made_of_data(context: Context) -> None:
    """Links lead into the page itself; only the empty icon is named, and it is data."""
    found = Page(everywhere(context, "https://evil.example/"))
    addresses = [value for _, attributes in found.tags for name, value in attributes.items() if name in ("href", "src")]
    ids = {attributes["id"] for _, attributes in found.tags if "id" in attributes}
    assert addresses.count("data:,") == 1
    assert {(value or "")[1:] for value in addresses if value != "data:,"} <= ids
    assert all(value == "data:," or (value or "").startswith("#") for value in addresses)
    forbidden = {"style", "srcset", "action", "formaction", "background", "poster", "ping"}
    names = {name for _, attributes in found.tags for name in attributes}
    assert not names & forbidden
    assert not {name for name in names if name.startswith("on")}


def test_the_policy_names_exactly_the_style_and_the_script_of_the_page(context: Context) -> None:
    """Anything else, an inline handler too, is refused by the browser."""
    text = page((), context)
    found = Page(text)
    policy = next(item["content"] or "" for item in found.all("meta") if "http-equiv" in item)
    styles, scripts = (re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL) for tag in ("style", "script"))
    assert (len(styles), len(scripts)) == (1, 1)
    style, script = (f"'sha256-{b64encode(sha256(item[0].encode()).digest()).decode()}'" for item in (styles, scripts))
    assert policy.split("; ")[:3] == ["default-src 'none'", f"style-src {style}", f"script-src {script}"]
    assert "unsafe" not in policy
    assert text.index("Content-Security-Policy") < text.index("<style>")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("single", [False, True])
def test_a_page_is_well_formed_and_harmless(language: str, single: bool, context: Context) -> None:
    """Every element is closed, in its language, and no hidden character is left."""
    for records in (MIXED, HOSTILE, (), MIXED[:1]):
        text = report("html", records, context, language=language, single=single)
        found = Page(text)
        assert text.startswith("<!doctype html>\n")
        assert found.unclosed == []
        assert found.all("html") == [{"lang": language}]
        assert is_harmless(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_screen_reader_finds_its_way(language: str, context: Context) -> None:
    """Headings in order, one of the first level; tables with captions and scopes; every label leads to a control."""
    found = Page(page(example_judgements(context), context, language=language))
    levels = [int(tag[1]) for tag, _ in found.tags if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = [attributes["id"] for _, attributes in found.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    named = ("for", "aria-labelledby", "aria-describedby")
    referred = {attributes[name] for _, attributes in found.tags for name in named if name in attributes}
    assert referred <= set(ids)
    assert all("scope" in attributes for attributes in found.all("th"))
    assert found.all("main") == [{"id": "main", "tabindex": "-1"}]
    tables = sum(
        "contacts" in (item.get("class") or "") or "plain" in (item.get("class") or "") for item in found.all("table")
    )
    captions = len(found.all("caption")) + 1  # the files that were read stand right below their heading
    assert tables == captions
    assert all(item.get("aria-hidden") == "true" for item in found.all("svg"))


def test_there_are_no_dead_controls_without_the_script(context: Context) -> None:
    """What only the script can do is hidden until the script shows it; buttons to sort do not exist yet."""
    found = Page(page(example_judgements(context), context))
    assert [item["id"] for _, item in found.tags if "hidden" in item] == ["controls", "shown"]
    assert [item["id"] for item in found.all("button")] == ["reset"]  # inside the hidden controls


def test_both_languages_of_the_page_have_the_same_keys_and_holes() -> None:
    """Vietnamese and English cannot drift apart."""
    vi, en = (dict(_texts(_load(f"html.{language}.toml"))) for language in LANGUAGES)
    assert {key: _holes(text) for key, text in vi.items()} == {key: _holes(text) for key, text in en.items()}


@pytest.mark.parametrize("key", [key for _, key in (path for path, _ in _texts(_load("html.vi.toml")))])
def test_every_sentence_of_the_page_is_used(key: str) -> None:
    """A sentence that nobody says is a leftover, or one that was forgotten."""
    from pathlib import Path

    folder = Path("src/verifykb/render").resolve()
    files: list[Any] = [*folder.glob("html_*.py"), *(folder / "html").glob("*.jinja")]
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    made = re.sub(
        r"_(off|on|replay|day|week|month|year|few_years|verified|consistent|unproven|masked|shown)$", "_", key
    )
    assert f'"{key}"' in text or f"'{key}'" in text or f'"{made}' in text
