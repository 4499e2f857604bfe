"""Addresses of the public guide; printed as codes on leaflets, so they never change."""

from django.urls import path

from windows.views import public_guide

urlpatterns = [
    path("guide/", public_guide.guide, name="guide"),
    path("guide/windows/", public_guide.guide_windows, name="guide_windows"),
    path("guide/texts/", public_guide.guide_texts, name="guide_texts"),
    path("guide/texts/<int:pk>/", public_guide.guide_text, name="guide_text"),
    path("guide/<slug:code>/", public_guide.guide_programme, name="guide_programme"),
    path("guide/<slug:code>/leaflet/", public_guide.guide_leaflet, name="guide_leaflet"),
]
