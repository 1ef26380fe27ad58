"""Generated zones and clients for SPF, the same ones in every run: valid, slightly broken and hostile."""

from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple

_HOSTS = ("a1.e.com", "a2.e.com", "a3.e.com", "void1.e.com", "void2.e.com", "void3.e.com", "slow.e.com", "alias.e.com")
_POLICIES = ("i1.e.com", "i2.e.com", "i3.e.com", "i4.e.com", "e.com")
_CLIENTS = (
    "192.0.2.1", "192.0.2.1", "192.0.2.77", "198.51.100.9", "2001:db8::1", "2001:db8::1", "2001:DB8:0:1::9",
    "::ffff:192.0.2.1", "::ffff:c000:24d",
)  # fmt: skip
_SENDERS = (
    *["user@e.com"] * 8,
    *["strong-bad.x+y@e.com"] * 4,
    "",
    "",
    "@e.com",
    "Us.Er@E.COM",
    "u@sub.e.com",
    "u@none.e.com",
)
_HELOS = ("e.com", "e.com", "h.e.com", "sub.e.com", "mail")


class Case(NamedTuple):
    """A question to `check_host`, and the world in which it is asked (`RecordedResolver`'s shape)."""

    names: dict[str, Any]
    ip: str
    sender: str
    helo: str

    @property
    def domain(self) -> str:
        """Whose record is asked for."""
        return self.sender.rpartition("@")[2] if self.sender else self.helo

    @property
    def records(self) -> str:
        """All TXT of the world, to look for what a case is about."""
        return " ".join("".join(row) for types in self.names.values() for row in _texts(types))


def _texts(types: Any) -> list[Any]:
    rows = types.get("TXT", []) if isinstance(types, dict) else []
    return rows if isinstance(rows, list) else []


def generate(seed: int) -> Case:
    """Give the case of a number."""
    rng = Random(seed)  # noqa: S311 - the same cases in every run is the point
    ip = rng.choice(_CLIENTS)
    names: dict[str, Any] = {name: _types(rng) for name in _HOSTS[:3]}
    names |= {"void3.e.com": {"TXT": ["nothing"]}, "alias.e.com": {"CNAME": ["a1.e.com"]}}
    names["slow.e.com"] = rng.choice(["TIMEOUT", "SERVFAIL", {"A": "TIMEOUT", "AAAA": "SERVFAIL"}])
    names["loop1.e.com"], names["loop2.e.com"] = {"CNAME": ["loop2.e.com"]}, {"CNAME": ["loop1.e.com"]}
    names |= {name: _policy(rng) for name in _POLICIES}
    names["sub.e.com"] = {"TXT": [_record(rng)]}
    names["exp.e.com"] = {"TXT": [rng.choice(["no %{i} for %{s}", "see %{c} %{r} %%", "%{x}", "h\u00e9", "100%"])]}
    names["1.2.0.192.in-addr._spf.e.com"] = {"A": ["127.0.0.2"]}
    names["user._spf.e.com"] = {"A": ["127.0.0.2"]}
    names["bad.x+y.strong._spf.e.com"] = {"A": ["127.0.0.2"]}
    names |= _reverse(rng)
    return Case(names, ip, rng.choice(_SENDERS), rng.choice(_HELOS))


def _types(rng: Random) -> dict[str, Any]:
    types: dict[str, Any] = {}
    if rng.random() < 0.8:
        types["A"] = rng.sample(["192.0.2.1", "192.0.2.9", "203.0.113.5", "198.51.100.200"], rng.randint(1, 3))
    if rng.random() < 0.6:
        types["AAAA"] = rng.sample(["2001:db8::1", "2001:db8::ffff", "2001:db8:9::"], rng.randint(1, 2))
    if rng.random() < 0.5:
        hosts = rng.choice(
            [["a1.e.com"], ["a2.e.com", "a3.e.com"], ["void1.e.com", "a1.e.com"], [""], ["A1.E.com", "slow.e.com"]]
        )
        types["MX"] = [f"{at} {host}" for at, host in enumerate(hosts, 10)]
    return types


def _reverse(rng: Random) -> dict[str, Any]:
    rows = rng.choice(
        [["a1.e.com"], ["A1.E.Com", "x.f.org"], ["h.e.com", "a2.e.com"], "TIMEOUT", ["slow.e.com", "a1.e.com"]]
    )
    many = [f"n{at}.e.com" for at in range(rng.choice([9, 10, 11]))] + ["a1.e.com"]
    rows = many if rng.random() < 0.1 else rows
    six = "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"
    return {"1.2.0.192.in-addr.arpa": {"PTR": rows}, six: {"PTR": rows}} if rng.random() < 0.8 else {}


def _policy(rng: Random) -> dict[str, Any]:
    types = _types(rng)
    roll = rng.random()
    if roll < 0.06:
        return types  # no record at all
    if roll < 0.09:
        return {"TXT": rng.choice(["TIMEOUT", "SERVFAIL"])}
    text = _record(rng)
    types["TXT"] = ["site=1", _chunked(rng, text)] if rng.random() < 0.3 else [_chunked(rng, text)]
    if roll > 0.97:
        types["TXT"].append("v=spf1 ?all")
    count = rng.choice([0, 0, 0, 9, 10, 11, 12])
    if count:
        types["MX"] = [f"{at} a{at % 3 + 1}.e.com" for at in range(count)]
    return types


def _chunked(rng: Random, text: str) -> str | list[str]:
    at = rng.randint(1, len(text))
    return [text[:at], text[at:]] if rng.random() < 0.2 else text


def _record(rng: Random) -> str:
    if rng.random() < 0.07:
        return _counting(rng)
    terms = [_term(rng) for _ in range(rng.choice([0, 1, 1, 2, 2, 3, 4]))]
    if rng.random() < 0.08:
        terms.insert(rng.randint(0, len(terms)), rng.choice(_BROKEN))
    if rng.random() < 0.5:
        terms.append(rng.choice(["-all", "~all", "?all", "all", "+ALL"]))
    if rng.random() < 0.2:
        terms.insert(rng.randint(0, len(terms)), f"{rng.choice(['redirect', 'Redirect', 'exp', 'EXP'])}={_spec(rng)}")
    if rng.random() < 0.15:
        terms.append(rng.choice(["exp=exp.e.com", "redirect=i2.e.com", "x-new=%{d}"]))
    version = rng.choice(["v=spf1"] * 40 + ["V=SPF1", "V=SPF1", "v=spf10", "v=spf1\t"])
    return rng.choice([" "] * 9 + ["  "]).join([version, *terms]) + rng.choice([""] * 9 + [" "])


def _counting(rng: Random) -> str:
    """Give a record about the limits: terms that ask, or names that are not there."""
    if rng.random() < 0.5:
        return "v=spf1 " + " ".join(f"a:a2.e.com/{32 - at % 3}" for at in range(rng.randint(8, 12))) + " -all"
    return "v=spf1 " + " ".join(f"a:void{at}.e.com" for at in range(1, rng.randint(2, 5))) + " ?all"


def _term(rng: Random) -> str:
    return rng.choice(["", "", "", "+", "-", "~", "?"]) + rng.choice(_MECHANISMS)(rng)


def _spec(rng: Random) -> str:
    if rng.random() < 0.05:
        return rng.choice(_ODD_SPECS)
    if rng.random() < 0.25:
        return rng.choice(_MACROS)
    return rng.choice((*_HOSTS, *_HOSTS, *_POLICIES, "A1.e.COM", "a1.e.com.", "loop1.e.com"))


def _cidr(rng: Random) -> str:
    return rng.choice([""] * 20 + ["/24"] * 5 + list(_CIDRS))


_CIDRS = (
    "/24",
    "/32",
    "/0",
    "//64",
    "/24//64",
    "//128",
    "//0",
    "/33",
    "//129",
    "/",
    "//",
    "/024",
    "/24/64",
    "/-1",
    "/24//",
)
_MACROS = (
    "%{d}", "%{ir}.%{v}._spf.e.com", "%{l}._spf.%{d2}", "%{l1}.e.com", "%{lr-.}._spf.e.com", "%{o}", "%{h}", "%{D}",
    "%{p}.e.com", "%{p}", "a1.%{d2}", "%{d1r}.com", "%{s}.e.com", "%{S}.e.com", "%{i}.e.com", "a%{d9}", "%{o1r.}.e.com",
    "%{dr1}.e.com", "a1%-.e.com", "%{v}.e.com",
)  # fmt: skip
_ODD_SPECS = (
    "", "com", "e..com", "1.2.3.4", "e.123", "e.1-1", "e.com-", "e.-com", "-.com", "%{x}.e.com", "%(d)", "%", "e.com%%",
    "%%.e.com", "%_.e.com", "e.com%-", "%{d0}.e.com", "%{d00001}.e.com", "%{d000000000001}", "%{c}.e.com", "%{r}", "%{t}.e.com", "%{d", "%{}", "a" * 64 + ".e.com",
    "e.com/", "[e].com", "e.com:25", ".e.com", ".", "%{d,}.e.com", "%{d-}.e.com", "%{l,=/_}.e.com", "%{d1000}.e.com", "%%{d}.e.com",
    "e.c_m", "%{l}" * 70 + ".e.com", "a1.e.com..",
)  # fmt: skip
_BROKEN = (
    "moo", "a,", "all:e.com", "all/8", "include", "include:", "exists", "ip4", "ip4:", "ip4:1.2.3", "ip4:1.2.3.400", "ip6:::1::",
    "ip4:1.2.3.4/", "ip4:1.2.3.4//32", "ip6:2001:db8::/129", "=all", "redirect=", "exp=", "-exp=e.com", "+redirect=e.com",
    "\tall", "a:\x01.e.com", "ptr/24", "ptr:", "mx:/24", "a:", "--all", "v=spf1", "x=%{q}", "x=%", "x=%{c}", "1x=y", "x_-.9=y",
    "default=pass", "op=auth", "include:e.com", "ip4:192.0.2.1 ", "ip6:fe80::1%eth0", "ip6:::ffff:192.0.2.1", "a:192.0.2.1",
    "include:i1.e.com/24", "exists:e.com/24", "accredit=e.com", "h\u00e9",
)  # fmt: skip


def _network_4(rng: Random) -> str:
    address = rng.choice([*["192.0.2.1", "192.0.2.0", "198.51.100.9"] * 5, "192.0.2.01", "0.0.0.0"])  # noqa: S104 - data
    return f"{rng.choice(['ip4', 'IP4'])}:{address}{rng.choice([*['', '/24', '/32', '/31'] * 4, '/0', '/33', '/08'])}"


def _network_6(rng: Random) -> str:
    address = rng.choice(["2001:db8::1", "2001:DB8::", "::", "::ffff:192.0.2.1", "2001:db8::192.0.2.1"])
    return f"ip6:{address}{rng.choice([*['', '/32', '/128', '/64'] * 4, '/0', '/129'])}"


def _named(name: str, *, bare: bool) -> Callable[[Random], str]:
    def give(rng: Random) -> str:
        cidr = _cidr(rng) if name in ("a", "mx", "A") else ""
        return f"{name}{cidr}" if bare and rng.random() < 0.4 else f"{name}:{_spec(rng)}{cidr}"

    return give


def _include(rng: Random) -> str:
    return f"include:{rng.choice(_POLICIES)}" if rng.random() < 0.8 else f"include:{_spec(rng)}"


_MECHANISMS: tuple[Callable[[Random], str], ...] = (
    _network_4, _network_6, _include, _include, _named("a", bare=True), _named("A", bare=True), _named("mx", bare=True),
    _named("ptr", bare=True), _named("exists", bare=False), _named("exists", bare=False),
)  # fmt: skip
