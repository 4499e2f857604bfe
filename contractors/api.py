"""/api/v1/contractors/: the register, read only, in the reader's reach. No person's ID number leaves the house."""

from rest_framework import serializers

from accounts.roles import Permission
from contractors import reports
from contractors.filters import ContractorFilter
from contractors.models import Contractor, Performance
from records import clock
from records.api import ReadViewSet


class PerformanceSerializer(serializers.ModelSerializer):
    purchaser = serializers.CharField(source="purchaser.name")

    class Meta:
        model = Performance
        fields = ("year", "purchaser", "subject", "score", "grade", "source_url")


class ContractorSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="organisation.name")
    debarred = serializers.SerializerMethodField()
    performances = PerformanceSerializer(many=True)

    class Meta:
        model = Contractor
        fields = ("id", "organisation", "name", "uscc", "legal_form", "small_business", "status", "debarred", "performances")

    def get_debarred(self, contractor) -> bool:
        """Shut out of government procurement today."""
        on = clock.today()
        return any(ban.starts_on <= on <= ban.ends_on for ban in reports.profile(contractor, on=on).bans)


class ContractorViewSet(ReadViewSet):
    """Contractors: city-wide for offices, the own row for a contractor."""

    queryset = Contractor.objects.select_related("organisation").prefetch_related(*reports.READ, "performances__purchaser")
    serializer_class = ContractorSerializer
    filterset_class = ContractorFilter
    permission = Permission.CONTRACTOR_VIEW


def register(router) -> None:
    router.register("contractors", ContractorViewSet, basename="contractor")
