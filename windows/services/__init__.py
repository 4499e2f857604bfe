"""The window's verbs, by noun. Every function is one transaction, takes ``by`` and leaves its trace."""

from windows.services import clocks, course, handover, intake, people, programmes, referrals, slips, village

__all__ = ["clocks", "course", "handover", "intake", "people", "programmes", "referrals", "slips", "village"]
