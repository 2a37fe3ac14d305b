// The least that can show lampfield's board: its tiles by its own style, from its own stream, and nothing else.
"use strict";

const CHUNK = 120;
const WORDS = { free: "Free", ringing: "Ringing", on_call: "On a call" };
const board = document.querySelector(".board");
const tiles = new Map();
let waiting = new Map();

const pattern = document.createElement("template");
pattern.innerHTML = `<div class="lamp" role="gridcell" tabindex="-1"><svg class="lamp__shape" aria-hidden="true"><use></use></svg>
<span class="lamp__who"><b class="lamp__exten"></b> <span class="lamp__name"></span></span>
<span class="lamp__what" aria-hidden="true"><span class="lamp__word"></span> <span class="lamp__age"></span></span></div>`;

function make(lamp) {
  const tile = pattern.content.firstChild.cloneNode(true);
  tile.dataset.exten = lamp.exten;
  tile.querySelector("b").textContent = lamp.exten;
  tile.parts = ["use", ".lamp__word", ".lamp__age"].map((part) => tile.querySelector(part));
  tiles.set(lamp.exten, tile);
  return tile;
}

function show(tile, lamp) {
  const [shape, word, age] = tile.parts;
  const minutes = Math.floor((Date.now() - lamp.since) / 60_000);
  tile.className = `lamp lamp--${lamp.state} lamp--${lamp.freshness}`;
  tile.dataset.state = lamp.state;
  tile.dataset.freshness = lamp.freshness;
  tile.dataset.dnd = lamp.dnd;
  shape.setAttribute("href", `#lamp-${lamp.state}`);
  word.textContent = WORDS[lamp.state] ?? lamp.state;
  age.textContent = `${minutes} min`;
  tile.setAttribute("aria-label", `${lamp.exten}. ${word.textContent} for ${minutes} minutes.`);
}

function build({ lamps }) {
  const chunks = [];
  for (let at = 0; at < lamps.length; at += CHUNK) {
    const chunk = document.createElement("div");
    const some = lamps.slice(at, at + CHUNK);
    chunk.className = "chunk";
    chunk.style.setProperty("--count", some.length);
    for (const lamp of some) {
      const tile = make(lamp);
      show(tile, lamp);
      chunk.append(tile);
    }
    chunks.push(chunk);
  }
  board.replaceChildren(...chunks);
}

// A new lamp stands at the end.
function add(lamp) {
  const tile = make(lamp);
  board.lastChild.append(tile);
  return tile;
}

function draw() {
  for (const lamp of waiting.values()) show(tiles.get(lamp.exten) ?? add(lamp), lamp);
  waiting = new Map();
}

const stream = new EventSource("api/v1/events");
stream.addEventListener("snapshot", ({ data }) => build(JSON.parse(data)));
stream.addEventListener("change", ({ data }) => {
  const lamp = JSON.parse(data);
  if (waiting.size === 0) requestAnimationFrame(draw);
  waiting.set(lamp.exten, lamp);
});
