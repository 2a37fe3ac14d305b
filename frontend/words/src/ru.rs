//! Russian. The title of a site stands in «ёлочки» after «АТС» and is never declined.

mod audit;
mod boards;
mod counters;
mod deeds;
mod facts;
mod faults;
mod import;
mod naming;
mod peers;
mod plain;
mod plural;
mod refusals;
mod screens;
mod wall;

use lampfield_shared::{Direction, Dnd, DndKind, LampState, PresenceState};

pub(super) use self::audit::AUDIT;
pub(super) use self::boards::OWN_BOARDS;
pub(super) use self::import::IMPORT;
pub(super) use self::naming::NAMING;
pub(super) use self::peers::PEERS;
pub(super) use self::plain::{OFFLINE, PLAIN};
use self::plural::counted;
pub(super) use self::screens::SCREENS;
pub(super) use self::wall::WALL;
use crate::{
    AccountWords, AdminWords, Age, BoardWords, Category, Command, CommonWords, DetailsWords, DndWords, Grouping,
    KeysWords, Language, Order, Palette, Size, Theme, Words, at, sentence,
};

pub(super) const WORDS: Words = Words {
    which: Language::Russian,
    tag: "ru",
    own_name: "Русский",

    state,
    state_short: |state| match state {
        LampState::Ringing => "Вызов",
        LampState::CallRinging => "Второй вызов",
        LampState::Offline => "Не в сети",
        other => self::state(other),
    },
    short_lamp: "Только лампа",
    short_calls: "Без звонков",
    dnd_too: "Включено «Не беспокоить»",
    dnd_was: |dnd, age| {
        let was = match dnd {
            Dnd::On => "«Не беспокоить»: по последним данным включено",
            Dnd::Off => "«Не беспокоить»: по последним данным выключено",
        };
        match age {
            None => was.into(),
            Some(Age::Now) => format!("{was}, только что"),
            Some(age) => format!("{was}, {} назад", long(age)),
        }
    },
    age: |age| match age {
        Age::Now => "сейчас".into(),
        Age::Minutes(n) => format!("{n} мин"),
        Age::Hours(n) => format!("{n} ч"),
        Age::Days(n) => format!("{n} дн."),
    },
    last_known_state: |state| format!("Последние данные: {state}"),
    last_known: |state, age| match age {
        Age::Now => format!("Последние данные: {state}, только что"),
        age => format!("Последние данные: {state}, {} назад", (WORDS.age)(age)),
    },
    was: |state| match state {
        LampState::Free => "был свободен",
        LampState::Ringing => "был вызов",
        LampState::OnCall => "был разговор",
        LampState::Busy => "был занят",
        LampState::CallRinging => "было 2 звонка",
        LampState::OnHold => "было удержание",
        LampState::Dnd => "был DND",
        LampState::Offline => "был не в сети",
        LampState::NoData => "нет данных",
    },
    timer: |seconds| match seconds / 3600 {
        0 => format!("{}:{:02}", seconds / 60, seconds % 60),
        hours => format!("{hours}:{:02} ч", seconds / 60 % 60),
    },
    last_known_long: |state, age| match age {
        Age::Now => format!("Последние данные: {state}, только что"),
        age => format!("Последние данные: {state}, {} назад", long(age)),
    },
    lasting: |state, age| match age {
        Age::Now => format!("{state}, только что"),
        age => format!("{state}, {}", long(age)),
    },
    voicemails: |n| counted(n.into(), ["новое сообщение", "новых сообщения", "новых сообщений"]),

    category: |category| match category {
        Category::Free => "свободны",
        Category::Ringing => "звонят",
        Category::OnCall => "в разговоре",
        Category::Busy => "заняты",
        Category::OnHold => "на удержании",
        Category::Dnd => "не беспокоить",
        Category::Offline => "не в сети",
        Category::NoData => "нет данных",
        Category::LastKnown => "устарели",
    },
    totals: "Показать только",

    sites_live: |count| format!("{} на связи", counted(count as u64, ["площадка", "площадки", "площадок"])),
    site_silent: |site, time| format!("{site}: нет данных с {time}"),
    sites_silent: |silent, all| format!("Нет данных: площадок {silent} из {all}"),
    since: |time| format!("с {time}"),
    nothing_yet: "данных ещё нет",
    site_live: "На связи",
    site_last_known: |time| format!("Последние данные: {time}"),
    site_never: |site| format!("Ждём первое сообщение от АТС «{site}»"),
    no_site: "Прочие номера",
    no_group: "Без отдела",

    connecting: "Подключаемся…",
    live: "На связи",
    reconnecting: "Переподключаемся…",
    lost: "Связь потеряна",
    lost_since: |time| format!("Нет связи с сервером. Состояния на {time}."),
    unreachable: "Нет связи с сервером.",
    next_try: |seconds| format!("Повтор через {seconds} с."),
    trying: "Пробуем снова…",

    loading: "Загружаем лампы…",
    empty: "Номеров пока нет. Они появятся, когда АТС пришлёт состояния, или загрузите файл CSV.",
    no_hits: |typed| format!("По запросу «{typed}» ничего нет. Esc — очистить."),
    none_chosen: "Сейчас таких ламп нет. Esc — показать все.",
    none_here: |elsewhere| {
        format!("Здесь таких ламп нет, на других вкладках: {elsewhere}. Esc — показать всю вкладку.")
    },
    empty_tab: "На этой вкладке ламп нет.",
    demo: "Демо: этих людей не существует",

    search: "Поиск",
    search_hint: "Имя, номер, отдел, площадка",
    language: "Язык",
    theme: "Тема",
    themes: |theme| match theme {
        None => "Как в системе",
        Some(Theme::Light) => "Светлая",
        Some(Theme::Dark) => "Тёмная",
    },
    menu: "Меню",
};

pub(super) const COMMON: CommonWords = CommonWords {
    close: "Закрыть",
    cancel: "Отмена",
    save: "Сохранить",
    copy: "Скопировать",
    copied: "Скопировано",
    not_copied: "Браузер не даёт копировать отсюда. Выделите текст и нажмите Ctrl+C.",
    asking: "Спрашиваем сервер…",
    coming: "Загружаем…",
    not_come: "Эта часть страницы не загрузилась. Пробуем снова…",
    unreachable: "Сервер недоступен.",
    unknown: "Сервер не ответил. Неизвестно, выполнено ли это: проверьте, прежде чем повторять.",
    forbidden: "Ваша роль этого не позволяет.",
    slow_down: |seconds| {
        format!("Слишком много попыток. Подождите {}.", counted(seconds, ["секунду", "секунды", "секунд"]))
    },
    refused: refusals::told,
    no_account: facts::no_account,
    server_says: sentence,
    never: "ещё не было",
    nothing: "Пока пусто.",
};

pub(super) const ACCOUNT: AccountWords = AccountWords {
    log_in: "Войти",
    log_out: "Выйти",
    name: "Имя",
    password: "Пароль",
    wrong: "Неверное имя или пароль.",
    ended: "Сеанс завершён. Войдите снова.",
    role: facts::role,
    own_dnd: facts::own_dnd,
    guest: "Гость",
    change_password: "Сменить пароль",
    must_change: "Этот пароль одноразовый. Чтобы продолжить, задайте свой.",
    old_password: "Текущий пароль",
    new_password: "Новый пароль",
    repeat_password: "Новый пароль ещё раз",
    at_least: |count| {
        let signs = counted(count as u64, ["знака", "знаков", "знаков"]);
        format!("Не короче {signs}. Несколько слов надёжнее, чем спецсимволы.")
    },
    differ: "Новые пароли не совпадают.",
    me: "Я",
    own_line: "Ваш номер",
    own_details: "Подробности, причина, другой срок…",
    to_board: "Лампы",
    sip_links: "Звонить по sip: вместо tel:",
};

pub(super) const BOARD: BoardWords = BoardWords {
    tabs: "Часть табло",
    favourites: "Избранное",
    all: "Все",
    no_favourites: "Избранного пока нет. Клавиша F добавит выбранный номер.",
    sites: "Площадки",
    departments: "Отделы",
    own_boards: "Табло",
    ringing: "Звонят",
    view: "Вид",
    group_by: "Группировать",
    groupings: |grouping| match grouping {
        Grouping::Fit => "Автоматически",
        Grouping::Both => "Площадки и отделы",
        Grouping::Department => "Отделы",
        Grouping::Site => "Площадки",
        Grouping::Nothing => "Без групп",
    },
    order: "Сортировать",
    by: |order| match order {
        Order::Own => "Свой порядок",
        Order::Number => "По номеру",
        Order::Name => "По имени",
        Order::State => "По состоянию",
        Order::Since => "По изменению",
    },
    no_groups: "без групп",
    size: "Размер",
    sizes: |size| match size {
        Size::Fit => "По окну",
        Size::Large => "Крупно",
        Size::Medium => "Средне",
        Size::Small => "Мелко",
        Size::Dense => "Плотно",
        Size::Numbers => "Только номера",
    },
    fits: |what| format!("сейчас {}", what.to_lowercase()),
    palette: "Цвета",
    palettes: |palette| match palette {
        Palette::Standard => "Обычные",
        Palette::Phone => "Как на телефоне",
        Palette::Contrast => "Контрастные",
    },
    blink: "Пульсация при вызове",
    side: "События",
    ringing_now: "Сейчас звонят",
    none_rings: "Никто не звонит.",
    and_more: |count| format!("и ещё {count}"),
    watching: "Ждём",
    not_known: "Неизвестно, пока нет связи.",
    free_for: |time| format!("свободен {time}"),
    dismiss: "Убрать",
    deeds: "Последние действия",
    undo: |seconds| format!("Отменить {seconds}"),
    undone: "Отменено.",
    arranged: "Изменён порядок избранного",
    starred: |who| format!("{who}: добавлен в избранное"),
    unstarred: |who| format!("{who}: убран из избранного"),
    noted: |who| format!("Заметка: {who}"),
    dnd_set: |dnd, who| match dnd {
        Dnd::On => format!("Включено «Не беспокоить»: {who}"),
        Dnd::Off => format!("Снято «Не беспокоить»: {who}"),
    },
    none_watched: "Выберите номер и нажмите W: сообщим, когда освободится.",
    sound: "Звук",
    notify: "Уведомления",
    notify_refused: "Браузер не разрешает уведомления с этой страницы.",
    calling: |who| format!("Звоним: {who}…"),
    hits: |count, of| format!("{count} из {of}"),
    columns: ["Номер", "Имя", "Отдел", "Площадка", "Состояние", "Давность"],
    watch_on: |who| format!("Сообщим, когда {who} освободится"),
    watch_off: |who| format!("Больше не ждём {who}"),
    watch_hit: |who| format!("Можно звонить: {who}"),
    restored: "Связь восстановлена. Лампы обновлены.",
    selected: |n| format!("Выбрано: {n}"),
    clear: "Снять выбор",
};

pub(super) const DETAILS: DetailsWords = DetailsWords {
    gone: |exten| format!("Номера {exten} на этом табло нет."),
    since: |time| format!("С {time}"),
    live: |site| format!("Подтверждено: АТС «{site}»."),
    last_known: |time| format!("С {time} данных нет."),
    never: "Ни одна АТС ещё не сообщала об этом номере.",
    old_voicemails: |n| format!("старых: {n}"),
    presence: |state| match state {
        PresenceState::Available => "На месте",
        PresenceState::Unavailable => "Недоступен",
        PresenceState::Away => "Нет на месте",
        PresenceState::Xa => "Нет на месте надолго",
        PresenceState::Chat => "Можно писать и звонить",
        PresenceState::Dnd => "Просит не беспокоить",
    },
    phone: |state| format!("Телефон: {state}"),
    as_of: |time| format!("на {time}"),
    call_with: |direction, who| match direction {
        Some(Direction::Incoming) => format!("Входящий: {who}"),
        Some(Direction::Outgoing) => format!("Исходящий: {who}"),
        None => format!("Собеседник: {who}"),
    },
    internal: "внутренний номер",
    external: "внешний номер",
    withheld: "номер скрыт",
    call: "Позвонить",
    copy_number: "Скопировать номер",
    favourite: "В избранное",
    not_favourite: "Убрать из избранного",
    watch: "Сообщить, когда освободится",
    not_watch: "Больше не ждать",
    select: "Выбрать",
    note: "Заметка",
    note_draft: "ещё не сохранена",
    note_hint: "Видна только вам.",
    note_saved: "Заметка сохранена.",
    why: "Почему такое состояние?",
    hint: |hint| format!("Хинт: {hint}"),
    no_hint: "Хинта нет: лампа показывает только телефон.",
    no_votes: "Ни одна АТС ещё не сообщала о его устройствах.",
    wins: "учтено",
    loses: "перекрыто",
    said: |site, time| format!("АТС «{site}», {time}"),
    no_eid: "сама АТС",
    changes: "Последние изменения",
    no_changes: "С открытия страницы ничего не изменилось.",
};

pub(super) const DND: DndWords = DndWords {
    title: "Не беспокоить",
    until: |time| format!("до {time}"),
    off: "Выключено",
    on_lamp: "Включена только лампа, звонки проходят",
    on_calls: "Включено: звонки не проходят",
    on: "Включено",
    by: |name| format!("Кто включил: {name}"),
    what: "Режим",
    choose_lamp: "Только лампа",
    lamp_hint: "Клавиши телефонов загорятся. Звонки проходят.",
    choose_calls: "Не пропускать звонки",
    calls_hint: "АТС не пропустит ни одного звонка.",
    no_ami: "У lampfield нет связи с этой АТС по AMI: остановить звонки нельзя.",
    ends: "Действует",
    forever: "Пока не выключат",
    in_minutes: |minutes| match minutes {
        0..60 => format!("Через {}", counted(minutes, ["минуту", "минуты", "минут"])),
        _ => format!("Через {}", counted(minutes / 60, ["час", "часа", "часов"])),
    },
    at: |time| at("В", time),
    at_time: "Указать время…",
    time: "Время",
    time_wrong: "Выберите время в будущем.",
    reason: "Причина",
    turn_on: "Включить",
    turn_off: "Выключить",
    change: "Изменить…",
    save_change: "Сохранить изменения",
    forbidden: "Вам доступен просмотр, но не смена режима «Не беспокоить».",
    pending: |dnd, site, exten| match dnd {
        Dnd::On => format!("Просим АТС «{site}» включить «Не беспокоить» для {exten}…"),
        Dnd::Off => format!("Просим АТС «{site}» выключить «Не беспокоить» для {exten}…"),
    },
    confirmed: |dnd, site, exten| match dnd {
        Dnd::On => format!("АТС «{site}» подтвердила: для {exten} включено «Не беспокоить»."),
        Dnd::Off => format!("АТС «{site}» подтвердила: для {exten} выключено «Не беспокоить»."),
    },
    lamp_done: |dnd, exten| match dnd {
        Dnd::On => format!("Лампа {exten} показывает «Не беспокоить». Звонки проходят."),
        Dnd::Off => format!("Лампа {exten} больше не показывает наше «Не беспокоить»."),
    },
    was_off: "«Не беспокоить» и так было выключено.",
    held: |sites| format!("«Не беспокоить» включено и на АТС «{sites}»: лампа останется гореть."),
    still_blocked: |sites| {
        format!("Лампа горит. На АТС «{sites}» тоже включено «Не беспокоить»: звонки могут не проходить.")
    },
    failed: |text| format!("Не выполнено. {text}"),
    many: |n| format!("«Не беспокоить»: {}", counted(n as u64, ["номер", "номера", "номеров"])),
    preview: "Предпросмотр",
    do_it: |dnd, n| {
        let extens = counted(n as u64, ["номера", "номеров", "номеров"]);
        match dnd {
            Dnd::On => format!("Включить «Не беспокоить» для {extens}"),
            Dnd::Off => format!("Выключить «Не беспокоить» для {extens}"),
        }
    },
    planned: |dnd, kind, site| {
        let what = match (dnd, kind) {
            (Dnd::On, DndKind::Calls) => "не пропускать звонки",
            (Dnd::Off, DndKind::Calls) => "снова пропускать звонки",
            (Dnd::On, DndKind::Lamp) => "включить только лампу",
            (Dnd::Off, DndKind::Lamp) => "выключить только лампу",
        };
        match (kind, site) {
            (DndKind::Calls, Some(site)) => format!("{what}, АТС «{site}»"),
            (DndKind::Calls, None) | (DndKind::Lamp, _) => what.into(),
        }
    },
    planned_nothing: "без изменений",
    many_done: |done, not| match not {
        0 => format!("Готово: {}.", counted(done as u64, ["номер", "номера", "номеров"])),
        not => format!("Готово: {done}, не вышло: {not}."),
    },
};

pub(super) const ADMIN: AdminWords = AdminWords {
    in_line: |line, text| format!("Строка {line}: {text}"),
    accounts: "Учётные записи",
    boards: "Табло",
    screens: "Экраны",
    audit: "Журнал",
    peers: "АТС",
    peer: "АТС",
    name: "Имя",
    role: "Роль",
    created: "Создано",
    last_login: "Последний вход",
    actions: "Действия",
    display_name: "Отображаемое имя",
    own_exten: "Свой номер",
    own_dnd: "Своё «Не беспокоить»",
    new_account: "Новая учётная запись",
    create: "Создать",
    one_time: "одноразовый пароль",
    reset: "Новый пароль",
    remove: "Удалить",
    remove_sure: |name| format!("Удалить учётную запись «{name}»? Её сеансы сразу завершатся."),
    password_of: |name| format!("Одноразовый пароль для {name}"),
    password_once: "Передайте его сейчас: больше он не появится. При первом входе его нужно сменить.",
    time: "Время",
    who: "Кто",
    address: "Откуда",
    action: "Действие",
    target: "Объект",
    result: "Результат",
    details: "Подробности",
    older: "Раньше",
    newest: "Новые",
    extensions: "Номера",
};

pub(super) const KEYS: KeysWords = KeysWords {
    title: "Клавиши",
    does: |command| match command {
        Command::Search => "Поиск",
        Command::Help => "Этот список",
        Command::Call => "Позвонить",
        Command::Watch => "Сообщить, когда освободится",
        Command::Dnd => "Не беспокоить",
        Command::Note => "Заметка",
        Command::Favourite => "Избранное",
        Command::Why => "Почему такое состояние?",
        Command::Earlier => "В избранном: выше",
        Command::Later => "В избранном: ниже",
        Command::Undo => "Отменить последнее действие",
        Command::Select => "Выбрать",
        Command::PreviousTab => "Предыдущая вкладка",
        Command::NextTab => "Следующая вкладка",
        Command::PreviousSite => "Предыдущая площадка",
        Command::NextSite => "Следующая площадка",
        Command::Only([Category::Ringing, ..]) => "Только входящие вызовы",
        Command::Only([Category::OnCall, ..]) => "Только занятые: разговор, удержание, занято",
        Command::Only([Category::Free, ..]) => "Только свободные",
        Command::Only(_) => "Только не в сети",
        Command::Number => "Найти номер",
        Command::Move => "Перемещение по лампам",
        Command::Choose(_) => "Выбрать строку",
        Command::Enter => "Подробности; в них: позвонить",
        Command::Buttons => "К кнопкам строки",
        Command::Details => "Подробности",
        Command::Escape => "Закрыть, показать все, назад к лампам",
        Command::Leave => "Назад к лампам",
        Command::CallOn => "Позвонить, список оставить",
    },
    on_lamps: "На лампах",
    typing: "В поле поиска",
    letters: "Команды одной клавишей: буквы, цифры, / и ?",
};

const fn state(state: LampState) -> &'static str {
    match state {
        LampState::Free => "Свободен",
        LampState::Ringing => "Входящий вызов",
        LampState::OnCall => "Разговор",
        LampState::Busy => "Занят",
        LampState::CallRinging => "Разговор, ждёт второй вызов",
        LampState::OnHold => "На удержании",
        LampState::Dnd => "Не беспокоить",
        LampState::Offline => "Телефон не в сети",
        LampState::NoData => "Нет данных",
    }
}

/// A duration in the accusative case, which fits both "for" and "ago".
fn long(age: Age) -> String {
    match age {
        Age::Now => "несколько секунд".into(),
        Age::Minutes(n) => counted(n, ["минуту", "минуты", "минут"]),
        Age::Hours(n) => counted(n, ["час", "часа", "часов"]),
        Age::Days(n) => counted(n, ["день", "дня", "дней"]),
    }
}
