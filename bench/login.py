"""Checks of a password per second on all cores: ours (Argon2id at OWASP's minimum) against Django's default (PBKDF2)."""

import os
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter

from django.contrib.auth.hashers import PBKDF2PasswordHasher

from accounts.hashers import Argon2id
from bench.outcome import Outcome

PASSWORD = "correct horse battery staple"
ROUNDS, SECONDS = 3, 2.0
GOAL = 10  # times Django's default


def per_second(hasher) -> float:
    """Both hashers leave the interpreter's lock, so threads use every core."""
    encoded, ends = hasher.encode(PASSWORD, hasher.salt()), perf_counter() + SECONDS

    def work(_) -> int:
        done = 0
        while perf_counter() < ends:
            assert hasher.verify(PASSWORD, encoded)
            done += 1
        return done

    cores, began = os.cpu_count() or 1, perf_counter()
    with ThreadPoolExecutor(cores) as pool:
        done = sum(pool.map(work, range(cores)))
    return done / (perf_counter() - began)


def measure() -> list[Outcome]:
    pairs = [(per_second(Argon2id()), per_second(PBKDF2PasswordHasher())) for _ in range(ROUNDS)]
    ours, floor = (sorted(column)[ROUNDS // 2] for column in zip(*pairs, strict=True))
    return [Outcome("login: Argon2id ÷ PBKDF2", ours, floor, "checks/s", GOAL)]
