"""The web worker that shuts its door politely: nobody who was already let in by the kernel is turned away at a restart (D18).

And its log, which writes no code from a slip or a questionnaire: whoever has one may read a case or answer in its owner's place.
"""

import re
import select

from gunicorn.glogging import Logger
from gunicorn.workers.gthread import ThreadWorker

CODES = re.compile(r"^(/(?:survey|progress|verify)/).+")


class DiscreetLogger(Logger):
    def atoms(self, resp, req, environ, request_time):
        found = super().atoms(resp, req, environ, request_time)
        return found | {"U": CODES.sub(r"\1…", found["U"])}


class PoliteWorker(ThreadWorker):
    """gunicorn's own stops accepting at SIGTERM and closes the listening socket at the end: connections that wait in its queue are reset.

    This one takes them first and closes the socket at once, so that whoever comes later is refused and a balancer asks the next web.
    """

    def set_accept_enabled(self, enabled: bool) -> None:
        super().set_accept_enabled(enabled)
        if not enabled and not self.alive:
            for listener in self.sockets:
                while select.select([listener], [], [], 0)[0]:
                    self.accept(listener)
                listener.close()
