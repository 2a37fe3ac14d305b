//! The page of the accounts: who may log in, and with which role.

use lampfield_shared::account::{ChangeAccount, GrantedAccount, NewAccount};
use lampfield_shared::{Account, Role};
use leptos::prelude::*;

use super::list::{AdminPage, Listed, listed, when};
use super::secret::{Secret, SecretDialog};
use super::sure::Sure;
use super::toast::{ToastBar, Toasts};
use crate::api;
use crate::components::{Field, RefusalNote};
use crate::progress::Asked;
use crate::state::{Desk, Who};

/// The roles that an account can have.
const ROLES: [Role; 3] = [Role::Viewer, Role::Receptionist, Role::Admin];

/// The page of the accounts.
#[component]
pub(crate) fn Accounts(
    /// What the page knows.
    desk: Desk,
) -> impl IntoView {
    let accounts: Asked<Vec<Account>> = Asked::new();
    let load = move || accounts.start(api::accounts(), |_| ());
    load();
    let acted: Asked<()> = Asked::new();
    let secret: RwSignal<Option<Secret>> = RwSignal::new(None);
    let removing: RwSignal<Option<String>> = RwSignal::new(None);
    let granted = move |granted: GrantedAccount| {
        if let Some(password) = granted.one_time_password {
            secret.set(Some(Secret::Password { name: granted.account.name, password }));
        }
        load();
    };
    let change = move |name: String, change: ChangeAccount| {
        let question = async move { api::change_account(&name, &change).await.map(granted) };
        acted.start(question, move |answer| {
            if answer.is_err() {
                load();
            }
        });
    };
    let toasts = Toasts::new();
    let roles = Roles { desk, acted, toasts, granted: Callback::new(granted), load: Callback::new(move |()| load()) };
    let remove = move |name: String| {
        removing.set(None);
        acted.start(async move { api::remove_account(&name).await }, move |_| load());
    };
    let refusal = Signal::derive(move || acted.refusal());
    view! {
        <AdminPage desk=desk title=|words| words.admin().accounts name="accounts">
            <NewAccountForm desk=desk granted=Callback::new(granted) />
            <RefusalNote desk=desk refusal=refusal />
            {move || match listed(desk, accounts) {
                Listed::Note(note) => note,
                Listed::There(accounts) => table(desk, accounts, change, roles, removing).into_any(),
            }}
            <SecretDialog desk=desk secret=secret />
            <ToastBar desk=desk toasts=toasts />
            {move || {
                let name = removing.get()?;
                let words = desk.choices.words().admin();
                let (act, question) = (words.remove, (words.remove_sure)(&name));
                let on_sure = Callback::new(move |()| remove(name.clone()));
                let on_close = Callback::new(move |()| removing.set(None));
                Some(view! { <Sure desk=desk act=act question=question on_sure=on_sure on_close=on_close /> })
            }}
        </AdminPage>
    }
}

/// Changes roles. Each change can be taken back.
#[derive(Clone, Copy)]
struct Roles {
    desk: Desk,
    acted: Asked<()>,
    toasts: Toasts,
    granted: Callback<GrantedAccount>,
    load: Callback<()>,
}

impl Roles {
    fn change(self, name: String, from: Role, to: Role) {
        let wanted = ChangeAccount { role: Some(to), reset_password: false };
        let whom = name.clone();
        let question = async move { api::change_account(&whom, &wanted).await.map(|answer| self.granted.run(answer)) };
        self.acted.start(question, move |answer| {
            if answer.is_err() {
                self.load.run(());
            } else {
                let word = self.desk.choices.words_untracked().account().role;
                let text = format!("{name}: {} → {}", word(from), word(to));
                self.toasts.say(text, Some(Callback::new(move |()| self.change(name.clone(), to, from))));
            }
        });
    }
}

#[component]
fn NewAccountForm(desk: Desk, granted: Callback<GrantedAccount>) -> impl IntoView {
    let (name, role) = (RwSignal::new(String::new()), RwSignal::new(Role::Receptionist));
    let asked: Asked<()> = Asked::new();
    let create = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let account = NewAccount { name: name.get_untracked().trim().into(), role: role.get_untracked() };
        let question = async move { api::add_account(&account).await.map(|answer| granted.run(answer)) };
        asked.start(question, move |answer| {
            if answer.is_ok() {
                name.set(String::new());
            }
        });
    };
    let refusal = Signal::derive(move || asked.refusal());
    let words = move || desk.choices.words().admin();
    view! {
        <form class="form form--line" on:submit=create>
            <Field label=Signal::derive(move || words().new_account) value=name name="new-name" />
            <label class="field">
                <span class="field__label">{move || words().role}</span>
                <RoleChoice
                    desk=desk
                    role=Signal::derive(move || role.get())
                    chosen=Callback::new(move |chosen| role.set(chosen))
                />
            </label>
            <button class="button button--first" type="submit" data-testid="create">{move || words().create}</button>
        </form>
        <RefusalNote desk=desk refusal=refusal />
    }
}

#[component]
fn RoleChoice(desk: Desk, role: Signal<Role>, chosen: Callback<Role>) -> impl IntoView {
    let option = move |own: Role| {
        view! {
            <option value=own.as_str() prop:selected=move || role.get() == own>
                {move || (desk.choices.words().account().role)(own)}
            </option>
        }
    };
    let choose = move |word: String| {
        if let Some(role) = Role::from_word(&word) {
            chosen.run(role);
        }
    };
    view! {
        <select
            class="field__input"
            name="role"
            aria-label=move || desk.choices.words().admin().role
            on:change:target=move |event| choose(event.target().value())
        >
            {ROLES.map(option).collect_view()}
        </select>
    }
}

fn table(
    desk: Desk,
    accounts: Vec<Account>,
    change: impl Fn(String, ChangeAccount) + Copy + Send + Sync + 'static,
    roles: Roles,
    removing: RwSignal<Option<String>>,
) -> impl IntoView {
    let own = move || match desk.session.who() {
        Who::Known(me) => me.name,
        Who::Asking | Who::Nobody | Who::Ended => None,
    };
    let words = desk.choices.words();
    let row = move |account: Account| {
        let is_own = own().as_deref() == Some(account.name.as_str());
        let (role_of, reset_of, gone) = (account.name.clone(), account.name.clone(), account.name.clone());
        let given = account.role;
        view! {
            <tr data-account=account.name.clone()>
                <th scope="row">
                    {account.name.clone()}
                    {account.must_change_password.then(|| view! { " " <span class="tag">{words.admin().one_time}</span> })}
                </th>
                <td data-label=words.admin().role>
                    <RoleChoice
                        desk=desk
                        role=Signal::derive(move || given)
                        chosen=Callback::new(move |role| {
                            roles.change(role_of.clone(), given, role);
                        })
                    />
                </td>
                <td data-label=words.admin().created>{when(Some(account.created), words)}</td>
                <td data-label=words.admin().last_login>{when(account.last_login, words)}</td>
                <td class="table__acts">
                    <button
                        class="button"
                        type="button"
                        data-testid="reset"
                        on:click=move |_| {
                            change(reset_of.clone(), ChangeAccount { role: None, reset_password: true });
                        }
                    >
                        {words.admin().reset}
                    </button>
                    {(!is_own).then(|| view! {
                        <button
                            class="button button--danger"
                            type="button"
                            data-testid="remove"
                            on:click=move |_| removing.set(Some(gone.clone()))
                        >
                            {words.admin().remove}
                        </button>
                    })}
                </td>
            </tr>
        }
    };
    view! {
        <table class="table">
            <thead>
                <tr>
                    <th scope="col">{words.admin().name}</th>
                    <th scope="col">{words.admin().role}</th>
                    <th scope="col">{words.admin().created}</th>
                    <th scope="col">{words.admin().last_login}</th>
                    <th scope="col"><span class="unseen">{words.admin().actions}</span></th>
                </tr>
            </thead>
            <tbody>{accounts.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
}
