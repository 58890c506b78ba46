"""Settings of the properties: no example is too slow, as no test may depend on a clock."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "generated",
    deadline=None,
    max_examples=60,
    suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much),
)
settings.load_profile("generated")
