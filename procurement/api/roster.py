"""The posted roster, read-only: who serves by number, without name, identity or phone."""

from rest_framework import serializers

from accounts.roles import Permission
from procurement.api.frame import NEWEST, Newest
from procurement.filters_service import WorkerFilter
from procurement.models import PostedWorker


class WorkerSerializer(serializers.ModelSerializer):
    class Meta:
        model = PostedWorker
        fields = (
            "id", "contract", "contractor", "employer", "insured_by_contractor", "engagement", "former_buyer_staff", "education",
            "qualification", "certificate_until", "place", "posted_to", "starts_on", "ends_on", "created_at",
        )  # fmt: skip
        read_only_fields = fields


class WorkerViewSet(Newest):
    """Posted workers. A visit's ``worker`` is the id of one of them."""

    queryset = PostedWorker.objects.order_by(*NEWEST)
    serializer_class = WorkerSerializer
    filterset_class = WorkerFilter
    permission = Permission.SERVICE_VIEW


ENDPOINTS = (("workers", WorkerViewSet, "worker"),)
