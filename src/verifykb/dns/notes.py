"""Notes that every part of a domain's posture makes alike."""

from verifykb.dns.answer import Answer
from verifykb.model.posture import Note


def unknown(domain: str, question: str, answer: Answer) -> Note:
    """Give the note that a question was not answered, and why.

    Args:
        domain: whose posture it is.
        question: name and type, or a URL, as it was asked.
        answer: for which `is_known` does not hold.
    """
    return "DOM001", {"domain": domain, "question": question, "reason": answer.reason or answer.status.value}
