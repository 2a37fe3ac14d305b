//! The page of the accounts: who may log in, and with which role.

use lampfield_shared::account::{ChangeAccount, GrantedAccount, NewAccount};
use lampfield_shared::{Account, Role};
use lampfield_words::Words;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlSelectElement, MouseEvent, Node};

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
                page.change(name.into(), ChangeAccount { role: None, reset_password: true }, || ());
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
            <div on:click=press on:submit=create on:change=move |event| page.take_role(&event)>
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
        let account = NewAccount { name: browser::value_of("[name='new-name']").trim().into(), role };
        let question = async move { api::add_account(&account).await.map(|granted| self.take(granted)) };
        self.acted.start(question, move |answer| {
            if answer.is_ok() {
                browser::set_value("[name='new-name']", "");
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

    /// Takes the role that was chosen for an account.
    fn take_role(self, event: &web_sys::Event) {
        let Some(select) = event.target().and_then(|it| it.dyn_into::<HtmlSelectElement>().ok()) else { return };
        let whom = select.get_attribute(KEY).and_then(|key| key.strip_prefix("role ").map(str::to_owned));
        let Progress::Done(accounts) = untrack(|| self.accounts.get()) else { return };
        let account = whom.and_then(|name| accounts.into_iter().find(|account| account.name == name));
        if let (Some(account), Some(role)) = (account, Role::from_word(&select.value())) {
            self.set_role(account.name, account.role, role);
        }
    }

    /// Gives an account another role, which can be taken back.
    fn set_role(self, name: String, from: Role, to: Role) {
        let word = self.desk.choices.words_untracked().account().role;
        let text = format!("{name}: {} → {}", word(from), word(to));
        let whom = name.clone();
        self.change(name, ChangeAccount { role: Some(to), reset_password: false }, move || {
            self.toasts.say(text, Some(Callback::new(move |()| self.set_role(whom.clone(), to, from))));
        });
    }

    fn remove(self, name: String) {
        self.acted.start(async move { api::remove_account(&name).await }, move |_| self.load());
    }
}

fn form(words: &'static Words) -> Node {
    let name = [("class", "field__input"), ("name", "new-name"), ("autocomplete", "off"), ("required", "")];
    let parts = vec![
        labelled(words.admin().new_account, node("input", &name, Vec::new())),
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
    let option = |role: Role| {
        let mut about = vec![("value", role.as_str())];
        about.extend((role == chosen).then_some(("selected", "")));
        text("option", &about, (words.account().role)(role))
    };
    let about = [("class", "field__input"), ("name", "role"), ("aria-label", words.admin().role), (KEY, key)];
    node("select", &about, ROLES.map(option).into())
}

fn table(accounts: &[Account], own: Option<&str>, words: &'static Words) -> Node {
    let admin = words.admin();
    let labels = [admin.name, admin.role, admin.created, admin.last_login];
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
        let cells = vec![
            node("th", &[("scope", "row")], called),
            node("td", &[("data-label", labels[1])], vec![role_choice(&format!("role {name}"), account.role, words)]),
            text("td", &[("data-label", labels[2])], &when(Some(account.created), words)),
            text("td", &[("data-label", labels[3])], &when(account.last_login, words)),
            node("td", &[("class", "table__acts")], acts),
        ];
        node("tr", &[("data-account", name)], cells)
    };
    let rows = accounts.iter().map(row).collect();
    let parts = vec![node("thead", &[], vec![node("tr", &[], heads)]), node("tbody", &[], rows)];
    node("table", &[("class", "table")], parts)
}
