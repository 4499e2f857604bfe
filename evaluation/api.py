"""Endpoints of evaluation: evaluations with their frozen inputs, recomputation, schemes. Scores show where the page shows them."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.access import fetch
from accounts.roles import Permission
from accounts.typed import number_in
from evaluation.audience import OFFICE, audience_of, readable_schemes
from evaluation.filters import EvaluationFilter, SchemeFilter
from evaluation.models import Evaluation, Indicator, Scheme
from evaluation.services import scoring
from records.api import HoldsPermission, ReadViewSet


class EvaluationSerializer(serializers.ModelSerializer):
    project = serializers.CharField(source="contract.project.name", read_only=True)
    contractor = serializers.CharField(source="contract.contractor.organisation.name", read_only=True)
    contract_number = serializers.CharField(source="contract.number", read_only=True)

    class Meta:
        model = Evaluation
        fields = (
            "id",
            "project",
            "contractor",
            "contract",
            "contract_number",
            "organisation",
            "scheme",
            "period_start",
            "period_end",
            "edition",
            "supersedes",
            "status",
            "collect_due_on",
            "total",
            "grade",
            "frozen_sha256",
            "objection_due_on",
            "publish_due_on",
            "published_at",
        )
        read_only_fields = fields

    def to_representation(self, instance):
        """A score that its reader may not see yet is null, as on the page."""
        data = super().to_representation(instance)
        if instance.is_open or not (instance.is_shared or audience_of(self.context["request"].user, instance) == OFFICE):
            data |= {"total": None, "grade": "", "frozen_sha256": ""}
        return data


class DifferenceSerializer(serializers.Serializer):
    what = serializers.CharField()
    kept = serializers.CharField()
    now = serializers.CharField()


class RecomputationSerializer(serializers.Serializer):
    equal = serializers.BooleanField()
    differences = DifferenceSerializer(many=True)


class EvaluationViewSet(ReadViewSet):
    """Evaluations within reach, newest first."""

    queryset = Evaluation.objects.listed()
    serializer_class = EvaluationSerializer
    filterset_class = EvaluationFilter
    permission = Permission.EVALUATION_VIEW
    permissions = {"basis": Permission.EVALUATION_DOWNLOAD, "recompute": Permission.EVALUATION_DOWNLOAD}

    @extend_schema(responses=OpenApiTypes.OBJECT)
    @action(detail=True, filterset_class=None, pagination_class=None)
    def basis(self, request, pk=None):
        """The frozen inputs, exactly as they were hashed."""
        return Response(self._scored(pk).frozen)

    @extend_schema(responses=RecomputationSerializer)
    @action(detail=True, filterset_class=None, pagination_class=None)
    def recompute(self, request, pk=None):
        """Compute again from the rows of today: equal, or what differs."""
        differences = scoring.recompute(self._scored(pk))
        return Response(RecomputationSerializer({"equal": not differences, "differences": differences}).data)

    def _scored(self, pk):
        rows = Evaluation.objects.listed().filter(frozen__isnull=False)
        number = number_in(str(pk)) or 0
        return fetch(rows, self.request.user, Permission.EVALUATION_DOWNLOAD, pk=number)


class IndicatorSerializer(serializers.ModelSerializer):
    class Meta:
        model = Indicator
        fields = ("code", "name", "dimension", "evaluator", "weight", "source", "figure", "criteria", "evidence", "when_missing")


class SchemeSerializer(serializers.ModelSerializer):
    indicators = IndicatorSerializer(many=True, read_only=True)

    class Meta:
        model = Scheme
        fields = (
            "id",
            "organisation",
            "name",
            "service_class",
            "edition",
            "effective_from",
            "frequency",
            "source",
            "certainty",
            "indicators",
        )


class SchemeViewSet(ReadViewSet):
    """Schemes that may be read: one's own, those of superiors, those one was judged by; each edition with its indicators."""

    queryset = Scheme.objects.prefetch_related("indicators")
    serializer_class = SchemeSerializer
    filterset_class = SchemeFilter
    permission_classes = (HoldsPermission,)  # a superior's edition is read where the permission is held below it
    permission = Permission.SCHEME_VIEW

    def get_queryset(self):
        return readable_schemes(self.request.user).prefetch_related("indicators")


def register(router) -> None:
    router.register("evaluation/evaluations", EvaluationViewSet, basename="evaluation")
    router.register("evaluation/schemes", SchemeViewSet, basename="evaluation-scheme")
