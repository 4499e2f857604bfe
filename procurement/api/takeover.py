"""Takeovers for other systems: read-only, same scope and filters as the pages."""

from rest_framework import serializers

from accounts.roles import Permission
from procurement.filters import TakeoverFilter
from procurement.models import Takeover, TakeoverRoute
from records.api import ReadViewSet


class RouteSerializer(serializers.ModelSerializer):
    class Meta:
        model = TakeoverRoute
        fields = ("township", "provider", "caretaker")
        read_only_fields = fields


class TakeoverSerializer(serializers.ModelSerializer):
    routes = RouteSerializer(many=True, read_only=True)

    class Meta:
        model = Takeover
        fields = (
            "id",
            "contract",
            "kind",
            "drill",
            "status",
            "version",
            "basis",
            "reason",
            "raised_at",
            "due_at",
            "decided_at",
            "ended_at",
            "recipients",
            "total",
            "moved",
            "excepted",
            "routes",
        )
        read_only_fields = fields


class TakeoverViewSet(ReadViewSet):
    """Takeovers, hand-backs and drills, read-only."""

    queryset = Takeover.objects.prefetch_related("routes").order_by("-raised_at", "-pk")
    serializer_class = TakeoverSerializer
    filterset_class = TakeoverFilter
    keyset_ordering = ("-raised_at", "-pk")
    permission = Permission.TAKEOVER_VIEW


ENDPOINTS = (("takeovers", TakeoverViewSet, "takeover"),)
