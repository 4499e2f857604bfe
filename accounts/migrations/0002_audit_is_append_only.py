"""The audit table refuses UPDATE and DELETE by trigger, on PostgreSQL and on SQLite alike."""

from django.db import migrations

POSTGRES = """
CREATE FUNCTION accounts_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '审计记录只能追加，不能修改或删除';
END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON accounts_auditevent
  FOR EACH ROW EXECUTE FUNCTION accounts_audit_refuse();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON accounts_auditevent
  FOR EACH STATEMENT EXECUTE FUNCTION accounts_audit_refuse();
"""
POSTGRES_BACK = """
DROP TRIGGER audit_append_only ON accounts_auditevent;
DROP TRIGGER audit_no_truncate ON accounts_auditevent;
DROP FUNCTION accounts_audit_refuse();
"""
SQLITE = (
    "CREATE TRIGGER audit_no_update BEFORE UPDATE ON accounts_auditevent BEGIN SELECT RAISE(ABORT, '审计记录只能追加，不能修改'); END",
    "CREATE TRIGGER audit_no_delete BEFORE DELETE ON accounts_auditevent BEGIN SELECT RAISE(ABORT, '审计记录只能追加，不能删除'); END",
    # INSERT OR REPLACE removes the old row without asking the trigger above.
    "CREATE TRIGGER audit_no_replace BEFORE INSERT ON accounts_auditevent WHEN EXISTS (SELECT 1 FROM accounts_auditevent"
    " WHERE id = NEW.id OR (chain = NEW.chain AND sequence = NEW.sequence))"
    " BEGIN SELECT RAISE(ABORT, '审计记录只能追加，不能替换'); END",
)


def install(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRES, params=None)
    else:
        for statement in SQLITE:
            schema_editor.execute(statement)


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRES_BACK, params=None)
    else:
        schema_editor.execute("DROP TRIGGER audit_no_update")
        schema_editor.execute("DROP TRIGGER audit_no_delete")
        schema_editor.execute("DROP TRIGGER audit_no_replace")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
