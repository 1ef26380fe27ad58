"""Fixed directory and fixed clock: passed in, never patched."""

import os
from datetime import datetime

import pytest
from hypothesis import HealthCheck, settings

from verifykb.context import VIETNAM, Context
from verifykb.directory.load import load_official
from verifykb.directory.types import Directory

# The number of examples follows HYPOTHESIS_PROFILE: `default` for a developer, `thorough` for CI.
for _name, _examples in (("default", 200), ("thorough", 5_000)):
    settings.register_profile(
        _name,
        max_examples=_examples,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

NOON = datetime(2026, 11, 22, 10, 0, tzinfo=VIETNAM)


@pytest.fixture(scope="session")
def directory() -> Directory:
    """The directory that comes with this version."""
    return load_official()


@pytest.fixture(scope="session")
def context(directory: Directory) -> Context:
    """The official directory on 2026-11-22, 10:00 in Vietnam."""
    return Context(directory=directory, now=NOON)
