"""Addresses of budgets and of the grants of superiors."""

from django.urls import path

from procurement.views import money, striking

urlpatterns = [
    path("budgets/", money.budget_list, name="budget_list"),
    path("budgets/new/", money.BudgetCreate.as_view(), name="budget_create"),
    path("grants/new/", money.GrantCreate.as_view(), name="grant_create"),
    path("grants/<int:pk>/strike/", striking.GrantStrike.as_view(), name="grant_strike"),
    path("plan/<int:pk>/strike/", striking.PlanRowStrike.as_view(), name="plan_row_strike"),
    path("catalogue/guidance/<int:pk>/delist/", striking.GuidanceDelist.as_view(), name="guidance_delist"),
]
