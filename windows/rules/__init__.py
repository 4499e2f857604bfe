"""The window's rules, by noun. Pure: values in, verdicts out; every verdict names its id (docs/rules.md) and its clause."""

from windows.rules import clock, course, handover, intake, referral, village

__all__ = ["clock", "course", "handover", "intake", "referral", "village"]
