"""Does a domain or mailbox dress up as an official one, and by which trick?

1. Raw equality is decided before this module is asked (`address.is_under`); here everything accuses.
2. The answer names the official name that is imitated and one trick, the plainest first.
3. Real government neighbours (mst, vast, vss… one letter away) are on a list that lowers
   the accusation to "unrelated"; nothing else in here acquits.
"""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from verifykb.names.address import ascii_lower
from verifykb.names.skeleton import skeleton, to_unicode, visible

# Suffixes that say "government" or "company" between a name and its country.
_SECOND_LEVEL = frozenset("gov com org net edu co go gob gouv gv ac info biz name pro".split())
# Words an impostor adds to a treasury name to make it sound right.
_ADDED_WORDS = (
    "hotro support kbnn dvc dichvucong cntt mail email webmail portal login dangnhap online "
    "gov vn vietnam viet kho bac khobac nhanuoc it helpdesk cskh xacthuc xacnhan otp token cks "
    "chukyso dvctt app cong tttt service services truc tuyen tructuyen hethong system web "
    "thongbao canhbao canhbaoruiro bao mat baomat secure security admin info smart digital so "
    "noreply no reply hotline lienhe contact treasury state ketoan nganhang capnhat update "
    "phanhoi gopy tuvan trogiup giupdo dangky kichhoat giahan nangcap baotri "
    "vneid chinhphu quocgia thanhtoan ngansach dientu cskb kb kv khuvuc trungtam tt phong to doi "
    "botaichinh taichinh"
)
# Treasury words that nobody else has reason to carry in a name.
_BRANDS = tuple(
    "hotrocntt khobac kbnn vsttreasury treasuryvn vntreasury vietnamtreasury treasuryvietnam vietnamstatetreasury "
    "statetreasuryvn vstgov dvckb hotrokb".split()
)
_FREE_MAIL = frozenset(
    "gmail.com googlemail.com yahoo.com yahoo.com.vn ymail.com rocketmail.com outlook.com "
    "outlook.com.vn hotmail.com live.com msn.com icloud.com me.com mac.com aol.com gmx.com gmx.net "
    "mail.com mail.ru yandex.com yandex.ru proton.me protonmail.com pm.me zoho.com zohomail.com "
    "tutanota.com tuta.io qq.com 163.com 126.com foxmail.com fastmail.com hushmail.com inbox.com "
    "mail.yahoo.com vnn.vn fpt.vn hn.vnn.vn hcm.vnn.vn hcm.fpt.vn viettel.vn zing.vn".split()
)
_MAX_LOCAL_EDITS = 2  # docs/contract.md, section 4: a near miss of the published mailbox
_MAX_LABELS = 6  # of a name, from the right; the longest known one has four
_MAX_COMPARED = 300  # characters; longer names are judged by their first and last part


class Resemblance(NamedTuple):
    """What a name imitates, and by which trick (a key of the labels in ``wording/``)."""

    resembles: str
    trick: str


# Of official names and brands: few, and compared with every name.
_shape_of = lru_cache(maxsize=256)(skeleton)


@cache
def _added_words() -> frozenset[str]:
    """Give the added words as a skeleton spells them."""
    return frozenset(skeleton(word, pairs=pairs) for word in _ADDED_WORDS.split() for pairs in (False, True))


@cache
def _government() -> frozenset[str]:
    text = Path(__file__).with_name("government.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


def is_known_government(domain: str) -> bool:
    """Whether a domain is a known authority's other than the treasury's, or below one."""
    labels = ascii_lower(domain[-_MAX_COMPARED:]).split(".")[-_MAX_LABELS:]
    return any(".".join(labels[at:]) in _government() for at in range(len(labels) - 1))


@lru_cache(maxsize=4096)
def domain_resemblance(domain: str, officials: tuple[str, ...]) -> Resemblance | None:
    """Tell whether a domain imitates one of the official names.

    Args:
        domain: as written, without a trailing dot; not itself official.
        officials: official names in lower case, most likely target first.

    Returns:
        None for a domain that has nothing of an official name, and for known authorities.
    """
    names = officials
    if len(domain) > _MAX_COMPARED:
        domain = domain[: _MAX_COMPARED // 2] + "." + domain[-_MAX_COMPARED // 2 :]
    shown = to_unicode(domain)
    shape = skeleton(domain if shown is None else shown)
    for name in names:
        target = _shape_of(name)
        if shape == target or shape.endswith(f".{target}"):
            return Resemblance(name, _spelling_trick(domain))
    if is_known_government(domain):
        return None
    without_digits = re.sub(r"[0-9]", "", ascii_lower(domain))
    for name in names:
        if f".{without_digits}".endswith(f".{name}"):
            return Resemblance(name, "digits")
    for name in names:
        # vv looks like w, but in "vstgovvn" it is two labels run together.
        apart = skeleton(shown or domain, pairs=False)
        trick = _structure_trick(shape, _shape_of(name)) or _structure_trick(apart, name)
        if trick:
            disguised = _spelling_trick(domain) if not domain.isascii() else ""
            if trick == "typo" and _is_bit_flip(domain, name):
                trick = "bit-flip"
            return Resemblance(name, disguised or trick)
    trick = _brand_trick(shape)
    return Resemblance(names[0], trick) if trick else None


def _spelling_trick(domain: str) -> str:
    if "xn--" in domain.lower():
        return "punycode"
    if visible(domain) != domain:
        return "hidden-characters"
    return "digits" if domain.isascii() else "homoglyph"


def _is_bit_flip(domain: str, name: str) -> bool:
    """Whether one bit of one character makes the difference, as a fault in memory would."""
    tail = ascii_lower(domain)[-len(name) :]
    differ = [(ord(have) ^ ord(want)) for have, want in zip(tail, name, strict=False) if have != want]
    return len(tail) == len(name) and len(differ) == 1 and differ[0].bit_count() == 1


def _structure_trick(shape: str, name: str) -> str:
    """Give the trick by which a name is built around an official one; empty where none is."""
    brand, *suffix = name.split(".")
    labels = shape.split(".")
    country = suffix[-1]
    if f".{name}." in f".{shape}.":
        return "official-name-as-prefix"
    if _is_foreign_government(labels, brand, country):
        return ""
    squeezed = re.sub(r"[.-]", "", shape)
    if brand + suffix[0] in squeezed and (len(brand) + len(suffix[0]) > 4):  # noqa: PLR2004
        return "label-concatenation"
    if _is_typo(labels, name.split(".")):
        return "typo"
    if brand in labels and _is_suffix(labels[labels.index(brand) + 1 :]):
        return "tld-swap"
    return "added-words" if _has_added_words(labels, brand) else ""


def _is_foreign_government(labels: list[str], brand: str, country: str) -> bool:
    """mof.gov.sg and mof.go.jp are real ministries of other countries, not imitations."""
    return (
        len(labels) >= 3  # noqa: PLR2004 - brand, gov, country
        and labels[-3] == brand
        and labels[-2] in ("gov", "go", "gob", "gouv")
        and len(labels[-1]) == 2  # noqa: PLR2004 - a country code
        and labels[-1] != country
        and brand != "vst"
    )


def _is_suffix(labels: list[str]) -> bool:
    return 1 <= len(labels) <= 3 and all(  # noqa: PLR2004 - com, com.vn, gov.vn.com
        label in _SECOND_LEVEL or at == len(labels) - 1 for at, label in enumerate(labels)
    )


def _is_typo(labels: list[str], official: list[str]) -> bool:
    """One slip in a label, two in all, compared label by label from the right; or one in the whole name."""
    from rapidfuzz.distance import OSA

    if OSA.distance(".".join(labels), ".".join(official)) <= 1:
        return True
    if len(labels) < len(official):
        return False
    tail = labels[-len(official) :]
    edits = [OSA.distance(have, want) for have, want in zip(tail, official, strict=True)]
    if edits[-1] and edits[0]:
        return False  # dst.gov.in: another name in another country
    return max(edits) <= 1 and sum(edits) <= 2  # noqa: PLR2004


def _has_added_words(labels: list[str], brand: str) -> bool:
    for label in labels[:-1]:
        words = label.split("-")
        if brand in words and any(word in _added_words() for word in (*words, *labels[:-1]) if word != brand):
            return True
        for word in words:
            rest = word.removeprefix(brand) if word.startswith(brand) else word.removesuffix(brand)
            if rest != word and rest in _added_words():
                return True
    return False


def _brand_trick(shape: str) -> str:
    squeezed = re.sub(r"[.-]", "", shape)
    return "brand" if any(_shape_of(brand) in squeezed for brand in _BRANDS) else ""


def local_resemblance(local: str, published: str) -> bool:
    """Whether a local part at an official domain is a near miss of the published one."""
    from rapidfuzz.distance import OSA

    wanted = _shape_of(published)
    untagged = local.split("+", maxsplit=1)[0][:_MAX_COMPARED]
    spellings = (untagged, re.sub(r"[0-9]", "", untagged))
    shapes = {re.sub(r"[._\-]", "", skeleton(spelling)) for spelling in spellings}
    return any(OSA.distance(shape, wanted) <= _MAX_LOCAL_EDITS for shape in shapes)


def is_free_mail(domain: str) -> bool:
    """Whether anybody can have a mailbox at a domain."""
    return ascii_lower(domain) in _FREE_MAIL


def free_mail_brand(local: str, domain: str, officials: Iterable[str], published: str) -> Resemblance | None:
    """Tell whether a free-mail address carries the treasury's name in its local part."""
    if not is_free_mail(domain):
        return None
    names = tuple(officials)
    shape = skeleton(local)
    # vv looks like w, but in "vstgovvn" it is two labels run together.
    squeezed = re.sub(r"[^a-z0-9 ]", "", f"{shape} {skeleton(local, pairs=False)}")
    if _shape_of(published.partition("@")[0]) in squeezed:
        return Resemblance(published, "free-mail")
    if any(_shape_of(brand, pairs=pairs) in squeezed for brand in _BRANDS for pairs in (True, False)):
        return Resemblance(names[0], "free-mail")
    for name in names:
        brand = name.split(".")[0]
        words = re.split(r"[^a-z]+", shape)
        if brand in words or any(word.replace(brand, "", 1) in _added_words() for word in words if brand in word):
            return Resemblance(name, "free-mail")
    return None
