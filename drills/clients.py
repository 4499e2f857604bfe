"""Clerks who log one application after another, and a ledger of what each was told."""

import re
import threading
import time
import uuid
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

from tests.production.conftest import HOST
from tests.windows.factories import resident_number

INTAKE = "/windows/intake/"
PAPERS = {f"paper_{code}": "on" for code in ("APPLICATION", "CONSENT", "PLEDGE", "IDENTITY")}


@dataclass(frozen=True)
class Entry:
    """What was asked and what came back. Status 0: the connection broke before an answer."""

    name: str
    form: dict
    at: float
    status: int
    retry_after: str = ""
    where: str = ""

    @property
    def acknowledged(self) -> bool:
        return self.status == 302


class Clerk(threading.Thread):
    """``ports``: where webs listen; who is refused at one goes on to the next, as a balancer in front of them does."""

    def __init__(self, number: int, session: str, township: int, ports: list[int], *, first: int = 0):
        super().__init__(daemon=True)
        self.number, self.township, self.ports, self.serial = number, township, ports, first
        self.cookies = {"__Host-session": session}
        self.ledger: list[Entry] = []
        self.ending = threading.Event()
        page, _, cookie = self.exchange(None)
        self.cookies["__Host-csrf"] = re.search(r"__Host-csrf=([^;]+)", cookie)[1]
        self.token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]

    def run(self) -> None:
        while not self.ending.is_set():
            self.serial += 1
            entry = self.log(self.form(self.serial))
            self.ledger.append(entry)
            if not entry.acknowledged:
                time.sleep(0.1)

    def form(self, serial: int) -> dict:
        name = f"演练{'甲乙丙丁戊己庚辛'[self.number]}{chr(0x4E00 + serial)}"
        person = {"who": resident_number(serial, born=f"19{50 + self.number}0101"), "name": name, "phone": "12300000001"}
        key = {"csrfmiddlewaretoken": self.token, "idempotency_key": str(uuid.uuid4())}
        return {"act": "log", "organisation": self.township, "programme": "DIBAO", **person, **PAPERS, **key}

    def log(self, form: dict) -> Entry:
        try:
            text, response, _ = self.exchange(form)
        except (OSError, HTTPException):
            return Entry(form["name"], form, time.monotonic(), 0)
        retry, where = response.headers.get("Retry-After", ""), response.headers.get("Location", "")
        return Entry(form["name"], form, time.monotonic(), response.status, retry, where or text[:2_000])

    def exchange(self, form: dict | None):
        for attempt in range(40):
            port = self.ports[(self.number + attempt) % len(self.ports)]
            connection = HTTPConnection("127.0.0.1", port, timeout=60)
            try:
                connection.connect()
            except ConnectionRefusedError:
                time.sleep(0.05 if attempt > 1 else 0)
                continue
            try:
                connection.request("GET" if form is None else "POST", INTAKE, body=form and urlencode(form), headers=self.headers(form))
                response = connection.getresponse()
                return response.read().decode(), response, response.headers.get("Set-Cookie", "")
            finally:
                connection.close()
        raise ConnectionRefusedError

    def headers(self, form) -> dict:
        headers = {"Host": HOST, "X-Forwarded-Proto": "https", "Referer": f"https://{HOST}{INTAKE}"}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return headers if form is None else headers | {"Content-Type": "application/x-www-form-urlencoded"}
