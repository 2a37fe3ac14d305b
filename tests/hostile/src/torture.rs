//! The torture messages, written from RFC 4475 §3: which of them are SIP for a server that must answer.

use std::fs;
use std::path::Path;

/// What a reader makes of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// A request that can be read.
    Request,
    /// A response that can be read.
    Response,
    /// Nothing that can be acted upon.
    Flawed,
}

use Verdict::{Flawed, Request, Response};

/// Each message by the RFC's own name, and what it is taken for. Where the RFC leaves a server the choice between
/// refusing and being liberal, this says what lampfield does.
pub const ALL: [(&str, Verdict); 49] = [
    // §3.1.1: valid
    ("wsinv", Request),
    // But for its NUL in a quoted name: lampfield takes no control character in a header, quoted or not.
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
    // Liberal: empty parameters count for nothing.
    ("badinv01", Request),
    ("clerr", Flawed),
    ("ncl", Flawed),
    ("scalar02", Flawed),
    ("scalarlg", Flawed),
    ("quotbal", Flawed),
    ("ltgtruri", Flawed),
    ("lwsruri", Flawed),
    ("lwsstart", Flawed),
    // Liberal: blanks at the end of the line count for nothing, nor do headers in the Request-URI.
    ("trws", Request),
    ("escruri", Request),
    // A date is nothing that lampfield looks at.
    ("baddate", Request),
    // Nor is a Contact.
    ("regbadct", Request),
    ("badaspec", Request),
    ("baddn", Request),
    ("badvers", Flawed),
    ("mismatch01", Flawed),
    ("mismatch02", Flawed),
    ("bigcode", Flawed),
    // §3.2: of the transaction layer
    ("badbranch", Request),
    // §3.3: of the application
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
    // §3.4: of RFC 2543
    ("inv2543", Request),
];

/// Each with its bytes.
pub fn messages() -> impl Iterator<Item = (&'static str, Vec<u8>)> {
    ALL.into_iter().map(|(name, _)| {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("torture").join(name).with_extension("sip");
        (name, fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display())))
    })
}
