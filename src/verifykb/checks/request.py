"""What the contact asks, and over which channel (964/TB-KBHG:27, 679/KBKH-KTNN:34).

1. Treasury support never asks for secrets, remote access, links, installing or money,
   whatever the code says.
2. Both the contact's words and the office's note are read; a demand counts, refused or not.
3. Nobody having said what was asked supports at best: it is no "nothing was asked".
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from verifykb.directory.types import Directory
from verifykb.model.contact import Ask, Channel, Contact
from verifykb.model.finding import Effect, Finding
from verifykb.rules import REQUEST_RULES, RULES
from verifykb.text.space import WHITE_SPACE

if TYPE_CHECKING:
    from verifykb.message.quoting import Find, Hit

_AGAINST = (Effect.PROHIBITS, Effect.CONTRADICTS)
_LINK, _ASKS = Ask.LINK.value, tuple(ask for ask in Ask if ask is not Ask.NOTHING)
_NOT_READ = ("MSG014", "MSG016")


def assess(contact: Contact, directory: Directory, in_mail: Sequence[Finding] | None = None) -> tuple[Finding, ...]:
    """Judge the channel, the reported asks and the words of a contact.

    Args:
        contact: the contact as reported.
        directory: the official contacts.
        in_mail: what was found in a saved mail; None where there is none.

    Returns:
        At least one finding of the axis `request`.
    """
    texts = (("message", contact.message), ("note", contact.note))
    told = [read_words(text, where, directory) for where, text in texts if text.strip(WHITE_SPACE)]
    return assess_told(contact.channel, contact.asks, told, directory, in_mail)


def assess_told(
    channel: Channel | None,
    asks: frozenset[Ask],
    told: Sequence[Sequence[Finding]],
    directory: Directory,
    in_mail: Sequence[Finding] | None = None,
) -> tuple[Finding, ...]:
    """Judge the channel, the reported asks, and texts that were read already.

    Args:
        channel: how the contact came; None where it was not said.
        asks: what was asked, in the reporter's judgement.
        told: what was found in each text; nothing for no text.
        directory: the official contacts.
        in_mail: what was found in a saved mail; None where there is none.
    """
    return (*_assess_channel(channel, directory), *_assess_request(asks, told, in_mail))


def _assess_channel(channel: Channel | None, directory: Directory) -> tuple[Finding, ...]:
    if channel is None:
        return ()
    rule = "CHN002" if channel in directory.support.official_channels else "CHN001"
    return (Finding(RULES[rule], {"channel": channel.value}),)


def _assess_request(
    asks: frozenset[Ask], told: Sequence[Sequence[Finding]], in_mail: Sequence[Finding] | None
) -> tuple[Finding, ...]:
    findings = [_asked(ask) for ask in _ASKS if ask in asks] if asks else []
    for text in told:
        findings += text
    findings += in_mail or ()
    if any(finding.effect in _AGAINST for finding in findings):
        return tuple(findings)
    is_read = all(finding.rule.id not in _NOT_READ for finding in findings)
    if Ask.NOTHING in asks:
        findings.append(Finding(RULES["MSG011"]))
    if (told or in_mail is not None) and is_read:
        findings.append(Finding(RULES["MSG010"]))
    elif not (told or asks or in_mail is not None):
        findings.append(Finding(RULES["MSG012"]))
    return tuple(findings)


def _asked(ask: Ask) -> Finding:
    values = {"quote": ask.value, "where": "asks", "at": ""}
    if ask is Ask.LINK:
        values["trick"] = ""
    return Finding(RULES[REQUEST_RULES[ask.value]], values)


def read_words(text: str, where: str, directory: Directory) -> list[Finding]:
    """Find what a text asks, offers and warns of.

    Args:
        text: the words.
        where: whose: ``message``, ``note`` (the office's own), ``mail``, ``mail-hidden``.
        directory: the official contacts.
    """
    from verifykb.message.reading import read_message

    return found_words(read_message(text, directory, own_words=where == "note"), where)


def found_words(hits: "Iterable[Hit]", where: str) -> list[Finding]:
    """Turn what was found in a text into findings.

    Args:
        hits: what was found.
        where: whose words, as for `read_words`.
    """
    findings = []
    for hit in hits:
        values = {"quote": hit.quote, "where": where, "at": f"{hit.start}-{hit.end}"}
        if hit.kind == _LINK:
            values["trick"] = hit.resemblance.trick if hit.resemblance else ""
        findings.append(Finding(RULES[REQUEST_RULES[hit.kind]], values))
    return findings


def unquoted(finds: "Iterable[Find]") -> list[Finding]:
    """Give the findings of a text without their values: enough to judge by."""
    return [Finding(RULES[REQUEST_RULES[find.kind]]) for find in finds]
