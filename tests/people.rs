//! Roles as a browser shows them: login, roles, accounts, screens, and the end of a session.

use std::time::Duration;

use lampfield_shared::Role;
use support::{Browser, Config, Look, Page, Server, ensure, key, loopback, wait};

/// Time in which the page has noticed that its session has ended: the stream ends at once.
const NOTICED: Duration = Duration::from_secs(15);
/// A good password.
pub(crate) const PASSWORD: &str = "four lamps on a wall";

/// Logs in, and sets a password of the admin's own.
#[track_caller]
pub(crate) fn log_in_as_admin(server: &Server, browser: &Browser) {
    let page = browser.page();
    browser.go("#/login");
    page.wait_for(&Page::by_id("login"), "a guest may log in");
    let given = server.one_time_password();
    page.log_in("admin", &given);
    page.change_password(&given, PASSWORD);
    page.wait_for(&Page::by_id("account"), "the board is shown");
}

/// A server without peers, where nobody gets in without a login.
fn locked() -> Server {
    Server::start(Config::new().open(None))
}

/// Replaces the first admin's one-time password; the board is shown then.
#[track_caller]
fn settle_admin(server: &Server, browser: &Browser) {
    let page = browser.open(&server.url());
    let given = server.one_time_password();
    page.log_in("admin", &given);
    page.wait_for(&Page::by_id("password"), "a password of one's own is asked for");
    page.change_password(&given, PASSWORD);
    page.wait_for(&Page::by_id("account"), "the board is shown");
}

#[test]
fn the_first_admin_chooses_a_password_and_is_let_in() {
    let _addresses = loopback();
    let server = locked();
    let browser = Browser::start(Look::DESKTOP);
    let page = browser.open(&server.url());
    page.wait_for(&Page::by_id("login"), "a login is asked for");
    assert!(!page.has(".bar"), "nothing of the board is seen before");

    page.log_in("admin", "a guess");
    page.wait_for_text(&Page::by_id("refusal"), "Wrong name or password.");
    let given = server.one_time_password();
    page.log_in("admin", &given);
    page.wait_for(&Page::by_id("password"), "a password of one's own is asked for");
    page.change_password(&given, "short");
    page.wait_for(&Page::by_id("refusal"), "a short one is refused");
    page.change_password(&given, PASSWORD);
    page.wait_for(&Page::by_id("account"), "the board is shown");
    page.press_button("account");
    page.wait_for_text(&Page::by_id("account-menu"), "admin");
    page.press_button("account");
    assert_eq!(page.attribute(&Page::by_id("role"), "data-role").as_deref(), Some("admin"));

    browser.reload();
    page.wait_for(&Page::by_id("account"), "a reload keeps the session");
    page.press_button("log-out");
    page.wait_for(&Page::by_id("login"), "after the logout a login is asked for");
    page.log_in("admin", &given);
    page.wait_for(&Page::by_id("refusal"), "the first password is good no longer");
}

#[test]
fn what_is_refused_and_what_was_done_is_said_in_the_readers_language() {
    let _addresses = loopback();
    let server = locked();
    let browser = Browser::start(Look { language: "ru", ..Look::DESKTOP });
    settle_admin(&server, &browser);
    let page = browser.open(&format!("{}#/accounts", server.url()));
    page.fill("new-name", "admin");
    page.press_button("create");
    page.wait_for_text("main", "Учётная запись «admin» уже есть.");
    browser.go("#/extensions");
    page.press_button("csv-paste");
    page.fill("csv", "exten,site\n1001,Omsk\n");
    page.press_button("csv-try");
    page.wait_for_text("main", "Строка 2: АТС «Omsk» нет.");
    browser.go("#/audit");
    page.wait_for_text("[data-audit='account.set_password']", "Заменён пароль");
    page.wait_for_text("[data-audit='account.create']", "при первом запуске");
    page.wait_for_text("[data-audit='account.create']", "Сделано");
    page.press_button("log-out");
    page.wait_for(&Page::by_id("login"), "a login is asked for");
    page.log_in("nobody", "a guess");
    page.wait_for_text(&Page::by_id("refusal"), "Неверное имя или пароль.");
    page.log_in("admin", PASSWORD);
    page.wait_for(&Page::by_id("account"), "the board is shown");
    browser.go("#/audit");
    page.wait_for_text("[data-audit='login'].table__row--bad", "гость");
    page.wait_for_text("[data-audit='login'].table__row--bad", "неизвестное имя");
}

#[test]
fn a_session_that_ends_while_one_looks_leads_to_the_login() {
    let _addresses = loopback();
    let server = locked();
    let (admin, other) = (Browser::start(Look::DESKTOP), Browser::start(Look { language: "ru", ..Look::DESKTOP }));
    settle_admin(&server, &admin);
    let given = make_account(&admin, "anna", Role::Receptionist);
    let anna = other.open(&server.url());
    anna.log_in("anna", &given);
    anna.wait_for(&Page::by_id("password"), "a password of one's own is asked for");
    anna.change_password(&given, PASSWORD);
    anna.wait_for(&Page::by_id("account"), "the board is shown");

    let admins = admin.page();
    admins.click("[data-account='anna'] [data-testid='remove']");
    admins.press_button("sure");
    admins.wait_gone("[data-account='anna']", "the account is gone");
    anna.wait_for_attribute("body:has([data-testid='ended']) [data-testid='login']", "data-testid", "login", NOTICED);
    assert!(anna.text(&Page::by_id("ended")).contains("Сеанс завершён"), "{}", anna.read());
    assert!(!anna.has("[data-exten], .bar"), "no lamp is left on the screen");
    anna.log_in("anna", PASSWORD);
    anna.wait_for(&Page::by_id("refusal"), "who was removed gets in no more");
}

/// Makes an account on the page of accounts; gives its one-time password.
#[track_caller]
fn make_account(admin: &Browser, name: &str, role: Role) -> String {
    let page = admin.page();
    admin.go("#/accounts");
    page.wait_for(&Page::by_id("accounts"), "the accounts are shown");
    page.fill("new-name", name);
    page.fill("role", role.as_str());
    page.press_button("create");
    page.wait_for(&Page::by_id("secret"), "the password is shown");
    let password = page.text(&Page::by_id("secret"));
    page.click("[data-testid='secret-dialog'] button[aria-label]");
    page.wait_gone(&Page::by_id("secret"), "and not a second time");
    page.wait_for(&format!("[data-account='{name}']"), "the account is listed");
    password
}

#[test]
fn a_secret_is_copied_without_tls_too() {
    let _addresses = loopback();
    let server = locked();
    let browser = Browser::start(Look::DESKTOP);
    settle_admin(&server, &browser);
    let page = browser.page();
    browser.go("#/accounts");
    page.wait_for(&Page::by_id("accounts"), "the accounts are shown");
    page.fill("new-name", "anna");
    page.press_button("create");
    page.wait_for(&Page::by_id("secret"), "the password is shown");
    page.lose_the_clipboard();
    page.click_by_mouse(&Page::by_id("copy"));
    page.wait_for_text(&Page::by_id("notice"), "Copied");
    assert_eq!(page.copied(), page.text(&Page::by_id("secret")));
}

#[test]
fn each_role_sees_what_it_may_do() {
    let _addresses = loopback();
    let server = Server::start(Config::new().open(Some(Role::Viewer)).hint("1001,hint,PJSIP/1001").people(&["1001"]));
    let browser = Browser::start(Look::DESKTOP);
    let page = browser.open(&format!("{}#/lamp/1001", server.url()));
    page.wait_for(&Page::by_id("why"), "whoever looks may ask why");
    page.wait_for_text("#dnd-forbidden", "You can view this board but not change DND.");
    page.wait_for("[aria-describedby='dnd-forbidden'][aria-disabled='true']", "a guest sees the switch and why not");
    assert!(!page.has(&Page::by_id("dnd-on")), "a guest sets no DND");
    page.wait_for("textarea[name='note']:disabled", "a guest keeps no notes");
    page.press_button("favourite");
    page.wait_for_text(&Page::by_id("notice"), "does not allow");
    browser.press(&[key::ESCAPE]);
    page.wait_gone("[data-details]", "the lamp is no longer explained");
    browser.press(&['d']);
    page.wait_for("[data-testid='dnd-locked']:focus", "D leads to the reason");
    assert!(!page.has("[href='#/accounts']"), "a guest has no way to the accounts");
    browser.go("#/accounts");
    page.wait_for_text("main", "does not allow");

    log_in_as_admin(&server, &browser);
    browser.go("#/lamp/1001");
    page.wait_for(&Page::by_id("dnd-on"), "an admin sets DND");
    page.wait_for("textarea[name='note']:enabled", "an admin keeps notes");
    page.press_button("favourite");
    page.wait_for_attribute(&Page::by_id("favourite"), "aria-pressed", "true", NOTICED);
    page.fill("note", "Back on Monday");
    page.press_button("note-save");
    page.wait_for_text(&Page::by_id("notice"), "saved");

    browser.reload();
    page.wait_for_attribute(&Page::by_id("favourite"), "aria-pressed", "true", NOTICED);
    assert_eq!(page.value("note"), "Back on Monday", "favourites and notes are kept on the server");
    browser.go("#/audit");
    page.wait_for("[data-audit='login']", "what was done is on record");
}

#[test]
fn a_screen_is_let_in_by_its_link_until_that_is_revoked() {
    let _addresses = loopback();
    let server = Server::start(Config::new().open(None).people(&["1001"]));
    let (admin, wall) = (Browser::start(Look::DESKTOP), Browser::start(Look::DESKTOP));
    settle_admin(&server, &admin);
    let page = admin.page();
    admin.go("#/screens");
    page.fill("place", "Lobby");
    page.click("[data-testid='looks'] summary");
    page.fill("screen-language", "ru");
    page.fill("screen-palette", "phone");
    page.press_button("create");
    page.wait_for(&Page::by_id("secret"), "the link is shown");
    let link = page.text(&Page::by_id("secret"));
    assert!(link.starts_with(&server.url()), "a whole address: {link}");
    assert!(link.ends_with("?lang=ru&palette=phone"), "it says how the screen looks: {link}");
    admin.reload();
    page.wait_for("[data-screen='Lobby']", "the screen is listed");
    assert!(!page.has(&Page::by_id("secret")), "its link is not");

    let screen = wall.open_wall(&link);
    wait("the lamps hang", NOTICED, || ensure(screen.shown() == ["1001"], || screen.text()));
    assert_eq!(wall.page().attribute("html", "data-palette").as_deref(), Some("phone"));
    assert!(!screen.address().contains("screen/"), "the link is taken out of the address: {}", screen.address());
    page.click("[data-screen='Lobby'] [data-testid='revoke']");
    page.press_button("sure");
    wait("the screen says so", NOTICED, || {
        ensure(screen.text().contains("Доступ этого экрана закончился"), || screen.text())
    });
    assert!(screen.shown().is_empty(), "the lamps are taken down");
}

#[test]
fn a_screen_sees_its_board_and_nothing_else_wherever_it_goes() {
    let _addresses = loopback();
    let server = Server::start(Config::new().open(None).people(&["1001", "1002"]));
    let (admin, wall) = (Browser::start(Look::DESKTOP), Browser::start(Look::DESKTOP));
    settle_admin(&server, &admin);
    let page = admin.page();
    admin.go("#/extensions");
    page.wait_for("[data-named='1002']", "the extensions are listed");
    page.fill_cell("group", "1002", "Vault");
    page.wait_for_text(&Page::by_id("toast"), "1002: Lab → Vault");
    admin.go("#/screens");
    page.wait_for("option[value='Vault']", "the department is a board");
    page.fill("board", "Vault");
    page.fill("place", "Lobby");
    page.press_button("create");
    page.wait_for(&Page::by_id("secret"), "the link is shown");
    let link = page.text(&Page::by_id("secret"));

    let screen = wall.open_wall(&link);
    wait("its lamp hangs", NOTICED, || ensure(screen.shown() == ["1002"], || screen.text()));
    for other in ["wall/all", "wall/Lab", "#/"] {
        wall.visit(&format!("{}{other}", server.url()));
        let seen = wall.page();
        std::thread::sleep(Duration::from_secs(2));
        assert!(!seen.has("[data-exten='1001']"), "{other}: {}", seen.read());
    }
    wait("it is back on its wall", NOTICED, || ensure(screen.shown() == ["1002"], || screen.text()));
    wall.visit(&format!("{}plain?board=all", server.url()));
    let plain = wall.page().read();
    assert!(plain.contains("1002") && !plain.contains("1001"), "{plain}");
}
