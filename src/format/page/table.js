// ---- Elements -----------------------------------------------------------------------------------

const SVG = "http://www.w3.org/2000/svg";

// Makes an element with attributes, and children that are elements or text nodes.
function element(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

function svg(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

function filled(made, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function button(label, press, attributes = {}) {
  const made = element("button", { type: "button", ...attributes }, ...[label].flat());
  made.addEventListener("click", press);
  return made;
}

const byId = (id) => document.getElementById(id);
const count = (number) => number.toLocaleString("en-US");

// Writes "2024-02-03 04:05:06", UTC.
function timeText(seconds) {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ");
}

function stateClass(name) {
  if (name === "banner") return "banner-state";
  return ["open", "closed", "filtered"].includes(name) ? name : name === "up" ? "open" : "other";
}

// ---- Table --------------------------------------------------------------------------------------

const ROWS_PER_PAGE = 100;

const COLUMNS = [
  { order: "address", title: "Address", type: "address", text: (r, i) => r.addressText(i) },
  { order: "port", title: "Port", type: "number", text: (r, i) => `${r.port[i]}` },
  { order: "transport", title: "Protocol", text: (r, i) => TRANSPORTS[r.transport[i]] },
  { order: "service", title: "Service", text: (r, i) => r.services.all[r.service[i]] },
  { order: "state", title: "State", type: "state", text: (r, i) => r.stateName(i) },
  { order: "ttl", title: "TTL", type: "number", text: (r, i) => `${r.ttl[i] || ""}` },
  { order: "time", title: "Time (UTC)", text: (r, i) => timeText(r.time[i]) },
  { order: "software", title: "Software", type: "software",
    text: (r, i) => r.softwares.all[r.software[i]] },
  { order: "banner", title: "Banner", type: "banner", text: (r, i) => r.banners.all[r.banner[i]] },
  { order: "suspect", title: "Suspect", text: (r, i) => SUSPECTS[r.suspect[i]] },
];

class Table {
  constructor(results) {
    this.results = results;
    this.order = null; // of the file
    this.isDescending = false;
    for (const column of COLUMNS) {
      column.head = element("th", { scope: "col", class: column.type ?? "" },
        button(column.title, () => this.sort(column)));
    }
    byId("columns").append(...COLUMNS.map((column) => column.head));
    const turners = {
      first: () => 0,
      previous: () => this.page - 1,
      next: () => this.page + 1,
      last: () => this.pages - 1,
    };
    for (const [id, target] of Object.entries(turners)) {
      byId(id).addEventListener("click", () => this.turnTo(target()));
    }
  }

  // Shows these entries.
  show(entries) {
    this.entries = entries;
    this.arrange();
  }

  sort(column) {
    this.isDescending = this.order === column.order && !this.isDescending;
    this.order = column.order;
    for (const { head } of COLUMNS) head.removeAttribute("aria-sort");
    column.head.setAttribute("aria-sort", this.isDescending ? "descending" : "ascending");
    this.arrange();
  }

  arrange() {
    this.sorted = this.order ? ORDERS[this.order](this.results, this.entries) : this.entries;
    if (this.isDescending) this.sorted = this.sorted.slice().reverse();
    this.pages = Math.max(Math.ceil(this.sorted.length / ROWS_PER_PAGE), 1);
    this.turnTo(0);
  }

  turnTo(page) {
    this.page = page;
    const begin = page * ROWS_PER_PAGE;
    const shown = Array.from(this.sorted.subarray(begin, begin + ROWS_PER_PAGE));
    byId("rows").replaceChildren(...shown.map((i) => this.row(i)));
    byId("nothing").hidden = shown.length > 0;
    byId("range").textContent = shown.length === 0 ? "no rows"
      : `${count(begin + 1)}–${count(begin + shown.length)} of ${count(this.sorted.length)}`;
    byId("first").disabled = byId("previous").disabled = page === 0;
    byId("last").disabled = byId("next").disabled = page === this.pages - 1;
  }

  row(i) {
    const row = element("tr");
    for (const column of COLUMNS) {
      const text = column.text(this.results, i);
      const cell = element("td", column.type ? { class: column.type } : {});
      cell.append(column.type === "state"
        ? element("span", { class: `tag ${stateClass(text)}` }, text) : text);
      if (column.type === "banner") {
        cell.addEventListener("click", () => row.classList.toggle("unfolded"));
      }
      row.append(cell);
    }
    return row;
  }
}
