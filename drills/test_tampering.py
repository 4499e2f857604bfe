"""T27: a thousand made-up tamperings with the audit trail, each tried and taken back; the suite tries two hundred."""

import json

from tests.processes import run_python

TAMPERINGS = 1_000
TRY = f"""
import json, time
from drills import ground
began = time.monotonic()
tried, missed = ground.tamper({TAMPERINGS})
print(json.dumps([tried, missed, time.monotonic() - began]))
"""


def test_t27_every_tampering_is_named(environment):
    tried, missed, seconds = json.loads(run_python(TRY, environment))
    print(f"\nT27: {tried} named in {seconds:.0f} s")
    assert missed == []
    assert sum(tried.values()) == TAMPERINGS and min(tried.values()) >= TAMPERINGS / 10
