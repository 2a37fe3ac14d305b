//! The page of the accounts: who may log in, with which role, whose extension is whose, and what each may set there.

use lampfield_shared::account::{ChangeAccount, GrantedAccount, NewAccount, OwnDnd};
use lampfield_shared::{Account, Exten, Role};
use lampfield_words::Words;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, MouseEvent, Node};

use super::list::{AdminPage, Listed, listed, when};
use super::secret::{Secret, SecretDialog};
use super::sure::Sure;
use super::toast::{ToastBar, Toasts};
use crate::components::RefusalNote;
use crate::plain::{KEY, button, labelled, node, plain, text};
use crate::progress::{Asked, Progress};
use crate::state::{Desk, Who};
use crate::{api, browser};

/// The roles that an account can have.
const ROLES: [Role; 3] = [Role::Viewer, Role::Receptionist, Role::Admin];

/// The page of the accounts.
#[component]
pub(crate) fn Accounts(
    /// What the page knows.
    desk: Desk,
) -> impl IntoView {
    let accounts: Asked<Vec<Account>> = Asked::new();
    let (acted, secret, toasts) = (Asked::new(), RwSignal::new(None), Toasts::new());
    let page = AccountsPage { desk, accounts, acted, secret, toasts };
    page.load();
    let removing: RwSignal<Option<String>> = RwSignal::new(None);
    let press = move |event: MouseEvent| {
        let key = browser::attribute_at(&event, KEY).unwrap_or_default();
        match key.split_once(' ') {
            Some(("reset", name)) => {
                page.change(name.into(), ChangeAccount { reset_password: true, ..ChangeAccount::default() }, || ());
            }
            Some(("remove", name)) => removing.set(Some(name.into())),
            _ => {}
        }
    };
    let create = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        page.create();
    };
    let words = move || desk.choices.words();
    view! {
        <AdminPage desk=desk title=|words| words.admin().accounts name="accounts">
            <div on:click=press on:submit=create on:change=move |event| page.take_change(&event)>
                {move || plain(vec![form(words())])}
                <RefusalNote desk=desk refusal=Signal::derive(move || acted.refusal()) />
                {move || match listed(desk, accounts) {
                    Listed::Note(note) => note,
                    Listed::There(accounts) => plain(vec![table(&accounts, page.own().as_deref(), words())]),
                }}
            </div>
            <SecretDialog desk=desk secret=secret />
            <ToastBar desk=desk toasts=toasts />
            {move || {
                let name = removing.get()?;
                let words = desk.choices.words().admin();
                let (act, question) = (words.remove, (words.remove_sure)(&name));
                let on_sure = Callback::new(move |()| {
                    removing.set(None);
                    page.remove(name.clone());
                });
                let on_close = Callback::new(move |()| removing.set(None));
                Some(view! { <Sure desk=desk act=act question=question on_sure=on_sure on_close=on_close /> })
            }}
        </AdminPage>
    }
}

/// The state of the page, as signals, and its commands.
#[derive(Clone, Copy)]
struct AccountsPage {
    desk: Desk,
    accounts: Asked<Vec<Account>>,
    acted: Asked<()>,
    secret: RwSignal<Option<Secret>>,
    toasts: Toasts,
}

impl AccountsPage {
    fn load(self) {
        self.accounts.renew(api::accounts());
    }

    /// The reader's own account, which nobody removes under their feet. Reactive.
    fn own(self) -> Option<String> {
        match self.desk.session.who() {
            Who::Known(me) => me.name,
            Who::Asking | Who::Nobody | Who::Ended => None,
        }
    }

    /// Shows the one-time password, if there is a new one.
    fn take(self, granted: GrantedAccount) {
        if let Some(password) = granted.one_time_password {
            self.secret.set(Some(Secret::Password { name: granted.account.name, password }));
        }
    }

    /// Makes the account that the form holds.
    fn create(self) {
        let role = Role::from_word(&browser::value_of("[name='role']")).unwrap_or(Role::Viewer);
        let typed = |field: &str| browser::value_of(&format!("[name='new-{field}']")).trim().to_owned();
        let maybe = |field| Some(typed(field)).filter(|text| !text.is_empty());
        let account = NewAccount {
            name: typed("name"),
            role,
            display_name: maybe("display-name"),
            exten: maybe("exten").map(Into::into),
        };
        let question = async move { api::add_account(&account).await.map(|granted| self.take(granted)) };
        self.acted.start(question, move |answer| {
            if answer.is_ok() {
                for field in ["name", "display-name", "exten"] {
                    browser::set_value(&format!("[name='new-{field}']"), "");
                }
            }
            self.load();
        });
    }

    fn change(self, name: String, change: ChangeAccount, done: impl FnOnce() + 'static) {
        let question = async move { api::change_account(&name, &change).await.map(|granted| self.take(granted)) };
        self.acted.start(question, move |answer| {
            if answer.is_ok() {
                done();
            }
            self.load();
        });
    }

    /// Takes what was typed or chosen for an account.
    fn take_change(self, event: &web_sys::Event) {
        let Some(field) = event.target().and_then(|it| it.dyn_into::<Element>().ok()) else { return };
        let key = field.get_attribute(KEY).unwrap_or_default();
        let Some((what, name)) = key.split_once(' ') else { return };
        let Progress::Done(accounts) = untrack(|| self.accounts.get()) else { return };
        let Some(account) = accounts.into_iter().find(|account| account.name == name) else { return };
        let value = browser::value_of_field(&field);
        let words = self.desk.choices.words_untracked();
        let none = ChangeAccount::default;
        // What undoes the change, the change, and both in words.
        let (from, to, before, after) = match what {
            "role" => {
                let Some(role) = Role::from_word(&value) else { return };
                let of = |role| ChangeAccount { role: Some(role), ..none() };
                let word = words.account().role;
                (of(account.role), of(role), word(account.role).to_owned(), word(role).to_owned())
            }
            "dnd" => {
                let Some(right) = OwnDnd::from_word(&value) else { return };
                let of = |right| ChangeAccount { own_dnd: Some(right), ..none() };
                let word = words.account().own_dnd;
                (of(account.own_dnd), of(right), word(account.own_dnd).to_owned(), word(right).to_owned())
            }
            "display" => {
                let before = account.display_name.unwrap_or_default();
                let of = |name: &str| ChangeAccount { display_name: Some(name.into()), ..none() };
                (of(&before), of(&value), before, value)
            }
            "exten" => {
                let before = account.exten.map(|exten| exten.to_string()).unwrap_or_default();
                let of = |exten: &str| ChangeAccount { exten: Some(exten.into()), ..none() };
                (of(&before), of(&value), before, value)
            }
            _ => return,
        };
        self.set(account.name, from, to, &before, &after);
    }

    /// Changes one field of an account, which can be taken back.
    fn set(self, name: String, from: ChangeAccount, to: ChangeAccount, before: &str, after: &str) {
        let or_none = |text: &str| if text.is_empty() { "–".to_owned() } else { text.to_owned() };
        let (before, after) = (or_none(before), or_none(after));
        let text = format!("{name}: {before} → {after}");
        let whom = name.clone();
        self.change(name, to.clone(), move || {
            let undo = move |()| self.set(whom.clone(), to.clone(), from.clone(), &after, &before);
            self.toasts.say(text, Some(Callback::new(undo)));
        });
    }

    fn remove(self, name: String) {
        self.acted.start(async move { api::remove_account(&name).await }, move |_| self.load());
    }
}

fn form(words: &'static Words) -> Node {
    let name = [("class", "field__input"), ("name", "new-name"), ("autocomplete", "off"), ("required", "")];
    let optional = |field| [("class", "field__input"), ("name", field), ("autocomplete", "off")];
    let parts = vec![
        labelled(words.admin().new_account, node("input", &name, Vec::new())),
        labelled(words.admin().display_name, node("input", &optional("new-display-name"), Vec::new())),
        labelled(words.admin().own_exten, node("input", &optional("new-exten"), Vec::new())),
        labelled(words.admin().role, role_choice("", Role::Receptionist, words)),
        text(
            "button",
            &[("class", "button button--first"), ("type", "submit"), ("data-testid", "create")],
            words.admin().create,
        ),
    ];
    node("form", &[("class", "form form--line")], parts)
}

fn role_choice(key: &str, chosen: Role, words: &'static Words) -> Node {
    let roles = ROLES.map(|role| (role.as_str(), (words.account().role)(role)));
    choice(("role", words.admin().role), key, &roles, chosen.as_str())
}

/// The choice of what an account may set of "do not disturb" on its own extension.
fn right_choice(key: &str, chosen: OwnDnd, words: &'static Words) -> Node {
    let rights = OwnDnd::ALL.map(|right| (right.as_str(), (words.account().own_dnd)(right)));
    choice(("own-dnd", words.admin().own_dnd), key, &rights, chosen.as_str())
}

/// A choice among values, each with its word.
fn choice((name, label): (&str, &str), key: &str, all: &[(&str, &str)], chosen: &str) -> Node {
    let option = |&(value, word): &(&str, &str)| {
        let mut about = vec![("value", value)];
        about.extend((value == chosen).then_some(("selected", "")));
        text("option", &about, word)
    };
    let about = [("class", "field__input"), ("name", name), ("aria-label", label), (KEY, key)];
    node("select", &about, all.iter().map(option).collect())
}

/// A cell that is edited where it stands.
fn typed(key: &str, class: &str, label: &str, value: &str) -> Node {
    let class = format!("field__input {class}");
    let about = [("class", &*class), ("aria-label", label), ("autocomplete", "off"), ("value", value), (KEY, key)];
    node("input", &about, Vec::new())
}

fn table(accounts: &[Account], own: Option<&str>, words: &'static Words) -> Node {
    let admin = words.admin();
    let labels =
        [admin.name, admin.display_name, admin.role, admin.own_exten, admin.own_dnd, admin.created, admin.last_login];
    let mut heads: Vec<Node> = labels.map(|label| text("th", &[("scope", "col")], label)).into();
    heads.push(node("th", &[("scope", "col")], vec![text("span", &[("class", "unseen")], admin.actions)]));
    let row = |account: &Account| {
        let name = account.name.as_str();
        let mut called = vec![text("span", &[], name)];
        if account.must_change_password {
            called.extend([text("span", &[], " "), text("span", &[("class", "tag")], admin.one_time)]);
        }
        let mut acts = vec![button(&format!("reset {name}"), &[("data-testid", "reset")], admin.reset)];
        if own != Some(name) {
            let remove = [("class", "button button--danger"), ("data-testid", "remove")];
            acts.push(button(&format!("remove {name}"), &remove, admin.remove));
        }
        let cell = |label: &str, field| node("td", &[("data-label", label)], vec![field]);
        let exten = account.exten.as_ref().map_or("", Exten::as_str);
        let cells = vec![
            node("th", &[("scope", "row")], called),
            cell(
                labels[1],
                typed(&format!("display {name}"), "", labels[1], account.display_name.as_deref().unwrap_or_default()),
            ),
            cell(labels[2], role_choice(&format!("role {name}"), account.role, words)),
            cell(labels[3], typed(&format!("exten {name}"), "field__input--number", labels[3], exten)),
            cell(labels[4], right_choice(&format!("dnd {name}"), account.own_dnd, words)),
            text("td", &[("data-label", labels[5])], &when(Some(account.created), words)),
            text("td", &[("data-label", labels[6])], &when(account.last_login, words)),
            node("td", &[("class", "table__acts")], acts),
        ];
        node("tr", &[("data-account", name)], cells)
    };
    let rows = accounts.iter().map(row).collect();
    let parts = vec![node("thead", &[], vec![node("tr", &[], heads)]), node("tbody", &[], rows)];
    node("table", &[("class", "table")], parts)
}
