"""The catalogue of clause 二（二）, as data. Runs again through ``load_catalogue`` whenever the file changes."""

from django.db import migrations

from procurement.services.catalogue import load_catalogue


def load(apps, schema_editor):
    load_catalogue(apps.get_model("procurement", "CatalogueItem"), apps.get_model("procurement", "ServiceStandard"))


class Migration(migrations.Migration):
    dependencies = [("procurement", "0001_initial")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
