"""What holds for every test."""

import gc

from hypothesis import settings

settings.register_profile("whisp", deadline=None)
settings.load_profile("whisp")


def pytest_collection_finish() -> None:
    """Let the collector pass over what is here anyway: tests that call it take half the time."""
    gc.collect()
    gc.freeze()
