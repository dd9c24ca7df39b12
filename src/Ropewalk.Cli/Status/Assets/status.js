// Redraws the part of the page that changes, once a second while the page is looked at.
(() => {
  const live = document.getElementById("live");
  let selecting = false;
  document.addEventListener("selectionchange", () => { selecting = !document.getSelection().isCollapsed; });
  async function draw() {
    // what somebody is just copying stays where it is
    if (!document.hidden && !selecting) {
      try {
        const answer = await fetch("/part", { cache: "no-store", signal: AbortSignal.timeout(4000) });
        if (!answer.ok) throw new Error(answer.status);
        live.innerHTML = await answer.text();
        document.body.classList.remove("lost");
      } catch {
        document.body.classList.add("lost");
        const state = live.querySelector("header .state");
        if (state) { state.className = "state failed"; state.textContent = "no answer"; }
      }
    }
    setTimeout(draw, 1000);
  }
  setTimeout(draw, 1000);
})();
