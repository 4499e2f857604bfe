"""What changes a signed contract, and parts given to others. Read-only."""

from rest_framework import serializers

from accounts.roles import Permission
from procurement.api.frame import NEWEST, Newest
from procurement.filters import AmendmentFilter, SubcontractFilter
from procurement.models import Amendment, Subcontract


class AmendmentSerializer(serializers.ModelSerializer):
    class Meta:
        model = Amendment
        fields = (
            "id", "contract", "number", "ground", "status", "increase", "decrease", "previous_ends_on", "ends_on", "content", "reason",
            "evidence", "same_terms", "created_at", "reviewed_at", "signed_at",
        )  # fmt: skip
        read_only_fields = fields


class AmendmentViewSet(Newest):
    """Contract changes with their ground and what they changed."""

    queryset = Amendment.objects.order_by(*NEWEST)
    serializer_class = AmendmentSerializer
    filterset_class = AmendmentFilter
    permission = Permission.CONTRACT_VIEW


class SubcontractSerializer(serializers.ModelSerializer):
    class Meta:
        model = Subcontract
        fields = (
            "id", "contract", "name", "uscc", "status", "part", "amount", "core", "named_in_bid", "qualification",
            "further_subcontracting", "created_at", "decided_at", "decision_note",
        )  # fmt: skip
        read_only_fields = fields


class SubcontractViewSet(Newest):
    """Parts of a contract given to others, with the purchaser's decision."""

    queryset = Subcontract.objects.order_by(*NEWEST)
    serializer_class = SubcontractSerializer
    filterset_class = SubcontractFilter
    permission = Permission.CONTRACT_VIEW


ENDPOINTS = (
    ("amendments", AmendmentViewSet, "amendment"),
    ("subcontracts", SubcontractViewSet, "subcontract"),
)
