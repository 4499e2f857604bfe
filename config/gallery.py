"""/components/: every component with sample values, for those who build pages. Only in DEBUG."""

from django.conf import settings
from django.http import Http404
from django.shortcuts import render

from accounts.access import public


@public
def components(request):
    if not settings.DEBUG:
        raise Http404
    return render(request, "components.html")
