"""Files that survive a power cut: temp → fsync → rename → fsync of the folder. S3 and its like need none of this."""

import contextlib
import os
import tempfile

from django.core.files.storage import FileSystemStorage


class DurableFileSystemStorage(FileSystemStorage):
    """A name is either absent or holds the whole file. Never overwrites."""

    def _save(self, name, content):
        path = self.path(name)
        folder = os.path.dirname(path)
        os.makedirs(folder, mode=0o750, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=".part-", dir=folder)
        try:
            with os.fdopen(handle, "wb") as file:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(temporary, 0o640)
            os.link(temporary, path)  # unlike rename, refuses to replace
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary)
        _sync_folder(folder)
        return name.replace("\\", "/")


def _sync_folder(folder: str) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
