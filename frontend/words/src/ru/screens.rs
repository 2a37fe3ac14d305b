//! The page of the wall displays, in Russian.

use crate::ScreenWords;
use crate::Theme;

pub(crate) const SCREENS: ScreenWords = ScreenWords {
    place: "Где висит",
    shows: "Показывает",
    link_of: |name| format!("Ссылка для экрана «{name}»"),
    link_once: "Откройте её один раз на экране. Любой, у кого есть ссылка, сможет войти. Второй раз её не покажем.",
    last_seen: "Последняя активность",
    made_by: "Кем создан",
    revoke: "Отозвать",
    revoke_sure: |name| format!("Отозвать экран «{name}»? Он сразу погаснет."),
    no_screens: "Экранов пока нет.",
    looks: "Вид",
    by_browser: "Как в браузере",
    by_system: "Как в системе",
    theme: |theme| match theme {
        Theme::Light => "Светлая",
        Theme::Dark => "Тёмная",
    },
    plain: "Без скриптов, для старого телевизора",
};
