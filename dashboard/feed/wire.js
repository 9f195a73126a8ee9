// SPDX-License-Identifier: MIT

import { MalformedFrame, all, array, map, measured, number, object, some, text } from './json.js';
import { readLedger } from './ledger.js';

export { MalformedFrame };

/** The wire format, version 1: text in, typed frames out. What does not fit throws `MalformedFrame`. */

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
 * @typedef {(typeof LIMIT_FIELDS)[number]} LimitField
 * @typedef {Record<LimitField, number | null> & { kind: string | null }} Limits
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
 * @property {Limits | null} limits null where the server says nothing of them
 * @property {ReadError[]} errors
 * @property {ReadError[]} detailErrors why more could not be read than the base
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
 * @property {Partial<Limits> | undefined} limits
 * @property {ReadError[] | undefined} errors
 * @property {ReadError[] | undefined} detailErrors
 *
 * @typedef {object} Alive
 * @property {'alive'} kind
 * @property {number | null} seq of the frame sent last
 * @property {number | null} timeMs
 *
 * @typedef {Layout | Unsupported | Snapshot | Delta | Alive | import('./ledger.js').Ledger} Frame
 */

/** The one version this page reads. */
export const PROTOCOL = 1;

/** The events of the stream. `error` and `open` belong to EventSource itself. */
export const EVENTS = /** @type {const} */ (['layout', 'snapshot', 'delta', 'alive', 'ledger']);

/** What every server says of the process, and what one that reads more adds. */
const BASE_FIELDS = /** @type {const} */ ([
  'rss', 'vms', 'shared', 'data', 'peak_rss', 'page_faults_minor', 'page_faults_major',
]);
export const DETAIL_FIELDS = /** @type {const} */ ([
  'rss_anon', 'rss_file', 'rss_shmem', 'swap', 'page_tables', 'hugetlb', 'threads', 'status_age_ms',
  'pss', 'uss', 'swap_pss', 'lazy_free', 'anon_huge_pages', 'locked', 'rollup_age_ms',
]);
/** What only some systems have a word for. */
export const PLATFORM_FIELDS = /** @type {const} */ ([
  'footprint', 'footprint_peak', 'compressed', 'commit', 'page_faults',
]);
export const PROCESS_FIELDS = /** @type {const} */ ([...BASE_FIELDS, ...DETAIL_FIELDS, ...PLATFORM_FIELDS]);

export const LIMIT_FIELDS = /** @type {const} */ ([
  'limit', 'limit_used', 'headroom', 'cgroup_current', 'cgroup_reclaimable', 'cgroup_limit_hits', 'oom_kills',
  'pressure_some_avg10_bp', 'pressure_full_avg10_bp', 'ram_available',
  'time_to_limit_ms', 'growth_per_second', 'forecast_window_ms', 'limits_age_ms',
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
 * What stands in `limits` of it, and with it the name of the one that counts.
 * @param {unknown} value
 * @returns {Partial<Limits>}
 */
function someLimits(value) {
  const kind = object(value, 'limits')['kind'];
  const numbers = some(value, LIMIT_FIELDS, 'limits');
  return kind === undefined ? numbers : { ...numbers, kind: kind === null ? null : text(kind, 'limits.kind') };
}

/**
 * @param {unknown} value
 * @returns {Limits | null}
 */
function allLimits(value) {
  return value === null || value === undefined
    ? null
    : { kind: null, ...all(value, LIMIT_FIELDS, 'limits'), ...someLimits(value) };
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
    limits: allLimits(data['limits']),
    errors: readErrors(data['errors'] ?? []),
    detailErrors: readErrors(data['detail_errors'] ?? []),
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
    limits: data['limits'] === undefined ? undefined : someLimits(data['limits']),
    errors: data['errors'] === undefined ? undefined : readErrors(data['errors'] ?? []),
    detailErrors: data['detail_errors'] === undefined ? undefined : readErrors(data['detail_errors'] ?? []),
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
    case 'ledger': return readLedger(fields);
    case 'alive': return {
      kind: 'alive', seq: measured(fields['seq'], 'seq'), timeMs: measured(fields['time_ms'], 'time_ms'),
    };
  }
}
