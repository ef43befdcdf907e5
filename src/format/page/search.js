// ---- Search: from a query to the indexes of entries ---------------------------------------------

// Splits a query into words, each with its column ("" for any) and whether it is negated.
function parseQuery(text) {
  const words = [];
  for (const [, minus, column, quoted, plain] of text.matchAll(
    /(-?)(?:(ip|port|proto|state|service|software|banner|suspect):)?(?:"([^"]*)"?|(\S+))/gi)) {
    const value = (quoted ?? plain).toLowerCase();
    if (value === "") continue;
    words.push({ isNot: minus !== "", column: (column ?? "").toLowerCase(), value });
  }
  return words;
}

// Parses "80,8000-8100" to [first, last] pairs; null for anything else.
function parsePorts(text) {
  if (!/^\d{1,5}(-\d{1,5})?(,\d{1,5}(-\d{1,5})?)*$/.test(text)) return null;
  return text.split(",").map((part) => {
    const [first, last] = part.split("-").map(Number);
    return [first, last ?? first];
  });
}

// Parses an IPv4 prefix, or leading octets "10.1.", to [first, last]; null for anything else.
function parseAddresses(text) {
  const prefix = parsePrefix(text);
  if (prefix) return [prefix.first, prefix.first + 2 ** (32 - prefix.length) - 1];
  if (!/^(\d{1,3}\.){1,3}$/.test(text)) return null;
  const octets = text.slice(0, -1).split(".");
  const whole = parsePrefix([...octets, 0, 0, 0].slice(0, 4).join("."));
  return whole && [whole.first, whole.first + 2 ** (32 - 8 * octets.length) - 1];
}

// Searches each distinct text once.
function containing(texts, value) {
  return Uint8Array.from(texts, (text) => (text.toLowerCase().includes(value) ? 1 : 0));
}

const TESTS = {
  ip(results, value) {
    const range = parseAddresses(value);
    if (range) {
      const [first, last] = range;
      const { address, isIpv6 } = results;
      return (i) => !isIpv6[i] && first <= address[i] && address[i] <= last;
    }
    const ipv6 = containing(results.ipv6Texts, value);
    return (i) => (results.isIpv6[i] ? ipv6[results.address[i]] === 1
      : ipv4Text(results.address[i]).includes(value));
  },
  port(results, value) {
    const wanted = new Uint8Array(65536);
    for (const [first, last] of parsePorts(value) ?? []) wanted.fill(1, first, last + 1);
    return (i) => wanted[results.port[i]] === 1;
  },
  proto: (results, value) => (i) => TRANSPORTS[results.transport[i]] === value,
  state: (results, value) => (i) => results.stateName(i) === value,
  service(results, value) {
    const found = containing(results.services.all, value);
    return (i) => found[results.service[i]] === 1;
  },
  banner(results, value) {
    const found = containing(results.banners.all, value);
    return (i) => found[results.banner[i]] === 1;
  },
  software(results, value) {
    const found = containing(results.softwares.all, value);
    return (i) => found[results.software[i]] === 1;
  },
  suspect(results, value) {
    const found = containing(SUSPECTS, value);
    return (i) => results.suspect[i] !== 0 && found[results.suspect[i]] === 1;
  },
};

function anywhere(results, value) {
  if (parseAddresses(value)) return TESTS.ip(results, value);
  if (value === "suspect") return TESTS.suspect(results, "");
  const tests = [TESTS.service, TESTS.software, TESTS.banner];
  if (/^[\d.:a-f]+$/.test(value) && /[.:]/.test(value)) tests.push(TESTS.ip);
  if (parsePorts(value)) tests.push(TESTS.port);
  if (TRANSPORTS.includes(value)) tests.push(TESTS.proto);
  if ([...STATES, "banner"].includes(value)) tests.push(TESTS.state);
  const made = tests.map((test) => test(results, value));
  return (i) => made.some((test) => test(i));
}

// Returns the entries that match a query, in file order.
function search(results, query) {
  let found = results.everything;
  for (const { isNot, column, value } of parseQuery(query)) {
    const test = column === "" ? anywhere(results, value) : TESTS[column](results, value);
    found = found.filter((i) => test(i) !== isNot);
  }
  return found;
}

// ---- Order --------------------------------------------------------------------------------------

// Sorts stably by the 16 bits that `key` returns for an entry.
function sortBy16Bits(entries, key) {
  const starts = new Uint32Array(65537);
  for (const i of entries) ++starts[key(i) + 1];
  for (let value = 0; value < 65536; ++value) starts[value + 1] += starts[value];
  const sorted = new Uint32Array(entries.length);
  for (const i of entries) sorted[starts[key(i)]++] = i;
  return sorted;
}

function sortBy32Bits(entries, key) {
  const half = sortBy16Bits(entries, (i) => key(i) & 65535);
  return sortBy16Bits(half, (i) => key(i) >>> 16);
}

function sortByText(entries, texts, numbers) {
  const ranks = texts.ranks();
  return sortBy32Bits(entries, (i) => ranks[numbers[i]]);
}

const ORDERS = {
  address: (results, entries) =>
    sortBy16Bits(sortBy32Bits(entries, (i) => results.address[i]), (i) => results.isIpv6[i]),
  port: (results, entries) => sortBy16Bits(entries, (i) => results.port[i]),
  transport: (results, entries) => sortBy16Bits(entries, (i) => results.transport[i]),
  service: (results, entries) => sortByText(entries, results.services, results.service),
  state: (results, entries) => sortBy16Bits(entries, (i) => results.state[i]),
  suspect: (results, entries) => sortBy16Bits(entries, (i) => results.suspect[i]),
  ttl: (results, entries) => sortBy16Bits(entries, (i) => results.ttl[i]),
  time: (results, entries) => sortBy32Bits(entries, (i) => results.time[i]),
  software: (results, entries) => sortByText(entries, results.softwares, results.software),
  banner: (results, entries) => sortByText(entries, results.banners, results.banner),
};
