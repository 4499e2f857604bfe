"""/api/v1/contractors/: the register, read only, in the reader's reach. No person's ID number leaves the house."""

from rest_framework import serializers

from accounts.roles import Permission
from contractors import reports
from contractors.filters import ApplicationFilter, ContractorFilter, DebarmentFilter
from contractors.models import Application, Contractor, Debarment, Performance
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
        fields = ("id", "organisation", "name", "uscc", "legal_form", "small_business", "services", "status", "debarred", "performances")

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


class DebarmentSerializer(serializers.ModelSerializer):
    class Meta:
        model = Debarment
        fields = (
            "id", "uscc", "name", "contractor", "decision_no", "issuer", "starts_on", "ends_on", "lifted_on", "lifted_document",
            "ground", "source_url",
        )  # fmt: skip


class DebarmentViewSet(ReadViewSet):
    """Decisions of finance departments that keep a supplier out: all for offices, the own ones for a contractor."""

    queryset = Debarment.objects.all()
    serializer_class = DebarmentSerializer
    filterset_class = DebarmentFilter
    permission = Permission.CONTRACTOR_VIEW


class ApplicationSerializer(serializers.ModelSerializer):
    district = serializers.CharField(source="district.name")

    class Meta:
        model = Application
        fields = ("id", "number", "name", "uscc", "legal_form", "services", "district", "status", "round", "submitted_at", "contractor")


class ApplicationViewSet(ReadViewSet):
    """Applications for the register that lie with the reader's bureau; nothing about persons."""

    queryset = Application.objects.select_related("district")
    serializer_class = ApplicationSerializer
    filterset_class = ApplicationFilter
    permission = Permission.APPLICATION_VIEW


def register(router) -> None:
    router.register("debarments", DebarmentViewSet, basename="debarment")
    router.register("applications", ApplicationViewSet, basename="application")
    router.register("contractors", ContractorViewSet, basename="contractor")
