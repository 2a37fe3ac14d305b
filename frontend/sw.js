// Says that lampfield is offline when the page is opened and the server does not answer, and leads from a
// notification to its lamp. That is all: nothing is ever kept, so no lamp can come from yesterday. Browsers start
// this beside the page (https or localhost only); a display that restarts before its server finds its way by it.
"use strict";

// What a proxy says in place of a server that is gone.
const GONE = [502, 504];
const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
};
// Of every language, by its tag: lampfield_words::OfflineWords.
const WORDS = {{words}};

// The first of the reader's languages that is ours.
function readersLanguage() {
  const wanted = self.navigator.languages.map((tag) => tag.split("-")[0].toLowerCase());
  return wanted.find((tag) => Object.hasOwn(WORDS, tag)) ?? "en";
}

function offline() {
  const language = readersLanguage();
  const { title, notReached, nextTry, locale } = WORDS[language];
  const time = new Date().toLocaleTimeString(locale);
  const page = `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="10">
<title>${title}: lampfield</title>
<style>
  body { display: grid; place-content: center; min-height: 90vh; margin: 1rem; text-align: center;
    font: max(1rem, 2.5vmin)/1.5 system-ui, sans-serif; }
  h1 { font-size: 3em; }
</style>
<main>
<h1>${title}</h1>
<p>${notReached} <b>${time}</b>.</p>
<p>${nextTry}</p>
</main>
</html>
`;
  return new Response(page, { status: 503, headers: HEADERS });
}

async function navigate(event) {
  try {
    const response = (await event.preloadResponse) ?? (await fetch(event.request));
    return GONE.includes(response.status) ? offline() : response;
  } catch {
    return offline();
  }
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => {
  const preload = self.registration.navigationPreload?.enable();
  event.waitUntil(Promise.all([preload, self.clients.claim()]));
});
self.addEventListener("fetch", (event) => {
  if (event.request.mode === "navigate") event.respondWith(navigate(event));
});

// A page that shows the lamps already goes there; without one, another is opened.
async function lead(hash) {
  const home = new URL("./", self.registration.scope);
  const pages = await self.clients.matchAll({ type: "window" });
  const page = pages.find(({ url }) => new URL(url).pathname === home.pathname);
  const place = new URL(hash, home).href;
  if (page === undefined) return self.clients.openWindow(place);
  await page.focus();
  return page.navigate(place);
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(lead(event.notification.data));
});
