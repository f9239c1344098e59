"""What holds for every test."""

from hypothesis import settings

settings.register_profile("whisp", deadline=None)
settings.load_profile("whisp")
