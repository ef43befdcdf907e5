// ---- Charts -------------------------------------------------------------------------------------

const MOST_BARS = 10;
const TIME_BINS = 60;

// Returns the keys of a Map of counts, most frequent first.
function mostFrequent(counts) {
  return [...counts].sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1));
}

function tallyOf(entries, key) {
  const counts = new Map();
  for (const i of entries) {
    const value = key(i);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return counts;
}

// Draws one bar per row; a click narrows the search.
function drawBars(target, rows, narrow) {
  const most = rows.length ? rows[0].count : 0;
  const made = rows.slice(0, MOST_BARS).map((row) => {
    const bar = svg("svg", { class: "chart", "aria-hidden": "true" },
      svg("rect", { class: "track", width: "100%", height: 10, rx: 3 }),
      svg("rect", { class: "bar-fill", width: `${100 * row.count / most}%`, height: 10, rx: 3 }));
    const label = element("span", { class: "label", title: row.label }, row.label,
      element("small", {}, row.detail ? ` ${row.detail}` : ""));
    return button([label, bar, element("span", { class: "count" }, count(row.count))],
      () => narrow(row.term));
  });
  const rest = rows.length - made.length;
  if (rest > 0) made.push(element("p", { class: "hint" }, `and ${count(rest)} more`));
  if (rows.length === 0) made.push(element("p", { class: "hint" }, "None."));
  target.replaceChildren(...made);
}

// Counts states if there are any, as the port of a banner usually has a state too.
function drawPorts(results, entries, narrow) {
  const states = entries.filter((i) => results.state[i] !== BANNER_STATE);
  const counts = tallyOf(states.length ? states : entries,
    (i) => results.transport[i] * 65536 + results.port[i]);
  const rows = mostFrequent(counts).map(([key, number]) => {
    const transport = TRANSPORTS[Math.floor(key / 65536)];
    const port = key % 65536;
    return {
      label: `${port}/${transport}`,
      detail: results.info.services[transport]?.[port],
      term: `port:${port} proto:${transport}`,
      count: number,
    };
  });
  drawBars(byId("ports"), rows, narrow);
}

// Shows the services of banners, or without banners those of the port numbers.
function drawServices(results, entries, narrow) {
  const banners = entries.filter((i) => results.state[i] === BANNER_STATE);
  const counts = tallyOf(banners.length ? banners : entries, (i) => results.service[i]);
  byId("services-title").textContent = banners.length ? "Services heard" : "Services by port";
  const rows = mostFrequent(counts).map(([number, found]) => {
    const name = results.services.all[number];
    return { label: name, term: `service:"${name}"`, count: found };
  });
  drawBars(byId("services"), rows, narrow);
}

function drawStates(results, entries, narrow) {
  const counts = mostFrequent(tallyOf(entries, (i) => results.stateName(i)));
  const bar = svg("svg", { class: "chart", height: 18, "aria-hidden": "true" });
  let done = 0;
  for (const [name, number] of counts) {
    const share = 100 * number / entries.length;
    bar.append(svg("rect", {
      class: stateClass(name), x: `${done}%`, width: `${share}%`, height: 18, rx: 2 }));
    done += share;
  }
  const keys = counts.map(([name, number]) =>
    button([element("i"), element("span", {}, `${name} ${count(number)}`)],
      () => narrow(`state:${name}`), { class: stateClass(name) }));
  byId("states").replaceChildren(bar, element("div", { class: "keys" }, ...keys));
}

// Returns { first, last } of the times in seconds, or null without entries.
function timeSpan(results, entries) {
  if (entries.length === 0) return null;
  let first = Infinity;
  let last = 0;
  for (const i of entries) {
    first = Math.min(first, results.time[i]);
    last = Math.max(last, results.time[i]);
  }
  return { first, last };
}

function drawTimeline(results, entries) {
  const target = byId("timeline");
  const span = timeSpan(results, entries);
  if (!span) return target.replaceChildren(element("p", { class: "hint" }, "None."));
  const bins = new Uint32Array(Math.min(TIME_BINS, span.last - span.first + 1));
  const scale = bins.length / (span.last - span.first + 1);
  for (const i of entries) ++bins[Math.floor((results.time[i] - span.first) * scale)];
  const most = bins.reduce((a, b) => Math.max(a, b));
  const label = `Results over time, at most ${count(most)} in one of ${bins.length} parts`;
  const chart = svg("svg", {
    class: "chart", height: 96, viewBox: `0 0 ${bins.length} 96`, preserveAspectRatio: "none",
    role: "img", "aria-label": label });
  bins.forEach((number, i) => {
    const height = Math.max(92 * number / most, number ? 1 : 0);
    chart.append(svg("rect", {
      class: "bar-fill", x: i + 0.1, y: 96 - height, width: 0.8, height },
    svg("title", {}, `${timeText(span.first + i / scale)}: ${count(number)}`)));
  });
  const ends = element("div", { class: "ends" },
    element("span", {}, timeText(span.first)), element("span", {}, timeText(span.last)));
  target.replaceChildren(chart, ends);
}
