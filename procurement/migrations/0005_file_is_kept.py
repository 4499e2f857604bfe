"""What belongs to the file of a purchase is never deleted (P-25): the database refuses it."""

from django.db import migrations

MESSAGE = "采购档案自采购结束之日起至少保存15年，不能删除"
TABLES = ("project", "contract")
POSTGRES = f"""
CREATE FUNCTION procurement_file_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';
END $$;
""" + "".join(
    f"CREATE TRIGGER {table}_is_kept BEFORE DELETE ON procurement_{table} FOR EACH ROW EXECUTE FUNCTION procurement_file_is_kept();\n"
    for table in TABLES
)
POSTGRES_BACK = "".join(f"DROP TRIGGER {table}_is_kept ON procurement_{table};\n" for table in TABLES)
POSTGRES_BACK += "DROP FUNCTION procurement_file_is_kept();"


def install(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRES, params=None)
        return
    for table in TABLES:
        body = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        schema_editor.execute(f"CREATE TRIGGER {table}_is_kept BEFORE DELETE ON procurement_{table} {body}", params=None)


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRES_BACK, params=None)
        return
    for table in TABLES:
        schema_editor.execute(f"DROP TRIGGER {table}_is_kept", params=None)


class Migration(migrations.Migration):
    dependencies = [("procurement", "0004_papers_stand")]
    operations = [migrations.RunPython(install, remove)]
