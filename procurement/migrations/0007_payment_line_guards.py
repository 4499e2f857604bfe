"""Payments by funding line, on PostgreSQL: their sum is the payment, and no line pays more than the project draws from it.

The sum is looked at when the transaction ends, for a payment and its lines are written one after the other.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION procurement_line_paid(whose bigint, source_line bigint) RETURNS numeric LANGUAGE sql AS $$
  SELECT coalesce(sum(l.amount), 0) FROM procurement_paymentline l JOIN procurement_payment y ON y.id = l.payment_id
    JOIN procurement_contract c ON c.id = y.contract_id
    WHERE c.project_id = whose AND l.line_id = source_line AND y.status <> 'returned'
$$;

CREATE FUNCTION procurement_guard_drawing() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE whose bigint; top numeric; held numeric; total numeric;
BEGIN
  SELECT amount INTO top FROM procurement_fundingline WHERE id = NEW.line_id FOR UPDATE;
  SELECT c.project_id INTO whose FROM procurement_payment y JOIN procurement_contract c ON c.id = y.contract_id WHERE y.id = NEW.payment_id;
  SELECT amount INTO held FROM procurement_projectfunding WHERE project_id = whose AND line_id = NEW.line_id;
  total := procurement_line_paid(whose, NEW.line_id);
  IF held IS NULL OR total > held THEN
    RAISE EXCEPTION 'F-09 从该来源支付合计 % 元超过项目安排 % 元', total, coalesce(held, 0) USING ERRCODE = 'check_violation';
  END IF;
  SELECT coalesce(sum(f.amount), 0) INTO total FROM procurement_projectfunding f JOIN procurement_project p ON p.id = f.project_id
    WHERE f.line_id = NEW.line_id AND p.status NOT IN ('failed', 'terminated');
  SELECT total + coalesce(sum(l.amount), 0) INTO total FROM procurement_paymentline l JOIN procurement_payment y ON y.id = l.payment_id
    JOIN procurement_contract c ON c.id = y.contract_id JOIN procurement_project p ON p.id = c.project_id
    WHERE l.line_id = NEW.line_id AND y.status <> 'returned' AND p.status IN ('failed', 'terminated');
  IF total > top THEN
    RAISE EXCEPTION 'F-09 资金来源 % 元已超支，合计 % 元', top, total USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION procurement_guard_paid_funding() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE whose bigint; source_line bigint; held numeric; total numeric;
BEGIN
  SELECT OLD.project_id, OLD.line_id INTO whose, source_line;
  SELECT coalesce(sum(amount), 0) INTO held FROM procurement_projectfunding WHERE project_id = whose AND line_id = source_line;
  total := procurement_line_paid(whose, source_line);
  IF total > held THEN
    RAISE EXCEPTION 'F-09 项目安排 % 元少于从该来源已支付的 % 元', held, total USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION procurement_guard_payment_sum() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE which bigint; whole numeric; total numeric;
BEGIN
  IF TG_TABLE_NAME = 'procurement_payment' THEN which := NEW.id;
  ELSIF TG_OP = 'DELETE' THEN which := OLD.payment_id;
  ELSE which := NEW.payment_id; END IF;
  SELECT amount INTO whole FROM procurement_payment WHERE id = which AND status <> 'returned';
  SELECT coalesce(sum(amount), 0) INTO total FROM procurement_paymentline WHERE payment_id = which;
  IF total <> whole THEN
    RAISE EXCEPTION 'F-09 资金来源合计 % 元应等于支付金额 % 元', total, whole USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER drawing_guard AFTER INSERT OR UPDATE ON procurement_paymentline
  FOR EACH ROW EXECUTE FUNCTION procurement_guard_drawing();
CREATE TRIGGER paid_guard AFTER UPDATE OR DELETE ON procurement_projectfunding
  FOR EACH ROW EXECUTE FUNCTION procurement_guard_paid_funding();
CREATE CONSTRAINT TRIGGER line_sum_guard AFTER INSERT OR UPDATE OR DELETE ON procurement_paymentline
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION procurement_guard_payment_sum();
CREATE CONSTRAINT TRIGGER payment_sum_guard AFTER INSERT OR UPDATE OF amount, status ON procurement_payment
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION procurement_guard_payment_sum();
"""
DROPS = """
DROP TRIGGER payment_sum_guard ON procurement_payment;
DROP TRIGGER line_sum_guard ON procurement_paymentline;
DROP TRIGGER paid_guard ON procurement_projectfunding;
DROP TRIGGER drawing_guard ON procurement_paymentline;
DROP FUNCTION procurement_guard_payment_sum();
DROP FUNCTION procurement_guard_paid_funding();
DROP FUNCTION procurement_guard_drawing();
DROP FUNCTION procurement_line_paid(bigint, bigint);
"""


def install(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FUNCTIONS, params=None)


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(DROPS, params=None)


class Migration(migrations.Migration):
    dependencies = [("procurement", "0006_year_guards")]
    operations = [migrations.RunPython(install, remove)]
