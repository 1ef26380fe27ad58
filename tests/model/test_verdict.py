"""The decision table, walked through its whole state space."""

from itertools import product

import pytest

from verifykb.model.finding import Axis, Effect, Finding
from verifykb.model.verdict import Standing, Verdict, decide, lowered, standing_of, standings
from verifykb.rules import RULES

# Worst first: making a standing "worse" moves it to the left.
_WORST_FIRST = (
    Standing.PROHIBITED,
    Standing.CONTRADICTED,
    Standing.LACKING,
    Standing.SUPPORTED,
    Standing.PROVEN,
)
_STATES = [dict(zip(Axis, state, strict=True)) for state in product(_WORST_FIRST, repeat=len(Axis))]


def test_the_state_space_is_whole() -> None:
    """Five standings on five axes are 3,125 states."""
    assert len(_STATES) == 3_125


def test_exactly_one_state_is_verified() -> None:
    """Only where every axis is proven the verdict is `verified`."""
    verified = [state for state in _STATES if decide(state) is Verdict.VERIFIED]
    assert verified == [dict.fromkeys(Axis, Standing.PROVEN)]


def test_making_any_axis_worse_never_makes_the_verdict_better() -> None:
    """Over all states and axes there is no break of monotonicity."""
    for state in _STATES:
        verdict = decide(state)
        for axis in Axis:
            for worse in _WORST_FIRST[: _WORST_FIRST.index(state[axis])]:
                assert decide({**state, axis: worse}).rank <= verdict.rank


@pytest.mark.parametrize("standing", _WORST_FIRST)
def test_the_worst_axis_alone_gives_its_row_of_the_table(standing: Standing) -> None:
    """One bad axis among four proven ones decides."""
    rows = {
        Standing.PROHIBITED: Verdict.PROHIBITED,
        Standing.CONTRADICTED: Verdict.CONTRADICTED,
        Standing.LACKING: Verdict.UNPROVEN,
        Standing.SUPPORTED: Verdict.CONSISTENT,
        Standing.PROVEN: Verdict.VERIFIED,
    }
    for axis in Axis:
        assert decide({**dict.fromkeys(Axis, Standing.PROVEN), axis: standing}) is rows[standing]


def test_a_verdict_over_four_axes_is_refused() -> None:
    """A missing axis is a broken promise, not a pass."""
    with pytest.raises(KeyError):
        decide(dict.fromkeys(tuple(Axis)[:4], Standing.PROVEN))


def test_silence_is_lacking() -> None:
    """An axis that nobody spoke about, or only in notes, lacks."""
    assert standings([]) == dict.fromkeys(Axis, Standing.LACKING)
    assert standing_of(Axis.PHONE, [Finding(RULES["PHO007"])]) is Standing.LACKING


@pytest.mark.parametrize(
    ("rules", "standing"),
    [
        (("PHO009", "PHO010"), Standing.PROVEN),
        (("PHO009", "PHO007"), Standing.SUPPORTED),
        (("PHO010", "PHO011"), Standing.LACKING),
        (("PHO010", "PHO008", "PHO011"), Standing.CONTRADICTED),
        (("MSG010", "MSG001", "MSG007"), Standing.PROHIBITED),
        (("COD009", "COD010", "COD011"), Standing.LACKING),
    ],
)
def test_the_first_effect_in_order_gives_the_standing(rules: tuple[str, ...], standing: Standing) -> None:
    """prohibits, contradicts, lacks, proves, supports: the first that any finding has."""
    findings = [Finding(RULES[rule]) for rule in rules]
    assert standing_of(findings[0].axis, findings) is standing


def test_verdicts_are_ordered_from_prohibited_to_verified() -> None:
    """`reaches` compares by that order."""
    assert [verdict.rank for verdict in Verdict] == [0, 1, 2, 3, 4]
    assert Verdict.CONSISTENT.reaches(Verdict.UNPROVEN)
    assert not Verdict.CONSISTENT.reaches(Verdict.VERIFIED)


def test_every_effect_but_notes_moves_an_axis() -> None:
    """A new effect must be given its place in the order."""
    moving = {effect for effect in Effect if effect is not Effect.NOTES}
    seen = {rule.effect for rule in RULES.values() if standing_of(rule.axis, [Finding(rule)])}
    assert moving <= seen


@pytest.mark.parametrize("standing", Standing)
@pytest.mark.parametrize("effects", [(one, other) for one in Effect for other in Effect])
def test_what_is_found_later_never_makes_a_standing_better(standing: Standing, effects: tuple[Effect, ...]) -> None:
    """Other records may accuse; what would prove or support counts for nothing, and a note moves nothing."""
    after = lowered(standing, effects)
    assert _WORST_FIRST.index(after) <= _WORST_FIRST.index(standing)
    worst = {Effect.PROHIBITS: 0, Effect.CONTRADICTS: 1, Effect.LACKS: 2}
    said = min((worst[effect] for effect in effects if effect in worst), default=len(_WORST_FIRST))
    assert _WORST_FIRST.index(after) == min(_WORST_FIRST.index(standing), said)
