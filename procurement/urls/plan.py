"""Addresses of the year's plan and of the public's opinion on a requirement."""

from django.urls import path

from procurement.views import plan, requirement, years

urlpatterns = [
    path("budgets/<int:pk>/", plan.budget_detail, name="budget_detail"),
    path("budgets/<int:pk>/adjust/", plan.BudgetAdjust.as_view(), name="budget_adjust"),
    path("plan/new/", plan.PlanRowCreate.as_view(), name="plan_row_create"),
    path("plan/export/", plan.plan_export, name="plan_export"),
    path("plan/import/", plan.plan_import, name="plan_import"),
    path("plan/import/confirm/", plan.plan_import_confirm, name="plan_import_confirm"),
    path("plan/<int:pk>/", plan.plan_row, name="plan_row"),
    path("plan/<int:pk>/draft/", plan.plan_draft, name="plan_draft"),
    path("projects/<int:pk>/years/", years.project_years, name="project_years"),
    path("projects/<int:pk>/years/<int:year>/fund/", years.YearFund.as_view(), name="year_fund"),
    path("projects/<int:pk>/requirement/", requirement.project_requirement, name="project_requirement"),
    path("projects/<int:pk>/comments/open/", requirement.CommentsOpen.as_view(), name="comments_open"),
    path("comment-rounds/<int:pk>/close/", requirement.CommentsClose.as_view(), name="comments_close"),
    path("comments/<int:pk>/review/", requirement.CommentReview.as_view(), name="comment_review"),
]
