"""HTML mails: what is shown, what is hidden, where links lead (A30)."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifykb.mail.html_text import read_html

SHOWN = {
    "inline elements join": ("O<b></b>T<i>P</i>", "OTP"),
    "blocks part lines": ("<p>a</p><div>b<br>c</div>", "a\nb\nc"),
    "cells are parted by space": ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</table>", "a b\nc"),
    "references": ("m&#7853;t kh&#x1EA9;u &amp;c", "mật khẩu &c"),
    "references with leading zeros": ("&#0000079;TP", "OTP"),
    "huge reference": ("a&#" + "9" * 5000 + ";b", "a\ufffdb"),
    "pre keeps lines": ("<pre>a\nb</pre>", "a\nb"),
    "other lines do not": ("a\nb", "a b"),
    "script and style are no text": ("<style>p{}</style><script>x<y</script>a", "a"),
    "less-than is text": ("1 < 2 <3", "1 < 2 <3"),
    "no end tags": ("<p>a<p>b<li>c", "a\nb\nc"),
    "wrong nesting": ("<b><i>a</b>b</i></div>c", "abc"),
    "noscript is shown": ("<noscript>a</noscript>", "a"),
    "size of its own": ('<td style="font-size:0"><i style="font-size:14px">a</i></td>', "a"),
    "white on dark": ('<td bgcolor="#000"><font color="white">a</font></td>', "a"),
    "white on a picture": ('<td background="x.png"><font color="white">a</font></td>', "a"),
    "with and without what a sheet hides": ("<style>.x{display:none}</style>O<i class='y x'>zz</i>TP", "OzzTP\nOTP"),
    "sheet with a media query": ("<style>@media x{p.q , .r{font-size:0}}</style>O<i class=r>z</i>TP", "OzTP\nOTP"),
}


@pytest.mark.parametrize(("source", "text"), SHOWN.values(), ids=SHOWN)
def test_shown_text_is_what_a_reader_sees(source: str, text: str) -> None:
    """A word stays a word however it is marked up; lines are parted where a browser parts them."""
    assert read_html(source).text == text


HIDDEN = {
    "display": '<p style="display:none">x</p>',
    "display, important": '<p style="color:red;DISPLAY : none !important">x</p>',
    "display with a comment": '<p style="dis/**/play:none">x</p>',
    "display with an escape": r'<p style="displa\79:none">x</p>',
    "visibility": '<p style="visibility:hidden">x</p>',
    "font size 0": '<p style="font-size:0px">x</p>',
    "font size 1": '<p style="font-size:1px">x</p>',
    "opacity": '<p style="opacity:0">x</p>',
    "colour of the page": '<p style="color:#fff">x</p>',
    "colour of its background": '<p style="color:rgb(1,2,3);background-color:#010203">x</p>',
    "nearly the colour": '<p style="color:#fefefe">x</p>',
    "font element": '<td bgcolor="#00f"><font color="blue">x</font></td>',
    "transparent": '<p style="color:transparent">x</p>',
    "no height": '<p style="max-height:0;overflow:hidden">x</p>',
    "far away": '<p style="text-indent:-9999px">x</p>',
    "Outlook only": '<p style="mso-hide:all">x</p>',
    "hidden attribute": "<p hidden>x</p>",
    "inside": '<p style="display:none"><b>x</b></p>',
    "comment": "<!-- x -->",
    "unfinished comment": "<!-- x",
    "declaration": "<!x>",
    "title": "<title>x</title>",
    "title attribute": '<p title="x"></p>',
    "alternative text": '<img alt="x">',
    "placeholder": '<input placeholder="x">',
    "value": '<input type="hidden" value="x">',
    "frame's own document": '<iframe srcdoc="<p>x</p>"></iframe>',
    "template": "<template>x</template>",
}


@pytest.mark.parametrize("source", HIDDEN.values(), ids=HIDDEN)
def test_hidden_text_is_kept_apart(source: str) -> None:
    """What nobody sees is not shown text, and is not lost either; what follows is shown."""
    found = read_html(source + ("" if source.startswith("<!-- x") and "-->" not in source else "after"))
    assert found.text in ("after", "")
    assert found.hidden_text.strip("!") == "x"


def test_text_after_hidden_text_is_shown() -> None:
    """A hidden element ends where it ends."""
    found = read_html('O<span style="display:none">zz</span>TP')
    assert (found.text, found.hidden_text) == ("OTP", "zz")


REVERSED = {
    "style": '<span style="unicode-bidi:bidi-override;direction:rtl">PTO</span>',
    "element": '<bdo dir="rtl">PTO</bdo>',
    "over elements": '<bdo dir="rtl">P<b>T</b>O</bdo> x',
}


@pytest.mark.parametrize("source", REVERSED.values(), ids=REVERSED)
def test_reversed_text_is_given_as_it_is_seen(source: str) -> None:
    """Letters that a style shows from the last to the first are turned back."""
    assert "OTP" in read_html(source).hidden_text.split("\n")


OTHERWISE = {
    "Outlook alone hides it": ("a<i style='mso-hide:all'>b</i>c", "abc"),
    "alternative text": ("a<img alt=b>c", "abc"),
    "value": ("a<input value=b>c", "abc"),
    "blocks inline": ("<div style='display:inline'>a</div><div style='display:inline'>b</div>", "ab"),
    "blocks side by side": ("<div style='display:flex'><div>a</div><div>b</div></div>c", "ab"),
    "blocks inline by a sheet": ("<style>.a{display:inline}</style><p class=a>a</p><p class=a>b</p>", "ab"),
    "turned words": ("a <bdo dir=rtl>cb</bdo> d", "a bc d"),
    "turned by a sheet": ("<style>i{unicode-bidi:bidi-override;direction:rtl}</style><i>cb</i>", "bc"),
    "floating": ("<b style='float:right'>c</b><b style='float:right'>b</b>a", "bca"),
    "cells": ("<table dir=rtl><tr><td>b<td>a</table>", "a b"),
}


@pytest.mark.parametrize(("source", "text"), OTHERWISE.values(), ids=OTHERWISE)
def test_what_may_be_seen_instead_is_given(source: str, text: str) -> None:
    """Nothing hidden, everything where a style may put it."""
    assert read_html(source).otherwise == text


OBSCURED = {
    "hidden inside a word": "m<i style='display:none'>zz</i>at",
    "sheet, with text around": "<style>.x{display:none}</style>not <i class=x>x</i> y",
    "moved": "<p style='position:absolute;top:0'>x</p>",
    "moved a little": "<p style='position:relative;left:9px'>x</p>",
    "turned around": "<p style='transform:scaleX(-1)'>x</p>",
    "right to left": "<p dir=rtl>x y</p>",
    "order": "<style>.x{order:2}</style><p class=x>x</p>",
    "many on the right": "<b style='float:right'>x</b>" * 3,
    "text of a sheet": "<style>.x:after{content:'x'}</style>",
    "text of a sheet, escaped": "<style>.x:after{content:'\\78'}</style>",
    "text of an attribute": "<style>.x:after{content:attr(title)}</style>",
    "sheet from elsewhere": "<link rel=stylesheet href=http://e>",
    "import": "<style>@import url(x)</style>",
    "font of its own": "<style>@font-face{font-family:x;src:url(x)}</style>",
    "selector of another kind": "<style>i[title]{display:none}</style>x",
    "element in the code of a drawing": "<svg><style><p>x</p></style></svg>",
    "comment in the code of a drawing": "<svg><desc><style><!--</style>x<!-- -->",
    "text that a drawing quotes": "<svg><text>a<![CDATA[b]]>c</text></svg>",
    "page in a link": "<a href=data:,x>x</a>",
}


@pytest.mark.parametrize("source", OBSCURED.values(), ids=OBSCURED)
def test_what_cannot_be_followed_is_told(source: str) -> None:
    """No reading of such a text is sure."""
    assert read_html(source).obscured


PLAIN = {
    "Outlook": "<style>@font-face{font-family:'Cambria Math';panose-1:2 4}@list l0{mso-level-text:'%1';text-indent:-.25in}"
    "p.MsoNormal{margin:0in;font-family:'Calibri',sans-serif}</style><p class=MsoNormal>x<o:p></o:p></p>"
    "<table style='margin-left:-5.4pt'><tr><td>x</td></tr></table><p style='text-indent:-.25in;mso-list:l0'>x</p>",
    "Outlook on the web": "<style type='text/css' style='display:none;'> P {margin-top:0} </style><body dir=ltr><div>x</div>"
    "<hr style='display:inline-block;width:98%'>",
    "Gmail": "<div dir=ltr>x <img data-emoji=x alt='x'> y<br clear=all></div><blockquote style='margin:0px 0px 0px 0.8ex'>x",
    "preview": "<div style='display:none;max-height:0'>x</div><p>y</p><span style='display:none'>x</span>y",
    "picture on the right": "<img style='float:right' src=x><p>x</p>",
    "sheet for telephones": "<style>@media(max-width:9px){.x{display:none!important}}</style><p class=x>x</p><p>y</p>",
    "logo": "<svg><title>x</title><style>.a{fill:#fff}</style><path d=x /></svg>",
}


@pytest.mark.parametrize("source", PLAIN.values(), ids=PLAIN)
def test_what_mail_programs_write_is_sure(source: str) -> None:
    """Honest mails are read without a doubt."""
    assert not read_html(source).obscured


LINKS = {
    "link": ('<a href="http://e/">vst.gov.vn</a>', [("vst.gov.vn", "http://e/")]),
    "picture inside": ('<a href="e"><img alt="Kho bạc"></a>', [("Kho bạc", "e")]),
    "not closed": ('<a href="e">x', [("x", "e")]),
    "one inside the other": ('<a href="e">x<a href="f">y</a>', [("x", "e"), ("y", "f")]),
    "lines in the target": ('<a href=" ht\ntp://e ">x</a>', [("x", "http://e")]),
    "references in the target": ('<a href="&#104;ttp://e?a=1&amp;b=2">x</a>', [("x", "http://e?a=1&b=2")]),
    "area": ('<map><area href="e" alt="x"></map>', [("x", "e")]),
    "form": ('<form action="e"></form>', [("", "e")]),
    "button": ('<button formaction="e" value="x">y</button>', [("x", "e")]),
    "refresh": ('<meta http-equiv="Refresh" content="0; URL=\'http://e\'">', [("", "http://e")]),
    "base": ('<base href="http://e/">', [("", "http://e/")]),
    "frame": ('<iframe src="e"></iframe>', [("", "e")]),
    "embedded": ('<embed src="e"><object data="f"></object>', [("", "e"), ("", "f")]),
    "drawing": ('<svg><a xlink:href="e">x</a></svg>', [("x", "e")]),
    "Outlook's button": ('<!--[if mso]><v:roundrect href="e">x</v:roundrect><![endif]-->', [("", "e")]),
    "hidden link": ('<p hidden><a href="e">x</a></p>', [("x", "e")]),
    "style sheet": ('<link rel="stylesheet" href="e">', []),
    "anchor": ('<a name="e">x</a>', []),
}


@pytest.mark.parametrize(("source", "links"), LINKS.values(), ids=LINKS)
def test_every_way_out_of_a_mail_is_a_link(source: str, links: list[tuple[str, str]]) -> None:
    """Links, forms, frames and forwardings are given with their text and target."""
    assert list(read_html(source).links) == links


def test_pictures_are_counted() -> None:
    """A mail of pictures alone says nothing that can be read."""
    assert read_html('<img src="a"><p>x</p><input type="image">').images == 2


_MEGABYTE = 1_000_000
FLOODS = {
    "less-than": "<" * _MEGABYTE,
    "comments": "<!--" * 250_000,
    "closed comments": "<!--<a>-->" * 100_000,
    "declarations": "<!" * 500_000,
    "unclosed tags": "<a " * 333_333,
    "unclosed quotes": '<a b="' * 166_666,
    "nested": "<div>" * 200_000,
    "wrong ends": "<b>" * 100_000 + "</i>" * 175_000,
    "references": "&am" * 333_333,
    "numbers": "&#" * 500_000,
    "styles": "<p style='color:red'>" * 47_000,
    "long number": "<p style='font-size:" + "1" * 4_000 + "x'>" * 240,
    "style sheet": "<style>" + "a" * _MEGABYTE,
    "comments of a sheet": "<style>" + "/*" * 500_000,
    "rules": "<style>" + "a{display:none}" * 66_000 + "</style>",
    "attributes": "<a " + "b " * 500_000 + ">",
    "links": "<a href=x>" * 100_000,
    "reversed": "<bdo dir=rtl>x<p>" * 58_000,
    "floating": "<p style='float:right'>x</p>" * 35_000,
    "floating inside": "<p style='float:right'>x" * 43_000,
    "side by side": "<p style='display:flex'>x" * 40_000,
    "strings of a sheet": "<style>a{content:" + '"\\' * 333_000 + '"',
    "quotation marks of a sheet": "<style>" + "'" * 999_000,
    "names of a sheet": "<style>" + "a-" * 499_000,
    "pages in links": "<a href='data:,%3ca%20href=data:,x'>" * 27_000,
    "fonts of a sheet": "<style>" + "@font-face{" * 90_000 + "</style>",
    "drawings": "<svg><style><a>" * 66_000,
}


@pytest.mark.parametrize("source", FLOODS.values(), ids=FLOODS)
def test_a_megabyte_made_to_be_slow_is_read_in_linear_time(source: str) -> None:
    """Some linear way takes a second or two (A20), one that grows with the square minutes."""
    started = time.process_time()
    read_html(source)
    assert time.process_time() - started < 10


def test_more_tags_than_anybody_writes_are_told() -> None:
    """Text behind the limit is not lost in silence."""
    assert read_html("<b>" * 150_000 + "x").cut
    assert read_html("<!--<a>-->" * 10_001).cut


_HTML = ["<p>", "</p>", "<a href=", '"', "'", ">", "<", "/", "<!--", "-->", "&#", "x", " ", "style=", "display:none", ";", "<style>",
         "</style>", ".x{", "}", "<td", "hidden", "<bdo dir=rtl>", "=", "\0", "đ", "&amp", "<title>", "\\", "/*"]  # fmt: skip


@given(st.lists(st.sampled_from(_HTML), max_size=40).map("".join))
def test_broken_html_never_raises(source: str) -> None:
    """Whatever is in the text is read to its end."""
    read_html(source)


@given(
    st.lists(st.sampled_from(["<b>", "</b>", "<i title=q>", "</i>", "<span>", "<!--c-->", "</p", "<wbr>"]), max_size=6)
)
def test_no_inline_markup_breaks_a_word(marks: list[str]) -> None:
    """Marks between the letters of a word leave it one word."""
    inside = "".join(mark if mark.endswith(">") else f"{mark}>" for mark in marks if not mark.startswith("</p"))
    assert read_html(f"O{inside}TP").text == "OTP"
