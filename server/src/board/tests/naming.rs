//! What the extensions are called, on the board.

use lampfield_shared::naming::Naming;
use lampfield_shared::{Exten, Freshness, Lamp, SiteName};

use super::super::{BoardChange, BoardSettings, Edited, ExtensionSettings, SiteSettings};
use super::{Stage, at};

fn stage() -> Stage {
    let site =
        |name: &str| SiteSettings { name: name.into(), title: name.into(), serves: Vec::new(), stops_calls: false };
    let anna = ExtensionSettings {
        exten: "1001".into(),
        name: Some("Anna".into()),
        group: Some("Sales".into()),
        site: Some("perm".into()),
        mailbox: None,
    };
    let sites = vec![site("perm"), site("kazan")];
    Stage::at(BoardSettings { extensions: vec![anna], sites, ..BoardSettings::default() }, at(1))
}

fn name(stage: &mut Stage, exten: &str, name: Option<&str>, group: Option<&str>, site: Option<&str>) -> Vec<Lamp> {
    let [name, group, site] = [name, group, site].map(|text| text.map(str::to_owned));
    let edits = vec![(Exten::from(exten), Edited { name, group, site })];
    stage.board.name_extensions(at(2), &mut stage.ledger, edits);
    let changes = std::iter::from_fn(|| stage.poll_change());
    changes.filter_map(|it| if let BoardChange::Lamp(lamp) = it { Some(Lamp::clone(&lamp)) } else { None }).collect()
}

fn looks(lamp: &Lamp) -> [&str; 4] {
    let site = lamp.site.as_ref().map_or("", SiteName::as_str);
    [lamp.exten.as_str(), lamp.name.as_deref().unwrap_or(""), lamp.group.as_deref().unwrap_or(""), site]
}

#[test]
fn an_edit_stands_above_the_file_and_falls_back_to_it() {
    let mut stage = stage();
    let lamps = name(&mut stage, "1001", Some("Olga"), Some(""), None);
    assert_eq!(lamps.iter().map(looks).collect::<Vec<_>>(), [["1001", "Olga", "", "perm"]]);
    assert_eq!(name(&mut stage, "1001", Some("Olga"), Some(""), None).len(), 0, "nothing is told twice");
    let entry = stage.board.named_extensions().remove(0);
    assert_eq!((entry.now.name.as_str(), entry.file.name.as_str(), entry.heard), ("Olga", "Anna", false));
    let lamps = name(&mut stage, "1001", None, None, None);
    assert_eq!(lamps.iter().map(looks).collect::<Vec<_>>(), [["1001", "Anna", "Sales", "perm"]]);
}

#[test]
fn an_extension_that_nobody_knew_gets_its_lamp_at_once() {
    let mut stage = stage();
    assert_eq!(name(&mut stage, "1002", None, None, None).len(), 0);
    let lamps = name(&mut stage, "1002", Some("Boris"), None, Some("kazan"));
    assert_eq!(lamps.iter().map(looks).collect::<Vec<_>>(), [["1002", "Boris", "", "kazan"]]);
    let unnamed = Naming::default();
    assert_eq!(stage.board.named_extensions()[1].file, unnamed);
}

#[test]
fn a_lamp_moves_to_the_site_that_it_is_given_and_back_to_where_its_phone_is() {
    let mut stage = stage();
    stage.tell_line("1 kazan live");
    stage.tell_line("1 kazan PJSIP/2001 NOT_INUSE");
    while stage.poll_change().is_some() {}
    let lamps = name(&mut stage, "2001", None, None, Some("perm"));
    assert_eq!(lamps.iter().map(looks).collect::<Vec<_>>(), [["2001", "", "", "perm"]]);
    assert_eq!(lamps[0].freshness, Freshness::LastKnown, "Perm does not stand by it");
    let lamps = name(&mut stage, "2001", None, None, None);
    assert_eq!(lamps.iter().map(looks).collect::<Vec<_>>(), [["2001", "", "", "kazan"]]);
    assert_eq!(lamps[0].freshness, Freshness::Live);
}
