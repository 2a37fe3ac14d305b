//! The reasons of the server's refusals, in Russian.

use lampfield_shared::account::NoAccount;
use lampfield_shared::{Cause, Why};

use super::facts::no_account;

/// A cause in words.
pub(super) fn told(Why { cause, about }: &Why) -> Option<String> {
    let of = |index: usize| about.get(index).map_or("?", String::as_str);
    let (first, second) = (of(0), of(1));
    Some(match cause {
        Cause::WrongPassword => "Неверное имя или пароль.".into(),
        Cause::PasswordDue => "Сначала замените одноразовый пароль своим.".into(),
        Cause::PasswordShort => format!("Пароль слишком короткий: нужно не меньше {first} знаков."),
        Cause::PasswordLong => "Пароль слишком длинный.".into(),
        Cause::PasswordIsName => "Пароль не должен совпадать с именем.".into(),
        Cause::PasswordIsOld => "Новый пароль совпадает со старым.".into(),
        Cause::NoAccount => format!("Учётной записи «{first}» нет."),
        Cause::AccountExists => format!("Учётная запись «{first}» уже есть."),
        Cause::LastAdmin => format!("«{first}» — последний администратор. Сначала назначьте другого."),
        Cause::AccountName => "Имя — от 1 до 64 букв, цифр и знаков «.», «-», «_», «@».".into(),
        Cause::NoLamp => format!("Лампы «{first}» нет."),
        Cause::NoExten => format!("«{first}» — не номер."),
        Cause::Twice => format!("Номер {first} встречается дважды."),
        Cause::LongName => format!("Имя и отдел — одна строка, не длиннее {first} знаков."),
        Cause::NoSite => format!("АТС «{first}» нет."),
        Cause::TwoColumns => format!("Два столбца об одном и том же: «{second}» встречается дважды."),
        Cause::NoExtenColumn => "Не найден столбец с номерами. Назовите его «Номер» или exten.".into(),
        Cause::NoNumber => "Номер не указан.".into(),
        Cause::Rounded => {
            format!("Таблица округлила «{first}». Задайте столбцу текстовый формат и введите номер заново.")
        }
        Cause::Formula => "В ячейке формула или её ошибка. Сохраните значение.".into(),
        Cause::BrokenLetters => {
            "Буквы имени потеряны. Выберите верную кодировку или сохраните файл заново как UTF-8.".into()
        }
        Cause::MoreCells => {
            format!("Столбцов {first}, а должно быть {second}. Возможно, имя с запятой нужно взять в кавычки.")
        }
        Cause::OpenQuote => "Здесь открыта кавычка и нигде не закрыта.".into(),
        Cause::TooManyLines => format!("В файле больше строк, чем можно: {first}."),
        Cause::NoText => "Это не текст, а книга Excel или другой файл. Сохраните его как CSV (UTF-8).".into(),
        Cause::NoEncoding => format!("Кодировки «{first}» нет."),
        Cause::NoGroup => format!("В группе «{first}» никого нет."),
        Cause::Paused => format!("АТС «{first}» на паузе и ничего не получает. Сначала снимите паузу."),
        Cause::Full => "Слишком много: сначала удалите лишнее.".into(),
        Cause::NoBoard => format!("Табло «{first}» больше нет."),
        Cause::BoardExists => format!("Табло «{first}» уже есть."),
        Cause::BoardOutdated => {
            let who = NoAccount::read(first).map_or_else(|| first.to_owned(), no_account);
            format!("Табло «{second}» тем временем изменено (кем: {who}). Загрузите его заново и повторите.")
        }
        Cause::BoardHangs => format!("Табло «{first}» показывают экраны: {second}. Сначала отзовите их."),
        Cause::BoardName => format!("Имя табло — от 1 до {first} букв, цифр и знаков «-», «_»."),
        Cause::BoardTaken => format!("Имя «{first}» занято: так называется АТС, отдел или все лампы вместе."),
        Cause::BoardTitle => format!("У табло и у каждой его группы должно быть название, не длиннее {first} знаков."),
        Cause::BoardGroupTwice => format!("Две группы называются «{first}»."),
        Cause::NoOwnDnd => {
            "Администратор должен указать ваш номер и разрешить вам включать на нём «Не беспокоить».".into()
        }
        Cause::LampOnly => "Вам можно включать лампу своего номера, но не запрещать звонки.".into(),
        Cause::DndNotShown => {
            format!("Ни одна лампа этого не покажет: в подсказке (hint) номера {first} нет Custom:DND{first}.")
        }
        Cause::DndHomeUnknown => format!(
            "Звонки на {first} остановить нельзя: неизвестно, какая АТС его обслуживает. Укажите его в serves узла \
             [[peer]] или включите только лампу."
        ),
        Cause::DndNoLink => format!(
            "Звонки на {first} остановить нельзя: у lampfield нет связи с АТС «{second}». Задайте ей [peer.ami] или \
             включите только лампу."
        ),
        Cause::DndHomeSilent => format!(
            "АТС «{second}» сейчас молчит, и подтвердить остановку звонков на {first} некому. Повторите позже \
             или включите только лампу."
        ),
        Cause::DndUnconfirmed => format!("АТС «{second}» приняла команду для {first}, но не подтвердила её вовремя."),
        Cause::DndNotTaken => format!("АТС «{second}» не выполнила команду для {first}. Подробности — в журнале."),
        Cause::DndPast => "Время окончания уже прошло.".into(),
        Cause::DndTooFar => "Время окончания слишком далеко. Без него режим не кончается сам.".into(),
        Cause::DndLongReason => "Причина слишком длинная.".into(),
        Cause::DndNotBegun => {
            format!("До {first} очередь не дошла: предыдущие заняли слишком много времени. Повторите для оставшихся.")
        }
        Cause::DndUnderWay => format!("Для {first} АТС ещё выполняет команду. Чем кончилось, скажут лампа и журнал."),
        Cause::Busy => "Сервер сейчас слишком занят. Повторите.".into(),
        Cause::NotKept => "Сервер не смог это записать. Подробности — в его журнале.".into(),
        Cause::Mistake => "Ошибка сервера. Подробности — в его журнале.".into(),
        Cause::Other => return None,
    })
}
