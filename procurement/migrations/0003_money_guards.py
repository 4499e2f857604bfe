"""The chain of money as PostgreSQL itself holds it: each writer locks the row above and adds up what hangs below it.

budget ≥ its lines ≥ what projects draw; ceiling ≥ award = contract ≤ plan; contract with supplements ≥ accepted ≥ paid; parts given to
others < the whole. SQLite, which has one writer at a time and rebuilds tables when they change, keeps the check constraints alone.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION procurement_guard_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE top numeric; total numeric;
BEGIN
  SELECT amount INTO top FROM procurement_budget WHERE id = NEW.budget_id FOR UPDATE;
  SELECT coalesce(sum(amount), 0) INTO total FROM procurement_fundingline WHERE budget_id = NEW.budget_id AND id <> NEW.id;
  IF total + NEW.amount > top THEN
    RAISE EXCEPTION 'F-09 资金来源合计 % 元超过预算 % 元', total + NEW.amount, top USING ERRCODE = 'check_violation';
  END IF;
  SELECT coalesce(sum(f.amount), 0) INTO total FROM procurement_projectfunding f JOIN procurement_project p ON p.id = f.project_id
    WHERE f.line_id = NEW.id AND p.status NOT IN ('failed', 'terminated');
  IF total > NEW.amount THEN
    RAISE EXCEPTION 'F-09 资金来源 % 元少于已安排的 % 元', NEW.amount, total USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION procurement_guard_budget() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE total numeric;
BEGIN
  SELECT coalesce(sum(amount), 0) INTO total FROM procurement_fundingline WHERE budget_id = NEW.id;
  IF total > NEW.amount THEN
    RAISE EXCEPTION 'F-09 预算 % 元少于资金来源合计 % 元', NEW.amount, total USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION procurement_guard_funding() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE top numeric; total numeric;
BEGIN
  SELECT amount INTO top FROM procurement_fundingline WHERE id = NEW.line_id FOR UPDATE;
  SELECT coalesce(sum(f.amount), 0) INTO total FROM procurement_projectfunding f JOIN procurement_project p ON p.id = f.project_id
    WHERE f.line_id = NEW.line_id AND p.status NOT IN ('failed', 'terminated');
  IF total > top THEN
    RAISE EXCEPTION 'F-09 项目安排合计 % 元超过资金来源 % 元', total, top USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION procurement_guard_award() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE top numeric;
BEGIN
  SELECT p.ceiling INTO top FROM procurement_project p JOIN procurement_tender t ON t.project_id = p.id WHERE t.id = NEW.tender_id;
  IF NEW.amount > top THEN
    RAISE EXCEPTION 'F-09 成交金额 % 元超过最高限价 % 元', NEW.amount, top USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION procurement_guard_contract() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE awarded numeric; plan numeric;
BEGIN
  SELECT amount INTO awarded FROM procurement_award WHERE id = NEW.award_id;
  SELECT plan_amount INTO plan FROM procurement_project WHERE id = NEW.project_id;
  IF NEW.amount <> awarded OR NEW.amount > plan THEN
    RAISE EXCEPTION 'F-09 合同金额 % 元应等于成交金额 % 元，且不超过采购计划 % 元', NEW.amount, awarded, plan
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION procurement_guard_acceptance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE top numeric; total numeric;
BEGIN
  SELECT amount + supplement_amount - reduced_amount INTO top FROM procurement_contract WHERE id = NEW.contract_id FOR UPDATE;
  SELECT coalesce(sum(amount), 0) INTO total FROM procurement_acceptance
    WHERE contract_id = NEW.contract_id AND status IN ('passed', 'announced');
  IF total > top THEN
    RAISE EXCEPTION 'F-09 已验收合计 % 元超过合同金额 % 元', total, top USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION procurement_guard_payment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE top numeric; earned numeric; total numeric;
BEGIN
  SELECT amount + supplement_amount - reduced_amount INTO top FROM procurement_contract WHERE id = NEW.contract_id FOR UPDATE;
  SELECT coalesce(sum(amount), 0) INTO total FROM procurement_payment WHERE contract_id = NEW.contract_id AND status <> 'returned';
  IF total > top THEN
    RAISE EXCEPTION 'P-63 支付合计 % 元超过合同金额 % 元', total, top USING ERRCODE = 'check_violation';
  END IF;
  SELECT coalesce(sum(amount - retained_amount), 0) INTO earned FROM procurement_acceptance
    WHERE contract_id = NEW.contract_id AND status IN ('passed', 'announced');
  SELECT earned + coalesce(sum(r.amount), 0) INTO earned FROM procurement_retainedrelease r
    JOIN procurement_acceptance a ON a.id = r.acceptance_id WHERE a.contract_id = NEW.contract_id;
  SELECT coalesce(sum(amount + "offset"), 0) INTO total FROM procurement_payment
    WHERE contract_id = NEW.contract_id AND status <> 'returned' AND kind <> 'advance';
  IF total > earned THEN
    RAISE EXCEPTION 'P-63 支付合计 % 元超过已验收应付 % 元', total, earned USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION procurement_guard_subcontract() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE top numeric; total numeric;
BEGIN
  SELECT amount + supplement_amount - reduced_amount INTO top FROM procurement_contract WHERE id = NEW.contract_id FOR UPDATE;
  SELECT coalesce(sum(amount), 0) INTO total FROM procurement_subcontract
    WHERE contract_id = NEW.contract_id AND status IN ('proposed', 'consented');
  IF total >= top AND NEW.status IN ('proposed', 'consented') THEN
    RAISE EXCEPTION 'V-01 分包合计 % 元达到合同金额 % 元，属于转包', total, top USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
"""
# table → (function, columns whose change matters)
GUARDS = {
    "procurement_budget": ("procurement_guard_budget", "amount"),
    "procurement_fundingline": ("procurement_guard_line", "amount, budget_id"),
    "procurement_projectfunding": ("procurement_guard_funding", "amount, line_id, project_id"),
    "procurement_award": ("procurement_guard_award", "amount, tender_id"),
    "procurement_contract": ("procurement_guard_contract", "amount, award_id, project_id"),
    "procurement_acceptance": ("procurement_guard_acceptance", "amount, status, contract_id"),
    "procurement_payment": ("procurement_guard_payment", 'amount, "offset", status, contract_id'),
    "procurement_subcontract": ("procurement_guard_subcontract", "amount, status, contract_id"),
}


def install(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute(FUNCTIONS, params=None)
    for table, (function, columns) in GUARDS.items():
        schema_editor.execute(
            f"CREATE TRIGGER money_guard AFTER INSERT OR UPDATE OF {columns} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()",
            params=None,
        )


def remove(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for table, (function, _) in GUARDS.items():
        schema_editor.execute(f"DROP TRIGGER money_guard ON {table}")
        schema_editor.execute(f"DROP FUNCTION {function}()")


class Migration(migrations.Migration):
    dependencies = [("procurement", "0002_catalogue")]
    operations = [migrations.RunPython(install, remove)]
