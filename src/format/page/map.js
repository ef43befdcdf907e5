// ---- Map: IPv4 along a Hilbert curve ------------------------------------------------------------

const MAP_PIXELS = 1024;
const MOST_LEVELS = 9; // 512 x 512 cells; a level is two bits of an address
const DEEPEST_PREFIX = 24;
const STEP_BITS = 4; // of a click: 4 x 4 blocks are what the pointer and the cursor choose from
const BLOCKS = 4;

// Returns the point of a position on the curve with this number of levels.
function curvePoint(place, levels) {
  let [x, y] = [0, 0];
  for (let level = 0, rest = place; level < levels; ++level, rest >>>= 2) {
    const side = 2 ** level;
    const right = rest >>> 1 & 1;
    const down = (rest ^ right) & 1;
    if (!down) {
      if (right) [x, y] = [side - 1 - x, side - 1 - y];
      [x, y] = [y, x];
    }
    x += side * right;
    y += side * down;
  }
  return [x, y];
}

// The inverse of curvePoint.
function curvePlace(x, y, levels) {
  const last = 2 ** levels - 1;
  let place = 0;
  for (let level = levels - 1; level >= 0; --level) {
    const right = x >>> level & 1;
    const down = y >>> level & 1;
    place = place * 4 + (3 * right ^ down);
    if (!down) {
      if (right) [x, y] = [last - x, last - y];
      [x, y] = [y, x];
    }
  }
  return place;
}

// A prefix of even length as a square of cells.
class View {
  constructor({ first, length }) {
    this.length = Math.min(length - length % 2, DEEPEST_PREFIX);
    this.first = Math.floor(first / 2 ** (32 - this.length)) * 2 ** (32 - this.length);
    this.size = 2 ** (32 - this.length);
    this.levels = Math.min(MOST_LEVELS, (32 - this.length) / 2);
    this.side = 2 ** this.levels;
    this.cellSize = this.size / this.side ** 2;
    this.origin = this.corner(this.levels);
  }

  // Returns the corner of the square on a map with `levels` more levels.
  corner(levels) {
    const [x, y] = curvePoint(Math.floor(this.first / this.size), this.length / 2);
    return [x * 2 ** levels, y * 2 ** levels];
  }

  holds(address) {
    return this.first <= address && address < this.first + this.size;
  }

  // Converts the number of a cell along the curve to its x and y in the square.
  cellPoint(cell) {
    const place = Math.floor(this.first / this.cellSize) + cell;
    const [x, y] = curvePoint(place, this.length / 2 + this.levels);
    return [x - this.origin[0], y - this.origin[1]];
  }

  // Returns the prefix at x and y of the square divided into 2^levels cells a side.
  prefixAt(x, y, levels) {
    const [left, top] = this.corner(levels);
    const place = curvePlace(left + x, top + y, this.length / 2 + levels);
    const length = this.length + 2 * levels;
    return { first: place * 2 ** (32 - length), length };
  }
}

// Returns the smallest view with all entries, at least a /24; all addresses without entries.
function viewOf(results, entries) {
  let low = Infinity;
  let high = 0;
  for (const i of entries) {
    if (results.isIpv6[i]) continue;
    low = Math.min(low, results.address[i]);
    high = Math.max(high, results.address[i]);
  }
  if (low === Infinity) return new View({ first: 0, length: 0 });
  return new View({ first: low, length: Math.min(Math.clz32(low ^ high), DEEPEST_PREFIX) });
}

// Returns how many addresses of each cell are in the ranges, along the curve.
function coverage(view, ranges) {
  const covered = new Float64Array(view.side ** 2);
  for (let k = 0; k < ranges.length; k += 2) {
    const begin = Math.max(ranges[k] - view.first, 0);
    const end = Math.min(ranges[k + 1] + 1 - view.first, view.size);
    for (let at = begin; at < end;) {
      const cell = Math.floor(at / view.cellSize);
      const next = Math.min((cell + 1) * view.cellSize, end);
      covered[cell] += next - at;
      at = next;
    }
  }
  return covered;
}

const SCALES = {
  light: [[96, 165, 240], [11, 90, 180], [6, 27, 61]],
  dark: [[42, 112, 176], [110, 190, 255], [255, 255, 255]],
};

// Returns the colour of a share from 0 to 1.
function colourOf(stops, share) {
  const at = Math.min(share, 0.9999) * (stops.length - 1);
  const [from, to] = stops.slice(Math.floor(at), Math.floor(at) + 2);
  return from.map((part, k) => Math.round(part + (to[k] - part) * (at % 1)));
}

function newCanvas(side, height = side) {
  return filled(document.createElement("canvas"), { width: side, height }, []);
}

// Makes a canvas with one pixel per cell; `colour` returns [red, green, blue, alpha] or null.
function paintCells(view, values, colour) {
  const canvas = newCanvas(view.side);
  const context = canvas.getContext("2d");
  const image = context.createImageData(view.side, view.side);
  values.forEach((value, cell) => {
    if (value === 0) return;
    const [x, y] = view.cellPoint(cell);
    image.data.set(colour(value), 4 * (y * view.side + x));
  });
  context.putImageData(image, 0, 0);
  return canvas;
}

// Paints diagonal lines over the non-empty pixels of the canvas.
function hatch(canvas) {
  const context = canvas.getContext("2d");
  context.globalCompositeOperation = "source-in";
  context.fillStyle = "rgb(217 45 32 / 16%)";
  const lines = newCanvas(canvas.width, canvas.height);
  const pen = lines.getContext("2d");
  pen.fillStyle = context.fillStyle;
  pen.fillRect(0, 0, lines.width, lines.height);
  pen.strokeStyle = "rgb(217 45 32 / 75%)";
  pen.lineWidth = 1.5;
  for (let at = -lines.height; at < lines.width; at += 9) {
    pen.moveTo(at, lines.height);
    pen.lineTo(at + lines.height, 0);
  }
  pen.stroke();
  context.drawImage(lines, 0, 0);
}

// Returns the part of an address that distinguishes blocks of a prefix's length.
function blockLabel({ first, length }) {
  const octets = ipv4Text(first).split(".");
  if (length <= 8) return octets[0];
  if (length <= 16) return `${octets[0]}.${octets[1]}`;
  return length <= 24 ? `${octets[1]}.${octets[2]}` : `.${octets[3]}`;
}

class HilbertMap {
  constructor(results, entries, narrow) {
    this.results = results;
    this.canvas = byId("map");
    this.canvas.width = this.canvas.height = MAP_PIXELS;
    this.cursor = null; // block, [x, y]
    this.entries = entries;
    this.view = viewOf(results, entries);
    byId("map-filter").addEventListener("click", () => narrow(`ip:${prefixText(this.view)}`));
    byId("map-in").addEventListener("click", () => this.zoomIn(this.cursor ?? [0, 0]));
    byId("map-out").addEventListener("click", () => this.zoomOut());
    byId("map-form").addEventListener("submit", (event) => this.goTo(event));
    this.canvas.addEventListener("click", (event) => this.zoomIn(this.blockAt(event)));
    this.canvas.addEventListener("pointermove", (event) => this.point(event));
    this.canvas.addEventListener("pointerleave", () => this.moveCursor(null));
    this.canvas.addEventListener("keydown", (event) => this.press(event));
    this.canvas.addEventListener("wheel", (event) => this.turn(event), { passive: false });
  }

  show(entries) {
    this.entries = entries;
    this.zoomTo(this.view);
  }

  // ---- Navigation

  zoomTo(prefix) {
    this.view = new View(prefix);
    this.cursor = null;
    this.count();
    this.paint();
    this.draw();
    this.tell();
  }

  zoomIn([x, y]) {
    const target = this.view.prefixAt(x, y, STEP_BITS / 2);
    this.zoomTo({ ...target, length: Math.min(target.length, DEEPEST_PREFIX) });
  }

  zoomOut() {
    this.zoomTo({ first: this.view.first, length: Math.max(this.view.length - STEP_BITS, 0) });
  }

  goTo(event) {
    event.preventDefault();
    const input = byId("map-prefix");
    const prefix = parsePrefix(input.value.trim());
    input.setAttribute("aria-invalid", prefix === null);
    if (prefix) this.zoomTo(prefix);
  }

  // ---- Pointer and keys

  // Returns the pointer's position in a square with this number of cells a side.
  placeOf(event, side) {
    const box = this.canvas.getBoundingClientRect();
    const place = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    return place.map((part) => Math.min(Math.max(Math.floor(part * side), 0), side - 1));
  }

  blockAt(event) {
    return this.placeOf(event, BLOCKS);
  }

  point(event) {
    this.moveCursor(this.blockAt(event));
    this.tellCell(this.view.prefixAt(...this.placeOf(event, this.view.side), this.view.levels));
  }

  moveCursor(block) {
    this.cursor = block;
    this.draw();
    if (block) this.tellCell(this.view.prefixAt(...block, STEP_BITS / 2));
  }

  press(event) {
    const moves = {
      ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const [x, y] = this.cursor ?? [0, 0];
    if (moves[event.key]) {
      const [right, down] = moves[event.key];
      const inside = (part) => Math.min(Math.max(part, 0), BLOCKS - 1);
      this.moveCursor(this.cursor ? [inside(x + right), inside(y + down)] : [0, 0]);
    } else if (event.key === "Enter") {
      this.zoomIn([x, y]);
    } else if (event.key === "Backspace") {
      this.zoomOut();
    } else {
      return;
    }
    event.preventDefault();
  }

  // Zooms only after a click on the map, so that the page can be scrolled past it.
  turn(event) {
    if (document.activeElement !== this.canvas) return;
    event.preventDefault();
    if (event.timeStamp < (this.wheelRests ?? 0)) return;
    this.wheelRests = event.timeStamp + 250;
    if (event.deltaY < 0) this.zoomIn(this.blockAt(event));
    if (event.deltaY > 0) this.zoomOut();
  }

  // ---- Numbers

  count() {
    const { view, results } = this;
    this.counts = new Uint32Array(view.side ** 2);
    this.found = this.ipv6 = 0;
    for (const i of this.entries) {
      const address = results.address[i];
      this.ipv6 += results.isIpv6[i];
      if (results.isIpv6[i] || !view.holds(address)) continue;
      ++this.counts[Math.floor((address - view.first) / view.cellSize)];
      ++this.found;
    }
    this.most = this.counts.reduce((a, b) => Math.max(a, b), 0);
    this.covered = coverage(view, results.info.excludes);
    this.excluded = this.covered.reduce((a, b) => a + b, 0);
  }

  // Sums the cells of a prefix inside the view.
  within(prefix) {
    const begin = Math.floor((prefix.first - this.view.first) / this.view.cellSize);
    const end = begin + Math.max(2 ** (32 - prefix.length) / this.view.cellSize, 1);
    const sum = (values) => values.subarray(begin, end).reduce((a, b) => a + b, 0);
    return { found: sum(this.counts), excluded: sum(this.covered) };
  }

  // ---- Drawing

  share(number) {
    return this.most > 1 ? Math.log(number) / Math.log(this.most) : 0.5;
  }

  // Draws the cells when they change.
  paint() {
    const stops = SCALES[document.documentElement.dataset.theme];
    this.cells = paintCells(this.view, this.counts,
      (number) => [...colourOf(stops, this.share(number)), 255]);
    const mask = paintCells(this.view, this.covered, () => [0, 0, 0, 255]);
    this.overlay = newCanvas(MAP_PIXELS);
    const pen = this.overlay.getContext("2d");
    pen.imageSmoothingEnabled = false;
    pen.drawImage(mask, 0, 0, MAP_PIXELS, MAP_PIXELS);
    hatch(this.overlay);
    this.drawLegend(stops);
  }

  draw() {
    const style = getComputedStyle(document.documentElement);
    const pen = this.canvas.getContext("2d");
    pen.imageSmoothingEnabled = false;
    pen.fillStyle = style.getPropertyValue("--ground");
    pen.fillRect(0, 0, MAP_PIXELS, MAP_PIXELS);
    pen.drawImage(this.cells, 0, 0, MAP_PIXELS, MAP_PIXELS);
    pen.drawImage(this.overlay, 0, 0);
    this.drawGrid(pen, style);
    if (!this.cursor) return;
    const side = MAP_PIXELS / BLOCKS;
    pen.strokeStyle = style.getPropertyValue("--accent");
    pen.lineWidth = 4;
    pen.strokeRect(this.cursor[0] * side + 2, this.cursor[1] * side + 2, side - 4, side - 4);
  }

  // Draws sixteen blocks with their addresses.
  drawGrid(pen, style) {
    const levels = STEP_BITS;
    const side = MAP_PIXELS / 2 ** levels;
    pen.strokeStyle = style.getPropertyValue("--line");
    pen.fillStyle = style.getPropertyValue("--dim");
    pen.font = "17px system-ui, sans-serif";
    pen.textBaseline = "top";
    for (let x = 0; x < 2 ** levels; ++x) {
      pen.lineWidth = x % BLOCKS ? 1 : 3;
      pen.beginPath();
      pen.moveTo(x * side, 0);
      pen.lineTo(x * side, MAP_PIXELS);
      pen.moveTo(0, x * side);
      pen.lineTo(MAP_PIXELS, x * side);
      pen.stroke();
    }
    pen.strokeStyle = style.getPropertyValue("--ground"); // around the letters
    pen.lineWidth = 5;
    pen.lineJoin = "round";
    for (let x = 0; x < 2 ** levels; ++x) {
      for (let y = 0; y < 2 ** levels; ++y) {
        const label = blockLabel(this.view.prefixAt(x, y, levels));
        const place = [x * side + 5, y * side + 5, side - 10];
        pen.strokeText(label, ...place);
        pen.fillText(label, ...place);
      }
    }
  }

  drawLegend(stops) {
    const scale = newCanvas(120, 1);
    const pen = scale.getContext("2d");
    for (let x = 0; x < scale.width; ++x) {
      pen.fillStyle = `rgb(${colourOf(stops, x / scale.width).join(" ")})`;
      pen.fillRect(x, 0, 1, 1);
    }
    const swatch = filled(newCanvas(36), { class: "swatch" }, []);
    swatch.getContext("2d").fillRect(0, 0, 36, 36);
    hatch(swatch);
    byId("map-legend").replaceChildren(
      "1", scale, `${count(Math.max(this.most, 1))} in a cell`, swatch, "excluded");
  }

  // ---- Texts

  tell() {
    const { view } = this;
    const facts = [
      ["Shown", prefixText(view)],
      ["Results in it", count(this.found)],
      ["Addresses excluded in it", count(this.excluded)],
      ["A cell is", `/${32 - Math.log2(view.cellSize)}`],
    ];
    if (this.ipv6 > 0) facts.push(["IPv6 results, on no map", count(this.ipv6)]);
    byId("map-facts").replaceChildren(...facts.flatMap(
      ([name, value]) => [element("dt", {}, name), element("dd", {}, value)]));
    const lengths = [0, 8, 16, 24].filter((length) => length < view.length);
    byId("map-path").replaceChildren(...[...lengths, view.length].map((length) => {
      const prefix = new View({ first: view.first, length });
      return button(prefixText(prefix), () => this.zoomTo(prefix),
        length === view.length ? { "aria-current": "true" } : {});
    }));
    byId("map-cell").textContent = "";
    byId("map-out").disabled = view.length === 0;
    byId("map-in").disabled = view.length === DEEPEST_PREFIX;
  }

  tellCell(prefix) {
    const { found, excluded } = this.within(prefix);
    const left = excluded ? `, ${count(excluded)} addresses excluded` : "";
    byId("map-cell").textContent = `${prefixText(prefix)}: ${count(found)} results${left}`;
  }
}
