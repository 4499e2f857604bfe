"""Organisations and "who am I": accounts' endpoints, built here because the frame of endpoints is records'."""

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from accounts.models import Membership, Organisation
from accounts.roles import Permission
from records.api import ReadViewSet
from records.clock import today


class OrganisationSerializer(serializers.ModelSerializer):
    class Meta:
        model = Organisation
        fields = ("id", "name", "short_name", "kind", "function", "code", "code_scheme", "parent", "valid_from", "valid_to", "succeeded_by")


class OrganisationFilter(django_filters.FilterSet):
    name = django_filters.CharFilter(lookup_expr="contains", label="名称包含")

    class Meta:
        model = Organisation
        fields = ("kind", "function", "code", "code_scheme", "parent", "name")


class OrganisationViewSet(ReadViewSet):
    """Organisations within reach, abolished ones included (``valid_to`` is the first day they no longer exist)."""

    queryset = Organisation.objects.all()
    serializer_class = OrganisationSerializer
    filterset_class = OrganisationFilter
    permission = Permission.ORGANISATION_VIEW


class PostSerializer(serializers.ModelSerializer):
    organisation_name = serializers.CharField(source="organisation.name")

    class Meta:
        model = Membership
        fields = ("organisation", "organisation_name", "role", "started_on", "ended_on")


class MeSerializer(serializers.Serializer):
    username = serializers.CharField()
    name = serializers.CharField()
    posts = PostSerializer(many=True)


@extend_schema(responses=MeSerializer)
@api_view(["GET"])
@permission_classes([IsAuthenticated])
def me(request):
    """The account behind this session or token, with today's posts."""
    posts = Membership.objects.filter(user=request.user).active(today()).select_related("organisation")
    return Response(MeSerializer({"username": request.user.username, "name": request.user.name, "posts": posts}).data)


def register(router):
    router.register("organisations", OrganisationViewSet)
