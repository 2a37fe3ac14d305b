//! AMI on the wire: `Key: value` lines, a blank line after each message. Pure.
//!
//! The first line of a connection is a greeting without a blank line.

use std::fmt;
use std::str::FromStr;

use lampfield_shared::{DeviceName, DeviceState};

/// The longest line that Asterisk reads is about a thousand bytes; it sends no longer ones here.
const MAX_LINE: usize = 4096;
/// The most fields of a message: ours have eight.
const MAX_FIELDS: usize = 64;
/// The longest value that is sent.
const MAX_WORD: usize = 512;

const GREETING: &str = "Asterisk Call Manager";

/// A value that stands in one line: nothing can be slipped in behind it.
#[derive(Clone, PartialEq, Eq)]
pub struct Word(String);

/// Why a text cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnfitWord {
    /// AMI would take what is left away, or the rest for another line.
    #[error("begins or ends with a space, or has a line break or another control character in it")]
    Unprintable,
    /// Asterisk would cut it.
    #[error("is longer than {MAX_WORD} bytes")]
    TooLong,
    /// There is nothing.
    #[error("is empty")]
    Empty,
}

impl Word {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Word {
    type Err = UnfitWord;

    fn from_str(text: &str) -> Result<Self, UnfitWord> {
        if text.is_empty() {
            return Err(UnfitWord::Empty);
        }
        if text.len() > MAX_WORD {
            return Err(UnfitWord::TooLong);
        }
        if text.trim() != text || text.chars().any(char::is_control) {
            return Err(UnfitWord::Unprintable);
        }
        Ok(Self(text.into()))
    }
}

impl fmt::Debug for Word {
    /// Nothing of it: it may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Word(…)")
    }
}

/// A part of a database key, or the name of a `Custom:` device after its colon: what the dialplan and
/// FreePBX use for extensions and phones, and nothing that a function call could end at.
pub fn is_plain_name(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.*#+@".contains(&byte);
    !text.is_empty() && text.len() <= 80 && text.bytes().all(fits)
}

/// What an Asterisk is asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Reads an entry of its database.
    DbGet(Key),
    /// Writes one.
    DbPut(Key, &'static str),
    /// Deletes one.
    DbDel(Key),
    /// Sets a `Custom:` device, as the dialplan does by `Set(DEVICE_STATE(…)=…)`.
    SetDevice(DeviceName, DeviceState),
}

/// An entry of Asterisk's database: `DND/1001`, `AMPUSER/1001/device`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Up to the first `/`.
    pub family: &'static str,
    /// The rest.
    pub key: String,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.family, self.key)
    }
}

/// What an action waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expects {
    /// Whether it was done.
    Verdict,
    /// The value of this entry.
    Value(Key),
}

impl Action {
    /// Its name in AMI.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::DbGet(_) => "DBGet",
            Self::DbPut(..) => "DBPut",
            Self::DbDel(_) => "DBDel",
            Self::SetDevice(..) => "SetVar",
        }
    }

    /// The class that `write` must have for it in `manager.conf`.
    pub const fn class(&self) -> &'static str {
        match self {
            Self::DbGet(_) | Self::DbPut(..) | Self::DbDel(_) => "system",
            Self::SetDevice(..) => "call",
        }
    }

    /// What is to be waited for.
    pub fn expects(&self) -> Expects {
        match self {
            Self::DbGet(key) => Expects::Value(key.clone()),
            Self::DbPut(..) | Self::DbDel(_) | Self::SetDevice(..) => Expects::Verdict,
        }
    }

    /// The bytes, with the id that its answer will bear; `None` where a name does not fit into them.
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
    /// As a person would say it who knows Asterisk: `DBPut DND/1001`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DbGet(key) | Self::DbPut(key, _) | Self::DbDel(key) => write!(f, "{} {key}", self.name()),
            Self::SetDevice(device, state) => write!(f, "{} DEVICE_STATE({device})={state}", self.name()),
        }
    }
}

/// A login without events; secret and all.
pub fn login(id: u64, user: &Word, secret: &Word) -> Vec<u8> {
    let (user, secret) = (user.as_str(), secret.as_str());
    format!("Action: Login\r\nActionID: {id}\r\nUsername: {user}\r\nSecret: {secret}\r\nEvents: off\r\n\r\n")
        .into_bytes()
}

/// Why what arrives is no AMI.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// Another service answers at that port.
    #[error("what answers there is no Asterisk manager: it says `{0}`")]
    NoManager(String),
    /// No Asterisk sends such a thing.
    #[error("it sends what is no AMI")]
    Garbled,
}

/// One message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message(Vec<(String, String)>);

impl Message {
    /// The first value of that name; case does not matter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub(super) fn says(&self, name: &str, word: &str) -> bool {
        self.get(name).is_some_and(|value| value.eq_ignore_ascii_case(word))
    }

    /// Its list has ended: `Complete`, `cancelled`, or the event that ends one in 1.8.
    pub(super) fn ends_list(&self) -> bool {
        self.says("Event", "DBGetComplete") || self.get("EventList").is_some() && !self.says("EventList", "start")
    }

    /// The value of `key`, if that is what it tells.
    pub(super) fn value_of(&self, key: &Key) -> Option<&str> {
        let is_it = |name, word: &str| self.get(name).is_none_or(|value| value.eq_ignore_ascii_case(word));
        self.get("Val").filter(|_| is_it("Family", key.family) && is_it("Key", &key.key))
    }
}

/// Cuts the stream into messages.
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
    /// Takes in what has arrived.
    pub fn handle_bytes(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The next message that is whole; the greeting is none.
    ///
    /// # Errors
    /// When this is no AMI; nothing that follows means anything then.
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

    /// The messages of a stream.
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
        let words = [("a\r\nb", UnfitWord::Unprintable), ("a ", UnfitWord::Unprintable), ("", UnfitWord::Empty)];
        for (text, why) in words {
            assert_eq!(text.parse::<Word>(), Err(why), "{text:?}");
        }
        assert_eq!("x".repeat(513).parse::<Word>(), Err(UnfitWord::TooLong));
        assert_eq!(format!("{:?}", "hunter2".parse::<Word>().unwrap()), "Word(…)");
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
