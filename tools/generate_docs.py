"""Write docs/rules.md from the rule table and the wording: `make generate`."""

from pathlib import Path

from verifykb.render.rule_text import markdown
from verifykb.wording import LANGUAGES, Wording

RULES_PAGE = Path(__file__).parents[1] / "docs" / "rules.md"


def rules_page() -> str:
    """Give the text of docs/rules.md."""
    return markdown(tuple(Wording(language) for language in LANGUAGES))


if __name__ == "__main__":
    RULES_PAGE.write_text(rules_page(), encoding="utf-8")
    print(RULES_PAGE)
