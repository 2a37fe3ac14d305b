//! The pages without scripts, in Russian.

use crate::{OfflineWords, PlainWords};

pub(crate) const PLAIN: PlainWords = PlainWords {
    shown_at: "Лампы на",
    refreshes: "Страница обновляется сама каждые 10 секунд. Если время на ней стоит, она устарела.",
    empty: "Номеров пока нет. Они появятся, когда АТС пришлёт состояния.",
    silent: "У сервера сейчас нет состояний ламп. Следующая попытка через 10 секунд.",
    needs_script: "Для живых ламп нужны JavaScript и WebAssembly.",
    without_script: "Страница без скриптов показывает их таблицей.",
    columns: ["Состояние", "Номер", "Имя", "С каких пор"],
};

pub(crate) const OFFLINE: OfflineWords = OfflineWords {
    title: "Нет связи",
    not_reached: "Сервер lampfield не ответил в",
    next_try: "Лампы не показаны. Следующая попытка через 10 секунд.",
    locale: "ru",
};
