// Dresses the page for its first paint as its reader chose, long before its program is there. The program does
// the same by `state/choices.rs` and `pages/board.rs`, a wall by its address first.
"use strict";

{
  const remembered = (name) => {
    try {
      return localStorage.getItem(`lampfield.${name}`);
    } catch {
      return null;
    }
  };
  const theme = /[?&]theme=(light|dark)/.exec(location.hash)?.[1] ?? remembered("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  if (remembered("many") !== null) document.documentElement.dataset.many = "true";
}
