use super::*;

#[track_caller]
fn check(text: &str, user: Option<&str>, host: &str, port: Option<u16>) {
    let uri: Uri = text.parse().unwrap();
    assert_eq!((uri.user.as_deref(), uri.host.as_str(), uri.port), (user, host, port), "{text}");
    assert_eq!(uri.to_string().parse().as_ref(), Ok(&uri), "{text} is written as {uri}");
}

#[test]
fn reads_the_parts() {
    check("sip:FreePBX@127.0.0.5:5060", Some("FreePBX"), "127.0.0.5", Some(5060));
    check("SIPS:pbx.example.net", None, "pbx.example.net", None);
    check("sip:a:secret@host;transport=udp?Subject=x", Some("a"), "host", None);
    check("sip:user;par=u%40example.net@example.com", Some("user;par=u@example.net"), "example.com", None);
    check("sip:%31001@host", Some("1001"), "host", None);
    check("sip:50%@host", Some("50%"), "host", None);
    check("sip:a%zz%4@host", Some("a%zz%4"), "host", None);
    check("sip:%ff@host", Some("\u{fffd}"), "host", None);
    check("sip:a@[2001:db8::1]:5061;lr", Some("a"), "2001:db8::1", Some(5061));
    check("sip:[::1]", None, "::1", None);
    check("tel:+123", None, "+123", None);
}

#[test]
fn refuses_what_is_no_uri() {
    for text in [
        "",
        ":",
        "sip",
        "sip:",
        "sip:@host",
        "sip:a@",
        "sip:host:",
        "sip:host:port",
        "sip:host:65536",
        "sip:[::1",
        "sip:[::1]x",
        "<sip:host>",
        "sip:a b@host",
        "1sip:host",
        "sip:ho\"st",
        "sip:ho,st",
        "sip::secret@host",
    ] {
        assert!(text.parse::<Uri>().is_err(), "{text}");
    }
}

#[test]
fn is_written_as_it_came() {
    for text in [
        "sip:a@host:5060;transport=TCP;lr?Subject=x&Priority=urgent",
        "sips:%31001:se%20cret@host",
        "sip:%ff;x?y@host;maddr=192.0.2.1",
        "sip:a@[2001:db8::1]:5061;x=",
        "sip:host?",
        "tel:+1-23;phone-context=example.net?x",
    ] {
        assert_eq!(text.parse::<Uri>().unwrap().to_string(), text);
    }
    assert_eq!("SIP:a@host:05060".parse::<Uri>().unwrap().to_string(), "sip:a@host:5060");
}

#[test]
fn keeps_parameters_and_headers() {
    let uri: Uri = "sip:a@host;Transport=tcp;lr?Subject=x;y".parse().unwrap();
    assert_eq!((uri.parameters.get("transport"), uri.parameters.has("lr")), (Some("tcp"), true));
    assert_eq!(uri.headers.as_deref(), Some("Subject=x;y"));
    assert_eq!("sip:host?a=b".parse::<Uri>().unwrap().parameters, Parameters::default());
}

#[test]
fn is_made_of_a_user_and_an_address() {
    for (user, address, written) in [
        (Some("1001"), "192.0.2.1:5060", "sip:1001@192.0.2.1:5060"),
        (Some("a b@c:d%"), "192.0.2.1:5060", "sip:a%20b%40c%3Ad%25@192.0.2.1:5060"),
        (Some("\u{e9}"), "[2001:db8::1]:5070", "sip:%C3%A9@[2001:db8::1]:5070"),
        (Some(""), "192.0.2.1:5060", "sip:192.0.2.1:5060"),
        (None, "192.0.2.1:5060", "sip:192.0.2.1:5060"),
    ] {
        let uri = Uri::sip(user, address.parse().unwrap());
        assert_eq!(uri.to_string(), written);
        assert_eq!(written.parse(), Ok(uri));
    }
}

#[test]
fn a_log_shows_no_password() {
    let uri: Uri = "sip:a:secret@host".parse().unwrap();
    assert!(!format!("{uri:?}").contains("secret"), "{uri:?}");
}

#[track_caller]
fn check_equivalent(one: &str, other: &str, expected: bool) {
    let [one, other]: [Uri; 2] = [one, other].map(|text| text.parse().unwrap());
    let read = (one.is_equivalent(&other), other.is_equivalent(&one));
    assert_eq!(read, (expected, expected), "{one} and {other}");
}

/// The tables of RFC 3261 §19.1.4, and what they leave out.
#[test]
fn compares_as_the_standard_does() {
    for (one, other) in [
        ("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp"),
        ("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"),
        ("sip:carol@chicago.com;newparam=5", "sip:carol@chicago.com;security=on"),
        (
            "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
            "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com",
        ),
        (
            "sip:alice@atlanta.com?subject=project%20x&priority=urgent",
            "sip:alice@atlanta.com?priority=urgent&subject=project%20x",
        ),
        ("sip:a@[2001:db8::1]", "sip:a@[2001:DB8:0::1]"),
    ] {
        check_equivalent(one, other, true);
    }
    for (one, other) in [
        ("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP"),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp"),
        ("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"),
        ("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"),
        ("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off"),
        ("sip:a@host", "sips:a@host"),
        ("sip:a@host", "sip:host"),
        ("sip:a;b@host", "sip:a%3bb@host"),
        ("sip:a:x@host", "sip:a:y@host"),
        ("tel:+1", "tel:+2"),
    ] {
        check_equivalent(one, other, false);
    }
    check_equivalent("sip:a%3Bb@host", "sip:a%3bb@host", true);
}
