// One stream of a server for all tabs of a browser: browsers allow six connections to a host over
// HTTP/1.1, and a seventh tab with a stream of its own would hang. Runs as a SharedWorker.
//
//   tab ── early                ──►          ┌── EventSource
//   tab ── open { last, again } ──►          │
//   tab ── here, leave          ──►  worker ─┤
//   tab ◄─ [[event, data, id, at], …] ──     ├── what came since the tabs were last told
//                                            └── the newest frame of each lamp and site, and of the boards
//
// It decides nothing about lamps. Each frame says when it came (`at`), so that a tab which joins
// late knows how old it is, and each tab judges for itself whether the stream lives. What is kept
// here is as large as the board, however long it runs.
"use strict";

const EVENTS = new URL("../api/v1/events", self.location.href).href;
// NAMES, KEYS and SILENCE say the same as shared/src/event.rs and the page; a test in live/event.rs compares them.
const NAMES = ["snapshot", "change", "site", "boards", "tick"];
// The field that says what an event is about. Of events about the same only the newest is kept; all boards come as one list.
const KEYS = { change: "exten", site: "name" };
// After so many milliseconds without an event the stream is not trusted.
const SILENCE = 15_000;
// Several tabs wake together: a stream so young serves all of them.
const YOUNG = 3_000;
// A tab tells at every tick that it is there. One that does not is closed or frozen: nothing may
// pile up for it, and it asks again when it is back.
const ABSENT = 45_000;
// A lone event is told at once; what comes meanwhile is told together, after so many milliseconds for each of
// the events that were told last, and no more than so many. A tab draws no oftener than it is told, and each drawing
// costs it more than what is new in it: of up to fifty events a second each is drawn at once, of
// a thousand those of ten times a second.
const REST = 20;
const LONGEST_REST = 100;
// More events than that are a storm, which would leave a tab no time for its reader: of each lamp only the newest
// is told then, and as many milliseconds as it takes to draw them are left between.
const STORM = 200;
const REST_IN_STORM = 0.5;
const LONGEST_REST_IN_STORM = 250;

const ports = new Map();
let source = null;
let opened = 0;
let heard = 0;
// Whether the stream's reader may be another now: somebody logged in or out, or a session ended.
let isDoubted = false;
let cursor = null;
let snapshot = null;
let tick = null;
const newest = new Map();
let gathered = [];
let resting = null;

const isHealthy = (now) => source !== null && now - Math.max(heard, opened) < SILENCE;

const tell = (message) => {
  for (const port of ports.keys()) port.postMessage(message);
};

function flush() {
  clearTimeout(resting);
  resting = null;
  if (gathered.length === 0) return;
  const told = gathered.length > STORM ? thinned() : gathered;
  tell(told);
  const rest = Math.min(REST * told.length, LONGEST_REST);
  const inStorm = Math.min(REST_IN_STORM * told.length, LONGEST_REST_IN_STORM);
  resting = setTimeout(flush, Math.max(rest, inStorm));
  gathered = [];
}

// What was gathered, without what something newer tells better.
function thinned() {
  const kept = new Set([snapshot, tick, ...newest.values()]);
  return gathered.filter((frame) => kept.has(frame));
}

function close() {
  source?.close();
  source = null;
}

// Without `last` all is told anew, and nothing kept that another reader was told.
function connect(last) {
  close();
  opened = Date.now();
  isDoubted = false;
  if (last === null) {
    cursor = snapshot = tick = null;
    newest.clear();
    gathered = [];
  }
  source = new EventSource(last === null ? EVENTS : `${EVENTS}?last=${last}`);
  for (const name of NAMES) source.addEventListener(name, receive);
  source.onerror = () => {
    isDoubted = true;
    flush();
    const retries = source?.readyState === EventSource.CONNECTING;
    if (!retries) close();
    tell([retries ? "retries" : "refused"]);
  };
}

function receive({ type, data, lastEventId }) {
  const id = lastEventId === "" ? null : Number(lastEventId);
  const frame = [type, data, id, Date.now()];
  heard = frame[3];
  keep(frame);
  gathered.push(frame);
  if (resting === null) flush();
}

// The newest frame of each lamp and site, and of the boards, in the order of the changes.
function keep(frame) {
  const [type, data, id, at] = frame;
  if (type === "tick") {
    tick = frame;
    for (const [port, seen] of ports) if (at - seen > ABSENT) ports.delete(port);
    return;
  }
  cursor = id;
  if (type === "snapshot") {
    snapshot = frame;
    newest.clear();
    return;
  }
  const key = `${type} ${JSON.parse(data)[KEYS[type]]}`;
  newest.delete(key);
  newest.set(key, frame);
}

// What a tab misses that has all up to `last`.
function replay(port, last) {
  if (snapshot === null) return;
  const isKnown = last !== null && last >= snapshot[2] && last <= cursor;
  const missed = isKnown ? [] : [snapshot];
  for (const frame of newest.values()) if (!isKnown || frame[2] > last) missed.push(frame);
  if (tick !== null) missed.push(tick);
  port.postMessage(missed);
}

function open(port, { last, again }) {
  const now = Date.now();
  const isOwed = isDoubted || (again && now - opened > YOUNG);
  if (isHealthy(now) && !isOwed) {
    // What has not been told yet is in the replay, and must not follow it.
    flush();
    return replay(port, last);
  }
  // Of two tabs the one that has less is served: to the other a change told twice is none.
  const isAnew = isDoubted || last === null || cursor === null;
  connect(isAnew ? null : Math.min(last, cursor));
}

self.onconnect = ({ ports: [port] }) => {
  port.onmessage = ({ data }) => {
    if (data.early) {
      // A page that is still being loaded will ask for all, by another port.
      if (source === null || isDoubted) connect(null);
      return;
    }
    if (data.leave) {
      ports.delete(port);
      // A page that logs in or out loads itself anew: it leaves, and comes back as somebody else.
      isDoubted = true;
      if (ports.size === 0) close();
      return;
    }
    ports.set(port, Date.now());
    if (data.open) open(port, data.open);
  };
  port.postMessage(["welcome"]);
};
