"""Exactly once, on the whole production stack: a night fired many times, and a form sent many times to two web processes."""

import re
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from urllib.parse import urlencode

from tests.processes import eventually
from tests.production.conftest import HOST
from tests.windows.factories import resident_number

NIGHTS = 6
AT_ONCE, THREADS = 50, 16  # on their way together; answered at the same moment by two webs
FIRE = f"""
import json
from evaluation import tasks
for _ in range({NIGHTS}):
    tasks.close_periods.delay()
print(json.dumps(None))
"""
AGAIN = "import json; from evaluation import tasks; print(json.dumps(tasks.close_periods()))"
COUNTS = """
import json
from collections import Counter
from accounts.models import AuditEvent
from evaluation import tasks
from evaluation.models import Evaluation, Score
from records.models import Job, Message
scored = Evaluation.objects.filter(status="scored")
rows = Score.objects.values_list("evaluation_id", "indicator_id")
print(json.dumps({
    "statuses": Counter(Evaluation.objects.values_list("status", flat=True)),
    "frozen": scored.exclude(frozen_sha256="").count(),
    "periods": len(set(scored.values_list("contract", "period_start"))),
    "events": list(AuditEvent.objects.filter(action="evaluation.evaluation.scored").values_list("target_id", flat=True)),
    "by_night": scored.filter(scored_by=None).count(),
    "doubled_scores": len(rows) - len(set(rows)),
    "scores": len(rows),
    "jobs": Counter(Job.objects.filter(kind=tasks.JOB).values_list("status", flat=True)),
    "reminders": Message.objects.filter(key__startswith="evaluation-missing").count(),
}))
"""
INTAKE = "/windows/intake/"
CASES = """
import json
from windows.models import Case
print(json.dumps(Case.objects.filter(person__name={name!r}).count()))
"""


def test_a_night_fired_many_times_scores_each_period_exactly_once(stack):
    complete, incomplete = stack.ground["complete"], stack.ground["incomplete"]
    stack.run(FIRE)
    eventually(lambda: stack.run(COUNTS)["jobs"] == {"done": complete + incomplete}, 180, stack.logs)
    assert stack.run(AGAIN) == incomplete  # what has its score is not due any more
    found = stack.run(COUNTS)
    assert found["statuses"] == {"scored": complete, "collecting": incomplete}
    assert found["frozen"] == found["periods"] == found["by_night"] == complete
    assert len(found["events"]) == len(set(found["events"])) == complete
    assert found["scores"] > complete and found["doubled_scores"] == 0
    assert found["jobs"] == {"done": complete + incomplete}
    assert found["reminders"] == incomplete


class Clerk:
    """A clerk's browser: the session of the ground, and the form as one of the web processes drew it."""

    def __init__(self, stack):
        self.stack, self.cookies = stack, {"__Host-session": stack.ground["session"]}
        status, body, self.cookies["__Host-csrf"] = self.send(stack.port)
        assert status == 200, body
        self.hidden = dict(re.findall(r'name="(csrfmiddlewaretoken|idempotency_key)" value="([^"]+)"', body))
        assert set(self.hidden) == {"csrfmiddlewaretoken", "idempotency_key"}

    def send(self, port: int, form: dict | None = None) -> tuple[int, str, str]:
        """(status, page or address, CSRF cookie)."""
        headers = {"Host": HOST, "X-Forwarded-Proto": "https", "Referer": f"https://{HOST}{INTAKE}"}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request("GET" if form is None else "POST", INTAKE, body=form and urlencode(form), headers=headers)
            response = connection.getresponse()
            cookie = re.search(r"__Host-csrf=([^;]+)", response.headers.get("Set-Cookie", ""))
            text = response.read().decode()
            return response.status, response.headers.get("Location") or text, cookie[1] if cookie else ""
        finally:
            connection.close()

    def send_at_once(self, form: dict, times: int) -> list[tuple[int, str]]:
        """The same form to both web processes in turn, all on their way together."""
        ports = [self.stack.ports[number % 2] for number in range(times)]
        with ThreadPoolExecutor(times) as pool:
            return [answer[:2] for answer in pool.map(lambda port: self.send(port, form), ports)]


def application(stack, serial: int, name: str) -> dict:
    papers = {f"paper_{code}": "on" for code in ("APPLICATION", "CONSENT", "PLEDGE", "IDENTITY")}
    person = {"who": resident_number(serial), "name": name, "phone": "12300000001"}
    return {"act": "log", "organisation": stack.ground["township"], "programme": "DIBAO", **person, **papers}


def test_one_form_sent_fifty_times_to_two_webs_opens_one_case_and_answers_the_same(stack):
    """D07, D10: same key."""
    clerk = Clerk(stack)
    answers = clerk.send_at_once(application(stack, 501, "同号试验") | clerk.hidden, AT_ONCE)
    assert {status for status, _ in answers} == {302}, answers
    assert len({where for _, where in answers}) == 1
    assert stack.run(CASES.format(name="同号试验")) == 1


def test_the_same_application_without_a_key_still_opens_one_case(stack):
    """D10: without the key the natural key guards; the others are told about the open case, none meets a fault."""
    clerk = Clerk(stack)
    form = application(stack, 502, "无号试验") | {"csrfmiddlewaretoken": clerk.hidden["csrfmiddlewaretoken"]}
    answers = clerk.send_at_once(form, THREADS)
    statuses = sorted(status for status, _ in answers)
    assert statuses.count(302) == 1, statuses
    assert set(statuses) <= {302, 409, 422}, statuses
    assert stack.run(CASES.format(name="无号试验")) == 1


def test_two_people_at_two_webs_are_two_cases(stack):
    """The control: what differs is not taken for a repetition."""
    first, second = Clerk(stack), Clerk(stack)
    for clerk, serial in ((first, 503), (second, 504)):
        ((status, _),) = clerk.send_at_once(application(stack, serial, "两人试验") | clerk.hidden, 1)
        assert status == 302
    assert stack.run(CASES.format(name="两人试验")) == 2
