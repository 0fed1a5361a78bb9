"""Addresses of signing in and of an account's second factor."""

from __future__ import annotations

from django.urls import path
from django.views.generic import RedirectView

from whisper.accounts.views import by_discord, later

_MFA = "allauth.mfa"
_DISCORD = "allauth.socialaccount.providers.discord.views"
_to_sign_in = RedirectView.as_view(pattern_name="admin:login", query_string=True)

# allauth asks for its own names.
urlpatterns = [
    path("sign-in/", _to_sign_in, name="account_login"),
    path("confirm/", later("allauth.account.views.reauthenticate"), name="account_reauthenticate"),
    path("second-factor/", later(f"{_MFA}.base.views.index"), name="mfa_index"),
    path(
        "second-factor/sign-in/",
        later(f"{_MFA}.base.views.authenticate"),
        name="mfa_authenticate",
    ),
    path(
        "second-factor/confirm/",
        later(f"{_MFA}.base.views.reauthenticate"),
        name="mfa_reauthenticate",
    ),
    path(
        "second-factor/app/add/",
        later(f"{_MFA}.totp.views.activate_totp"),
        name="mfa_activate_totp",
    ),
    path(
        "second-factor/app/remove/",
        later(f"{_MFA}.totp.views.deactivate_totp"),
        name="mfa_deactivate_totp",
    ),
    path(
        "second-factor/codes/",
        later(f"{_MFA}.recovery_codes.views.view_recovery_codes"),
        name="mfa_view_recovery_codes",
    ),
    path(
        "second-factor/codes/renew/",
        later(f"{_MFA}.recovery_codes.views.generate_recovery_codes"),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "second-factor/passkeys/",
        later(f"{_MFA}.webauthn.views.list_webauthn"),
        name="mfa_list_webauthn",
    ),
    path(
        "second-factor/passkeys/add/",
        later(f"{_MFA}.webauthn.views.add_webauthn"),
        name="mfa_add_webauthn",
    ),
    path(
        "second-factor/passkeys/confirm/",
        later(f"{_MFA}.webauthn.views.reauthenticate_webauthn"),
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        "second-factor/passkeys/<int:pk>/remove/",
        later(f"{_MFA}.webauthn.views.remove_webauthn"),
        name="mfa_remove_webauthn",
    ),
    path(
        "second-factor/passkeys/<int:pk>/rename/",
        later(f"{_MFA}.webauthn.views.edit_webauthn"),
        name="mfa_edit_webauthn",
    ),
    path("passkey/", later(f"{_MFA}.webauthn.views.login_webauthn"), name="mfa_login_webauthn"),
    path("discord/", by_discord(f"{_DISCORD}.oauth2_login"), name="discord_login"),
    path("discord/callback/", by_discord(f"{_DISCORD}.oauth2_callback"), name="discord_callback"),
]
