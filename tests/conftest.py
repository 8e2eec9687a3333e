"""What all tests share: markers by folder, fonts, and how Hypothesis thinks.

Hypothesis takes the same examples on every machine; `make prove` looks further.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.machine import use_packages

use_packages()
settings.register_profile(
    "house",
    deadline=None,
    derandomize=True,
    # A failing plan is told as it is: making it small took minutes, and its trace is what one reads anyway.
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("house")

HERE = Path(__file__).parent
#: Folders and files whose tests wait for servers, databases, a browser or one process after another, or play long.
SLOW = {
    HERE / name
    for name in (
        *("browser", "cli", "contract", "web"),
        *("rehearsal/test_comparison.py", "rehearsal/test_one_trace.py", "rehearsal/test_queues.py"),
    )
}
assert all(path.exists() for path in SLOW), "A slow folder or file of tests has another name now"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test has the name of its folder as a marker, and ``slow`` where its folder or file is."""
    for item in items:
        folder = HERE / item.path.relative_to(HERE).parts[0]
        item.add_marker(folder.name)
        if folder in SLOW or item.path in SLOW:
            item.add_marker("slow")
