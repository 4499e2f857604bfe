"""The first migration of an app, rendered once for all its models."""

from django.db import migrations


class Founding(migrations.Migration):
    """Only creates, in an order in which each table finds those it points to.

    Django renders every connected model again after each operation; with some hundred models, most of them pointing at people and
    organisations, that is most of a minute. What is only created needs one state: the one after all of it.
    """

    def apply(self, project_state, schema_editor, collect_sql=False):
        project_state.__dict__.pop("apps", None)  # or each operation would render it again
        for operation in self.operations:
            operation.state_forwards(self.app_label, project_state)
        for operation in self.operations:
            if collect_sql:
                schema_editor.collected_sql.append(f"-- {operation.describe()}")
            operation.database_forwards(self.app_label, schema_editor, project_state, project_state)
        return project_state
