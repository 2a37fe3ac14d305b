//! What is wrong with a PBX, in Russian. «АТС» is feminine, whatever the title of the PBX.

use lampfield_shared::{Fault, Timestamp};

/// A fault in words, with the place in the configuration to mend.
pub(super) fn told(fault: &Fault, time: &dyn Fn(Timestamp) -> String) -> Option<String> {
    let ours = "lampfield.toml";
    Some(match fault {
        Fault::Namesake { eid } => format!(
            "У неё тот же идентификатор (EID) {eid}, что и у lampfield, поэтому наши состояния ей не передаются. \
             Задайте этой АТС свой entityid в asterisk.conf, раздел [options], или другой sip.eid в {ours}."
        ),
        Fault::WrongPassword { user } => format!(
            "АТС передаёт неверное имя или пароль. В разделе type=auth, на который указывает outbound_auth её \
             outbound-publish в pjsip.conf, нужны username={user} и пароль из auth этого узла в {ours}."
        ),
        Fault::NoPassword { user, realm } => format!(
            "Она не отвечает на запрос пароля. Её outbound-publish в pjsip.conf нужен outbound_auth с разделом \
             type=auth, где username={user}, а realm не задан или равен {realm}. После безответного запроса \
             Asterisk молчит до перезапуска."
        ),
        Fault::NoTls { why } => format!("Её соединение с нами по TLS не состоялось: {why}."),
        Fault::OtherResource { theirs, ours: expected } => format!(
            "С её адреса публикуют для «{theirs}», а ожидается «{expected}». Исправьте имя в server_uri её \
             outbound-publish в pjsip.conf или resource этого узла в {ours}."
        ),
        Fault::NeverHeard => {
            "Сообщений от АТС ещё не было. Проверьте, что у неё есть эти разделы и что до этого адреса \
             есть путь по UDP, TCP или TLS; отправляет ли она, видно по команде «pjsip set logger on»."
                .into()
        }
        Fault::Silent { since } => format!(
            "Выключена или недоступна: сообщений нет с {}. Раньше она работала, так что в её настройках менять нечего: \
             проверьте, запущена ли АТС и есть ли сеть до неё.",
            time(*since)
        ),
        Fault::Untold { user } => format!(
            "Она принимает запрос всех состояний, но ничего не присылает. В её pjsip.conf разделу [{user}] \
             type=asterisk-publication нужен devicestate_publish с именем её outbound-publish для нас."
        ),
        Fault::Spoof { eid } => format!("Ей отказано: EID {eid} не входит в число её идентификаторов."),
        Fault::OwnId { eid } => format!("Ей отказано: EID {eid} принадлежит lampfield."),
        Fault::Clash { eid } => {
            format!("Ей отказано: EID {eid} уже использует другая АТС. Каждой нужен свой entityid в asterisk.conf.")
        }
        Fault::TooManyNames { most } => format!(
            "Она называет больше {most} устройств, ящиков и внутренних номеров: остальные не показаны. Если они все \
             нужны, увеличьте max_names в разделе [sip] файла {ours}; если нет, отсейте лишние через \
             device_state_filter этого узла."
        ),
        Fault::NoWay { why } => format!("АТС недоступна: {why}."),
        Fault::NoAnswer { event } => format!("АТС не отвечает на наши PUBLISH ({event})."),
        Fault::Answers { event, code } => format!("{event}: на наши PUBLISH она отвечает {code}."),
        Fault::Refuses { event, code, user } => {
            format!("{event}: она отвечает {code}: {}.", refusal(*code, event, user))
        }
        Fault::AsksPassword { event, code } => format!(
            "{event}: она отвечает {code}: она нас не знает, или ей нужен пароль. Раздел identify в её pjsip.conf \
             должен содержать наш адрес; если у её endpoint для нас есть auth, впишите его имя и пароль в \
             outbound_auth этого узла в {ours}."
        ),
        Fault::OtherRealm { event, code, theirs, ours: own } => format!(
            "{event}: она отвечает {code} и просит пароль для realm «{theirs}», а outbound_auth этого узла в {ours} задан для «{own}»."
        ),
        Fault::CannotLogIn { event, code, why } => {
            format!("{event}: она отвечает {code}, но на её запрос пароля нельзя ответить: {why}.")
        }
        Fault::NotOurPassword { event, code, user } => format!(
            "{event}: она отвечает {code}: наш пароль для «{user}» она не принимает. В разделе type=auth, на который указывает auth её \
             endpoint в pjsip.conf, должны быть имя и пароль из outbound_auth этого узла в {ours}, а её identify \
             должен содержать наш адрес."
        ),
        Fault::Dislikes { event, what, more, code } => {
            let more = if *more == 0 { String::new() } else { format!(" и ещё {more}") };
            format!(
                "{event}: она не принимает {what}{more} и отвечает {code}. Предлагаем снова каждую минуту; если \
                 «pjsip set logger on» этого там не показывает, отказывает кто-то между нами."
            )
        }
        Fault::Other => return None,
    })
}

/// The mistake in Asterisk's configuration that an answer code points to.
fn refusal(code: u16, event: &str, user: &str) -> String {
    match code {
        403 => format!("в её разделе [{user}] type=inbound-publication назван другой endpoint"),
        404 => format!(
            "в её pjsip.conf нет раздела inbound-publication с именем [{user}], или в нём нет строки event_{event}=, \
             или она не называет раздел type=asterisk-publication"
        ),
        489 => "не загружен модуль res_pjsip_publish_asterisk, см. modules.conf".into(),
        _ => "само это не исправится".into(),
    }
}
