"""Names that several servers serve and a recording holds, and the questions that they must answer alike."""

from typing import Any

KEY = ["v=DKIM1; k=rsa; p=" + "A" * 237, "B" * 255, "C" * 20]
BIG = ["x" * 255] * 235  # 60 kB: does not fit in UDP
_CHAIN: dict[str, dict[str, Any]] = {f"c{n}.example.com": {"CNAME": [f"c{n + 1}.example.com"]} for n in range(12)}

NAMES: dict[str, dict[str, Any]] = {
    "example.com": {"TXT": ["v=spf1 -all", "xin chào"], "MX": ["10 mx1.example.com", "20 mx2.example.com"]},
    "mx1.example.com": {"A": ["192.0.2.1", "192.0.2.2"], "AAAA": ["2001:db8::1"]},
    "mx2.example.com": {"A": ["192.0.2.3"]},
    "null.example.com": {"MX": ["0 ."]},
    "s1._domainkey.example.com": {"TXT": [KEY]},
    "alias.example.com": {"CNAME": ["example.com"]},
    "alias2.example.com": {"CNAME": ["alias.example.com"]},
    "alias-of-nothing.example.com": {"CNAME": ["absent.example.com"]},
    "alias-of-nodata.example.com": {"CNAME": ["mx2.example.com"]},
    "big.example.com": {"TXT": [BIG]},
    "only-below.upper.example.com": {"TXT": ["here"]},
    "odd name!\\x.example.com": {"TXT": ["spaces and backslashes"]},
    "empty.example.com": {"TXT": [""]},
    "loop1.example.com": {"CNAME": ["loop2.example.com"]},
    "loop2.example.com": {"CNAME": ["loop1.example.com"]},
    "1.2.0.192.in-addr.arpa": {"PTR": ["mx1.example.com"]},
    "c12.example.com": {"TXT": ["the end of the chain"]},
    **_CHAIN,
}

QUESTIONS = [
    ("example.com", "TXT"), ("EXAMPLE.com.", "MX"), ("example.com", "AAAA"), ("mx1.example.com", "A"),
    ("mx1.example.com", "AAAA"), ("mx2.example.com", "AAAA"), ("null.example.com", "MX"),
    ("s1._domainkey.example.com", "TXT"), ("alias.example.com", "TXT"), ("alias2.example.com", "MX"),
    ("alias2.example.com", "CNAME"), ("alias-of-nothing.example.com", "TXT"), ("alias-of-nodata.example.com", "AAAA"),
    ("alias-of-nodata.example.com", "CNAME"), ("big.example.com", "TXT"), ("upper.example.com", "TXT"),
    ("absent.example.com", "TXT"), ("empty.example.com", "TXT"), ("1.2.0.192.in-addr.arpa", "PTR"),
]  # fmt: skip
# The same, and what an authoritative server may leave to whoever asks.
CHAINS = [
    ("loop1.example.com", "TXT"), ("c3.example.com", "TXT"), ("c2.example.com", "TXT"), ("c0.example.com", "TXT"),
]  # fmt: skip
