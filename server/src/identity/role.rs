//! Rules about roles: which an account may have, and what follows when one changes.

use lampfield_shared::Role;

/// Whether an account may have this role. A screen is no account: a wall display comes by a link.
pub const fn is_of_accounts(role: Role) -> bool {
    match role {
        Role::Viewer | Role::Receptionist | Role::Admin => true,
        Role::Screen => false,
    }
}

/// Whether a change of role ends the account's sessions: those were issued for more than the account may do now.
pub fn ends_sessions(before: Role, after: Role) -> bool {
    after < before
}

/// Whether no admin would be left once an account has another role; `None`: once the account is removed.
pub fn leaves_no_admin(before: Role, after: Option<Role>, admins: i64) -> bool {
    before == Role::Admin && after != Some(Role::Admin) && admins <= 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_admin_stays() {
        for (before, after, admins, expected) in [
            (Role::Admin, None, 1, true),
            (Role::Admin, Some(Role::Viewer), 1, true),
            (Role::Admin, Some(Role::Admin), 1, false),
            (Role::Admin, None, 2, false),
            (Role::Viewer, None, 1, false),
        ] {
            assert_eq!(leaves_no_admin(before, after, admins), expected, "{before} to {after:?} of {admins}");
        }
    }

    #[test]
    fn a_lower_role_ends_sessions_and_a_higher_one_does_not() {
        assert!(ends_sessions(Role::Admin, Role::Viewer));
        assert!(!ends_sessions(Role::Viewer, Role::Admin) && !ends_sessions(Role::Viewer, Role::Viewer));
        assert!(!is_of_accounts(Role::Screen) && is_of_accounts(Role::Viewer));
    }
}
