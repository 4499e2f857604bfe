"""T04, whole: of each noun of purchase, contractors and staffing every pair of states is either in its table or refused by the one door."""

import pytest
from django.apps import apps

from records import workflow
from records.refusals import IllegalTransition

APPS = ("procurement", "contractors", "staffing")
move = workflow.move.__wrapped__  # the door without its transaction
MODELS = [model for app in APPS for model in apps.get_app_config(app).get_models() if hasattr(model, "TRANSITIONS")]


class Rows:
    """In place of the database: remembers what would have been written. The guard on the status before is asked for each time."""

    def __init__(self):
        self.written = []

    def filter(self, *, pk, status):
        self.before = status
        return self

    def update(self, **values):
        self.written.append((self.before, values["status"]))
        return 1


@pytest.fixture
def door(monkeypatch):
    """``move`` with nothing behind it; returns the rows written and the audit actions left."""

    def shut(model):
        rows, told = Rows(), []
        monkeypatch.setattr(model._meta, "base_manager", rows)
        monkeypatch.setattr(model, "__str__", lambda self: "一份")
        monkeypatch.setattr(workflow.audit, "record", lambda action, target, **more: told.append(action))
        return rows, told

    return shut


def test_every_noun_that_moves_is_among_the_models():
    names = {model.__name__ for model in MODELS}
    assert {"Project", "Tender", "Bid", "Award", "Contract", "Payment", "Takeover", "Contractor", "Application"} <= names


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_each_pair_of_states_is_in_the_table_or_refused(model, door):
    rows, told = door(model)
    allowed, refused = set(), set()
    for before in model.Status:
        for after in model.Status:
            try:
                move(model(status=before), after, by=None)
                allowed.add((before, after))
            except IllegalTransition as refusal:
                refused.add((before, after))
                assert before.label in str(refusal) and after.label in str(refusal)
    assert allowed == {(before, after) for before, ways in model.TRANSITIONS.items() for after in ways}
    assert len(allowed) + len(refused) == len(model.Status) ** 2 and refused
    assert set(rows.written) == allowed and len(told) == len(allowed)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_state_is_in_the_table_and_can_be_reached(model):
    assert set(model.TRANSITIONS) == set(model.Status)
    first = model._meta.get_field("status").default
    reached, waiting = set(), [model.Status(first)]
    while waiting:
        state = waiting.pop()
        if state not in reached:
            reached.add(state)
            waiting += model.TRANSITIONS[state]
    assert reached == set(model.Status)
