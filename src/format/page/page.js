// ---- The page -----------------------------------------------------------------------------------

function distinct(entries, key) {
  const seen = new Set();
  for (const i of entries) seen.add(key(i));
  return seen.size;
}

// Sorts, because that is faster than a set of a million numbers.
function countHosts({ address, isIpv6 }, entries) {
  const ipv4 = entries.filter((i) => !isIpv6[i]).map((i) => address[i]).sort();
  let hosts = distinct(entries.filter((i) => isIpv6[i]), (i) => address[i]);
  for (let k = 0; k < ipv4.length; ++k) hosts += k === 0 || ipv4[k] !== ipv4[k - 1] ? 1 : 0;
  return hosts;
}

function drawSummary(results, entries) {
  const states = tallyOf(entries, (i) => results.state[i]);
  const span = timeSpan(results, entries);
  const moment = (seconds) => [span ? timeText(seconds) : "–", "moment"];
  const cards = {
    Results: [count(entries.length)],
    Hosts: [count(countHosts(results, entries))],
    "Different ports": [
      count(distinct(entries, (i) => results.transport[i] * 65536 + results.port[i]))],
    Open: [count(states.get(1) ?? 0)],
    Closed: [count(states.get(2) ?? 0)],
    Suspect: [count(entries.filter((i) => results.suspect[i]).length)],
    Banners: [count(states.get(BANNER_STATE) ?? 0)],
    "First (UTC)": moment(span?.first),
    "Last (UTC)": moment(span?.last),
  };
  byId("summary").replaceChildren(...Object.entries(cards).map(([label, [value, kind]]) =>
    element("div", { class: "card" },
      element("b", kind ? { class: kind } : {}, value), element("span", {}, label))));
}

function tellOrigin(results) {
  const { version, began, written, excludes } = results.info;
  const parts = [`Made by masscan ${version}`, `scan began ${timeText(began)} UTC`];
  if (written !== began) parts.push(`converted ${timeText(written)} UTC`);
  if (excludes.length) parts.push(`${count(excludes.length / 2)} ranges excluded`);
  byId("origin").textContent = `${parts.join(" · ")}.`;
}

class Page {
  constructor(results) {
    this.results = results;
    const narrow = (term) => this.narrow(term);
    this.table = new Table(results);
    this.map = new HilbertMap(results, results.everything, narrow);
    this.narrowBy = narrow;
    byId("search").addEventListener("submit", (event) => {
      event.preventDefault();
      this.search();
    });
    byId("query").addEventListener("input", () => {
      clearTimeout(this.soon);
      this.soon = setTimeout(() => this.search(), 150); // when the user pauses
    });
    byId("theme").addEventListener("click", () => {
      setTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark");
      this.map.paint();
      this.map.draw();
    });
    tellOrigin(results);
    this.search();
  }

  narrow(term) {
    const query = byId("query");
    if (!query.value.includes(term)) query.value = `${query.value} ${term}`.trim();
    this.search();
  }

  search() {
    clearTimeout(this.soon);
    const { results } = this;
    const found = search(results, byId("query").value);
    drawSummary(results, found);
    drawPorts(results, found, this.narrowBy);
    drawServices(results, found, this.narrowBy);
    drawStates(results, found, this.narrowBy);
    drawTimeline(results, found);
    this.map.show(found);
    this.table.show(found);
    const all = results.size === found.length;
    byId("matches").textContent = all ? `${count(results.size)} results`
      : `${count(found.length)} of ${count(results.size)}`;
    document.documentElement.dataset.ready = String(found.length);
  }
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
}

setTheme(matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

// Shows the page before it is filled.
document.addEventListener("DOMContentLoaded", () => requestAnimationFrame(() => setTimeout(() => {
  const info = JSON.parse(new TextDecoder().decode(decode(byId("info"))));
  new Page(new Results(decode(byId("entries")), info));
})));
