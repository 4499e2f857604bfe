"""The wall clock of the house, under the name the apps above use."""

from accounts.wallclock import as_of, local_day, now, shift, today

__all__ = ["as_of", "local_day", "now", "shift", "today"]
