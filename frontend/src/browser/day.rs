//! Times as the reader's clock and calendar have them.

use js_sys::{Date, Object, Reflect};
use lampfield_shared::Timestamp;
use wasm_bindgen::JsValue;

/// How exact a time of day is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Precision {
    /// 13:58
    Minutes,
    /// 13:58:07
    Seconds,
}

/// A time of day in the reader's time zone, after the day unless that is today: "18:00", "tomorrow 18:00", "30 Nov 18:00".
pub(crate) fn time_of_day(time: Timestamp, precision: Precision, language: &str) -> String {
    let date = js_date(time);
    let (hours, minutes) = (date.get_hours(), date.get_minutes());
    let text = match precision {
        Precision::Minutes => format!("{hours:02}:{minutes:02}"),
        Precision::Seconds => format!("{hours:02}:{minutes:02}:{:02}", date.get_seconds()),
    };
    let today = Date::new_0();
    let days = (midnight(&date) - midnight(&today)) / DAY_MILLIS;
    // A day on which the clocks are set has an hour less or more.
    if days.abs() < 0.5 {
        return text;
    }
    if days.abs() < 1.5 {
        return format!("{} {text}", beside_today(language, days.round()));
    }
    // Beside a clock of 24 hours an English date begins with its day.
    let language = if language == "en" { "en-GB" } else { language };
    let options = Object::new();
    for (key, value) in [("day", "numeric"), ("month", "short")] {
        let _ = Reflect::set(&options, &key.into(), &value.into());
    }
    format!("{} {text}", String::from(date.to_locale_date_string(language, &options)))
}

const DAY_MILLIS: f64 = 86_400_000.0;

/// When the day of a date began, in milliseconds since 1970.
fn midnight(date: &Date) -> f64 {
    let date = Date::new(date);
    set_hour(&date, 0);
    date.get_time()
}

/// Sets a date to the moment of its day when the clock shows `hour`:00.
fn set_hour(date: &Date, hour: u32) {
    date.set_minutes(0);
    date.set_seconds(0);
    date.set_milliseconds(0);
    date.set_hours(hour);
}

/// "yesterday", "tomorrow".
fn beside_today(language: &str, days: f64) -> String {
    let options = Object::new();
    let _ = Reflect::set(&options, &"numeric".into(), &"auto".into());
    let locales = js_sys::Array::of1(&language.into());
    let format = js_sys::Intl::RelativeTimeFormat::new(&locales, &options);
    format.format(days, "day").into()
}

/// Reads the value of `<input type="datetime-local">`, a time in the reader's time zone.
pub(crate) fn parse_local(text: &str) -> Option<Timestamp> {
    timestamp(Date::parse(text))
}

/// Writes a time as the value of `<input type="datetime-local">`, to the minute.
pub(crate) fn format_local(time: Timestamp) -> String {
    let date = js_date(time);
    let (year, month, day) = (date.get_full_year(), date.get_month() + 1, date.get_date());
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}", date.get_hours(), date.get_minutes())
}

/// The next time that the clock shows `hour`:00 in the reader's time zone: today, else tomorrow.
pub(crate) fn next_hour(now: Timestamp, hour: u32) -> Timestamp {
    let date = js_date(now);
    set_hour(&date, hour);
    let today = timestamp(date.get_time()).unwrap_or(now);
    if today > now {
        return today;
    }
    date.set_date(date.get_date() + 1);
    timestamp(date.get_time()).unwrap_or(now)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be a time after 1970")]
fn timestamp(millis: f64) -> Option<Timestamp> {
    (millis.is_finite() && millis >= 0.0).then_some(Timestamp(millis as u64))
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 stay below 2^53 for 285,000 years")]
pub(super) fn js_date(time: Timestamp) -> Date {
    Date::new(&JsValue::from_f64(time.0 as f64))
}
