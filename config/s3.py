"""Files on S3-compatible storage; read only where it is configured."""

from botocore.config import Config

IN_MEMORY = 8 * 1024 * 1024  # of one file; more goes to a temporary file


def s3(bucket: str, endpoint: str, access_key: str, secret_key: str, *, addressing: str = "auto", region: str = "") -> dict:
    """An entry of STORAGES for a bucket that belongs to the portal alone.

    ``addressing``: "path" for MinIO and Ceph under one host name, "virtual" for clouds that ask for ``bucket.host``. No ACL is sent (newer
    buckets refuse any; private is what a bucket is), and no checksum that only the newest servers know: the row keeps the SHA-256.
    """
    client = Config(
        s3={"addressing_style": addressing},
        signature_version="s3v4",
        connect_timeout=3,  # a page waits for it
        read_timeout=10,
        retries={"total_max_attempts": 2},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    options = {"bucket_name": bucket, "endpoint_url": endpoint, "access_key": access_key, "secret_key": secret_key}
    options |= {"region_name": region or None, "max_memory_size": IN_MEMORY}
    options |= {"client_config": client, "default_acl": None, "querystring_auth": True, "file_overwrite": False}
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
