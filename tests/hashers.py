"""A cheap Argon2id for tests: same algorithm and code path, least work."""

from accounts.hashers import Argon2id


class CheapArgon2id(Argon2id):
    time_cost = 1
    memory_cost = 8
