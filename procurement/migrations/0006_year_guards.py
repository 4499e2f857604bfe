"""A purchase over several budget years: on PostgreSQL the chain of F-09 is held in each year.

Where a project has shares: what it draws from budgets of a year, what its contract plans and what is accepted in that year stay
inside the year's share; the shares together stay inside the plan with its supplements of at most a tenth (P-23).
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION procurement_year_share(whose bigint, y integer) RETURNS numeric LANGUAGE sql AS $$
  SELECT CASE WHEN EXISTS (SELECT 1 FROM procurement_yearshare WHERE project_id = whose)
    THEN coalesce((SELECT amount FROM procurement_yearshare WHERE project_id = whose AND fiscal_year = y), 0) END
$$;

CREATE FUNCTION procurement_year_drawn(whose bigint, y integer) RETURNS numeric LANGUAGE sql AS $$
  SELECT coalesce(sum(f.amount), 0) FROM procurement_projectfunding f JOIN procurement_fundingline l ON l.id = f.line_id
    JOIN procurement_budget b ON b.id = l.budget_id WHERE f.project_id = whose AND b.fiscal_year = y
$$;

CREATE FUNCTION procurement_guard_share() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE plan numeric; total numeric;
BEGIN
  SELECT plan_amount INTO plan FROM procurement_project WHERE id = NEW.project_id FOR UPDATE;
  SELECT coalesce(sum(amount), 0) INTO total FROM procurement_yearshare WHERE project_id = NEW.project_id;
  IF total > plan * 1.1 THEN
    RAISE EXCEPTION 'F-09 各年度合计 % 元超过采购计划 % 元', total, plan USING ERRCODE = 'check_violation';
  END IF;
  IF procurement_year_drawn(NEW.project_id, NEW.fiscal_year) > NEW.amount THEN
    RAISE EXCEPTION 'F-09 % 年度金额 % 元少于已安排的资金', NEW.fiscal_year, NEW.amount USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION procurement_guard_year_funding() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE y integer; top numeric; total numeric;
BEGIN
  PERFORM 1 FROM procurement_project WHERE id = NEW.project_id FOR UPDATE;
  SELECT b.fiscal_year INTO y FROM procurement_fundingline l JOIN procurement_budget b ON b.id = l.budget_id WHERE l.id = NEW.line_id;
  top := procurement_year_share(NEW.project_id, y);
  total := procurement_year_drawn(NEW.project_id, y);
  IF total > top THEN
    RAISE EXCEPTION 'F-09 % 年度安排 % 元超过该年度金额 % 元', y, total, top USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION procurement_guard_year_plan() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE whose bigint; y integer; top numeric; total numeric;
BEGIN
  SELECT project_id INTO whose FROM procurement_contract WHERE id = NEW.contract_id FOR UPDATE;
  y := extract(year FROM NEW.period_end);
  top := procurement_year_share(whose, y);
  SELECT coalesce(sum(planned), 0) INTO total FROM procurement_instalment
    WHERE contract_id = NEW.contract_id AND extract(year FROM period_end) = y;
  IF total > top THEN
    RAISE EXCEPTION 'F-09 % 年度付款计划 % 元超过该年度金额 % 元', y, total, top USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION procurement_guard_year_accepted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE whose bigint; y integer; top numeric; total numeric;
BEGIN
  SELECT project_id INTO whose FROM procurement_contract WHERE id = NEW.contract_id FOR UPDATE;
  SELECT extract(year FROM period_end) INTO y FROM procurement_instalment WHERE id = NEW.instalment_id;
  top := procurement_year_share(whose, y);
  SELECT coalesce(sum(a.amount), 0) INTO total FROM procurement_acceptance a JOIN procurement_instalment i ON i.id = a.instalment_id
    WHERE a.contract_id = NEW.contract_id AND a.status IN ('passed', 'announced') AND extract(year FROM i.period_end) = y;
  IF total > top THEN
    RAISE EXCEPTION 'F-09 % 年度已验收 % 元超过该年度金额 % 元', y, total, top USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
"""
GUARDS = {
    "procurement_yearshare": ("procurement_guard_share", "amount, fiscal_year, project_id"),
    "procurement_projectfunding": ("procurement_guard_year_funding", "amount, line_id, project_id"),
    "procurement_instalment": ("procurement_guard_year_plan", "planned, period_end, contract_id"),
    "procurement_acceptance": ("procurement_guard_year_accepted", "amount, status, instalment_id, contract_id"),
}
HELPERS = ("procurement_year_share(bigint, integer)", "procurement_year_drawn(bigint, integer)")


def install(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute(FUNCTIONS, params=None)
    for table, (function, columns) in GUARDS.items():
        schema_editor.execute(
            f"CREATE TRIGGER year_guard AFTER INSERT OR UPDATE OF {columns} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()",
            params=None,
        )


def remove(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for table, (function, _) in GUARDS.items():
        schema_editor.execute(f"DROP TRIGGER year_guard ON {table}")
        schema_editor.execute(f"DROP FUNCTION {function}()")
    for helper in HELPERS:
        schema_editor.execute(f"DROP FUNCTION {helper}")


class Migration(migrations.Migration):
    dependencies = [("procurement", "0005_file_is_kept")]
    operations = [migrations.RunPython(install, remove)]
