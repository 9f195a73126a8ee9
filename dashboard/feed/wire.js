// SPDX-License-Identifier: MIT

/**
 * The wire format, version 1: text in, typed frames out. What does not fit throws `MalformedFrame`.
 *
 * Unknown fields are passed over, so that a newer server may add some. Maps rather than objects hold
 * what the server named, because `constructor` is a legal key.
 */

/**
 * @typedef {object} LayoutNode
 * @property {string} key
 * @property {string} label
 * @property {string | null} parent
 * @property {'leaf' | 'group'} kind
 *
 * @typedef {object} Layout
 * @property {'layout'} kind
 * @property {string} stream
 * @property {number | null} intervalMs
 * @property {LayoutNode[]} nodes pre-order
 *
 * @typedef {object} Unsupported
 * @property {'unsupported'} kind
 * @property {string} protocol
 *
 * @typedef {(typeof PROCESS_FIELDS)[number]} ProcessField
 * @typedef {Record<ProcessField, number | null>} Process
 *
 * @typedef {(typeof POOL_FIELDS)[number]} PoolField
 * @typedef {Record<PoolField, number | null>} Pool
 *
 * @typedef {object} ReadError
 * @property {string} step
 * @property {number} code
 *
 * @typedef {object} Snapshot
 * @property {'snapshot'} kind
 * @property {number} seq
 * @property {number} timeMs
 * @property {number | null} sampleNs
 * @property {Process} process
 * @property {Map<string, number | null>} breakdown bytes by key, with `untracked` and `overcounted`
 * @property {Map<string, Pool>} pools
 * @property {ReadError[]} errors
 *
 * @typedef {object} Delta
 * @property {'delta'} kind
 * @property {number} seq
 * @property {number} base
 * @property {number} timeMs
 * @property {number | null | undefined} sampleNs
 * @property {Partial<Process>} process
 * @property {Map<string, number | null>} breakdown
 * @property {Map<string, Partial<Pool>>} pools
 * @property {ReadError[] | undefined} errors
 *
 * @typedef {object} Alive
 * @property {'alive'} kind
 * @property {number | null} seq of the frame sent last
 * @property {number | null} timeMs
 *
 * @typedef {Layout | Unsupported | Snapshot | Delta | Alive} Frame
 */

/** The one version this page reads. */
export const PROTOCOL = 1;

/** The events of the stream. `error` and `open` belong to EventSource itself. */
export const EVENTS = /** @type {const} */ (['layout', 'snapshot', 'delta', 'alive']);

export const PROCESS_FIELDS = /** @type {const} */ ([
  'rss', 'vms', 'shared', 'data', 'peak_rss', 'page_faults_minor', 'page_faults_major',
]);

export const POOL_FIELDS = /** @type {const} */ (['used', 'committed', 'peak', 'objects', 'slots']);

/** Names that the breakdown gives to what is no node. */
export const UNTRACKED = 'untracked';
export const OVERCOUNTED = 'overcounted';

const utf8 = new TextEncoder();

/**
 * How many bytes an event took on the wire, from what is left of it in the page.
 * @param {string} event
 * @param {string} data
 * @param {string | null} id null when the event had none of its own
 * @returns {number}
 */
export function blockSize(event, data, id) {
  const head = id === null ? '' : `id: ${id}\n`;
  return utf8.encode(`${head}event: ${event}\ndata: ${data.replaceAll('\n', '\ndata: ')}\n\n`).length;
}

/** A frame that cannot be read; its message says what is wrong with it. */
export class MalformedFrame extends Error {}

/**
 * @param {unknown} value
 * @param {string} what
 * @returns {Record<string, unknown>}
 */
function object(value, what) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new MalformedFrame(`${what} is no object`);
  }
  return /** @type {Record<string, unknown>} */ (value);
}

/**
 * @param {unknown} value
 * @param {string} what
 * @returns {unknown[]}
 */
function array(value, what) {
  if (!Array.isArray(value)) throw new MalformedFrame(`${what} is no array`);
  return value;
}

/**
 * @param {unknown} value
 * @param {string} what
 * @returns {string}
 */
function text(value, what) {
  if (typeof value !== 'string') throw new MalformedFrame(`${what} is no string`);
  return value;
}

/**
 * @param {unknown} value
 * @param {string} what
 * @returns {number}
 */
function number(value, what) {
  // JSON has no infinity, but JSON.parse makes one of 1e999.
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) {
    throw new MalformedFrame(`${what} is no number that can be shown`);
  }
  return value;
}

/**
 * Absent and null are the same thing: not measured.
 * @param {unknown} value
 * @param {string} what
 * @returns {number | null}
 */
function measured(value, what) {
  return value === null || value === undefined ? null : number(value, what);
}

/**
 * The fields of `names` that stand in `value`; the others are left out.
 * @template {string} Name
 * @param {unknown} value
 * @param {readonly Name[]} names
 * @param {string} what
 * @returns {Partial<Record<Name, number | null>>}
 */
function some(value, names, what) {
  const from = object(value, what);
  /** @type {Partial<Record<Name, number | null>>} */
  const result = {};
  for (const name of names) {
    if (Object.hasOwn(from, name)) result[name] = measured(from[name], `${what}.${name}`);
  }
  return result;
}

/**
 * All fields of `names`; the ones that do not stand in `value` are null.
 * @template {string} Name
 * @param {unknown} value
 * @param {readonly Name[]} names
 * @param {string} what
 * @returns {Record<Name, number | null>}
 */
function all(value, names, what) {
  const absent = Object.fromEntries(names.map((name) => [name, null]));
  return /** @type {Record<Name, number | null>} */ ({ ...absent, ...some(value, names, what) });
}

/**
 * @template T
 * @param {unknown} value
 * @param {string} what
 * @param {(value: unknown, what: string) => T} read
 * @returns {Map<string, T>}
 */
function map(value, what, read) {
  /** @type {Map<string, T>} */
  const result = new Map();
  for (const [key, entry] of Object.entries(object(value, what))) {
    result.set(key, read(entry, `${what}.${key}`));
  }
  return result;
}

/**
 * @param {unknown} value
 * @returns {ReadError[]}
 */
function readErrors(value) {
  return array(value, 'errors').map((entry) => {
    const error = object(entry, 'an error');
    return { step: text(error['step'], 'an error step'), code: Number(error['code'] ?? 0) };
  });
}

/**
 * @param {Record<string, unknown>} data
 * @returns {Layout | Unsupported}
 */
function layout(data) {
  if (data['protocol'] !== PROTOCOL) {
    return { kind: 'unsupported', protocol: String(data['protocol']) };
  }
  /** @type {Map<string, 'leaf' | 'group'>} */
  const seen = new Map();
  const nodes = array(data['nodes'], 'nodes').map((entry) => {
    const node = object(entry, 'a node');
    const key = text(node['key'], 'a key');
    const { parent, kind } = node;
    if (kind !== 'leaf' && kind !== 'group') throw new MalformedFrame(`${key} has no known kind`);
    if (seen.has(key)) throw new MalformedFrame(`${key} stands twice in the layout`);
    if (parent !== null && seen.get(text(parent, 'a parent')) !== 'group') {
      throw new MalformedFrame(`the parent of ${key} does not stand before it`);
    }
    seen.set(key, kind);
    /** @type {LayoutNode} */
    const result = { key, label: text(node['label'], 'a label'), parent: /** @type {string | null} */ (parent), kind };
    return result;
  });
  return {
    kind: 'layout',
    stream: text(data['stream'], 'stream'),
    intervalMs: measured(data['interval_ms'], 'interval_ms'),
    nodes,
  };
}

/**
 * @param {Record<string, unknown>} data
 * @returns {Snapshot}
 */
function snapshot(data) {
  return {
    kind: 'snapshot',
    seq: number(data['seq'], 'seq'),
    timeMs: number(data['time_ms'], 'time_ms'),
    sampleNs: measured(data['sample_ns'], 'sample_ns'),
    process: all(data['process'], PROCESS_FIELDS, 'process'),
    breakdown: map(data['breakdown'], 'breakdown', measured),
    pools: map(data['pools'] ?? {}, 'pools', (pool, what) => all(pool, POOL_FIELDS, what)),
    errors: readErrors(data['errors'] ?? []),
  };
}

/**
 * @param {Record<string, unknown>} data
 * @returns {Delta}
 */
function delta(data) {
  const seq = number(data['seq'], 'seq');
  const base = number(data['base'], 'base');
  if (base >= seq) throw new MalformedFrame('the base of a delta does not stand before it');
  return {
    kind: 'delta',
    seq,
    base,
    timeMs: number(data['time_ms'], 'time_ms'),
    sampleNs: data['sample_ns'] === undefined ? undefined : measured(data['sample_ns'], 'sample_ns'),
    process: some(data['process'] ?? {}, PROCESS_FIELDS, 'process'),
    breakdown: map(data['breakdown'] ?? {}, 'breakdown', measured),
    pools: map(data['pools'] ?? {}, 'pools', (pool, what) => some(pool, POOL_FIELDS, what)),
    errors: data['errors'] === undefined ? undefined : readErrors(data['errors'] ?? []),
  };
}

/**
 * Reads the data of one event.
 * @param {(typeof EVENTS)[number]} event
 * @param {string} data
 * @returns {Frame}
 * @throws {MalformedFrame}
 */
export function parse(event, data) {
  /** @type {unknown} */
  let json;
  try {
    json = JSON.parse(data);
  } catch {
    throw new MalformedFrame('the data is no JSON');
  }
  const fields = object(json, 'the data');
  switch (event) {
    case 'layout': return layout(fields);
    case 'snapshot': return snapshot(fields);
    case 'delta': return delta(fields);
    case 'alive': return {
      kind: 'alive', seq: measured(fields['seq'], 'seq'), timeMs: measured(fields['time_ms'], 'time_ms'),
    };
  }
}
