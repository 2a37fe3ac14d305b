//! How wide texts are.

use std::cell::RefCell;

use js_sys::{Function, Map, Reflect};
use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, TextMetrics};

/// The width of a text in px, in a font as CSS writes it. Each width is measured once.
pub(crate) fn text_width(font: &str, text: &str) -> f64 {
    thread_local! {
        static SCALES: RefCell<Vec<(String, Scale)>> = RefCell::default();
    }
    SCALES.with_borrow_mut(|scales| {
        let place = scales.iter().position(|(own, _)| own == font);
        let place = place.or_else(|| {
            scales.push((font.to_owned(), Scale::of(font)?));
            Some(scales.len() - 1)
        });
        place.map_or(0.0, |place| scales[place].1.width(text))
    })
}

/// Measures texts in one font. A canvas of its own spares setting the font for each text, and a text crosses to JavaScript
/// once: with names by the thousand both are felt.
struct Scale {
    canvas: CanvasRenderingContext2d,
    measure: Function,
    widths: Map,
}

impl Scale {
    /// More texts than a board has names; then all are measured anew.
    const MOST: u32 = 10_000;

    fn of(font: &str) -> Option<Self> {
        let canvas = document().create_element("canvas").ok()?.dyn_into::<HtmlCanvasElement>().ok()?;
        let canvas: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        canvas.set_font(font);
        let measure = Reflect::get(&canvas, &"measureText".into()).ok()?.dyn_into().ok()?;
        Some(Self { canvas, measure, widths: Map::new() })
    }

    fn width(&self, text: &str) -> f64 {
        let text = JsValue::from_str(text);
        if let Some(width) = self.widths.get(&text).as_f64() {
            return width;
        }
        let measured = self.measure.call1(&self.canvas, &text).ok();
        let width = measured.map_or(0.0, |it| it.unchecked_into::<TextMetrics>().width());
        if self.widths.size() >= Self::MOST {
            self.widths.clear();
        }
        self.widths.set(&text, &width.into());
        width
    }
}
