//! Hostile input: bytes that reach each reader of lampfield from outside, and promises that hold for any bytes.
//!
//! ```text
//!  corpora: recordings, RFC 4475, lines by hand ─┬─ mutate ─► targets ◄─ tests/hostile/tests (stable, in CI)
//!                                                └──────────► targets ◄─ fuzz/ (cargo-fuzz, by hand)
//! ```
//! A target reads bytes and panics where a promise is broken; that is all there is to its test.

// Any error here is the failure of a test.
#![allow(clippy::unwrap_used)]

pub mod corpora;
pub mod mutate;
pub mod targets;
pub mod torture;

/// A reader under attack.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Name of the cargo-fuzz target and of its corpus.
    pub name: &'static str,
    /// Feeds the reader one input.
    pub run: fn(&[u8]),
    /// Inputs that are usual for it.
    pub corpus: fn() -> Vec<Vec<u8>>,
    /// Length of the largest input that can reach it.
    pub longest: usize,
    /// Parts to repeat, to check that twice the input costs no more than twice.
    pub shapes: &'static [Shape],
}

/// An input of any length: a beginning, a repeated middle, and an end. `#` in the middle is another number each time.
pub type Shape = (&'static str, &'static str, &'static str);

/// All targets.
pub const TARGETS: &[Target] = &[
    Target {
        name: "sip_message",
        run: targets::sip_message,
        corpus: corpora::messages,
        longest: 65_535,
        shapes: MESSAGES,
    },
    Target { name: "mesh", run: targets::mesh, corpus: corpora::transcripts, longest: 65_535, shapes: MESSAGES },
    Target { name: "mesh_json", run: targets::mesh_json, corpus: corpora::json, longest: 65_535, shapes: JSON },
    Target { name: "stream", run: targets::stream, corpus: corpora::streams, longest: 1 << 18, shapes: STREAMS },
    Target { name: "xml", run: targets::xml, corpus: corpora::xml, longest: 65_535, shapes: XML },
    Target { name: "hint", run: targets::hint, corpus: corpora::hints, longest: 1 << 13, shapes: HINTS },
    Target {
        name: "dialplan",
        run: targets::dialplan,
        corpus: corpora::dialplans,
        longest: 1 << 16,
        shapes: DIALPLANS,
    },
    Target {
        name: "configuration",
        run: targets::configuration,
        corpus: corpora::configurations,
        longest: 1 << 16,
        shapes: CONFIGURATIONS,
    },
];

/// A request up to the field that is made long.
macro_rules! request {
    ($($rest:literal),*) => {
        concat!(
            "PUBLISH sip:FreePBX@127.0.0.6 SIP/2.0\r\nTo: <sip:a@b>\r\nCall-ID: c\r\nCSeq: 1 PUBLISH\r\n",
            "Event: asterisk-devicestate\r\nExpires: 60\r\n", $($rest),*
        )
    };
}

const MESSAGES: &[Shape] = &[
    (
        request!("From: <sip:a@b>;tag=1\r\nVia: SIP/2.0/UDP h;branch=z9hG4bKa"),
        ",SIP/2.0/UDP h;branch=z9hG4bK#",
        "\r\n\r\n",
    ),
    (request!("From: <sip:a@b>;tag=1\r\nVia: SIP/2.0/UDP h"), ";p#=\"\\\"\"", "\r\n\r\n"),
    (request!("Via: SIP/2.0/UDP h;branch=z9hG4bKa\r\nFrom: \""), "\\\"", "\" <sip:a@b>;tag=1\r\n\r\n"),
    (request!("Via: SIP/2.0/UDP h;branch=z9hG4bKa\r\nFrom: <sip:a@b>"), ";tag#", "\r\n\r\n"),
    (request!("Via: SIP/2.0/UDP h;branch=z9hG4bKa\r\nFrom: <sip:a@b>;tag=1\r\nX: 1"), "\r\n y", "\r\n\r\n"),
    (request!("Via: SIP/2.0/UDP h;branch=z9hG4bKa\r\nFrom: <sip:a@b>;tag=1\r\nRequire: a"), ",a#", "\r\n\r\n"),
    (request!("Via: SIP/2.0/UDP h;branch=z9hG4bKa\r\nFrom: <sip:a@b>;tag=1"), "\r\nX#: 1", "\r\n\r\n"),
    ("PUBLISH sip:", "%41", "@b SIP/2.0\r\n\r\n"),
    ("PUBLISH sip:a@b", ";p=\u{fffd}", " SIP/2.0\r\n\r\n"),
    ("", "\r\n", ""),
    // A device's name as long as a datagram.
    (
        request!(
            "Via: SIP/2.0/UDP h;branch=z9hG4bKa\r\nFrom: <sip:a@b>;tag=1\r\nContent-Type: application/json\r\n\r\n",
            "{\"type\":\"devicestate\",\"eid\":\"02:00:00:00:00:04\",\"state\":\"BUSY\",\"cachable\":1,\"device\":\""
        ),
        "\\u0041",
        "\"}",
    ),
];

const JSON: &[Shape] = &[
    ("{\"x\":", "[", ""),
    ("{\"x\":", "{\"a\":", ""),
    ("{\"type\":\"devicestate\"", ",\"k#\":0", "}"),
    ("{\"type\":\"devicestate\"", ",\"type\":\"a\"", "}"),
    (
        "{\"type\":\"devicestate\",\"eid\":\"02:00:00:00:00:04\",\"state\":\"BUSY\",\"device\":\"",
        "\\ud83d\\ude00",
        "\"}",
    ),
    ("{\"new\":1", "0", "}"),
    ("", " ", ""),
];

const STREAMS: &[Shape] = &[
    ("", "PUBLISH sip:a@b SIP/2.0\r\nCSeq: #\r\nContent-Length: 2\r\n\r\nab", ""),
    ("", "\r\n\r\n", ""),
    ("", "\r\n", ""),
    ("PUBLISH sip:a@b SIP/2.0\r\n", "X: #\r\n", "\r\n"),
    ("PUBLISH sip:a@b SIP/2.0\r\nX: ", "x", ""),
    ("PUBLISH sip:a@b SIP/2.0\r\nContent-Length: 60000\r\n\r\n", "x", ""),
    ("", "x", ""),
];

const XML: &[Shape] = &[
    ("<?xml version=\"1.0\"?>", "<a>", ""),
    (
        "<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" version=\"1\" state=\"full\" entity=\"sip:1@a\">",
        "<dialog id=\"#\"><state>early</state></dialog>",
        "</dialog-info>",
    ),
    ("<dialog-info ", "a#=\"1\" ", ">"),
    ("<dialog-info xmlns=\"", "&amp;", "\"/>"),
    (
        "<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" entity=\"sip:1@a\">",
        "<tuple id=\"#\"><status><basic>open</basic></status></tuple>",
        "</presence>",
    ),
    ("<presence>", "<!-- -->", "</presence>"),
    ("<presence><note>", "&lt;x", "</note></presence>"),
    ("<!DOCTYPE a [<!ENTITY b0 \"x\">", "<!ENTITY c# \"&b0;&b0;\">", "]><presence>&c1;</presence>"),
    ("<presence ", "xmlns:n#=\"u#\" ", "/>"),
];

const HINTS: &[Shape] = &[
    ("_1XXX,hint,PJSIP/1", "&PJSIP/${EXTEN}#", ""),
    ("_1XXX,hint,", "&", ""),
    ("_1XXX,hint,", "${", ""),
    ("_1XXX,hint,", "$[", ""),
    ("_1XXX,hint,", "${A}", ""),
    ("_1XXX,hint,", "$[1]", ""),
    ("_1XXX,hint,$[1", "+1", "]${EXTEN}"),
    ("_1XXX,hint,$[", "(", "]${EXTEN}"),
    ("_1XXX,hint,$[", "-", "1]${EXTEN}"),
    ("_1XXX,hint,$[${EXTEN}", "+1", "]"),
    ("_1XXX,hint,PJSIP/", "${EXTEN:1:#}", ""),
    ("_", "X", ",hint,PJSIP/${EXTEN}"),
    ("_", "[1-9]", ",hint,PJSIP/${EXTEN}"),
    ("_[", "0-9", "],hint,PJSIP/${EXTEN}"),
    ("_", "-", "X,hint,PJSIP/${EXTEN}"),
    ("100", "1", ",hint,PJSIP/1"),
];

const DIALPLANS: &[Shape] = &[
    ("", "[c#]\n", ""),
    ("", "[c#](+)\n", ""),
    ("[office]\n", "exten => #,hint,PJSIP/#\n", ""),
    ("[office]\n", "exten => _1X[#]XX.,hint,PJSIP/${EXTEN}#\n", ""),
    ("[office]\n", "same => #,hint,PJSIP/#\n", ""),
    ("[office]\n", "include => c#\n[c#]\ninclude => office\n", ""),
    ("[office]\n", "include => c#\n[c#]\nexten => #,hint,PJSIP/#\n", ""),
    ("[globals]\n", "V#=${V}x\n", ""),
    ("[globals]\nA=12345678\n", "A=${A}${A}\n", "[office]\nexten => 1,hint,PJSIP/${A}\n"),
    ("[office]\n", ";--", ""),
    ("[office]\n", "\\;", ""),
    ("[office]\n", "#include \"self\"\n", ""),
    ("[office]\nexten => _X.,hint,", "${${", ""),
];

const CONFIGURATIONS: &[Shape] = &[
    ("[sip]\nlisten = \"127.0.0.6:5060\"\n", "[[extension]]\nexten = \"#\"\n", ""),
    (
        "[sip]\nlisten = \"127.0.0.6:5060\"\n",
        "[[peer]]\nname = \"p#\"\naddress = \"127.0.0.1\"\nresource = \"r#\"\npublish_to = \"sip:a@127.0.0.1\"\n",
        "",
    ),
    ("[sip]\nlisten = \"127.0.0.6:5060\"\n[board]\nhints = [", "\"#,hint,PJSIP/#\",\n", "]\n"),
    ("a = ", "[", ""),
    ("", "a.", "b = 1"),
    ("", "x# = 1\n", ""),
];
