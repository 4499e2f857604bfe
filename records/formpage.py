"""A page that is one form, for function views."""

from contextlib import contextmanager

from django.shortcuts import redirect, render

from records.idempotency import Slot, once_for
from records.pages import add_breaches
from records.refusals import Refused, StaleVersion


def form_page(request, form, save, *, template: str, context: dict | None = None, done):
    """One form on one page, as a function view has it: ``save(cleaned data)`` calls the service, ``done(result)`` redirects.

    Sent twice it saves once and answers the same. A refusal comes back in the form with 422; a stale form gets its own page from the
    middleware.
    """
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return answered_once(request, form, save, done)
            except StaleVersion:
                raise
            except Refused as refusal:
                add_breaches(form, refusal)
                status = refusal.status
    return render(request, template, {"form": form, **(context or {})}, status=status)


def answered_once(request, form, save, done):
    with remembered(request) as slot:
        if slot.done and slot.result:
            return redirect(slot.result)
        response = done(save(form.cleaned_data))
        slot.result = getattr(response, "url", None)
        return response


@contextmanager
def remembered(request):
    """A receipt of this form, for whoever is signed in. What is sealed or secret leaves no trace, not even the digest of the form."""
    if not request.user.is_authenticated or hasattr(request, "sensitive_post_parameters"):
        yield Slot()
        return
    with once_for(request, f"page:{request.resolver_match.view_name}"[:80]) as slot:
        yield slot
