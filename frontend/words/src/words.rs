//! Every text of the page, by its meaning.

use lampfield_shared::account::NoAccount;
use lampfield_shared::{Direction, Dnd, Fact, Fault, LampState, PresenceState, Publishing, Role, Timestamp, Why};

use crate::{Age, Category, Density, Language, Order, Palette};

/// What every program of the page says. Where a text depends on something, it is a function.
///
/// The words of one part come by a method of its own, such as [`Words::admin`]: a program holds the words
/// of those parts alone that it asks for.
pub struct Words {
    /// Which language this is.
    pub which: Language,
    /// For `<html lang>`.
    pub tag: &'static str,
    /// The language in its own words.
    pub own_name: &'static str,

    /// A lamp's state.
    pub state: fn(LampState) -> &'static str,
    /// The same where there is little room.
    pub state_short: fn(LampState) -> &'static str,
    /// On a tile: the lamp alone.
    pub short_lamp: &'static str,
    /// On a tile: calls are blocked.
    pub short_calls: &'static str,
    /// The badge of a phone in a call with "do not disturb" on, as a sentence.
    pub dnd_too: &'static str,
    /// The same where it is not known to be so now, with how long ago it was.
    pub dnd_was: fn(Dnd, Option<Age>) -> String,
    /// "12 min"
    pub age: fn(Age) -> String,
    /// "Last known: free"; the state comes in small letters.
    pub last_known_state: fn(&str) -> String,
    /// "Last known: free, 12 min ago"; likewise.
    pub last_known: fn(&str, Age) -> String,
    /// The same, in full words.
    pub last_known_long: fn(&str, Age) -> String,
    /// "On a call for 12 minutes"
    pub lasting: fn(&str, Age) -> String,
    /// "2 new voicemails"
    pub voicemails: fn(u32) -> String,

    /// A category among the totals, after its count.
    pub category: fn(Category) -> &'static str,
    /// What the totals are for.
    pub totals: &'static str,

    /// A site that is heard.
    pub site_live: &'static str,
    /// A site that was last heard at that time.
    pub site_last_known: fn(&str) -> String,
    /// A site that has not been heard yet, by its title.
    pub site_never: fn(&str) -> String,
    /// The heading of the lamps that belong to no site.
    pub no_site: &'static str,
    /// The heading of a site's lamps that belong to no department.
    pub no_group: &'static str,

    /// The first connection is being made.
    pub connecting: &'static str,
    /// The stream lives.
    pub live: &'static str,
    /// The stream broke, but not long ago.
    pub reconnecting: &'static str,
    /// The stream is lost.
    pub lost: &'static str,
    /// The same, with the time that the lamps show.
    pub lost_since: fn(&str) -> String,
    /// There never was a stream.
    pub unreachable: &'static str,
    /// "Next try in 5 s."
    pub next_try: fn(u64) -> String,
    /// A try is under way.
    pub trying: &'static str,

    /// Nothing is there to show yet.
    pub loading: &'static str,
    /// There are no lamps at all.
    pub empty: &'static str,
    /// Nothing answers the query.
    pub no_hits: fn(&str) -> String,
    /// Nothing is in the chosen categories.
    pub none_chosen: &'static str,
    /// So many are, but not on this tab.
    pub none_here: fn(u32) -> String,
    /// The tab has no lamps.
    pub empty_tab: &'static str,
    /// The ribbon of a demo.
    pub demo: &'static str,

    /// The search field.
    pub search: &'static str,
    /// What may be typed there.
    pub search_hint: &'static str,
    /// The switch of languages.
    pub language: &'static str,
    /// The switch between light and dark colours.
    pub theme: &'static str,
}

/// What belongs to no part of the page alone.
pub struct CommonWords {
    /// A button that takes a dialog away.
    pub close: &'static str,
    /// A button that does nothing else.
    pub cancel: &'static str,
    /// A button that keeps what was written.
    pub save: &'static str,
    /// A button that puts text where it can be pasted from.
    pub copy: &'static str,
    /// That was done.
    pub copied: &'static str,
    /// The browser does not allow it.
    pub not_copied: &'static str,
    /// The answer is awaited.
    pub asking: &'static str,
    /// A question did not reach the server.
    pub unreachable: &'static str,
    /// There is no answer to an order: it may have been carried out.
    pub unknown: &'static str,
    /// The reader may not do that.
    pub forbidden: &'static str,
    /// Too many tries; wait so many seconds.
    pub slow_down: fn(u64) -> String,
    /// The server's own words, which are English.
    pub server_says: fn(&str) -> String,
    /// Why the server says no; `None`: as it says it.
    pub refused: fn(&Why) -> Option<String>,
    /// Whom the record of what was done names, where that is no account.
    pub no_account: fn(NoAccount<'_>) -> String,
    /// It never happened.
    pub never: &'static str,
    /// A list without entries.
    pub nothing: &'static str,
}

impl CommonWords {
    /// Whom the record of what was done names, as it is [written down](NoAccount).
    pub fn named(&self, who: &str) -> String {
        NoAccount::read(who).map_or_else(|| who.to_owned(), self.no_account)
    }
}

/// Who is looking.
pub struct AccountWords {
    /// The heading, the button and the link of the login.
    pub log_in: &'static str,
    /// The end of a session.
    pub log_out: &'static str,
    /// The name of an account.
    pub name: &'static str,
    /// Its password.
    pub password: &'static str,
    /// Which of the two is not told.
    pub wrong: &'static str,
    /// The session is over.
    pub ended: &'static str,
    /// What a role is called.
    pub role: fn(Role) -> &'static str,
    /// Whoever looks at an open board.
    pub guest: &'static str,
    /// The heading and the link of the change of one's password.
    pub change_password: &'static str,
    /// Why it must be changed.
    pub must_change: &'static str,
    /// The password until now.
    pub old_password: &'static str,
    /// The one from now on.
    pub new_password: &'static str,
    /// Again.
    pub repeat_password: &'static str,
    /// "At least 10 characters."
    pub at_least: fn(usize) -> String,
    /// The two are not the same.
    pub differ: &'static str,
    /// The link to the lamps.
    pub to_board: &'static str,
    /// Calls are begun by `sip:`.
    pub sip_links: &'static str,
}

/// The board around the lamps.
pub struct BoardWords {
    /// What the tabs are.
    pub tabs: &'static str,
    /// The tab of the favourites.
    pub favourites: &'static str,
    /// The tab of all lamps.
    pub all: &'static str,
    /// There are no favourites.
    pub no_favourites: &'static str,
    /// The choice of an order.
    pub order: &'static str,
    /// An order.
    pub by: fn(Order) -> &'static str,
    /// The choice of a density.
    pub density: &'static str,
    /// A density.
    pub dense: fn(Density) -> &'static str,
    /// The choice of a palette.
    pub palette: &'static str,
    /// A palette.
    pub palettes: fn(Palette) -> &'static str,
    /// A switch: lamps blink.
    pub blink: &'static str,
    /// A switch: what happens now stands beside the board.
    pub side: &'static str,
    /// The lamps that ring.
    pub ringing_now: &'static str,
    /// None does.
    pub none_rings: &'static str,
    /// "and 3 more"
    pub and_more: fn(usize) -> String,
    /// The lamps that are watched.
    pub watching: &'static str,
    /// None is, and how to begin.
    pub none_watched: &'static str,
    /// A switch: a tone.
    pub sound: &'static str,
    /// A switch: notifications.
    pub notify: &'static str,
    /// The browser does not allow them.
    pub notify_refused: &'static str,
    /// "We will tell you when 214 is free"
    pub watch_on: fn(&str) -> String,
    /// "We no longer watch 214"
    pub watch_off: fn(&str) -> String,
    /// "214 is free"
    pub watch_hit: fn(&str) -> String,
    /// A site is silent since that time, and so many of its lamps are old.
    pub site_lost: fn(&str, &str, u64) -> String,
    /// The stream lives again.
    pub restored: &'static str,
    /// "3 selected"
    pub selected: fn(usize) -> String,
    /// Selects no more.
    pub clear: &'static str,
}

/// One lamp explained.
pub struct DetailsWords {
    /// The number is on no lamp.
    pub gone: fn(&str) -> String,
    /// "Since 13:58"
    pub since: fn(&str) -> String,
    /// A live lamp, by the title of its site.
    pub live: fn(&str) -> String,
    /// A last known one, with the time of the truth.
    pub last_known: fn(&str) -> String,
    /// One of which nobody spoke.
    pub never: &'static str,
    /// Old messages.
    pub old_voicemails: fn(u32) -> String,
    /// What a person says of themselves.
    pub presence: fn(PresenceState) -> &'static str,
    /// "Phone: free", while "do not disturb" hides it.
    pub phone: fn(&str) -> String,
    /// "It was so at 13:58."
    pub as_of: fn(&str) -> String,
    /// A call with somebody, in that direction.
    pub call_with: fn(Option<Direction>, &str) -> String,
    /// Somebody of this board.
    pub internal: &'static str,
    /// Somebody else.
    pub external: &'static str,
    /// Somebody who does not say who.
    pub withheld: &'static str,
    /// Begin a call.
    pub call: &'static str,
    /// Put the number where it can be pasted from.
    pub copy_number: &'static str,
    /// A favourite from now on.
    pub favourite: &'static str,
    /// No longer.
    pub not_favourite: &'static str,
    /// Tell me when it is free.
    pub watch: &'static str,
    /// No longer.
    pub not_watch: &'static str,
    /// A switch: a click selects.
    pub select: &'static str,
    /// What one notes for oneself.
    pub note: &'static str,
    /// Who sees it.
    pub note_hint: &'static str,
    /// It was saved.
    pub note_saved: &'static str,
    /// The question of all questions.
    pub why: &'static str,
    /// What the votes are joined by.
    pub hint: fn(&str) -> String,
    /// There is none.
    pub no_hint: &'static str,
    /// Nobody voted.
    pub no_votes: &'static str,
    /// This vote decides.
    pub wins: &'static str,
    /// This one does not.
    pub loses: &'static str,
    /// "said by Perm at 13:58"
    pub said: fn(&str, &str) -> String,
    /// The peer itself, not one of its Asterisks.
    pub no_eid: &'static str,
    /// The changes since the page was opened.
    pub changes: &'static str,
    /// There was none.
    pub no_changes: &'static str,
}

/// The pages of an admin.
pub struct AdminWords {
    /// What is wrong in a line of a file.
    pub in_line: fn(u64, &str) -> String,
    /// What was done, by its word in the record; `None`: that word says it.
    pub deed: fn(&str) -> Option<&'static str>,
    /// What else the record knows of it, with what writes a time of day; `None`: the outcome says it.
    pub fact: fn(&Fact, &dyn Fn(Timestamp) -> String) -> Option<String>,
    /// How it ended, by the word in the record; `None`: that word says it.
    pub outcome: fn(&str) -> Option<&'static str>,
    /// What is counted of a peer, by its name in the API; `None`: that name says it.
    pub counter: fn(&str) -> Option<&'static str>,
    /// What is wrong with a peer; `None`: as the server says it.
    pub fault: fn(&Fault) -> Option<String>,
    /// Who may log in.
    pub accounts: &'static str,
    /// The boards that admins made.
    pub boards: &'static str,
    /// The wall displays.
    pub screens: &'static str,
    /// What was done.
    pub audit: &'static str,
    /// The PBXes.
    pub peers: &'static str,
    /// One of them: of an extension, that which serves it.
    pub peer: &'static str,
    /// A column and a field: the name.
    pub name: &'static str,
    /// A column and a field: the role.
    pub role: &'static str,
    /// A column: when it was made.
    pub created: &'static str,
    /// A column: the last login.
    pub last_login: &'static str,
    /// A column: what can be done.
    pub actions: &'static str,
    /// A form: one more account.
    pub new_account: &'static str,
    /// Makes it.
    pub create: &'static str,
    /// They have not yet chosen a password of their own.
    pub one_time: &'static str,
    /// Gives a new password.
    pub reset: &'static str,
    /// Takes away.
    pub remove: &'static str,
    /// Is that meant?
    pub remove_sure: fn(&str) -> String,
    /// The password of somebody, shown once.
    pub password_of: fn(&str) -> String,
    /// Good for one login; it is not shown again.
    pub password_once: &'static str,
    /// A column: when.
    pub time: &'static str,
    /// A column: who.
    pub who: &'static str,
    /// A column: from where.
    pub address: &'static str,
    /// A column: what.
    pub action: &'static str,
    /// A column: to whom.
    pub target: &'static str,
    /// A column: how it ended.
    pub result: &'static str,
    /// A column: what else.
    pub details: &'static str,
    /// The page behind.
    pub older: &'static str,
    /// The first page.
    pub newest: &'static str,
    /// Our own entity id.
    pub own_eid: fn(&str) -> String,
    /// A column: the Asterisks that it speaks for.
    pub eids: &'static str,
    /// A column: what is to be mended.
    pub trouble: &'static str,
    /// A column: when it was heard.
    pub heard: &'static str,
    /// How long the last refresh took.
    pub round_trip: &'static str,
    /// In so many milliseconds it told so many states, of which so many were wrong here.
    pub answered: fn(u64, u64, u64) -> String,
    /// It was asked at that time, and has said nothing yet.
    pub not_answered: fn(&str) -> String,
    /// How many of our own states it has not taken yet.
    pub untold: &'static str,
    /// Asks it to tell all again.
    pub refresh: &'static str,
    /// It was asked.
    pub refreshed: fn(&str) -> String,
    /// The counts of a PBX.
    pub counts: &'static str,
    /// Counts of what came from nobody that is configured.
    pub strangers: &'static str,
    /// What they are called.
    pub extensions: &'static str,
    /// What is dialled.
    pub number: &'static str,
    /// The department.
    pub group: &'static str,
    /// It was edited; the configuration file says something else, or nothing.
    pub edited: fn(&str) -> String,
    /// Takes the edits back.
    pub as_file: &'static str,
    /// All extensions, those without a name, those that no device stands behind.
    pub only: [&'static str; 3],
    /// Writes all into a file.
    pub export: &'static str,
    /// So many of so many are shown.
    pub shown: fn(usize, usize) -> String,
    /// So many lines would change something, so many not.
    pub diff: fn(usize, u64) -> String,
    /// So many of so many are live; so much is to be mended.
    pub verdict: fn(usize, usize, usize) -> String,
    /// A table: who tells whom.
    pub matrix: &'static str,
    /// What the question marks in it mean.
    pub unheard: &'static str,
    /// How what we publish stands, with the code that says so.
    pub told: fn(Publishing, Option<u16>) -> String,
    /// It is told nothing.
    pub paused: &'static str,
    /// Tells it nothing any more.
    pub pause: &'static str,
    /// Tells it again.
    pub resume: &'static str,
    /// When we sent something last.
    pub last_out: &'static str,
    /// Our answers, by code.
    pub given: &'static str,
    /// Its answers, by code.
    pub got: &'static str,
    /// What a PBX and we said last.
    pub messages: &'static str,
    /// It came to us.
    pub received: &'static str,
    /// It went from us.
    pub sent: &'static str,
    /// So many bytes are not shown.
    pub left_out: fn(u64) -> String,
}
