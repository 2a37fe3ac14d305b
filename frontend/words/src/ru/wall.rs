//! A wall display, in Russian.

use lampfield_shared::DndKind;

use super::WORDS;
use crate::{Age, WallWords};

pub(crate) const WALL: WallWords = WallWords {
    stale: "Данные устарели",
    last_update: |time| format!("Обновлено в {time}"),
    no_update: "Данных ещё не было",
    waiting: "Нет связи с сервером",
    token_end: "Доступ этого экрана закончился. Попросите у администратора новую ссылку.",
    no_board: |name| format!("Табло, площадки или отдела «{name}» нет, или там пусто."),
    ringing: "Сейчас звонят",
    none_rings: "Вызовов нет",
    more: |count| format!("и ещё {count}"),
    page: |page, of| format!("Страница {page} из {of}"),
    was_dnd: |kind| match kind {
        DndKind::Lamp => "был DND, только лампа",
        DndKind::Calls => "был DND, звонки не проходили",
    },
    dnd: "DND",
    until: |time| format!("до {time}"),
    ago: |age| match age {
        Age::Now => "только что".into(),
        age => format!("{} назад", (WORDS.age)(age)),
    },
    free_of: |free, all| format!("свободно {free} из {all}"),
    no_data_since: |time| format!("нет данных с {time}"),
    no_data_yet: "данных ещё не было",
    heartbeat: "Пульсирует, пока сервер отвечает",
};
