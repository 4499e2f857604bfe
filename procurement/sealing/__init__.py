"""How a bid stays closed until its hour: envelopes to a tender key whose private half exists only in three shares.

Nothing here knows Django or the database. ``envelope`` seals and opens bytes, ``shamir`` splits a secret 2 of 3,
``custody`` keeps a holder's share behind a passphrase. See docs/decisions for why.
"""
