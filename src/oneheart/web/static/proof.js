// Receipts and heads of the record, checked on this phone. SHA-256 is written here, because a page over plain http has
// no WebCrypto. The checks are those of RFC 9162: a leaf is under a head, and a head extends an earlier one.

const HASH = 32;
const primes = [];
for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime)) primes.push(n);
const fraction = (number) => ((number - Math.floor(number)) * 2 ** 32) | 0;
const K = Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)));
const START = Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));
const turn = (word, by) => (word >>> by) | (word << (32 - by));

// Return the SHA-256 of some bytes, 32 bytes (FIPS 180-4).
export function sha256(bytes) {
  const padded = new Uint8Array(((bytes.length + 72) >> 6) << 6);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(padded.length - 4, bytes.length << 3);
  const hash = Int32Array.from(START);
  const w = new Int32Array(64);
  for (let at = 0; at < padded.length; at += 64) {
    for (let i = 0; i < 16; i++) w[i] = view.getInt32(at + 4 * i);
    for (let i = 16; i < 64; i++) {
      const s0 = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ (w[i - 15] >>> 3);
      const s1 = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ (w[i - 2] >>> 10);
      w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    let [a, b, c, d, e, f, g, h] = hash;
    for (let i = 0; i < 64; i++) {
      const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
      const s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((word, i) => (hash[i] += word));
  }
  const out = new Uint8Array(HASH);
  hash.forEach((word, i) => new DataView(out.buffer).setInt32(4 * i, word));
  return out;
}

export const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
export function fromHex(text) {
  if (typeof text !== "string" || !/^([0-9a-f]{2})*$/.test(text)) throw new Error("not hexadecimal");
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}
const hashOf = (text) => {
  const bytes = fromHex(text);
  if (bytes.length !== HASH) throw new Error("not a hash");
  return bytes;
};
export const leafHash = (leaf) => sha256(Uint8Array.from([0, ...leaf]));
export const nodeHash = (left, right) => sha256(Uint8Array.from([1, ...left, ...right]));
const isSize = (value) => Number.isSafeInteger(value) && value >= 0;
const half = (value) => Math.floor(value / 2);

// Return whether a leaf (hexadecimal) is the index-th of the tree with this head (RFC 9162, section 2.1.3.2).
export function includes(leaf, index, path, head) {
  try {
    if (!isSize(index) || !isSize(head.size) || index >= head.size) return false;
    let [left, last, node] = [index, head.size - 1, leafHash(hashOf(leaf))];
    for (const sibling of path.map(hashOf)) {
      if (last === 0) return false;
      if (left % 2 || left === last) {
        node = nodeHash(sibling, node);
        while (left % 2 === 0 && left) [left, last] = [half(left), half(last)];
      } else {
        node = nodeHash(node, sibling);
      }
      [left, last] = [half(left), half(last)];
    }
    return last === 0 && toHex(node) === head.root;
  } catch {
    return false;
  }
}

// Return whether the second head extends the first one (RFC 9162, section 2.1.4.2). A head has one leaf or more.
export function extendsHead(first, second, path) {
  try {
    if (!isSize(first.size) || !isSize(second.size) || first.size < 1 || first.size > second.size) return false;
    if (first.size === second.size) return path.length === 0 && first.root === second.root;
    if (path.length === 0) return false;
    const nodes = path.map(hashOf);
    if (Number.isInteger(Math.log2(first.size))) nodes.unshift(hashOf(first.root));
    let [left, last] = [first.size - 1, second.size - 1];
    while (left % 2) [left, last] = [half(left), half(last)];
    let [old, now] = [nodes[0], nodes[0]];
    for (const node of nodes.slice(1)) {
      if (last === 0) return false;
      if (left % 2 || left === last) {
        [old, now] = [nodeHash(node, old), nodeHash(node, now)];
        while (left % 2 === 0 && left) [left, last] = [half(left), half(last)];
      } else {
        now = nodeHash(now, node);
      }
      [left, last] = [half(left), half(last)];
    }
    return last === 0 && toHex(old) === first.root && toHex(now) === second.root;
  } catch {
    return false;
  }
}

// --- what this phone keeps: receipts of its seat, and the newest head that it saw ---

const MOST = 500;

export class Record {
  constructor(code, place) {
    this.home = `/g/${code}`;
    this.name = `record ${code} ${place}`;
    this.memory = { receipts: [], head: null, broken: null };
    try {
      for (const name of Object.keys(localStorage)) {
        if (name.startsWith(`record ${code} `) && name !== this.name) localStorage.removeItem(name); // of a former seat
      }
    } catch {
      // without local storage this page alone keeps them
    }
  }

  get kept() {
    try {
      this.memory = JSON.parse(localStorage.getItem(this.name)) ?? this.memory;
    } catch {
      // as above
    }
    return this.memory;
  }

  put(changes) {
    this.memory = { ...this.kept, ...changes };
    try {
      localStorage.setItem(this.name, JSON.stringify(this.memory));
    } catch {
      // as above
    }
  }

  // Keep the receipt of an answer, with the number of heads that were published before it.
  keep(answer) {
    const { receipts } = this.kept;
    if (!answer.receipt || receipts.some(([receipt]) => receipt === answer.receipt)) return;
    this.put({ receipts: [...receipts, [answer.receipt, answer.heads]].slice(-MOST) });
  }

  // Take note of a head. Return "first", "same", "extends", "broken" or, where nothing is known yet, "later".
  async see(head) {
    const seen = this.kept.head;
    if (!head) return seen ? this.broke(seen, null) : "first";
    const plain = { number: head.number, size: head.size, root: head.root };
    if (!seen) {
      this.put({ head: plain });
      return "first";
    }
    if (seen.size === head.size && seen.root === head.root) return "same";
    if (head.size <= seen.size) return this.broke(seen, plain);
    const path = await this.consistency(seen.size, head.size);
    if (path === null) return "later";
    if (!extendsHead(seen, plain, path)) return this.broke(seen, plain);
    this.put({ head: plain });
    return "extends";
  }

  broke(seen, head) {
    this.put({ broken: { seen, head } });
    return "broken";
  }

  // Return the proof of the server, [] where it has none, null without network.
  async consistency(first, second) {
    try {
      const address = `${this.home}/consistency.json?first=${first}&second=${second}`;
      const answer = await fetch(address, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (answer.status >= 500 || answer.status === 429 || answer.status === 401) return null;
      const path = answer.ok ? (await answer.json()).path : [];
      return Array.isArray(path) ? path : [];
    } catch {
      return null;
    }
  }

  // Check every receipt. Return how many are under the head, and how many wait, are missing, or could not be checked.
  async check() {
    const answer = await fetch(`${this.home}/receipts.json`, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    if (!answer.ok) throw new Error("no answer");
    const { head, receipts } = await answer.json();
    const state = await this.see(head);
    const told = new Map(receipts.map((receipt) => [receipt.commitment, receipt]));
    const mine = new Map(this.kept.receipts);
    const result = { state, head, included: 0, waiting: 0, missing: 0 };
    for (const commitment of new Set([...mine.keys(), ...told.keys()])) {
      const receipt = told.get(commitment);
      // the second head after a receipt covers it at the latest: the first may have been on its way already
      const late = mine.has(commitment) && (head?.number ?? 0) >= mine.get(commitment) + 2;
      if (receipt && receipt.index !== null) result[includes(commitment, receipt.index, receipt.path, head) ? "included" : "missing"]++;
      else if (receipt && !late) result.waiting++;
      else result.missing++;
    }
    return result;
  }
}
