"""Endpoints of staffing: caseload numbers, roster, trainings, what-ifs, and the judged table of a district."""

from django.db.models import Exists, OuterRef
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.response import Response

from accounts.access import fetch
from accounts.models import Organisation
from accounts.roles import Permission
from records import clock
from records.api import HasPermission, ReadViewSet, WriteViewSet
from staffing import reports, services
from staffing.filters import AbsenceFilter, CaseloadFilter, MonthFilter, ScenarioFilter, StaffFilter, TrainingFilter
from staffing.models import Absence, Caseload, Scenario, ScenarioLine, StaffingMonth, StaffMember, Training


class CaseloadSerializer(serializers.ModelSerializer):
    class Meta:
        model = Caseload
        fields = ("id", "organisation", "as_of", "category", "recipients", "source", "entered_at")
        read_only_fields = ("entered_at",)
        validators = ()  # the same day again is a correction, which the service audits
        extra_kwargs = {"recipients": {"min_value": 0, "max_value": 1_000_000}}

    def validate_organisation(self, organisation):
        return fetch(Organisation, self.context["request"].user, Permission.STAFFING_EDIT, pk=organisation.pk)

    def create(self, data):
        township, category = data["organisation"], data["category"]
        facts = {"as_of": data["as_of"], "recipients": {category: data["recipients"]}, "source": data["source"]}
        services.record_caseload(township, **facts, by=self.context["request"].user)
        return Caseload.objects.get(organisation=township, as_of=data["as_of"], category=category)


class CaseloadViewSet(WriteViewSet):
    """Recipients by township, day and category. Posting a day again corrects it; the old number stays in the audit trail."""

    queryset = Caseload.objects.all()
    serializer_class = CaseloadSerializer
    filterset_class = CaseloadFilter
    permission = Permission.STAFFING_VIEW
    permissions = {"create": Permission.STAFFING_EDIT}
    http_method_names = ("get", "head", "options", "post")


class StaffSerializer(serializers.ModelSerializer):
    is_away = serializers.BooleanField(read_only=True)

    class Meta:
        model = StaffMember
        fields = (
            "id",
            "organisation",
            "place",
            "institution",
            "name",
            "employment",
            "contract",
            "education",
            "social_work_education",
            "certificate",
            "certificate_until",
            "is_away",
            "exception_reason",
            "started_on",
            "ended_on",
        )


class StaffViewSet(ReadViewSet):
    """People who handle assistance work, where they serve, under which contract, and whether they are away today. No resident numbers."""

    queryset = StaffMember.objects.all()
    serializer_class = StaffSerializer
    filterset_class = StaffFilter
    permission = Permission.STAFFING_VIEW

    def get_queryset(self):
        today = Absence.objects.away(clock.today()).filter(member=OuterRef("pk"))
        return super().get_queryset().annotate(is_away=Exists(today))


class AbsenceSerializer(serializers.ModelSerializer):
    class Meta:
        model = Absence
        fields = ("id", "member", "kind", "started_on", "ended_on", "withdrawn_at")


class AbsenceViewSet(ReadViewSet):
    """Who is away, from when to when. Away is shown and counted all the same."""

    queryset = Absence.objects.all()
    serializer_class = AbsenceSerializer
    filterset_class = AbsenceFilter
    permission = Permission.STAFFING_VIEW


class TrainingSerializer(serializers.ModelSerializer):
    class Meta:
        model = Training
        fields = ("id", "organisation", "title", "status", "held_on", "place", "topic", "hours", "party_education", "tested", "attendees")


class TrainingViewSet(ReadViewSet):
    """Business trainings of the districts and who attended."""

    queryset = Training.objects.prefetch_related("attendees")
    serializer_class = TrainingSerializer
    filterset_class = TrainingFilter
    permission = Permission.STAFFING_VIEW


class ScenarioLineSerializer(serializers.ModelSerializer):
    class Meta:
        model = ScenarioLine
        fields = ("organisation", "recipients", "own", "posted", "post_cost", "baseline", "recorded", "recorded_on")


class ScenarioSerializer(serializers.ModelSerializer):
    lines = ScenarioLineSerializer(many=True, read_only=True)

    class Meta:
        model = Scenario
        fields = ("id", "organisation", "name", "status", "post_cost", "lines", "created_by", "created_at")


class ScenarioViewSet(ReadViewSet):
    """Saved what-ifs."""

    queryset = Scenario.objects.prefetch_related("lines")
    serializer_class = ScenarioSerializer
    filterset_class = ScenarioFilter
    permission = Permission.STAFFING_VIEW


class MonthSerializer(serializers.ModelSerializer):
    class Meta:
        model = StaffingMonth
        exclude = ()


class MonthViewSet(ReadViewSet):
    """Every unit as it stood on the first of each month, frozen."""

    queryset = StaffingMonth.objects.all()
    serializer_class = MonthSerializer
    filterset_class = MonthFilter
    permission = Permission.STAFFING_VIEW


class TownshipRowSerializer(serializers.Serializer):
    organisation = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    recipients = serializers.IntegerField(allow_null=True)
    as_of = serializers.DateField(allow_null=True)
    minimum = serializers.IntegerField(allow_null=True)
    maximum = serializers.IntegerField(allow_null=True)
    own = serializers.IntegerField(source="staff.own")
    posted = serializers.IntegerField(source="staff.posted")
    gap = serializers.IntegerField()
    standing = serializers.CharField()
    explanation = serializers.CharField()


class StaffingTableSerializer(serializers.Serializer):
    district = serializers.CharField(source="bureau.name")
    on = serializers.DateField(source="basis.on")
    rounding = serializers.CharField(source="basis.rounding")
    categories = serializers.ListField(source="basis.categories", child=serializers.CharField())
    recipients = serializers.IntegerField(source="totals.recipients")
    minimum = serializers.IntegerField(source="totals.minimum")
    gap = serializers.IntegerField(source="totals.gap")
    district_staff = serializers.IntegerField(source="bureau_staff.counted")
    townships = TownshipRowSerializer(source="rows", many=True)


class DistrictRowSerializer(serializers.Serializer):
    organisation = serializers.IntegerField(source="bureau.pk")
    district = serializers.CharField(source="bureau.name")
    townships = serializers.IntegerField(source="totals.townships")
    recipients = serializers.IntegerField(source="totals.recipients")
    minimum = serializers.IntegerField(source="totals.minimum")
    own = serializers.IntegerField(source="totals.staff.own")
    posted = serializers.IntegerField(source="totals.staff.posted")
    understaffed = serializers.IntegerField(source="totals.understaffed")
    gap = serializers.IntegerField(source="totals.gap")
    above = serializers.IntegerField(source="totals.above")
    unknown = serializers.IntegerField(source="totals.unknown")
    stale = serializers.IntegerField(source="totals.stale")
    district_staff = serializers.IntegerField(source="bureau_staff.counted")
    trainings = serializers.IntegerField()
    villages = serializers.IntegerField()
    assisted_villages = serializers.IntegerField()


class StaffingTableViewSet(viewsets.ViewSet):
    """The staffing table of one district, judged against 2–4‰, as the page shows it; the list is the city by district."""

    permission_classes = (HasPermission,)
    permission = Permission.STAFFING_VIEW
    lookup_value_regex = r"\d{1,18}"

    @extend_schema(responses=DistrictRowSerializer(many=True))
    def list(self, request):
        on = clock.today()
        units = list(reports.units_visible_to(request.user, on))
        basis = services.basis_for(units[0].parent or units[0], on) if units else reports.Basis(on)
        return Response(DistrictRowSerializer(reports.unit_tables(units, basis) if units else [], many=True).data)

    @extend_schema(responses=StaffingTableSerializer, parameters=[OpenApiParameter("id", int, "path")])
    def retrieve(self, request, pk=None):
        bureaus = Organisation.objects.filter(kind=Organisation.Kind.BUREAU)
        bureau = fetch(bureaus, request.user, Permission.STAFFING_VIEW, pk=pk)
        table = reports.district_table(bureau, services.basis_for(bureau, clock.today()))
        return Response(StaffingTableSerializer(table).data)


def register(router):
    router.register("caseloads", CaseloadViewSet)
    router.register("staff", StaffViewSet)
    router.register("absences", AbsenceViewSet)
    router.register("trainings", TrainingViewSet)
    router.register("staffing-scenarios", ScenarioViewSet)
    router.register("staffing-months", MonthViewSet)
    router.register("staffing-tables", StaffingTableViewSet, basename="staffing-table")
