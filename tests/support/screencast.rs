//! A film of the screen: frames from the browser's compositor, which go on when the page's script hangs. A screenshot
//! would wait for the script.

use std::net::TcpStream;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use tungstenite::stream::MaybeTlsStream;
use tungstenite::{Message, WebSocket};

use crate::browser::Browser;

/// A connection to the browser's tools, which gives frames or holds an emulation.
#[derive(Debug)]
pub struct Screencast {
    socket: WebSocket<MaybeTlsStream<TcpStream>>,
}

impl Browser {
    /// Starts filming the current page.
    ///
    /// # Panics
    /// When the browser's tools for developers cannot be reached.
    pub fn film(&self) -> Screencast {
        let mut film = self.tools();
        film.say("Page.startScreencast", &json!({ "format": "png", "maxWidth": 32, "maxHeight": 18 }));
        film
    }

    /// Emulates a system with forced colours, as long as the result is held.
    ///
    /// # Panics
    /// When the browser's tools for developers cannot be reached.
    pub fn force_colours(&self) -> Screencast {
        let mut tools = self.tools();
        let features = json!([{ "name": "forced-colors", "value": "active" }]);
        tools.say("Emulation.setEmulatedMedia", &json!({ "features": features }));
        tools
    }

    fn tools(&self) -> Screencast {
        let options = self.client.capabilities().and_then(|all| all.get("goog:chromeOptions")).cloned();
        let address = options.as_ref().and_then(|options| options["debuggerAddress"].as_str()).expect("it has tools");
        let pages = ureq::get(format!("http://{address}/json")).call().expect("it lists its pages");
        let pages: Value = serde_json::from_str(&pages.into_body().read_to_string().expect("text")).expect("JSON");
        let page = pages.as_array().into_iter().flatten().find(|page| page["type"] == "page").expect("a page is open");
        let url = page["webSocketDebuggerUrl"].as_str().expect("a page has an address");
        let (socket, _) = tungstenite::connect(url).expect("the page's tools answer");
        if let MaybeTlsStream::Plain(stream) = socket.get_ref() {
            stream.set_read_timeout(Some(Duration::from_millis(200))).expect("a timeout can be set");
        }
        Screencast { socket }
    }
}

impl Screencast {
    /// Waits until the corner of the picture has the wanted brightness, from 0 to 255.
    ///
    /// # Panics
    /// When that takes too long.
    #[track_caller]
    pub fn wait_for(&mut self, within: Duration, wanted: impl Fn(u8) -> bool) {
        let end = Instant::now() + within;
        let mut last = None;
        while Instant::now() < end {
            if let Some(brightness) = self.next_frame() {
                last = Some(brightness);
                if wanted(brightness) {
                    return;
                }
            }
        }
        panic!("not within {within:?}: the last frame is as bright as {last:?} of 255");
    }

    /// Brightness of the next frame, if one comes in a moment.
    fn next_frame(&mut self) -> Option<u8> {
        let message = self.socket.read().ok()?;
        let event: Value = serde_json::from_str(message.to_text().ok()?).ok()?;
        if event["method"] != "Page.screencastFrame" {
            return None;
        }
        let frame = &event["params"];
        self.say("Page.screencastFrameAck", &json!({ "sessionId": frame["sessionId"] }));
        let png = BASE64_STANDARD.decode(frame["data"].as_str()?).ok()?;
        Some(brightness(&png))
    }

    fn say(&mut self, method: &str, parameters: &Value) {
        let command = json!({ "id": 1, "method": method, "params": parameters });
        self.socket.send(Message::text(command.to_string())).expect("the tools listen");
    }
}

/// A picture in shades of grey.
#[derive(Debug, Clone)]
pub struct Grey {
    width: usize,
    pixels: Vec<u8>,
}

impl Grey {
    /// Reads a PNG of eight bits for each of red, green and blue, by brightness (Rec. 709).
    pub(crate) fn read(png: &[u8]) -> Self {
        let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().expect("a PNG");
        let mut bytes = vec![0; reader.output_buffer_size().expect("it is small")];
        let info = reader.next_frame(&mut bytes).expect("a picture");
        let grey = |rgb: &[u8]| {
            let [red, green, blue] = [rgb[0], rgb[1], rgb[2]].map(u32::from);
            u8::try_from((2126 * red + 7152 * green + 722 * blue) / 10_000).expect("a mean of bytes")
        };
        let pixels = bytes.chunks_exact(info.color_type.samples()).map(grey).collect();
        Self { width: usize::try_from(info.width).expect("a window is small"), pixels }
    }

    /// The part with this upper left corner and this size.
    #[must_use]
    pub fn part(&self, [left, top, width, height]: [usize; 4]) -> Self {
        let row = |y: usize| &self.pixels[y * self.width + left..][..width];
        Self { width, pixels: (top..top + height).flat_map(row).copied().collect() }
    }

    /// Number of the pixels that differ from another picture's by at least a fifth of full brightness.
    pub fn distance(&self, other: &Self) -> usize {
        self.pixels.iter().zip(&other.pixels).filter(|(one, other)| one.abs_diff(**other) > 51).count()
    }
}

/// Brightness of the first pixel of a PNG, a corner without text.
fn brightness(png: &[u8]) -> u8 {
    let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().expect("a PNG");
    let mut pixels = vec![0; reader.output_buffer_size().expect("it is small")];
    reader.next_frame(&mut pixels).expect("a picture");
    pixels[..3].iter().copied().max().unwrap_or_default()
}
