//! The names of the extensions as the page of them knows and changes them. Each change can be taken back.

use std::collections::BTreeMap;

use lampfield_shared::Exten;
use lampfield_shared::naming::{ChangeNamings, NamedExtension, Naming, NamingChange, NamingsChanged};
use leptos::prelude::*;

use super::toast::Toasts;
use crate::api;
use crate::notice::{Tone, refusal_text};
use crate::progress::{Asked, Progress};
use crate::state::Desk;

/// The names, as signals.
#[derive(Clone, Copy)]
pub(super) struct Names {
    pub(super) desk: Desk,
    pub(super) all: Asked<Vec<NamedExtension>>,
    pub(super) toasts: Toasts,
    /// Names that were sent, and are not in the list yet.
    sent: StoredValue<BTreeMap<Exten, Naming>>,
}

impl Names {
    /// Names that are being loaded.
    pub(super) fn open(desk: Desk) -> Self {
        let names = Self { desk, all: Asked::new(), toasts: Toasts::new(), sent: StoredValue::new(BTreeMap::new()) };
        Effect::new(move |_| {
            names.all.get();
            names.sent.update_value(BTreeMap::clear);
        });
        names.load();
        names
    }

    /// Loads all names anew.
    pub(super) fn load(self) {
        self.all.renew(api::named_extensions());
    }

    /// An extension as the page shows it.
    pub(super) fn find(self, exten: &Exten) -> Option<NamedExtension> {
        let Progress::Done(all) = untrack(|| self.all.get()) else { return None };
        let found = all.into_iter().find(|it| it.exten == *exten);
        let sent = self.sent.with_value(|sent| sent.get(exten).cloned());
        found.map(|it| NamedExtension { now: sent.unwrap_or(it.now), ..it })
    }

    /// Names an extension. Where that is refused, `failed` is called.
    pub(super) fn name(self, exten: Exten, after: Naming, failed: impl FnOnce() + 'static) {
        let before = self.find(&exten).map(|it| it.now).unwrap_or_default();
        if before == after {
            return;
        }
        let text = told(&exten, &before, &after);
        self.sent.update_value(|sent| drop(sent.insert(exten.clone(), after.clone())));
        let changes = vec![NamingChange { exten: exten.clone(), before, after }];
        let done = changes.clone();
        self.send(changes, false, move |answer| {
            let (notices, words) = (self.desk.notices, self.desk.choices.words_untracked());
            match answer {
                Ok(answer) if answer.passed.is_empty() => return self.offer(text, done),
                Ok(_) => notices.say(Tone::Bad, (words.naming().meanwhile)(exten.as_str())),
                Err(refusal) => notices.say(Tone::Bad, refusal_text(refusal, words)),
            }
            self.sent.update_value(|sent| drop(sent.remove(&exten)));
            failed();
        });
    }

    /// Tells of changes that were made, with a button that takes them back.
    pub(super) fn offer(self, text: String, changes: Vec<NamingChange>) {
        let undo = Callback::new(move |()| self.take_back(changes.clone()));
        self.toasts.say(text, Some(undo));
    }

    fn take_back(self, changes: Vec<NamingChange>) {
        let back = |NamingChange { exten, before, after }| NamingChange { exten, before: after, after: before };
        self.send(changes.into_iter().map(back).collect(), true, move |answer| {
            let words = self.desk.choices.words_untracked();
            match answer {
                Ok(done) => self.toasts.say((words.naming().undone)(done.changed, done.passed.len()), None),
                Err(refusal) => self.desk.notices.say(Tone::Bad, refusal_text(refusal, words)),
            }
        });
    }

    fn send(self, changes: Vec<NamingChange>, undo: bool, then: impl FnOnce(&api::Answer<NamingsChanged>) + 'static) {
        let asked: Asked<NamingsChanged> = Asked::new();
        let wanted = ChangeNamings { changes, undo };
        asked.start(async move { api::change_names(&wanted).await }, move |answer| {
            then(answer);
            self.load();
        });
    }
}

/// A change in words: what is different, before and after.
fn told(exten: &Exten, before: &Naming, after: &Naming) -> String {
    let pairs = [(&before.name, &after.name), (&before.group, &after.group), (&before.site, &after.site)];
    let word = |text: &str| if text.is_empty() { "–".to_owned() } else { text.to_owned() };
    let told = pairs.into_iter().filter(|(old, new)| old != new);
    let told: Vec<String> = told.map(|(old, new)| format!("{} → {}", word(old), word(new))).collect();
    format!("{exten}: {}", told.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_what_is_different() {
        let naming = |name: &str, group: &str| Naming { name: name.into(), group: group.into(), site: "perm".into() };
        let said =
            told(&"1004".into(), &naming("Soboleva Clara", "Accounting"), &naming("Soboleva Clara", "Front desk"));
        assert_eq!(said, "1004: Accounting → Front desk");
        assert_eq!(told(&"1".into(), &naming("Anna", ""), &naming("", "Lab")), "1: Anna → –, – → Lab");
    }
}
