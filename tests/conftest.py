"""Fixed directory and fixed clock: passed in, never patched."""

from datetime import datetime

import pytest

from verifykb.context import VIETNAM, Context
from verifykb.directory.load import load_official
from verifykb.directory.types import Directory

NOON = datetime(2026, 11, 22, 10, 0, tzinfo=VIETNAM)


@pytest.fixture(scope="session")
def directory() -> Directory:
    """The directory that comes with this version."""
    return load_official()


@pytest.fixture(scope="session")
def context(directory: Directory) -> Context:
    """The official directory on 2026-11-22, 10:00 in Vietnam."""
    return Context(directory=directory, now=NOON)
