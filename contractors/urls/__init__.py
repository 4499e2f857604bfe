"""One module of addresses per noun, joined here."""

from contractors.urls import applications, bans, own, register

app_name = "contractors"
PARTS = (register, own, applications, bans)
urlpatterns = [address for part in PARTS for address in part.urlpatterns]
