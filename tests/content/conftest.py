"""What the tests of content share."""

from hypothesis import settings

# No test fails for the time that it took; the same examples on every machine.
settings.register_profile("feedsvc", deadline=None, derandomize=True, database=None)
settings.load_profile("feedsvc")
