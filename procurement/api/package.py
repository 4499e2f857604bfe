"""采购包: the lots of one purchase, read only."""

from django.db.models import Prefetch
from rest_framework import serializers

from accounts.roles import Permission
from procurement.filters import PackageFilter
from procurement.models import Package, Project
from records.api import ReadViewSet


class LotSerializer(serializers.ModelSerializer):
    class Meta:
        model = Project
        fields = ("id", "lot_number", "code", "name", "status", "ceiling")


class PackageSerializer(serializers.ModelSerializer):
    lots = LotSerializer(many=True)

    class Meta:
        model = Package
        fields = ("id", "name", "award_limit", "lots")


class PackageViewSet(ReadViewSet):
    """采购包: the lots of one purchase."""

    queryset = Package.objects.prefetch_related(Prefetch("lots", Project.objects.order_by("lot_number")))
    serializer_class = PackageSerializer
    filterset_class = PackageFilter
    permission = Permission.PROJECT_VIEW


ENDPOINTS = (("packages", PackageViewSet, "package"),)
