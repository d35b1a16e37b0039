"use strict";
// The terminal measures its letters once, so their font must be there first; the page's own script starts by onload.
const start = window.onload;
window.onload = async (event) => {
  try {
    await Promise.all(["", "bold ", "italic "].map((style) => document.fonts.load(`${style}16px "Roboto Mono"`)));
  } finally {
    start(event);
  }
};

document.addEventListener("DOMContentLoaded", () => {
  const again = document.getElementById("again");
  again.addEventListener("click", () => window.location.reload());
  // Keys go to the terminal from the first picture on, and to the button once the session has ended.
  new MutationObserver((_changes, observer) => {
    if (document.body.classList.contains("-closed")) {
      observer.disconnect();
      again.focus();
    } else if (document.body.classList.contains("-first-byte") && document.activeElement === document.body) {
      document.querySelector(".xterm-helper-textarea").focus();
    }
  }).observe(document.body, { attributes: true, attributeFilter: ["class"] });
});
