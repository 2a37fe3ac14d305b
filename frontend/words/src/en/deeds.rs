//! What was done, by the words of the audit log, in English.

/// The words for an action in the audit log.
pub(super) fn told(action: &str) -> Option<&'static str> {
    Some(match action {
        "account.create" => "Account created",
        "account.holder" => "Account's holder changed",
        "account.remove" => "Account removed",
        "account.reset_password" => "Password reset",
        "account.role" => "Role changed",
        "account.set_password" => "Password changed",
        "board.create" => "Board created",
        "board.edit" => "Board changed",
        "board.delete" => "Board deleted",
        "dnd.on" => "DND turned on",
        "dnd.off" => "DND turned off",
        "dnd.ended" => "DND ended",
        "extension.edit" => "Extension named",
        "extension.import" => "Extensions imported",
        "extension.undo" => "Change of extensions undone",
        "extension.reset" => "Extension reset to file",
        "login" => "Login",
        "logout" => "Logout",
        "peer.pause" => "PBX paused",
        "peer.resume" => "PBX resumed",
        "peer.refresh" => "All states requested",
        "screen.create" => "Screen created",
        "screen.revoke" => "Screen revoked",
        "session.end" => "Session ended",
        _ => return None,
    })
}
