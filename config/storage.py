"""How static files are prepared on one machine."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class GzipManifestStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Without Brotli: its best level is most of a first start, and saves a sixth on a network that one machine does not have."""

    def create_compressor(self, **kwargs):
        return super().create_compressor(**kwargs | {"use_brotli": False})
