"""Service complaints, read-only, without their text and without who complained."""

from rest_framework import serializers

from accounts.roles import Permission
from procurement.api.frame import NEWEST, Newest
from procurement.filters_service import ComplaintFilter
from procurement.models import ServiceComplaint


class ServiceComplaintSerializer(serializers.ModelSerializer):
    class Meta:
        model = ServiceComplaint
        fields = (
            "id",
            "contract",
            "number",
            "status",
            "channel",
            "about",
            "received_at",
            "acknowledge_due_on",
            "answer_due_on",
            "brief",
            "verdict",
        )
        read_only_fields = fields


class ComplaintViewSet(Newest):
    """Service complaints without their text and without who complained."""

    queryset = ServiceComplaint.objects.order_by(*NEWEST)
    serializer_class = ServiceComplaintSerializer
    filterset_class = ComplaintFilter
    permission = Permission.COMPLAINT_VIEW


ENDPOINTS = (("service-complaints", ComplaintViewSet, "service-complaint"),)
