//! The torture messages of RFC 4475 §3, and which of them are SIP for a server that must answer.

use std::fs;
use std::path::Path;

/// Expected result of reading a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// A request that can be read.
    Request,
    /// A response that can be read.
    Response,
    /// A flawed message, which cannot be acted upon.
    Flawed,
}

use Verdict::{Flawed, Request, Response};

/// Messages by the RFC's own names, with their verdicts. Where the RFC lets a server choose between refusing and being
/// liberal, the verdict is lampfield's choice.
pub const ALL: [(&str, Verdict); 49] = [
    // §3.1.1: valid
    ("wsinv", Request),
    // Valid but for its NUL in a quoted name: lampfield accepts no control character in a header, quoted or not.
    ("intmeth", Flawed),
    ("esc01", Request),
    ("escnull", Request),
    ("esc02", Request),
    ("lwsdisp", Request),
    ("longreq", Request),
    ("dblreq", Request),
    ("semiuri", Request),
    ("transports", Request),
    ("mpart01", Request),
    ("unreason", Response),
    ("noreason", Response),
    // §3.1.2: invalid
    // Liberal: empty parameters are ignored.
    ("badinv01", Request),
    ("clerr", Flawed),
    ("ncl", Flawed),
    ("scalar02", Flawed),
    ("scalarlg", Flawed),
    ("quotbal", Flawed),
    ("ltgtruri", Flawed),
    ("lwsruri", Flawed),
    ("lwsstart", Flawed),
    // Liberal: blanks at the end of the line are ignored, and so are headers in the Request-URI.
    ("trws", Request),
    ("escruri", Request),
    // lampfield does not read the date.
    ("baddate", Request),
    // lampfield does not read a Contact.
    ("regbadct", Request),
    ("badaspec", Request),
    ("baddn", Request),
    ("badvers", Flawed),
    ("mismatch01", Flawed),
    ("mismatch02", Flawed),
    ("bigcode", Flawed),
    // §3.2: the transaction layer
    ("badbranch", Request),
    // §3.3: the application
    ("insuf", Flawed),
    ("unkscm", Request),
    ("novelsc", Request),
    ("unksm2", Request),
    ("bext01", Request),
    ("invut", Request),
    ("regaut01", Request),
    ("multi01", Flawed),
    ("mcl01", Flawed),
    ("bcast", Response),
    ("zeromf", Request),
    ("cparam01", Request),
    ("cparam02", Request),
    ("regescrt", Request),
    ("sdp01", Request),
    // §3.4: RFC 2543
    ("inv2543", Request),
];

/// Names of the messages with their bytes.
pub fn messages() -> impl Iterator<Item = (&'static str, Vec<u8>)> {
    ALL.into_iter().map(|(name, _)| {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("torture").join(name).with_extension("sip");
        (name, fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display())))
    })
}
