//! The demo: two simulated PBXes that publish by real SIP over loopback to the real server.
//!
//! ```text
//!  Story (seeded) ─► Pbx "Perm"  ─┐ UDP
//!                 └► Pbx "Kazan" ─┴────► the very server that runs in earnest ─► the board
//! ```

pub mod pbx;
pub mod people;
pub mod story;
pub mod table;

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use lampfield_dialplan::{Dialplan, FileLine};
use lampfield_shared::{DeviceName, Eid, Role, SiteName};
use rand::SeedableRng;
use rand::rngs::StdRng;
use tokio::net::UdpSocket;
use tokio::time::sleep_until;

use crate::board::{BoardSettings, ExtensionSettings, SiteSettings};
use crate::cli;
use crate::config::{Config, LogFormat};
use crate::mesh::filter::Filters;
use crate::mesh::{MeshSettings, PeerAddress, PeerSettings, PublishTo};
use crate::server::{Audience, Server};
use crate::transport::{TransportSettings, bind_udp};
use crate::web::WebSettings;
use pbx::{Pbx, PbxSettings};
use people::TOWNS;
use story::{Happening, Story};

const LOOPBACK: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// Entity id of lampfield in the demo.
const CONSOLE_EID: Eid = Eid::from_bytes([2, 0, 0, 0, 0, 0x10]);

const CONTEXT: &str = "demo";
const HINT: &str = "_[12]X.,hint,PJSIP/${EXTEN}&Custom:DND${EXTEN}";

/// Runs the demo until told to stop.
///
/// # Errors
/// When a socket cannot be opened.
pub async fn run(settings: cli::Demo) -> anyhow::Result<()> {
    let story = Story::new(settings.seed, usize::try_from(settings.people)?);
    let mut sockets = Vec::new();
    for _ in TOWNS {
        sockets.push(bind_udp(LOOPBACK)?);
    }
    let addresses = sockets.iter().map(UdpSocket::local_addr).collect::<io::Result<Vec<_>>>()?;
    let config = config(&settings, &story, &addresses)?;
    let server = Server::bind(config, Audience::Demo).await?;
    let console = server.sip_address();
    tokio::spawn(Town::all(settings.seed, console, sockets, &addresses, story).live());
    server.run(settings.port_file.as_deref(), std::future::pending()).await
}

fn town_eid(index: usize) -> Eid {
    Eid::from_bytes([2, 0, 0, 0, 0, 0x11 + u8::try_from(index).unwrap_or_default()])
}

/// The configuration that an admin would write for these two PBXes.
fn config(settings: &cli::Demo, story: &Story, addresses: &[SocketAddr]) -> anyhow::Result<Config> {
    let peer = |(index, (town, address)): (usize, (&people::Town, &SocketAddr))| PeerSettings {
        name: town.name.into(),
        addresses: vec![PeerAddress::from(*address)],
        resource: town.user.into(),
        publish_to: PublishTo::udp("console", *address),
        eids: vec![town_eid(index)],
        auth: None,
        outbound_auth: None,
        filters: Filters::default(),
    };
    let mut dialplan = Dialplan::default();
    dialplan.add_hint(CONTEXT, HINT, FileLine { file: "demo".into(), line: 1 })?;
    let extension = |person: &people::Person| ExtensionSettings {
        exten: person.exten.clone(),
        name: Some(person.name.clone()),
        group: Some(person.group.into()),
        site: Some(TOWNS[person.town].name.into()),
        mailbox: None,
    };
    Ok(Config {
        transport: TransportSettings::udp(LOOPBACK),
        web: WebSettings { listen: settings.listen, open: Some(Role::Admin), ..WebSettings::default() },
        store_file: PathBuf::new(),
        eid: Some(CONSOLE_EID),
        title: "lampfield".into(),
        mesh: MeshSettings {
            eid: CONSOLE_EID,
            user: "console".into(),
            sent_by: LOOPBACK.into(),
            options_interval: Duration::from_secs(5),
            silence: Duration::from_secs(15),
            min_expires: Duration::from_secs(1),
            refresh_interval: Some(Duration::from_hours(1)),
            max_names: usize::MAX,
            paused: Vec::new(),
            peers: TOWNS.iter().zip(addresses).enumerate().map(peer).collect(),
        },
        board: BoardSettings {
            dialplan,
            context: CONTEXT.into(),
            extensions: story.people().iter().map(extension).collect(),
            sites: TOWNS
                .iter()
                .map(|town| SiteSettings {
                    name: SiteName::from(town.name),
                    title: town.title.into(),
                    serves: Vec::new(),
                    stops_calls: false,
                })
                .collect(),
            ..BoardSettings::default()
        },
        nodes: BTreeMap::new(),
        log_format: LogFormat::Human,
        log_level: "info".into(),
        warnings: Vec::new(),
    })
}

/// A simulated PBX and its socket.
struct Town {
    pbx: Pbx,
    socket: UdpSocket,
}

impl Town {
    /// Both towns, with everybody's state at the start.
    fn all(seed: u64, console: SocketAddr, sockets: Vec<UdpSocket>, addresses: &[SocketAddr], story: Story) -> Demo {
        let town = |(index, (socket, address)): (usize, (UdpSocket, &SocketAddr))| {
            let settings = PbxSettings {
                address: *address,
                eid: town_eid(index),
                user: TOWNS[index].user.into(),
                console,
                expires: Duration::from_hours(1),
                auth: None,
                outbound_auth: None,
            };
            let rng = StdRng::seed_from_u64(seed.wrapping_add(1 + index as u64));
            Self { pbx: Pbx::new(settings, Instant::now(), Duration::ZERO, rng), socket }
        };
        let towns = sockets.into_iter().zip(addresses).enumerate().map(town).collect();
        let mut demo = Demo { towns, story, start: Instant::now() };
        for who in 0..demo.story.people().len() {
            for happening in demo.story.all_of(who) {
                demo.tell(who, happening);
            }
        }
        demo
    }

    fn transmit(&mut self) {
        while let Some(transmit) = self.pbx.poll_transmit() {
            // A datagram may be lost like any other: the transaction repeats it.
            let _lost = self.socket.try_send_to(&transmit.payload, transmit.route.address());
        }
    }

    fn receive(&mut self, now: Instant, buffer: &mut [u8]) {
        while let Ok((length, source)) = self.socket.try_recv_from(buffer) {
            self.pbx.handle_message(now, source, &buffer[..length]);
            self.transmit();
        }
    }
}

/// Both towns, and the story of their people.
struct Demo {
    towns: Vec<Town>,
    story: Story,
    start: Instant,
}

impl Demo {
    /// Runs until the program ends.
    async fn live(mut self) {
        let mut buffer = vec![0; 65_535];
        for town in &self.towns {
            // A fresh socket counts as full until the runtime has polled it once.
            let _broken = town.socket.writable().await;
        }
        loop {
            self.step(&mut buffer);
            let wake = self.wake_at();
            let [perm, kazan] = self.towns.as_slice() else { return };
            tokio::select! {
                _ = perm.socket.readable() => {}
                _ = kazan.socket.readable() => {}
                () = sleep_until(wake.into()) => {}
            }
        }
    }

    fn step(&mut self, buffer: &mut [u8]) {
        let now = Instant::now();
        self.story.handle_timeout(now - self.start);
        while let Some((who, happening)) = self.story.poll_happening() {
            self.tell(who, happening);
        }
        for town in &mut self.towns {
            town.receive(now, buffer);
            town.pbx.handle_timeout(now);
            town.transmit();
        }
    }

    fn wake_at(&self) -> Instant {
        let pbxes = self.towns.iter().filter_map(|town| town.pbx.poll_timeout());
        let story = self.story.poll_timeout().map(|due| self.start + due);
        let idle = Instant::now() + Duration::from_mins(1);
        pbxes.chain(story).min().unwrap_or(idle)
    }

    fn tell(&mut self, who: usize, happening: Happening) {
        let person = &self.story.people()[who];
        let exten = &person.exten;
        let pbx = &mut self.towns[person.town].pbx;
        match happening {
            Happening::Phone(state) => pbx.set_device(DeviceName::from(format!("PJSIP/{exten}")), state),
            Happening::Dnd(state) => pbx.set_device(DeviceName::from(format!("Custom:DND{exten}")), state),
            Happening::Mailbox(counts) => pbx.set_mailbox(format!("{exten}@default").into(), counts),
        }
    }
}
