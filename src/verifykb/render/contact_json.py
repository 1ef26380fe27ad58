"""A contact as one line of JSON (docs/contract.md, section 7): in the document, and by itself."""

import json

from verifykb.model.report import Judgement
from verifykb.render import Style
from verifykb.render.shared import contact_object


def to_json(value: object) -> str:
    """Write JSON in UTF-8 on one line."""
    return json.dumps(value, ensure_ascii=False)


def contact_json(judgement: Judgement, style: Style) -> str:
    """Write a contact object."""
    return to_json(contact_object(judgement, style))
