"""For every test: hypothesis may take its time, a busy machine is not a failure."""

from hypothesis import settings

settings.register_profile("monitor", deadline=None)
settings.load_profile("monitor")
