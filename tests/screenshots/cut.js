// The element, in shells of all that it stood in: style reaches it by them.
const [title, selector] = arguments;
const it = document.querySelector(selector);
const { left, width, height } = it.getBoundingClientRect();
// Tiles do not fill their sheet.
const ends = [...it.querySelectorAll("[data-exten]")].map((tile) => tile.getBoundingClientRect().right - left);
let piece = it.cloneNode(true);
piece.classList.add("alone");
for (let around = it.parentElement; around !== document.body; around = around.parentElement) {
  const shell = around.cloneNode(false);
  shell.style.display = "contents";
  shell.append(piece);
  piece = shell;
}
for (const part of [piece, ...piece.querySelectorAll("[popover]")]) {
  // In a frame nothing calls it.
  part.removeAttribute("popover");
}
for (const field of piece.querySelectorAll("textarea")) {
  field.textContent = "";
}
return {
  title,
  root: [...document.documentElement.attributes].map(({ name, value }) => [name, value]),
  html: piece.outerHTML,
  width: it.matches(".sheet-of-lamps") ? Math.max(...ends) : width,
  height,
};
