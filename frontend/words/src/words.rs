//! Texts of the page, each a field whose name and comment give its meaning.

use lampfield_shared::account::{NoAccount, OwnDnd};
use lampfield_shared::{Direction, Dnd, LampState, PresenceState, Role, Why};

use crate::{Age, Category, Grouping, Language, Order, Palette, Size, Theme};

/// The texts that every program of the page contains. Texts with arguments are functions.
///
/// Each part of the texts has a method, such as [`Words::admin`]: a program contains only the parts that it calls for.
pub struct Words {
    /// The language of these texts.
    pub which: Language,
    /// The tag for `<html lang>`.
    pub tag: &'static str,
    /// The name of the language in that language.
    pub own_name: &'static str,

    /// The word for a state.
    pub state: fn(LampState) -> &'static str,
    /// The word for a state where there is little room.
    pub state_short: fn(LampState) -> &'static str,
    /// On a tile: DND lights the lamp only.
    pub short_lamp: &'static str,
    /// On a tile: DND blocks calls.
    pub short_calls: &'static str,
    /// Badge on a lamp in a call, as a sentence: "do not disturb" is on, too.
    pub dnd_too: &'static str,
    /// Badge on a lamp, as a sentence: "do not disturb" was on or off, last known that long ago.
    pub dnd_was: fn(Dnd, Option<Age>) -> String,
    /// "12 min"
    pub age: fn(Age) -> String,
    /// "Last known: free"; the argument is in lower case.
    pub last_known_state: fn(&str) -> String,
    /// "Last known: free, 12 min ago"; the state is in lower case.
    pub last_known: fn(&str, Age) -> String,
    /// On a tile: "was free", of a state that is only last known.
    pub was: fn(LampState) -> &'static str,
    /// "3:12", "2:05 h": how many seconds a call lasts.
    pub timer: fn(u64) -> String,
    /// "Last known: free, 12 minutes ago"; the state is in lower case.
    pub last_known_long: fn(&str, Age) -> String,
    /// "On a call for 12 minutes"
    pub lasting: fn(&str, Age) -> String,
    /// "2 new voicemails"
    pub voicemails: fn(u32) -> String,

    /// The name of a category in the totals, after its count.
    pub category: fn(Category) -> &'static str,
    /// Label of the totals, which are filters.
    pub totals: &'static str,

    /// Health: so many sites are live.
    pub sites_live: fn(usize) -> String,
    /// Health: the site is silent since that time.
    pub site_silent: fn(&str, &str) -> String,
    /// Health: so many of so many sites are silent.
    pub sites_silent: fn(usize, usize) -> String,
    /// On the head of a group: nothing is known of its site since that time.
    pub since: fn(&str) -> String,
    /// On the head of a group: its site has told nothing yet.
    pub nothing_yet: &'static str,
    /// Chip: the site is live.
    pub site_live: &'static str,
    /// Chip: the site was last heard at that time.
    pub site_last_known: fn(&str) -> String,
    /// Chip: the site, given by its title, was never heard.
    pub site_never: fn(&str) -> String,
    /// Heading of the lamps without a site.
    pub no_site: &'static str,
    /// Heading of a site's lamps without a department.
    pub no_group: &'static str,

    /// Status: the first connection is being made.
    pub connecting: &'static str,
    /// Status: the stream is live.
    pub live: &'static str,
    /// Status: the stream broke a moment ago.
    pub reconnecting: &'static str,
    /// Status: the stream is lost.
    pub lost: &'static str,
    /// Banner: the stream is lost, and the lamps show that time.
    pub lost_since: fn(&str) -> String,
    /// Banner: the server was never reached.
    pub unreachable: &'static str,
    /// "Next try in 5 s."
    pub next_try: fn(u64) -> String,
    /// Banner: an attempt is under way.
    pub trying: &'static str,

    /// Placeholder until the first snapshot.
    pub loading: &'static str,
    /// There are no lamps at all.
    pub empty: &'static str,
    /// No lamp matches the search.
    pub no_hits: fn(&str) -> String,
    /// No lamp is in the chosen categories.
    pub none_chosen: &'static str,
    /// That many lamps are in the chosen categories, but none of them on this tab.
    pub none_here: fn(u32) -> String,
    /// The tab has no lamps.
    pub empty_tab: &'static str,
    /// The ribbon of a demo.
    pub demo: &'static str,

    /// Label of the search field.
    pub search: &'static str,
    /// Placeholder of the search field: what can be searched.
    pub search_hint: &'static str,
    /// Label of the language switch.
    pub language: &'static str,
    /// Label of the choice between light and dark.
    pub theme: &'static str,
    /// The name of a theme; `None` leaves it to the system.
    pub themes: fn(Option<Theme>) -> &'static str,
    /// Button: the menu of the page.
    pub menu: &'static str,
}

/// Texts that several parts of the page use.
pub struct CommonWords {
    /// Button: close a dialog.
    pub close: &'static str,
    /// Button: cancel.
    pub cancel: &'static str,
    /// Button: save.
    pub save: &'static str,
    /// Button: copy to the clipboard.
    pub copy: &'static str,
    /// Notice: the text was copied.
    pub copied: &'static str,
    /// Notice: the browser forbids copying.
    pub not_copied: &'static str,
    /// Placeholder while an answer is awaited.
    pub asking: &'static str,
    /// Placeholder while a part of the page's program is loaded.
    pub coming: &'static str,
    /// In its place: that failed, and is tried again.
    pub not_come: &'static str,
    /// Error: the server could not be reached.
    pub unreachable: &'static str,
    /// Error: an order got no answer and may have been carried out.
    pub unknown: &'static str,
    /// Error: the reader's role does not allow this.
    pub forbidden: &'static str,
    /// Error: too many attempts; wait so many seconds.
    pub slow_down: fn(u64) -> String,
    /// Error: the server's own words, which are English.
    pub server_says: fn(&str) -> String,
    /// Error: the cause in this language; `None` if only the server's own words say it.
    pub refused: fn(&Why) -> Option<String>,
    /// Who did something without an account.
    pub no_account: fn(NoAccount<'_>) -> String,
    /// In place of a time: never.
    pub never: &'static str,
    /// Text of an empty list.
    pub nothing: &'static str,
}

impl CommonWords {
    /// Who did something, from the form in which the audit log [writes it](NoAccount).
    pub fn named(&self, who: &str) -> String {
        NoAccount::read(who).map_or_else(|| who.to_owned(), self.no_account)
    }
}

/// The texts of the login and of the reader's account.
pub struct AccountWords {
    /// Heading, button and link: log in.
    pub log_in: &'static str,
    /// Button: log out.
    pub log_out: &'static str,
    /// Label: name of the account.
    pub name: &'static str,
    /// Label: password.
    pub password: &'static str,
    /// Error: name or password is wrong; which one is not said.
    pub wrong: &'static str,
    /// The session has ended.
    pub ended: &'static str,
    /// The name of a role.
    pub role: fn(Role) -> &'static str,
    /// What an account may set of "do not disturb" on its own extension.
    pub own_dnd: fn(OwnDnd) -> &'static str,
    /// A reader of an open board without a login.
    pub guest: &'static str,
    /// Heading and link: change the password.
    pub change_password: &'static str,
    /// Why a one-time password must be changed now.
    pub must_change: &'static str,
    /// Label: the present password.
    pub old_password: &'static str,
    /// Label: the new password.
    pub new_password: &'static str,
    /// Label: the new password again.
    pub repeat_password: &'static str,
    /// "At least 10 characters."
    pub at_least: fn(usize) -> String,
    /// Error: the two new passwords differ.
    pub differ: &'static str,
    /// On the own line, before the reader's number: "Me 100".
    pub me: &'static str,
    /// Title of the own line: what it is.
    pub own_line: &'static str,
    /// Link from the own line to the details of the own extension.
    pub own_details: &'static str,
    /// Link to the board.
    pub to_board: &'static str,
    /// Label of the switch: calls use `sip:` links.
    pub sip_links: &'static str,
}

/// The texts of the board around the lamps.
pub struct BoardWords {
    /// Label of the row of tabs.
    pub tabs: &'static str,
    /// Tab: favourites.
    pub favourites: &'static str,
    /// Tab: all lamps.
    pub all: &'static str,
    /// Text of the empty favourites tab.
    pub no_favourites: &'static str,
    /// Heading: the sites, each a part of the board.
    pub sites: &'static str,
    /// Heading: the departments, each a part of the board.
    pub departments: &'static str,
    /// Heading: the boards that admins made.
    pub own_boards: &'static str,
    /// Part of the board: what rings.
    pub ringing: &'static str,
    /// Button: how the lamps are grouped, sorted and drawn.
    pub view: &'static str,
    /// Heading: what lamps are grouped by.
    pub group_by: &'static str,
    /// What lamps are grouped by.
    pub groupings: fn(Grouping) -> &'static str,
    /// Heading: sort order.
    pub order: &'static str,
    /// The name of a sort order.
    pub by: fn(Order) -> &'static str,
    /// Beside a sort order: it takes the groups away.
    pub no_groups: &'static str,
    /// Heading: size of tiles.
    pub size: &'static str,
    /// The name of a size of tiles.
    pub sizes: fn(Size) -> &'static str,
    /// "medium now": the size or grouping that fits.
    pub fits: fn(&str) -> String,
    /// Label: palette.
    pub palette: &'static str,
    /// The name of a palette.
    pub palettes: fn(Palette) -> &'static str,
    /// Label of the switch: ringing lamps blink.
    pub blink: &'static str,
    /// Label of the switch: show the panel beside the board.
    pub side: &'static str,
    /// Heading: ringing lamps.
    pub ringing_now: &'static str,
    /// No lamp rings.
    pub none_rings: &'static str,
    /// "and 3 more"
    pub and_more: fn(usize) -> String,
    /// Heading: watched lamps.
    pub watching: &'static str,
    /// In place of what rings, while the stream is lost.
    pub not_known: &'static str,
    /// A watched lamp is free for that long.
    pub free_for: fn(&str) -> String,
    /// Button: I have seen that a watched lamp is free.
    pub dismiss: &'static str,
    /// Heading: what the reader did.
    pub deeds: &'static str,
    /// Button: undo, with the seconds that are left.
    pub undo: fn(u64) -> String,
    /// Notice: an action was undone.
    pub undone: &'static str,
    /// Action: a lamp became a favourite.
    pub starred: fn(&str) -> String,
    /// Deed: the favourites stand in another order.
    pub arranged: &'static str,
    /// Action: a lamp is no favourite any more.
    pub unstarred: fn(&str) -> String,
    /// Action: a note was saved.
    pub noted: fn(&str) -> String,
    /// Action: "do not disturb" was set or ended.
    pub dnd_set: fn(Dnd, &str) -> String,
    /// No lamp is watched, and how to watch one.
    pub none_watched: &'static str,
    /// Label of the switch: chime.
    pub sound: &'static str,
    /// Label of the switch: system notifications.
    pub notify: &'static str,
    /// Notice: the browser does not allow notifications.
    pub notify_refused: &'static str,
    /// Notice: "Calling 214 Petrova…"
    pub calling: fn(&str) -> String,
    /// "5 of 80", below the hits of a search
    pub hits: fn(usize, usize) -> String,
    /// Columns of the lamps that a search found: number, name, department, site, state, since when.
    pub columns: [&'static str; 6],
    /// "We will tell you when 214 is free"
    pub watch_on: fn(&str) -> String,
    /// "We no longer watch 214"
    pub watch_off: fn(&str) -> String,
    /// "214 is free"
    pub watch_hit: fn(&str) -> String,
    /// Notice: the stream is live again.
    pub restored: &'static str,
    /// "3 selected"
    pub selected: fn(usize) -> String,
    /// Button: clear the selection.
    pub clear: &'static str,
}

/// The texts of a lamp's details.
pub struct DetailsWords {
    /// There is no lamp with this number.
    pub gone: fn(&str) -> String,
    /// "Since 13:58"
    pub since: fn(&str) -> String,
    /// A live lamp of the site with that title.
    pub live: fn(&str) -> String,
    /// A last known lamp, with the time at which it was live.
    pub last_known: fn(&str) -> String,
    /// A lamp that nobody has told about.
    pub never: &'static str,
    /// "3 old voicemails"
    pub old_voicemails: fn(u32) -> String,
    /// A person's presence state, as the PBX tells it.
    pub presence: fn(PresenceState) -> &'static str,
    /// "Phone: free", while "do not disturb" hides it.
    pub phone: fn(&str) -> String,
    /// "It was so at 13:58."
    pub as_of: fn(&str) -> String,
    /// The other party of a call, and the direction.
    pub call_with: fn(Option<Direction>, &str) -> String,
    /// The other party is an extension, not named.
    pub internal: &'static str,
    /// The other party is outside, not named.
    pub external: &'static str,
    /// The other party withholds its number.
    pub withheld: &'static str,
    /// Button: call.
    pub call: &'static str,
    /// Button: copy the number.
    pub copy_number: &'static str,
    /// Button: add to the favourites.
    pub favourite: &'static str,
    /// Button: remove from the favourites.
    pub not_favourite: &'static str,
    /// Button: watch (tell me when it is free).
    pub watch: &'static str,
    /// Button: stop watching.
    pub not_watch: &'static str,
    /// Label of the switch: a click selects.
    pub select: &'static str,
    /// Heading: the reader's own note.
    pub note: &'static str,
    /// Hint beside the heading: the note was changed and is not saved.
    pub note_draft: &'static str,
    /// Hint: only the reader sees the note.
    pub note_hint: &'static str,
    /// Notice: the note was saved.
    pub note_saved: &'static str,
    /// Heading: "Why this state?"
    pub why: &'static str,
    /// The hint that joins the devices.
    pub hint: fn(&str) -> String,
    /// The extension has no hint.
    pub no_hint: &'static str,
    /// There is no vote.
    pub no_votes: &'static str,
    /// Tag: the vote decides.
    pub wins: &'static str,
    /// Tag: the vote does not decide.
    pub loses: &'static str,
    /// "said by Perm at 13:58"
    pub said: fn(&str, &str) -> String,
    /// In place of an entity id: the vote is the peer's own.
    pub no_eid: &'static str,
    /// Heading: the changes since the page was opened.
    pub changes: &'static str,
    /// There was no change since the page was opened.
    pub no_changes: &'static str,
}

/// The texts of the admin's pages.
pub struct AdminWords {
    /// An error in that line of a file.
    pub in_line: fn(u64, &str) -> String,
    /// Page: accounts.
    pub accounts: &'static str,
    /// Page: own boards.
    pub boards: &'static str,
    /// Page: wall displays.
    pub screens: &'static str,
    /// Page: audit log.
    pub audit: &'static str,
    /// Page: PBXes.
    pub peers: &'static str,
    /// Column and label: PBX; of an extension, the one that serves it.
    pub peer: &'static str,
    /// Column and label: name.
    pub name: &'static str,
    /// Column and label: role.
    pub role: &'static str,
    /// Column: when it was made.
    pub created: &'static str,
    /// Column: last login.
    pub last_login: &'static str,
    /// Column: actions.
    pub actions: &'static str,
    /// Heading: new account.
    pub new_account: &'static str,
    /// Label: the name by which people know the account's holder.
    pub display_name: &'static str,
    /// Label: the account's own extension.
    pub own_exten: &'static str,
    /// Label: what the account may set of "do not disturb" on its own extension.
    pub own_dnd: &'static str,
    /// Button: create.
    pub create: &'static str,
    /// Tag: the account still has a one-time password.
    pub one_time: &'static str,
    /// Button: give a new one-time password.
    pub reset: &'static str,
    /// Button: delete.
    pub remove: &'static str,
    /// Question before an account is deleted.
    pub remove_sure: fn(&str) -> String,
    /// Heading of the dialog with a one-time password.
    pub password_of: fn(&str) -> String,
    /// Warning: the password is good for one login and shown only once.
    pub password_once: &'static str,
    /// Column: time.
    pub time: &'static str,
    /// Column: who did it.
    pub who: &'static str,
    /// Column: the address of who did it.
    pub address: &'static str,
    /// Column: action.
    pub action: &'static str,
    /// Column: whom or what the action was about.
    pub target: &'static str,
    /// Column: outcome.
    pub result: &'static str,
    /// Column: further facts.
    pub details: &'static str,
    /// Link to older entries.
    pub older: &'static str,
    /// Link to the newest entries.
    pub newest: &'static str,
    /// Page: names of the extensions.
    pub extensions: &'static str,
}
