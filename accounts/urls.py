from django.urls import path

from accounts import views, views_organisations, views_people, views_tokens

app_name = "accounts"
urlpatterns = [
    # me
    path("login/", views.SignIn.as_view(), name="login"),
    path("login/code/", views.totp, name="totp"),
    path("logout/", views.sign_out, name="logout"),
    path("goodbye/", views.signed_out, name="signed_out"),
    path("me/", views.profile, name="profile"),
    path("me/password/", views.password_change, name="password_change"),
    path("me/second-factor/", views.totp_setup, name="totp_setup"),
    path("me/tokens/new/", views.token_create, name="token_create"),
    path("me/tokens/<int:pk>/revoke/", views.token_revoke, name="token_revoke"),
    # people
    path("users/", views_people.user_list, name="user_list"),
    path("users/new/", views_people.user_create, name="user_create"),
    path("users/<int:pk>/", views_people.user_detail, name="user_detail"),
    path("users/<int:pk>/edit/", views_people.user_edit, name="user_edit"),
    path("users/<int:pk>/password/reset/", views_people.password_reset, name="password_reset"),
    path("users/<int:pk>/active/", views_people.user_active, name="user_active"),
    path("users/<int:pk>/second-factor/reset/", views_people.second_factor_reset, name="second_factor_reset"),
    path("users/<int:pk>/posts/new/", views_people.membership_create, name="membership_create"),
    path("posts/<int:pk>/end/", views_people.membership_end, name="membership_end"),
    path("posts/<int:pk>/deputy/", views_people.deputy_appoint, name="deputy_appoint"),
    # keys of programs
    path("tokens/", views_tokens.token_list, name="token_list"),
    path("tokens/new/", views_tokens.token_issue, name="token_issue"),
    path("tokens/<int:pk>/withdraw/", views_tokens.token_withdraw, name="token_withdraw"),
    # organisations
    path("organisations/", views_organisations.organisation_list, name="organisation_list"),
    path("organisations/new/", views_organisations.organisation_create, name="organisation_create"),
    path("organisations/<int:pk>/end/", views_organisations.organisation_end, name="organisation_end"),
    path("organisations/<int:pk>/", views_organisations.organisation_detail, name="organisation_detail"),
    # audit
    path("audit/", views_people.audit_list, name="audit_list"),
]
