"""``python -m bench [name …]``: on a throw-away PostgreSQL and Redis, like the tests. Exit code 1 when a goal is missed."""

import os
import sys
from importlib import import_module

NAMES = ("login", "list", "purchase", "staffing")


def main(names: list[str]) -> int:
    unknown = set(names) - set(NAMES)
    if unknown:
        print(f"bench: no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}", file=sys.stderr)
        return 2
    import_module("tests.services")  # before Django reads its settings
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings_test"  # static files as they lie; hashers are named by their class
    import_module("django").setup()
    use_template()
    outcomes = [outcome for name in names or NAMES for outcome in import_module(f"bench.{name}").measure()]
    print(f"{'benchmark':40}{'value':>12}{'floor':>12}{'ratio':>9}  goal")
    for outcome in outcomes:
        print(outcome.line())
    return 0 if all(outcome.passed for outcome in outcomes) else 1


def use_template() -> None:
    """A database copied from the template of the tests: nobody waits for the migrations twice."""
    template, connections = import_module("tests.template"), import_module("django.db").connections
    template.prepare()
    settings = connections["default"].settings_dict
    with connections["default"].cursor() as cursor:
        cursor.execute(f"CREATE DATABASE bench TEMPLATE {settings['TEST']['TEMPLATE']}")
    connections["default"].close()
    settings["NAME"] = "bench"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
