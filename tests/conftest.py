"""What every test may use: the option that rewrites expected files, and the material beside the repository."""

import os
from pathlib import Path

import pytest

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
