"""Faults put in on purpose into processes of the drill's own: ``make drills``. Each keeps a ledger of what was acknowledged."""
