"""What all tests share: how Hypothesis thinks. The same examples on every machine; `make prove` looks further."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings

settings.register_profile(
    "house",
    deadline=None,
    derandomize=True,
    # A failing plan is told as it is: making it small took minutes, and its trace is what one reads anyway.
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("house")
