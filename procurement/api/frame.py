"""What the endpoints of the purchase share."""

from rest_framework import serializers

from records.api import ReadViewSet

NEWEST = ("-created_at", "-pk")


class Newest(ReadViewSet):
    """Read-only, the newest first; scope and filters are the pages' own."""

    keyset_ordering = NEWEST


class VersionSerializer(serializers.Serializer):
    """The version that was read; a later one answers 409."""

    version = serializers.IntegerField(min_value=0, max_value=2_147_483_647)
    note = serializers.CharField(required=False, allow_blank=True, max_length=2000, default="")
