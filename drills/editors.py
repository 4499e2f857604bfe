"""Two officers who change one draft at the same time over the API, again and again, and a ledger of what each was told."""

import json
import threading
from dataclasses import dataclass
from http.client import HTTPConnection

from tests.production.conftest import HOST

JSON = "application/json"


@dataclass(frozen=True)
class Edit:
    """One attempt: the text sent, the answer, and the version that the answer names when it was taken."""

    text: str
    status: int
    version: int


class Editor(threading.Thread):
    """Reads, changes what was read, sends it with the version that was read. Who came second reads again."""

    def __init__(self, name: str, token: str, project: int, port: int, edits: int):
        super().__init__(name=name, daemon=True)
        self.token, self.address, self.port, self.edits = token, f"/api/v1/projects/{project}/", port, edits
        self.ledger: list[Edit] = []

    def run(self) -> None:
        for number in range(self.edits):
            _, seen = self.ask("GET")
            text = f"上门照料 {self.name}-{number}"
            status, said = self.ask("PATCH", {"name": text, "version": seen["version"]})
            self.ledger.append(Edit(text, status, said.get("version", 0)))

    def ask(self, method: str, body: dict | None = None) -> tuple[int, dict]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            headers = {"Host": HOST, "X-Forwarded-Proto": "https", "Authorization": f"Bearer {self.token}", "Content-Type": JSON}
            connection.request(method, self.address, body=body and json.dumps(body), headers=headers)
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        finally:
            connection.close()
