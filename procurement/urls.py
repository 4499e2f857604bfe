from procurement import urls_tender

app_name = "procurement"
urlpatterns = [*urls_tender.urlpatterns]
