"""A page that is one form, for function views."""

from django.shortcuts import render

from records.pages import add_breaches
from records.refusals import Refused, StaleVersion


def form_page(request, form, save, *, template: str, context: dict | None = None, done):
    """One form on one page, as a function view has it: ``save(cleaned data)`` calls the service, ``done(result)`` redirects.

    A refusal comes back in the form with 422; a stale form gets its own page from the middleware.
    """
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return done(save(form.cleaned_data))
            except StaleVersion:
                raise
            except Refused as refusal:
                add_breaches(form, refusal)
                status = refusal.status
    return render(request, template, {"form": form, **(context or {})}, status=status)
