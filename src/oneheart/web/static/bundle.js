// Check a bundle: heads, proofs, opened events, receipts and sealed texts. The same rules as check_bundle.py.
import { extendsHead, fromHex, includes, nodeHash, leafHash, sha256, toHex } from "./proof.js";

class Wrong extends Error {}

const isHash = (text) => typeof text === "string" && /^[0-9a-f]{64}$/.test(text);
const isList = (value) => Array.isArray(value);
const isNumber = (value) => Number.isSafeInteger(value);
const isText = (value) => typeof value === "string";
const isPath = (value) => isList(value) && value.every(isHash);
const isIndex = (value) => value === null || isNumber(value);
const BUNDLE = { format: isText, heads: isList, consistency: isList, leaves: isPath, opened: isList, receipts: isList, texts: isList };
const HEAD = { size: isNumber, root: isHash };
const RECEIPT = { commitment: isHash, index: isIndex, path: isPath };
const EVENT = { ...RECEIPT, format: isNumber, salt: isText, actor: isText, key: isText, kind: isText, at: isNumber, body: isText };
const TEXT = { number: isNumber, event: isNumber, lines: isList };
const LINE = { language: isText, text: isText };

function read(thing, fields) {
  const names = thing && typeof thing === "object" && !isList(thing) ? Object.keys(thing) : [];
  const same = names.length === Object.keys(fields).length && names.every((name) => fields[name]?.(thing[name]));
  if (!same) throw new Wrong("shape");
  return thing;
}

const utf8 = (text) => new TextEncoder().encode(text);

function number(value, bytes) {
  const out = new Uint8Array(bytes);
  const view = new DataView(out.buffer);
  if (bytes === 8) view.setBigInt64(0, BigInt(value));
  else view.setUint32(0, value);
  return out;
}

function joined(...parts) {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

// Return the commitment to an opened event: format 1 commits to salt and body, format 2 to every column.
function commitmentOf(event) {
  const salt = fromHex(event.salt);
  if (event.format === 1) return toHex(sha256(joined(salt, utf8(event.body))));
  if (event.format !== 2 || salt.length !== 32) throw new Wrong("format");
  const columns = [utf8(event.actor), fromHex(event.key), utf8(event.kind)].flatMap((part) => [number(part.length, 4), part]);
  return toHex(sha256(joined(salt, utf8("oneheart event 2\0"), ...columns, number(event.at, 8), utf8(event.body))));
}

function rootOf(leaves) {
  let level = leaves.map((leaf) => leafHash(fromHex(leaf)));
  while (level.length > 1) {
    const above = [];
    for (let at = 0; at < level.length; at += 2) above.push(at + 1 < level.length ? nodeHash(level[at], level[at + 1]) : level[at]);
    level = above;
  }
  return toHex(level[0]);
}

// Return what a bundle proves: pairs of a code and values. Throws `Wrong`, whose message is a code, if something does not hold.
function found(bundle) {
  read(bundle, BUNDLE);
  if (bundle.format !== "oneheart bundle 1" || bundle.heads.length === 0) throw new Wrong("shape");
  const heads = bundle.heads.map((head) => read(head, HEAD));
  if (heads.some((head) => head.size % 50)) throw new Wrong("shape"); // each epoch is filled up to fifties
  if (bundle.consistency.length !== heads.length - 1) throw new Wrong("shape");
  bundle.consistency.forEach((path, at) => {
    const rises = heads[at].size < heads[at + 1].size;
    if (!isPath(path) || !rises || !extendsHead(heads[at], heads[at + 1], path)) throw new Wrong("heads");
  });
  const newest = heads[heads.length - 1];
  const said = [["heads", { heads: heads.length, size: newest.size, root: newest.root }]];
  if (bundle.leaves.length) {
    const fit = bundle.leaves.length === newest.size && heads.every((head) => rootOf(bundle.leaves.slice(0, head.size)) === head.root);
    if (!fit) throw new Wrong("leaves");
    said.push(["leaves", {}]);
  }
  const events = bundle.opened.map((event) => read(event, EVENT));
  if (events.some((event) => commitmentOf(event) !== event.commitment)) throw new Wrong("opened");
  const under = new Map();
  for (const one of [...events, ...bundle.receipts.map((receipt) => read(receipt, RECEIPT))]) {
    if (one.index !== null && !includes(one.commitment, one.index, one.path, newest)) throw new Wrong("included");
    under.set(one.commitment, one.index !== null);
  }
  const covered = [...under.values()].filter(Boolean).length;
  said.push(["under", { covered, all: under.size }]);
  if (covered < under.size) said.push(["later", {}]);
  for (const text of bundle.texts.map((one) => read(one, TEXT))) {
    const lines = text.lines.map((line) => read(line, LINE));
    const event = events[text.event];
    if (event?.kind !== "sealed") throw new Wrong("text");
    const sealed = JSON.parse(event.body);
    if (!heads.some((head) => head.size === sealed.size && head.root === sealed.root)) throw new Wrong("text");
    const erased = lines.filter((line) => !line.text).length;
    const digest = toHex(sha256(utf8(lines.map((line) => `${line.language}\t${line.text}`).join("\n"))));
    if (!erased && digest !== sealed.digest) throw new Wrong("words");
    const code = erased ? "erased" : event.index === null ? "pending" : "text";
    said.push([code, { number: text.number, erased, lines: lines.map((line) => line.text) }]);
  }
  return said;
}

// Return what is said, what is wrong ("" for nothing), and whether all texts are proved: their words fit a seal under a head.
export function checkBundle(bundle) {
  try {
    const said = found(bundle);
    return { said, wrong: "", proved: !said.some(([code]) => code === "erased" || code === "pending") };
  } catch (error) {
    return { said: [], wrong: error instanceof Wrong ? error.message : "shape", proved: false };
  }
}
