//! AMI on the wire: `Key: value` lines, and a blank line after each message. Pure.
//!
//! A connection opens with one greeting line, without a blank line after it.

use std::fmt;
use std::str::FromStr;

use lampfield_shared::{DeviceName, DeviceState};

/// The longest line that is read. Asterisk itself reads lines of about a thousand bytes, and sends no longer ones here.
const MAX_LINE: usize = 4096;
/// The most fields of a message that is read; the expected ones have eight.
const MAX_FIELDS: usize = 64;
/// The longest value that is sent.
const MAX_VALUE: usize = 512;

const GREETING: &str = "Asterisk Call Manager";

/// A value that fits on one line of AMI, so that no further header can be smuggled in.
#[derive(Clone, PartialEq, Eq)]
pub struct HeaderValue(String);

/// Why a text cannot be a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnfitValue {
    /// AMI trims surrounding spaces, and would read text after a line break as a new header.
    #[error("begins or ends with a space, or has a line break or another control character in it")]
    Unprintable,
    /// Asterisk would cut the value off.
    #[error("is longer than {MAX_VALUE} bytes")]
    TooLong,
    /// The text is empty.
    #[error("is empty")]
    Empty,
}

impl HeaderValue {
    /// Text of the value.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for HeaderValue {
    type Err = UnfitValue;

    fn from_str(text: &str) -> Result<Self, UnfitValue> {
        if text.is_empty() {
            return Err(UnfitValue::Empty);
        }
        if text.len() > MAX_VALUE {
            return Err(UnfitValue::TooLong);
        }
        if text.trim() != text || text.chars().any(char::is_control) {
            return Err(UnfitValue::Unprintable);
        }
        Ok(Self(text.into()))
    }
}

impl fmt::Debug for HeaderValue {
    /// Prints no value, for it may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HeaderValue(…)")
    }
}

/// Whether a text is safe as a part of a database key or of a `Custom:` device's name: the letters that the dialplan
/// and FreePBX use for extensions and phones, and nothing that could end a dialplan function's argument.
pub fn is_plain_name(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.*#+@".contains(&byte);
    !text.is_empty() && text.len() <= 80 && text.bytes().all(fits)
}

/// An action that an Asterisk is asked to carry out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Reads an entry of Asterisk's database.
    DbGet(Key),
    /// Writes an entry.
    DbPut(Key, &'static str),
    /// Deletes an entry.
    DbDel(Key),
    /// Sets the state of a `Custom:` device, as the dialplan does by `Set(DEVICE_STATE(…)=…)`.
    SetDevice(DeviceName, DeviceState),
}

/// Key of an entry in Asterisk's database: `DND/1001`, `AMPUSER/1001/device`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The part up to the first `/`.
    pub family: &'static str,
    /// The part after the first `/`.
    pub key: String,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.family, self.key)
    }
}

/// The answer that an action waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expects {
    /// Success or failure.
    Verdict,
    /// The value of this entry.
    Value(Key),
}

impl Action {
    /// Name of the action in AMI.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::DbGet(_) => "DBGet",
            Self::DbPut(..) => "DBPut",
            Self::DbDel(_) => "DBDel",
            Self::SetDevice(..) => "SetVar",
        }
    }

    /// Class that the action needs in `write` of `manager.conf`.
    pub const fn class(&self) -> &'static str {
        match self {
            Self::DbGet(_) | Self::DbPut(..) | Self::DbDel(_) => "system",
            Self::SetDevice(..) => "call",
        }
    }

    /// The answer to wait for.
    pub fn expects(&self) -> Expects {
        match self {
            Self::DbGet(key) => Expects::Value(key.clone()),
            Self::DbPut(..) | Self::DbDel(_) | Self::SetDevice(..) => Expects::Verdict,
        }
    }

    /// Writes the action with the id that its answer will carry; `None` where a name does not fit.
    pub fn to_bytes(&self, id: u64) -> Option<Vec<u8>> {
        let fields = match self {
            Self::DbGet(key) | Self::DbDel(key) => {
                format!("Family: {}\r\nKey: {}\r\n", key.family, key.checked()?)
            }
            Self::DbPut(key, value) => format!("Family: {}\r\nKey: {}\r\nVal: {value}\r\n", key.family, key.checked()?),
            Self::SetDevice(device, state) => {
                let name = device.as_str().strip_prefix("Custom:").filter(|name| is_plain_name(name))?;
                format!("Variable: DEVICE_STATE(Custom:{name})\r\nValue: {state}\r\n")
            }
        };
        Some(format!("Action: {}\r\nActionID: {id}\r\n{fields}\r\n", self.name()).into_bytes())
    }
}

impl Key {
    fn checked(&self) -> Option<&str> {
        self.key.split('/').all(is_plain_name).then_some(&self.key)
    }
}

impl fmt::Display for Action {
    /// Prints the action in Asterisk's words: `DBPut DND/1001`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DbGet(key) | Self::DbPut(key, _) | Self::DbDel(key) => write!(f, "{} {key}", self.name()),
            Self::SetDevice(device, state) => write!(f, "{} DEVICE_STATE({device})={state}", self.name()),
        }
    }
}

/// Writes a login that asks for no events. The bytes hold the secret.
pub fn login(id: u64, user: &HeaderValue, secret: &HeaderValue) -> Vec<u8> {
    let (user, secret) = (user.as_str(), secret.as_str());
    format!("Action: Login\r\nActionID: {id}\r\nUsername: {user}\r\nSecret: {secret}\r\nEvents: off\r\n\r\n")
        .into_bytes()
}

/// Why received bytes are no AMI.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// Another service answers at that port.
    #[error("that is not an Asterisk manager: it says `{0}`")]
    NoManager(String),
    /// No Asterisk sends such bytes.
    #[error("it does not speak AMI")]
    Garbled,
}

/// A message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message(Vec<(String, String)>);

impl Message {
    /// The first value of that header; case does not matter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub(super) fn says(&self, name: &str, word: &str) -> bool {
        self.get(name).is_some_and(|value| value.eq_ignore_ascii_case(word))
    }

    /// Whether the message ends a list: `Complete`, `cancelled`, or the event that ends a list in 1.8.
    pub(super) fn ends_list(&self) -> bool {
        self.says("Event", "DBGetComplete") || self.get("EventList").is_some() && !self.says("EventList", "start")
    }

    /// The value of `key`, if the message tells it.
    pub(super) fn value_of(&self, key: &Key) -> Option<&str> {
        let is_it = |name, word: &str| self.get(name).is_none_or(|value| value.eq_ignore_ascii_case(word));
        self.get("Val").filter(|_| is_it("Family", key.family) && is_it("Key", &key.key))
    }
}

/// Cuts a stream into messages.
#[derive(Debug, Default)]
pub struct Framer {
    bytes: Vec<u8>,
    greeted: Greeted,
    message: Message,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum Greeted {
    #[default]
    NotYet,
    Yes,
}

impl Framer {
    /// Takes in received bytes.
    pub fn handle_bytes(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The next complete message; skips the greeting.
    ///
    /// # Errors
    /// When the stream is no AMI; the rest of it is of no use then.
    pub fn poll_message(&mut self) -> Result<Option<Message>, WireError> {
        while let Some(line) = self.line()? {
            if self.greeted == Greeted::NotYet {
                if !line.starts_with(GREETING) {
                    return Err(WireError::NoManager(line.chars().take(60).collect()));
                }
                self.greeted = Greeted::Yes;
            } else if line.is_empty() {
                return Ok(Some(std::mem::take(&mut self.message)));
            } else {
                let (key, value) = line.split_once(':').ok_or(WireError::Garbled)?;
                self.message.0.push((key.trim().into(), value.trim().into()));
            }
            if self.message.0.len() > MAX_FIELDS {
                return Err(WireError::Garbled);
            }
        }
        Ok(None)
    }

    fn line(&mut self) -> Result<Option<String>, WireError> {
        let Some(end) = memchr::memchr(b'\n', &self.bytes) else {
            return if self.bytes.len() > MAX_LINE { Err(WireError::Garbled) } else { Ok(None) };
        };
        if end > MAX_LINE {
            return Err(WireError::Garbled);
        }
        let line: Vec<u8> = self.bytes.drain(..=end).collect();
        let line = String::from_utf8_lossy(&line);
        let printable = |c: char| if c.is_control() { '?' } else { c };
        Ok(Some(line.trim_end_matches(['\r', '\n']).chars().map(printable).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Number of the messages in a stream.
    fn answers(stream: &str) -> Result<usize, WireError> {
        let mut framer = Framer::default();
        framer.handle_bytes(stream.as_bytes());
        std::iter::from_fn(|| framer.poll_message().transpose())
            .try_fold(0, |count, message| message.map(|_| count + 1))
    }

    fn key(text: &str) -> Key {
        Key { family: "DND", key: text.into() }
    }

    #[test]
    fn writes_what_asterisk_reads() {
        let text = |action: Action| String::from_utf8(action.to_bytes(7).unwrap()).unwrap();
        assert_eq!(
            text(Action::DbPut(key("1001"), "YES")),
            "Action: DBPut\r\nActionID: 7\r\nFamily: DND\r\nKey: 1001\r\nVal: YES\r\n\r\n"
        );
        assert_eq!(
            text(Action::SetDevice("Custom:DND1001".into(), DeviceState::Busy)),
            "Action: SetVar\r\nActionID: 7\r\nVariable: DEVICE_STATE(Custom:DND1001)\r\nValue: BUSY\r\n\r\n"
        );
        let device = Key { family: "AMPUSER", key: "1001/device".into() };
        assert_eq!(
            text(Action::DbGet(device)),
            "Action: DBGet\r\nActionID: 7\r\nFamily: AMPUSER\r\nKey: 1001/device\r\n\r\n"
        );
    }

    #[test]
    fn nothing_can_be_slipped_in() {
        for odd in ["", "1001\r\nAction: Originate", "1 1", "1001)", "a,b", "${X}", "a&b", "a/", "/", "ü"] {
            assert_eq!(Action::DbDel(key(odd)).to_bytes(1), None, "{odd}");
            let device = DeviceName::from(format!("Custom:{odd}"));
            assert_eq!(Action::SetDevice(device, DeviceState::Busy).to_bytes(1), None, "{odd}");
        }
        assert_eq!(
            Action::SetDevice("PJSIP/1".into(), DeviceState::Busy).to_bytes(1),
            None,
            "Asterisk would refuse it"
        );
        let words = [("a\r\nb", UnfitValue::Unprintable), ("a ", UnfitValue::Unprintable), ("", UnfitValue::Empty)];
        for (text, why) in words {
            assert_eq!(text.parse::<HeaderValue>(), Err(why), "{text:?}");
        }
        assert_eq!("x".repeat(513).parse::<HeaderValue>(), Err(UnfitValue::TooLong));
        assert_eq!(format!("{:?}", "hunter2".parse::<HeaderValue>().unwrap()), "HeaderValue(…)");
    }

    #[test]
    fn what_is_no_manager_is_told() {
        let ssh = WireError::NoManager("SSH-2.0-OpenSSH_9.2p1".into());
        assert_eq!(answers("SSH-2.0-OpenSSH_9.2p1\r\n"), Err(ssh));
        assert_eq!(answers("Asterisk Call Manager/9\r\nno colon\r\n"), Err(WireError::Garbled));
        let long = format!("Asterisk Call Manager/9\r\nA: {}\r\n", "x".repeat(MAX_LINE));
        assert_eq!(answers(&long), Err(WireError::Garbled));
        let wide = format!("Asterisk Call Manager/9\r\n{}", "A: 1\r\n".repeat(MAX_FIELDS + 1));
        assert_eq!(answers(&wide), Err(WireError::Garbled));
        let mut framer = Framer::default();
        framer.handle_bytes(&vec![b'x'; MAX_LINE + 1]);
        assert_eq!(framer.poll_message(), Err(WireError::Garbled), "a line that never ends");
    }
}
