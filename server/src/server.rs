//! The server: opens the database and the sockets, hands each part its settings, starts all, stops all.

use std::future::pending;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};
use lampfield_shared::Eid;
use lampfield_sip::Transport;
use rand::SeedableRng;
use rand::rngs::StdRng;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_rustls::rustls;

use crate::board::Board;
use crate::clock::{self, Reading};
use crate::config::Config;
use crate::core::Core;
use crate::dnd::{self, DndService};
use crate::driver::Driver;
use crate::files;
use crate::handle::Handle;
use crate::hub::{BoardIdentity, Hub};
use crate::keeper::Keeper;
use crate::lane::Lane;
use crate::ledger::Ledger;
use crate::maintenance;
use crate::news::News;
use crate::store::{Ended, Store};
use crate::tls::{self, Certificate, Clients};
use crate::transport::{Resolver, Sockets};
use crate::web::{self, Assets, WebState};

/// Whether the board is for real use or for the demo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// The lamps are of real people.
    People,
    /// The lamps are invented, and the page says so.
    Demo,
}

/// A server with its sockets open, not yet running.
pub struct Server {
    config: Config,
    audience: Audience,
    store: Store,
    certificate: Option<Arc<Certificate>>,
    /// Thread of the mesh.
    lane: Lane,
    sip: Sockets,
    web: TcpListener,
}

impl Server {
    /// Opens the database and the sockets.
    ///
    /// # Errors
    /// When the database cannot be trusted, an address is taken, or is none of this machine.
    pub async fn bind(mut config: Config, audience: Audience) -> anyhow::Result<Self> {
        files::raise_limit();
        let store = match audience {
            Audience::People => Store::open(&config.store_file)?,
            Audience::Demo => Store::in_memory()?,
        };
        config.mesh.eid = own_eid(&config, store.eid())?;
        if let Some(former) = store.speak_as(clock::now(), config.mesh.eid).await? {
            let eid = config.mesh.eid;
            tracing::warn!(%eid, %former, "the PBXes have lamps that were published under the former entity id, and only under that id can these be withdrawn: docs/mesh.md says how");
        }
        // This comes before anybody is served: otherwise the first visitor would find a server without an admin.
        maintenance::make_first_admin(&store).await?;
        let certificate = config.web.tls.as_ref().map(|tls| Certificate::load(tls.files.clone())).transpose()?;
        let lane = Lane::open("mesh").context("starting the thread of the mesh")?;
        let sip = {
            let _in_lane = lane.enter();
            Sockets::bind(&config.transport)?
        };
        let web = TcpListener::bind(config.web.listen)
            .await
            .with_context(|| format!("listening for browsers at {}", config.web.listen))?;
        config.mesh.sent_by.set_port(sip.listening()[0].1.port());
        Ok(Self { config, audience, store, certificate, lane, sip, web })
    }

    /// Tells when the database is closed, after this server has ended.
    pub fn store_ended(&self) -> Ended {
        self.store.ended()
    }

    /// The first address of SIP, with the port that the system chose where the configuration left it open.
    pub fn sip_address(&self) -> SocketAddr {
        self.sip.listening()[0].1
    }

    /// Runs until a signal or `stop` tells it to stop.
    ///
    /// # Errors
    /// When a socket fails for good.
    pub async fn run(
        self,
        port_file: Option<&Path>,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> anyhow::Result<()> {
        let Self { mut config, audience, store, certificate, lane, sip, web } = self;
        let tls = certificate.map(encrypt).transpose()?;
        announce(&config, &sip, web.local_addr()?, port_file)?;
        let now = Reading::now().moment();
        let peers = config.mesh.peers.iter().map(|peer| peer.name.clone());
        let mut ledger = Ledger::new(config.mesh.eid, peers, now);
        let mut board = Board::new(config.board, &mut ledger, now);
        board.name_extensions(now, &mut ledger, store.edited_namings().await?);
        let keeper = Keeper::new(store.clone());
        keeper.restore(&mut board, &mut ledger, now).await?;
        let kept = dnd::remember(&store.dnd().await?);
        config.mesh.paused = store.paused().await?;
        for (since, device, state) in kept.own {
            let since = now.kept(since);
            let filed = ledger.file_own(since, &device, state);
            board.apply(since, &mut ledger, News::Device(filed));
        }
        for (since, news) in kept.news {
            board.apply_dnd(now.kept(since), &ledger, news);
        }
        let assets = Arc::new(Assets::embedded());
        let identity = BoardIdentity {
            title: config.title,
            demo: audience == Audience::Demo,
            build: assets.build(),
            sites: board.sites(&ledger).collect(),
            boards: store.own_boards().await?,
        };
        let hub = Hub::new(identity, board.lamps().cloned(), now.wall);
        let core = Core::new(config.mesh, ledger, board, now, StdRng::from_os_rng());
        let (handle, commands) = Handle::channel();
        let names = {
            let _in_lane = lane.enter();
            Resolver::start(core.questions(), &config.transport.nameservers, sip.listening())
        };
        let mut driver = lane.spawn(Driver::new(sip, names, core, hub.clone(), keeper, commands).run());
        let dnd = DndService::new(store.clone(), handle.clone(), config.nodes, clock::now);
        tokio::spawn(dnd.clone().run());
        let state = WebState {
            hub: hub.clone(),
            handle: handle.clone(),
            store,
            dnd,
            doorkeeper: Arc::default(),
            assets,
            settings: Arc::new(config.web),
        };
        let (router, settings) = (web::router(state.clone()), state.settings);
        let serving = web::serve(web, tls, router, &settings, hub, async {
            tokio::select! {
                () = told_to_stop() => {}
                () = stop => {}
            }
        });
        tokio::select! {
            () = serving => {}
            drove = &mut driver => return drove.context("the driver")?.context("the SIP socket"),
        }
        // This comes last, so that the last request's changes are published before our publications end.
        let _stopped_already = handle.stop().await;
        driver.await.context("the driver")?.context("the SIP socket")
    }
}

/// Our entity id: the one in the configuration, or else the one in the database.
fn own_eid(config: &Config, kept: Eid) -> anyhow::Result<Eid> {
    let eid = config.eid.unwrap_or(kept);
    if eid != kept {
        tracing::info!(%eid, %kept, "sip.eid overrides the entity id in the database");
    }
    if let Some(peer) = config.mesh.peers.iter().find(|peer| peer.eids.contains(&eid)) {
        bail!(
            "{eid} is lampfield's own entity id, and cannot be that of peer `{}`: correct the peer's eids, or set another sip.eid",
            peer.name
        );
    }
    Ok(eid)
}

/// Settings of TLS for browsers; the certificate follows its files from now on.
fn encrypt(certificate: Arc<Certificate>) -> anyhow::Result<rustls::ServerConfig> {
    let mut config = tls::server(Arc::clone(&certificate), &Clients::Anybody)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    tokio::spawn(certificate.follow());
    Ok(config)
}

fn announce(config: &Config, sip: &Sockets, web: SocketAddr, port_file: Option<&Path>) -> anyhow::Result<()> {
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    let scheme = if config.web.tls.is_some() { "https" } else { "http" };
    match config.web.open {
        None => {}
        Some(role) => tracing::info!("visitors who are not logged in have the role {role} (web.open)"),
    }
    let by = |(transport, address): &(Transport, SocketAddr)| format!("{address} by {transport}");
    let sip = sip.listening().iter().map(by).collect::<Vec<_>>().join(", ");
    tracing::info!(sip, %web, eid = %config.mesh.eid, "listening: the board is at {scheme}://{web}/");
    if let Some(file) = port_file {
        std::fs::write(file, web.port().to_string()).with_context(|| format!("writing {}", file.display()))?;
    }
    Ok(())
}

/// Waits for Ctrl-C or `systemctl stop`.
async fn told_to_stop() {
    let mut terminate = match signal(SignalKind::terminate()) {
        Ok(terminate) => terminate,
        Err(error) => {
            tracing::warn!(%error, "SIGTERM cannot be handled: stop the server by Ctrl-C or a kill");
            return pending().await;
        }
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    tracing::info!("stopping");
}
