"""What every test may use: the option that rewrites expected files, and the material beside the repository."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# No test fails for the time that it took, or that its examples took to draw; the same examples on every machine.
# It stands here, for a folder that loads a profile of its own loads it for those that are collected after it alone.
settings.register_profile(
    "feedsvc", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("feedsvc")

ROOT = Path(__file__).parent.parent


def pytest_addoption(parser):
    parser.addoption("--rewrite", action="store_true", help="write what comes out into the expected files")


@pytest.fixture
def rewrite(request):
    """Whether expected files are to be written instead of compared."""
    return request.config.getoption("--rewrite")


@pytest.fixture(scope="session")
def shared():
    """The folder of real posts and payloads; tests that need it are skipped where it is not."""
    folder = Path(os.environ.get("FEEDSVC_SHARED") or ROOT.parent / "shared")
    if not folder.is_dir():
        pytest.skip(f"{folder} is absent; FEEDSVC_SHARED names another place")
    return folder
