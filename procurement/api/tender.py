"""Tenders, bids and securities, read only. Before the opening a tender tells nothing of its bids, not even how many."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.roles import Permission
from procurement.models import Bid, Security, Tender
from records.api import ReadViewSet


class AwardSerializer(serializers.Serializer):
    contractor = serializers.IntegerField(source="contractor_id")
    name = serializers.CharField(source="contractor.organisation.name")
    amount = serializers.DecimalField(max_digits=18, decimal_places=2)
    rank = serializers.IntegerField()
    total = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True, help_text="单一来源不评分，为 null")


class TenderSerializer(serializers.ModelSerializer):
    project_code = serializers.CharField(source="project.code")
    project_name = serializers.CharField(source="project.name")
    award = serializers.SerializerMethodField()

    class Meta:
        model = Tender
        fields = (
            "id", "project", "project_code", "project_name", "status", "bid_deadline", "opening_at", "published_at", "opened_at",
            "ceiling", "scale", "committee_size", "award",
        )  # fmt: skip

    @extend_schema_field(AwardSerializer(allow_null=True))
    def get_award(self, tender):
        chosen = next((award for award in tender.awards.all() if award.status == "confirmed"), None)
        return AwardSerializer(chosen).data if chosen else None


class TenderViewSet(ReadViewSet):
    """Tenders of the projects in reach; the experts' names and marks are not here."""

    queryset = Tender.objects.select_related("project").prefetch_related("awards__contractor__organisation")
    serializer_class = TenderSerializer
    filterset_fields = ("status", "project")
    permission = Permission.TENDER_VIEW


class BidSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="contractor.organisation.name")
    price = serializers.DecimalField(
        max_digits=18, decimal_places=2, allow_null=True, help_text="评审和签约所依据的价格：有最后报价的为最后报价，开启前为 null"
    )

    class Meta:
        model = Bid
        fields = (
            "id",
            "tender",
            "contractor",
            "name",
            "round",
            "status",
            "receipt",
            "commitment",
            "received_at",
            "opened_at",
            "quote",
            "final_quote",
            "price",
            "invalid_reason",
        )


class BidViewSet(ReadViewSet):
    """Own bids for a bidder; for the purchaser and the committee from the opening on."""

    queryset = Bid.objects.select_related("contractor__organisation")
    serializer_class = BidSerializer
    filterset_fields = ("tender", "status")
    permission = Permission.BID_VIEW


class SecuritySerializer(serializers.ModelSerializer):
    class Meta:
        model = Security
        fields = ("id", "tender", "contractor", "contract", "kind", "form", "amount", "received_on", "status", "closed_on")


class SecurityViewSet(ReadViewSet):
    """保证金: what is held, given back or kept."""

    queryset = Security.objects.select_related("tender")
    serializer_class = SecuritySerializer
    filterset_fields = ("tender", "kind", "status")
    permission = Permission.SECURITY_VIEW


ENDPOINTS = (
    ("tenders", TenderViewSet, "tender"),
    ("bids", BidViewSet, "bid"),
    ("securities", SecurityViewSet, "security"),
)
