"""Service orders and visits, read-only and masked."""

from rest_framework import serializers

from accounts.roles import Permission
from procurement.api.frame import NEWEST, Newest
from procurement.filters_service import OrderFilter, VisitFilter
from procurement.models import ServiceOrder, ServiceVisit
from records.api import ReadViewSet


class OrderSerializer(serializers.ModelSerializer):
    recipient = serializers.CharField(source="recipient.code", read_only=True, help_text="对象编号，不含姓名")
    item = serializers.CharField(source="item.code", read_only=True)

    class Meta:
        model = ServiceOrder
        fields = ("id", "contract", "number", "recipient", "item", "provider", "status", "unit", "times", "minutes", "starts_on", "ends_on")
        read_only_fields = fields


class OrderViewSet(Newest):
    """Service orders: who is served by which code, what, how often, by whom."""

    queryset = ServiceOrder.objects.select_related("recipient", "item").order_by(*NEWEST)
    serializer_class = OrderSerializer
    filterset_class = OrderFilter
    permission = Permission.SERVICE_VIEW


class VisitSerializer(serializers.ModelSerializer):
    class Meta:
        model = ServiceVisit
        fields = (
            "id",
            "order",
            "contract",
            "planned_on",
            "slot",
            "extra",
            "outcome",
            "worker",
            "off_roster",
            "done_at",
            "minutes",
            "sign",
            "late",
            "corrections",
            "recorded_at",
        )
        read_only_fields = fields


class VisitViewSet(ReadViewSet):
    """Planned visits and service records. No names; the order leads to the recipient's code."""

    queryset = ServiceVisit.objects.order_by("-planned_on", "-pk")
    serializer_class = VisitSerializer
    filterset_class = VisitFilter
    keyset_ordering = ("-planned_on", "-pk")
    permission = Permission.SERVICE_VIEW


ENDPOINTS = (
    ("service-orders", OrderViewSet, "service-order"),
    ("visits", VisitViewSet, "visit"),
)
