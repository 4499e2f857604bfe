"""What several pages of this app share."""

from django.contrib import messages
from django.shortcuts import redirect

from accounts.access import fetch
from accounts.roles import Permission
from contractors.models import Contractor
from records.formpage import form_page

P = Permission
FORM = "contractors/form.html"
TONES = {"pending": "due", "verified": "ok", "suspended": "paused"}


def back_to(contractor, text):
    def done(request):
        messages.success(request, text)
        return redirect("contractors:contractor_detail", pk=contractor.pk)

    return done


def sheet(request, contractor, form, save, *, title, submit, text, clause=None, to="contractors:contractor_detail"):
    """A form page about one contractor."""

    def done(_result):
        messages.success(request, text)
        return redirect(to, pk=contractor.pk)

    context = {"contractor": contractor, "title": title, "submit": submit, "clause": clause}
    return form_page(request, form, save, template=FORM, context=context, done=done)


def bound(form_class, request, **options):
    """The form with what was sent, or fresh."""
    return form_class(request.POST, request.FILES, **options) if request.method == "POST" else form_class(**options)


def own_contractor(request, pk) -> Contractor:
    """The contractor as its own administrator changes it; whoever else sees it gets 403."""
    return fetch(Contractor.objects.select_related("organisation"), request.user, P.CONTRACTOR_EDIT, pk=pk)


def any_contractor(request, pk) -> Contractor:
    return fetch(Contractor.objects.select_related("organisation"), request.user, pk=pk)
