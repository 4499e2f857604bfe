from django.urls import path

from records.views import calendar, clauses, files, jobs, messages, notices, values

app_name = "records"
urlpatterns = [
    path("clauses/", clauses.clause_list, name="clause_list"),
    path("calendar/", calendar.calendar_list, name="calendar_list"),
    path("calendar/import/", calendar.calendar_import, name="calendar_import"),
    path("calendar/confirm/", calendar.calendar_confirm, name="calendar_confirm"),
    path("calendar/<int:year>/", calendar.calendar_year, name="calendar_year"),
    path("values/", values.value_list, name="value_list"),
    path("values/<slug:code>/", values.value_detail, name="value_detail"),
    path("values/<slug:code>/set/", values.value_set, name="value_set"),
    path("values/<int:pk>/confirm/", values.value_confirm, name="value_confirm"),
    path("values/<int:pk>/withdraw/", values.value_withdraw, name="value_withdraw"),
    path("files/<uuid:uuid>/", files.file_download, name="file_download"),
    path("jobs/", jobs.job_list, name="job_list"),
    path("jobs/<int:pk>/", jobs.job_detail, name="job_detail"),
    path("jobs/<int:pk>/file/", jobs.job_file, name="job_file"),
    path("jobs/<int:pk>/retry/", jobs.job_retry, name="job_retry"),
    path("messages/", messages.message_list, name="message_list"),
    path("messages/<int:pk>/open/", messages.message_open, name="message_open"),
    path("messages/read/", messages.message_read_all, name="message_read_all"),
    path("notices/", notices.notice_list, name="notice_list"),
    path("notices/<int:pk>/", notices.notice_detail, name="notice_detail"),
    path("notices/<int:pk>/file/", notices.notice_file, name="notice_file"),
    path("notices/<int:pk>/withdraw/", notices.notice_withdraw, name="notice_withdraw"),
]
