"""/api/v1/cases, /referrals, /charity-needs, /programmes, /window-months: the pages' scope, filters and services."""

from rest_framework import mixins, serializers, viewsets

from accounts.access import may
from accounts.roles import Permission
from records import identity
from records.api import HoldsPermission, KeysetPages, ReadViewSet
from windows.api_verification import VerificationBatchViewSet
from windows.filters import CaseFilter, CharityNeedFilter, ProgrammeFilter, ReferralFilter, WindowMonthFilter
from windows.models import Case, CaseStep, CharityNeed, Material, Programme, Referral, Step, WindowMonth
from windows.reports.month import Row as Figures


class CaseStepSerializer(serializers.ModelSerializer):
    class Meta:
        model = CaseStep
        fields = ("code", "name", "actor", "status", "starts_on", "due_on", "due_note", "done_on")


class CaseSerializer(serializers.ModelSerializer):
    """A case without its person's number: masked, as in the lists."""

    organisation = serializers.CharField(source="organisation.name")
    programme = serializers.CharField(source="programme.name")
    person = serializers.SerializerMethodField()
    id_number = serializers.SerializerMethodField()
    first_contact = serializers.CharField(source="first_contact.name")
    handler = serializers.CharField(source="handler.name")
    steps = CaseStepSerializer(many=True)

    class Meta:
        model = Case
        fields = (
            "id", "number", "organisation", "programme", "programme_code", "person", "id_number", "status", "first_contact", "handler",
            "registered_at", "accepted_on", "due_on", "next_due_on", "next_step", "ended_at", "version", "steps",
        )  # fmt: skip

    def get_person(self, case) -> str:
        named = may(self.context["request"].user, Permission.PERSON_VIEW)
        return case.person.name if named else identity.mask_name(case.person.name)

    def get_id_number(self, case) -> str:
        return identity.mask_id(case.person.id_number)


class CaseViewSet(ReadViewSet):
    """救助申请"""

    queryset = Case.objects.select_related("organisation", "programme", "person", "first_contact", "handler").prefetch_related("steps")
    serializer_class = CaseSerializer
    filterset_class = CaseFilter
    permission = Permission.CASE_VIEW


class ReferralSerializer(serializers.ModelSerializer):
    case = serializers.CharField(source="case.number")
    programme = serializers.CharField(source="programme.name")
    to_organisation = serializers.CharField(source="to_organisation.name")

    class Meta:
        model = Referral
        fields = (
            "id", "case", "programme", "mode", "to_organisation", "status", "reason", "sent_at", "acknowledged_at", "due_on", "due_note",
            "question", "return_reason", "outcome", "answer", "answered_at", "version",
        )  # fmt: skip


class ReferralViewSet(ReadViewSet):
    """转办转介件"""

    queryset = Referral.objects.select_related("case", "programme", "to_organisation")
    serializer_class = ReferralSerializer
    filterset_class = ReferralFilter
    permission = Permission.REFERRAL_VIEW


class CharityNeedSerializer(serializers.ModelSerializer):
    """A need as it is told to charities, with its course; whose it is stays in the office."""

    organisation = serializers.CharField(source="organisation.name")

    class Meta:
        model = CharityNeed
        fields = (
            "id", "code", "organisation", "category", "kind", "what", "quantity", "unit", "situation", "status", "published_on",
            "lapses_on", "matched", "confirmed", "due_on", "due_note", "version",
        )  # fmt: skip


class CharityNeedViewSet(ReadViewSet):
    """慈善帮扶需求"""

    queryset = CharityNeed.objects.select_related("organisation")
    serializer_class = CharityNeedSerializer
    filterset_class = CharityNeedFilter
    permission = Permission.NEED_VIEW


class StepSerializer(serializers.ModelSerializer):
    clause = serializers.CharField(source="clause.__str__")

    class Meta:
        model = Step
        fields = ("code", "name", "position", "actor", "after", "amount", "unit", "minimum", "basis", "rule", "clause", "concludes")


class MaterialSerializer(serializers.ModelSerializer):
    class Meta:
        model = Material
        fields = ("code", "name", "hint", "need")


class ProgrammeSerializer(serializers.ModelSerializer):
    steps = StepSerializer(many=True)
    materials = MaterialSerializer(many=True)

    class Meta:
        model = Programme
        fields = (
            "id", "code", "version", "name", "group", "department", "action", "apply_at", "decided_by", "valid_from", "valid_to",
            "urgent",
            "whole_amount", "whole_unit", "extended_amount", "extension_reasons", "pause_reasons", "document", "number", "steps",
            "materials",
        )  # fmt: skip


class ProgrammeViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """救助事项：今天适用的版本，或 `on` 那天适用的版本"""

    queryset = Programme.objects.standing().prefetch_related("steps", "materials")
    serializer_class = ProgrammeSerializer
    filterset_class = ProgrammeFilter
    permission_classes = (HoldsPermission,)
    pagination_class = KeysetPages
    permission = Permission.PROGRAMME_VIEW


class WindowMonthSerializer(serializers.ModelSerializer):
    """A township's month at its window, as the page shows it. ``figures``: by step, department and person too."""

    organisation = serializers.CharField(source="organisation.name")
    district = serializers.CharField(source="organisation.parent.name")
    month = serializers.SerializerMethodField(help_text="月份，如 2026-10")
    in_time = serializers.SerializerMethodField(help_text="按时办结率")
    mean_days = serializers.SerializerMethodField(help_text="平均用时（日）")
    figures = serializers.DictField()

    class Meta:
        model = WindowMonth
        fields = ("id", "district", "organisation", "month", "until", "turn", "counted_at", "in_time", "mean_days", "figures")

    def get_month(self, row) -> str:
        return f"{row.year}-{row.month:02}"

    def get_in_time(self, row) -> str:
        return Figures(row.organisation, row.figures).in_time

    def get_mean_days(self, row) -> str:
        return Figures(row.organisation, row.figures).days


class WindowMonthViewSet(ReadViewSet):
    """窗口月报：每个乡镇（街道）一行，已被重新统计取代的不列"""

    queryset = WindowMonth.objects.filter(replaced_at=None).select_related("organisation__parent")
    serializer_class = WindowMonthSerializer
    permission = Permission.MONTH_VIEW

    @property
    def filterset_class(self):
        """One row is asked for by its number, of whatever month."""
        return WindowMonthFilter if self.action == "list" else None


def register(router) -> None:
    router.register("window-months", WindowMonthViewSet, basename="window-month")
    router.register("cases", CaseViewSet, basename="case")
    router.register("referrals", ReferralViewSet, basename="referral")
    router.register("charity-needs", CharityNeedViewSet, basename="charity-need")
    router.register("programmes", ProgrammeViewSet, basename="programme")
    router.register("verification-batches", VerificationBatchViewSet, basename="verification-batch")
