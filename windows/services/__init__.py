"""The window's verbs, by noun. Every function is one transaction, takes ``by`` and leaves its trace."""

from windows.services import clocks, course, intake, people, programmes, referrals, slips

__all__ = ["clocks", "course", "intake", "people", "programmes", "referrals", "slips"]
