"""What all tests share: markers by folder, fonts, and how Hypothesis thinks.

Hypothesis takes the same examples on every machine; `make prove` looks further.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.machine import use_packaged_fonts

use_packaged_fonts()
settings.register_profile(
    "house",
    deadline=None,
    derandomize=True,
    # A failing plan is told as it is: making it small took minutes, and its trace is what one reads anyway.
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("house")

#: Folders whose tests wait for servers, databases, a browser, or for one process after another.
SLOW = {"browser", "cli", "contract", "web"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test has the name of its folder as a marker, and ``slow`` where the whole folder is."""
    here = Path(__file__).parent
    for item in items:
        folder = item.path.relative_to(here).parts[0]
        item.add_marker(folder)
        if folder in SLOW:
            item.add_marker("slow")
