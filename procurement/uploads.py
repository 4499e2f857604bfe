"""Keep an upload in memory: a bid in clear must never touch the disk, not even as a temporary file."""

from django.conf import settings
from django.core.files.uploadhandler import MemoryFileUploadHandler, SkipFile

from records.files import RULE
from records.refusals import Refused


class InMemoryOnly(MemoryFileUploadHandler):
    """Takes up to ``LIMIT`` bytes into memory; Django's own handler would spill to disk.

    What is larger, or breaks off, leaves the form without its file. That is no form without a file: ``require_whole`` refuses it.
    """

    LIMIT = 17 * 1024 * 1024

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):
        self.activated = True
        self.taken = 0
        if content_length > self.LIMIT + settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            self.cut()

    def new_file(self, *args, **kwargs):
        if over_large(self.request):
            raise SkipFile
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data, start):
        self.taken += len(raw_data)
        if self.taken > self.LIMIT:
            self.cut()
            raise SkipFile
        return super().receive_data_chunk(raw_data, start)

    def cut(self):
        self.request.upload_fault = "文件超过 16 MB"

    def upload_interrupted(self):
        if not over_large(self.request):
            self.request.upload_fault = "文件没有传完"


def over_large(request) -> bool:
    return bool(getattr(request, "upload_fault", ""))


def require_whole(request) -> None:
    """Refuse what came without all of its files: sealed as it is, it would replace a good bid by an empty one."""
    if fault := getattr(request, "upload_fault", ""):
        raise Refused.because("FILE-2", RULE, f"{fault}，没有递交，原响应文件仍有效。请压缩或重新选择文件后再递交。")
