"""Contracts: seen by both sides; service starts here too."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.roles import Permission
from procurement.api.frame import NEWEST, Newest, VersionSerializer
from procurement.filters import ContractFilter
from procurement.models import Contract
from procurement.services import contract as contract_services


class ContractSerializer(serializers.ModelSerializer):
    contractor = serializers.CharField(read_only=True, help_text="名称")

    class Meta:
        model = Contract
        fields = (
            "id",
            "number",
            "project",
            "contractor",
            "status",
            "version",
            "amount",
            "accepted_amount",
            "paid_amount",
            "starts_on",
            "ends_on",
            "scope",
            "quantity_terms",
            "quality_terms",
            "exit_triggers",
            "signed_at",
            "announced_at",
            "started_at",
        )
        read_only_fields = fields


class ContractViewSet(Newest):
    """Contracts, read-only: seen by the purchaser's side and by their own contractor."""

    queryset = Contract.objects.select_related("contractor__organisation").order_by(*NEWEST)
    serializer_class = ContractSerializer
    filterset_class = ContractFilter
    permission = Permission.CONTRACT_VIEW
    permissions = {"start": Permission.CONTRACT_DRAFT}

    @extend_schema(request=VersionSerializer, responses=ContractSerializer)
    @action(detail=True, methods=["post"])
    def start(self, request, pk=None):
        """Begin the service: refused until announced and covered by a takeover plan."""
        contract = self.get_object()
        asked = VersionSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        contract_services.start_service(contract.pk, version=asked.validated_data["version"], by=request.user)
        return Response(self.get_serializer(self.get_queryset().get(pk=contract.pk)).data)


ENDPOINTS = (("contracts", ContractViewSet, "contract"),)
