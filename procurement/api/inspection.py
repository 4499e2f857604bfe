"""Inspections with their findings, and the rectification that follows. Read-only."""

from rest_framework import serializers

from accounts.roles import Permission
from procurement.api.frame import NEWEST, Newest
from procurement.filters_service import InspectionFilter, RectificationFilter
from procurement.models import Finding, Inspection, Rectification


class FindingSerializer(serializers.ModelSerializer):
    class Meta:
        model = Finding
        fields = ("number", "fact", "clause", "severity", "found_at", "rectification")
        read_only_fields = fields


class InspectionSerializer(serializers.ModelSerializer):
    findings = FindingSerializer(many=True, read_only=True)

    class Meta:
        model = Inspection
        fields = (
            "id", "contract", "number", "kind", "status", "version", "planned_on", "scope", "seed", "population", "population_sha256",
            "held_on", "summary", "findings", "created_at",
        )  # fmt: skip
        read_only_fields = fields


class InspectionViewSet(Newest):
    """The purchaser's inspections with what was found. Who was drawn is on the page only."""

    queryset = Inspection.objects.prefetch_related("findings").order_by(*NEWEST)
    serializer_class = InspectionSerializer
    filterset_class = InspectionFilter
    permission = Permission.INSPECTION_VIEW


class RectificationSerializer(serializers.ModelSerializer):
    class Meta:
        model = Rectification
        fields = (
            "id",
            "contract",
            "inspection",
            "number",
            "status",
            "facts",
            "clause",
            "demand",
            "due_on",
            "first_due_on",
            "extended",
            "issued_at",
            "closed_at",
        )
        read_only_fields = fields


class RectificationViewSet(Newest):
    """Rectification notices with their deadlines and states."""

    queryset = Rectification.objects.order_by(*NEWEST)
    serializer_class = RectificationSerializer
    filterset_class = RectificationFilter
    permission = Permission.RECTIFICATION_VIEW


ENDPOINTS = (
    ("inspections", InspectionViewSet, "inspection"),
    ("rectifications", RectificationViewSet, "rectification"),
)
