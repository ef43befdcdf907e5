"use strict";

// ---- Results: the entries of the file, as columns -----------------------------------------------
//
// All bytes from scanned hosts arrive as base64 and are displayed as text nodes. No part of this
// script makes markup, code or style from a string.

const STATES = ["unknown", "open", "closed", "up", "filtered", "unfiltered",
  "open|filtered"];
const BANNER_STATE = STATES.length; // for entries that are banners
const TRANSPORTS = ["tcp", "udp", "sctp", "icmp", "arp", "ip"];
const SUSPECT_TCP = TRANSPORTS.length; // in place of TCP: a suspicion follows
const SUSPECTS = ["", "zero-window", "no-options", "copied-isn", "same-isn", "dense-host",
  "dense-prefix", "any-port"];

const BASE64 = (() => {
  const digits = new Int8Array(128).fill(-1);
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (let i = 0; i < alphabet.length; ++i) digits[alphabet.charCodeAt(i)] = i;
  return digits;
})();

// Decodes all base64 in an element. The characters around lines are not base64 digits, and each
// line holds whole groups of three bytes.
function decode(element) {
  let length = 0;
  for (const node of element.childNodes) length += node.data.length;
  const bytes = new Uint8Array(Math.ceil(length * 3 / 4));
  let size = 0;
  let group = 0;
  let digits = 0;
  for (const node of element.childNodes) { // browsers split long text; it is not joined
    const text = node.data;
    for (let i = 0; i < text.length; ++i) {
      const digit = BASE64[text.charCodeAt(i) & 127];
      if (digit < 0) continue;
      group = group << 6 | digit;
      if (++digits < 4) continue;
      bytes[size++] = group >> 16;
      bytes[size++] = group >> 8;
      bytes[size++] = group;
      group = digits = 0;
    }
  }
  return bytes.subarray(0, size);
}

// Distinct texts by number; `show` converts a new text to the stored form.
class Texts {
  constructor(show = (text) => text) {
    this.show = show;
    this.all = [""];
    this.numbers = new Map([["", 0]]);
  }

  number(text) {
    let number = this.numbers.get(text);
    if (number === undefined) {
      number = this.all.push(this.show(text)) - 1;
      this.numbers.set(text, number);
    }
    return number;
  }

  // Returns the alphabetic rank of each number.
  ranks() {
    const order = Array.from(this.all.keys());
    order.sort((a, b) => (this.all[a] < this.all[b] ? -1 : this.all[a] > this.all[b] ? 1 : 0));
    const ranks = new Uint32Array(order.length);
    order.forEach((number, rank) => { ranks[number] = rank; });
    return ranks;
  }
}

// Columns with one value per entry; docs/formats/html.md describes the encoding.
class Results {
  constructor(bytes, info) {
    this.info = info;
    const most = Math.floor(bytes.length / 12); // no entry is shorter
    this.state = new Uint8Array(most);
    this.transport = new Uint8Array(most);
    this.suspect = new Uint8Array(most); // number of a word
    this.port = new Uint16Array(most);
    this.ttl = new Uint8Array(most);
    this.time = new Uint32Array(most);
    this.isIpv6 = new Uint8Array(most);
    this.address = new Uint32Array(most); // IPv6: number of its text, in order
    this.service = new Uint32Array(most); // number of a text
    this.banner = new Uint32Array(most); // number of a text
    this.software = new Uint32Array(most); // number of a text
    this.services = new Texts();
    this.banners = new Texts(printable);
    this.softwares = new Texts(printable);
    this.ipv6 = new Texts(); // as 32 hexadecimal digits
    this.size = 0;
    this.read(bytes);
    this.orderIpv6();
    this.everything = new Uint32Array(this.size).map((_, i) => i); // entries by number
  }

  read(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const portServices = new Map();
    const utf8 = new TextDecoder();
    for (let at = 0; at + 12 <= bytes.length; ++this.size) {
      const i = this.size;
      const kind = bytes[at];
      this.state[i] = kind & 128 ? BANNER_STATE : Math.min(kind & 7, STATES.length - 1);
      const transport = kind >> 3 & 7;
      const isSuspect = transport === SUSPECT_TCP;
      this.transport[i] = isSuspect ? 0 : Math.min(transport, TRANSPORTS.length - 1);
      this.isIpv6[i] = kind >> 6 & 1;
      this.ttl[i] = bytes[at + 1];
      this.port[i] = view.getUint16(at + 2);
      this.time[i] = view.getUint32(at + 4);
      if (this.isIpv6[i]) {
        this.address[i] = this.ipv6.number(hex(bytes.subarray(at + 8, at + 24)));
        at += 24;
      } else {
        this.address[i] = view.getUint32(at + 8);
        at += 12;
      }
      if (isSuspect) {
        this.suspect[i] = Math.min(bytes[at], SUSPECTS.length - 1);
        at += 3;
      }
      if (kind & 128) {
        const application = view.getUint16(at);
        const stated = bytes[at + 2]; // bytes of the software, behind those of the text
        const length = view.getUint32(at + 2) & 0xffffff;
        const name = this.info.applications[application] ?? `(${application})`;
        this.service[i] = this.services.number(name);
        const text = bytes.subarray(at + 6, at + 6 + length);
        this.banner[i] = this.banners.number(utf8.decode(text));
        const software = bytes.subarray(at + 6 + length, at + 6 + length + stated);
        this.software[i] = this.softwares.number(utf8.decode(software));
        at += 6 + Math.ceil((length + stated) / 3) * 3;
      } else {
        const key = this.transport[i] << 16 | this.port[i];
        let service = portServices.get(key);
        if (service === undefined) {
          const name = this.info.services[TRANSPORTS[this.transport[i]]]?.[this.port[i]];
          service = this.services.number(name ?? "unknown");
          portServices.set(key, service);
        }
        this.service[i] = service;
      }
    }
  }

  // Makes addresses of one family comparable as numbers.
  orderIpv6() {
    const ranks = this.ipv6.ranks();
    this.ipv6Texts = [];
    this.ipv6.all.forEach((text, number) => { this.ipv6Texts[ranks[number]] = ipv6Text(text); });
    for (let i = 0; i < this.size; ++i) {
      if (this.isIpv6[i]) this.address[i] = ranks[this.address[i]];
    }
  }

  stateName(i) {
    return this.state[i] === BANNER_STATE ? "banner" : STATES[this.state[i]];
  }

  addressText(i) {
    return this.isIpv6[i] ? this.ipv6Texts[this.address[i]] : ipv4Text(this.address[i]);
  }
}

function hex(bytes) {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}

// Escapes control characters, including those for text direction, as the list format does.
function printable(text) {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => {
    const code = character.codePointAt(0).toString(16);
    return code.length > 2 ? `\\u{${code}}` : `\\x${code.padStart(2, "0")}`;
  });
}

function ipv4Text(number) {
  return `${number >>> 24}.${number >>> 16 & 255}.${number >>> 8 & 255}.${number & 255}`;
}

// RFC 5952: the longest run of zeros is omitted.
function ipv6Text(digits) {
  const groups = (digits.match(/.{4}/g) ?? []).map((group) => parseInt(group, 16).toString(16));
  const text = groups.join(":");
  const runs = text.match(/\b0(:0)+\b/g);
  if (!runs) return text;
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best));
  const at = text.search(new RegExp(`\\b${longest}\\b`));
  return `${text.slice(0, at).replace(/:$/, "")}::${
    text.slice(at + longest.length).replace(/^:/, "")}`;
}

// Parses "10.0.0.0/8" or an address to { first, length }; null for anything else.
function parsePrefix(text) {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/.exec(text);
  if (!match) return null;
  const octets = match.slice(1, 5).map(Number);
  const length = match[5] === undefined ? 32 : Number(match[5]);
  if (octets.some((octet) => octet > 255) || length > 32) return null;
  const address = octets.reduce((number, octet) => number * 256 + octet, 0);
  const size = 2 ** (32 - length);
  return { first: Math.floor(address / size) * size, length };
}

function prefixText({ first, length }) {
  return `${ipv4Text(first)}/${length}`;
}
