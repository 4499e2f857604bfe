"""A person's own uploads by their number. Papers of a project, case … are served under their owner's address."""

from accounts.access import fetch, guarded
from accounts.roles import Permission
from records.files import file_response
from records.models import StoredFile


@guarded(Permission.FILE_VIEW, methods=("GET", "HEAD"))
def file_download(request, uuid):
    return file_response(fetch(StoredFile, request.user, uuid=uuid), inline=request.GET.get("inline") == "1")
