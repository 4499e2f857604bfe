"""What every request passes: the calendar is asked anew, a refusal becomes a page."""

from records import workdays
from records.pages import refused
from records.refusals import Refused


class RefusalMiddleware:
    """Any Refused that a page lets through becomes its page; the API answers for itself. Also opens the calendar anew."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        workdays.refresh()
        return self.get_response(request)

    def process_exception(self, request, exception):
        return refused(request, exception) if isinstance(exception, Refused) else None
