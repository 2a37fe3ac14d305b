//! How wide texts are.

use std::cell::RefCell;

use js_sys::{Function, Map, Reflect};
use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, TextMetrics};

/// More texts than a board has names, in all fonts; then all are measured anew.
const MOST: usize = 50_000;

/// The width of a text in px, in a font as CSS writes it. Each width is measured once.
pub(crate) fn text_width(font: &str, text: &str) -> f64 {
    thread_local! {
        static MEASURED: RefCell<(Vec<Scale>, usize)> = RefCell::default();
    }
    MEASURED.with_borrow_mut(|(scales, measured)| {
        let text = JsValue::from_str(text);
        let place = scales.iter().position(|scale| scale.font == font);
        if let Some(width) = place.and_then(|place| scales[place].widths.get(&text).as_f64()) {
            return width;
        }
        if *measured >= MOST {
            (*scales, *measured) = Default::default();
        }
        let place = place.filter(|place| *place < scales.len()).or_else(|| {
            scales.push(Scale::of(font)?);
            Some(scales.len() - 1)
        });
        *measured += 1;
        place.map_or(0.0, |place| scales[place].measure(&text))
    })
}

/// Measures texts in one font. A canvas of its own spares setting the font for each text, and a text crosses to JavaScript
/// once: with names by the thousand both are felt.
struct Scale {
    font: String,
    canvas: CanvasRenderingContext2d,
    measure: Function,
    widths: Map,
}

impl Scale {
    fn of(font: &str) -> Option<Self> {
        let canvas = document().create_element("canvas").ok()?.dyn_into::<HtmlCanvasElement>().ok()?;
        let canvas: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        canvas.set_font(font);
        let measure = Reflect::get(&canvas, &"measureText".into()).ok()?.dyn_into().ok()?;
        Some(Self { font: font.into(), canvas, measure, widths: Map::new() })
    }

    fn measure(&self, text: &JsValue) -> f64 {
        let measured = self.measure.call1(&self.canvas, text).ok();
        let width = measured.map_or(0.0, |it| it.unchecked_into::<TextMetrics>().width());
        self.widths.set(text, &width.into());
        width
    }
}
