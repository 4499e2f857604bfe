from django.urls import path

from windows.views.progress import progress

app_name = "progress"
urlpatterns = [path("", progress, name="form"), path("<str:code>/", progress, name="code")]
