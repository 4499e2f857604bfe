"""How a page says no. A form shows the breaches at its top (``add_breaches``); everything else gets a page of its own.

    class ProjectCreate(Guarded, RefusalsInForm, FormView):
        def save(self, form): return services.create_project(..., by=self.request.user)     # may raise Refused

A stale form is never merged silently: it gets the diff page with what the person typed kept in it.
"""

from urllib.parse import urlsplit

from django.http import HttpResponse
from django.shortcuts import redirect, render

from records.idempotency import FIELD
from records.refusals import Refused, StaleVersion

UNSEEN = frozenset({"csrfmiddlewaretoken", FIELD, "version", "password", "old_password", "new_password1", "new_password2"})


def add_breaches(form, refusal: Refused) -> None:
    """Show why at the top of ``form``; the form is no longer valid."""
    form.breaches = refusal.breaches
    for breach in refusal.breaches:
        form.add_error(None, breach.message)


def refused(request, refusal: Refused) -> HttpResponse:
    """The page for a refusal: 422, 429, or 409 with the differences for a stale form."""
    if isinstance(refusal, StaleVersion):
        return stale(request, refusal)
    context = {"breaches": refusal.breaches, "back_url": back_url(request), "typed": typed(request, refusal)}
    return render(request, "refused.html", context, status=refusal.status)


def stale(request, refusal: StaleVersion) -> HttpResponse:
    context = {
        "breaches": refusal.breaches,
        "changes": differences(request, refusal.current),
        "changed_by": refusal.changed_by,
        "changed_at": refusal.changed_at,
        "kept": [] if request.FILES else [(name, value) for name, value in posted(request) if name not in UNSEEN],
        "version": getattr(refusal.current, "version", 0),
        "post_url": request.get_full_path(),
        "back_url": back_url(request),
    }
    return render(request, "stale.html", context, status=refusal.status)


def posted(request):
    """(name, value) of everything sent, repeated names repeated."""
    return ((name, value) for name, values in request.POST.lists() for value in values)


def differences(request, current) -> list[dict]:
    """Field by field: what was typed against what is there now, for fields of the row that were in the form."""
    changes = []
    fields = {field.name: field for field in current._meta.concrete_fields}
    for name in request.POST:
        field = fields.get(name)
        if field is None or name in UNSEEN:
            continue
        mine, theirs = request.POST[name].strip(), field.value_from_object(current)
        theirs = "" if theirs is None else str(theirs)
        if mine != theirs:
            changes.append({"label": field.verbose_name, "mine": _label(field, mine), "theirs": _label(field, theirs)})
    return changes


def _label(field, text: str) -> str:
    return str(dict((str(key), label) for key, label in field.flatchoices).get(text, text))


def typed(request, refusal: Refused) -> list[str]:
    """The longer texts of a refused form, so that nothing written is lost. Short fields are typed again in a moment."""
    if refusal.status != Refused.status:
        return []
    return [value for name, value in posted(request) if name not in UNSEEN and len(value) > 20]


def back_url(request) -> str:
    """The page the form was on, when it was ours."""
    referer = urlsplit(request.META.get("HTTP_REFERER", ""))
    return f"{referer.path}?{referer.query}".rstrip("?") if referer.netloc == request.get_host() and referer.path else "/"


class RefusalsInForm:
    """Mixin of form pages: ``save(form)`` calls the service and returns the row or None; a refusal comes back in the form."""

    status = 200

    def form_valid(self, form):
        try:
            self.saved = self.save(form)
        except StaleVersion:
            raise
        except Refused as refusal:
            add_breaches(form, refusal)
            self.status = refusal.status
            return self.form_invalid(form)
        return redirect(self.get_success_url())

    def form_invalid(self, form):
        self.status = self.status if self.status != 200 else Refused.status
        return super().form_invalid(form)

    def render_to_response(self, context, **kwargs):
        return super().render_to_response(context, **{"status": self.status, **kwargs})
