"""Acceptances, read-only: every standard with its finding, recipients without names."""

from rest_framework import serializers

from accounts.roles import Permission
from procurement.api.frame import NEWEST, Newest
from procurement.filters import AcceptanceFilter
from procurement.models import Acceptance, AcceptanceItem, RecipientOpinion


class ItemSerializer(serializers.ModelSerializer):
    class Meta:
        model = AcceptanceItem
        fields = ("name", "measure", "target", "finding", "verdict")
        read_only_fields = fields


class OpinionSerializer(serializers.ModelSerializer):
    """The words, without who said them."""

    class Meta:
        model = RecipientOpinion
        fields = ("satisfaction", "text")
        read_only_fields = fields


class AcceptanceSerializer(serializers.ModelSerializer):
    items = ItemSerializer(many=True, read_only=True)
    opinions = OpinionSerializer(many=True, read_only=True)
    period_start = serializers.DateField(source="instalment.period_start", read_only=True)
    period_end = serializers.DateField(source="instalment.period_end", read_only=True)
    notice = serializers.CharField(source="notice.number", read_only=True, default=None, help_text="验收结果公告文号")

    class Meta:
        model = Acceptance
        fields = (
            "id", "contract", "round", "status", "period_start", "period_end", "amount", "retained_amount", "withheld", "reason",
            "conclusion", "concluded_at", "announced_at", "pay_due_on", "notice", "items", "opinions",
        )  # fmt: skip
        read_only_fields = fields


class AcceptanceViewSet(Newest):
    """Acceptances of each period: every standard with its finding, recipients' opinions without names."""

    queryset = Acceptance.objects.select_related("instalment", "notice").prefetch_related("items", "opinions").order_by(*NEWEST)
    serializer_class = AcceptanceSerializer
    filterset_class = AcceptanceFilter
    permission = Permission.CONTRACT_VIEW


ENDPOINTS = (("acceptances", AcceptanceViewSet, "acceptance"),)
