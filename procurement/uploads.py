"""Keep an upload in memory: a bid in clear must never touch the disk, not even as a temporary file."""

from django.core.files.uploadhandler import MemoryFileUploadHandler, StopUpload


class InMemoryOnly(MemoryFileUploadHandler):
    """Takes up to ``LIMIT`` bytes into memory and breaks the connection beyond; Django's own handler would spill to disk."""

    LIMIT = 17 * 1024 * 1024

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):
        self.activated = True
        self.taken = 0

    def receive_data_chunk(self, raw_data, start):
        self.taken += len(raw_data)
        if self.taken > self.LIMIT:
            raise StopUpload(connection_reset=True)
        return super().receive_data_chunk(raw_data, start)
