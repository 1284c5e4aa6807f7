/* Fetches this page every half minute and swaps <main> if it changed. Without script there is a plain link. */
(() => {
  const bar = document.getElementById("live"), words = bar.dataset, $ = (page, what) => page.querySelector(what);
  const button = document.createElement("button"), status = document.createElement("span");
  let mark = "", paused = false, busy = false;
  button.type = "button";
  button.textContent = words.pause;
  button.onclick = () => {
    paused = !paused;
    button.textContent = paused ? words.resume : words.pause;
    look();
  };
  status.setAttribute("role", "status");
  bar.append(" ", button, " ", status);

  /* What a reader must hear of: not an age that grew. */
  const news = (page) => [...page.querySelectorAll("main :is(h1,h2,h3,.state,.tag,.band,ins,del)")].map((e) => e.textContent).join();
  const typing = () => document.activeElement.matches("main :is(input,select)") ||
    [...document.querySelectorAll("main input")].some((e) => e.value != e.defaultValue || e.checked != e.defaultChecked);

  function swap(page) {
    const at = document.activeElement, main = $(document, "main"), y = scrollY;
    const href = main.contains(at) && at.getAttribute("href"), open = [...main.querySelectorAll("details")].map((e) => e.open);
    if (news(page) != news(document)) status.textContent = words.news;
    main.replaceWith($(page, "main"));
    document.querySelectorAll("main details").forEach((e, n) => (e.open = open[n] ?? e.open));
    if (href) $(document, `main a[href="${CSS.escape(href)}"]`)?.focus({ preventScroll: true });
    scrollTo(0, y);
    $(document, "#as-of").textContent = $(page, "#as-of").textContent;
  }

  async function look() {
    if (paused || busy || document.hidden || typing()) return;
    busy = true;
    try {
      const got = await fetch(location, { headers: mark ? { "If-None-Match": mark } : {}, cache: "no-store" });
      const page = got.ok && new DOMParser().parseFromString(await got.text(), "text/html");
      if (!page && got.status != 304) throw 0;
      if (status.textContent == words.lost) status.textContent = "";
      if (page && !paused && !typing()) {
        mark = got.headers.get("ETag");
        swap(page);
      }
    } catch {
      status.textContent = words.lost;
    }
    busy = false;
  }
  setInterval(look, 30000);
  document.addEventListener("visibilitychange", look);
})();
