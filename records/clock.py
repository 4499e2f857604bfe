"""The wall clock of the house, under the name the apps above use."""

from accounts.wallclock import now, today

__all__ = ["now", "today"]
