// SPDX-License-Identifier: MIT

import { map, measured, object } from './json.js';

/**
 * RSS without remainder. What a server leaves out is null or empty: the rest is shown all the same.
 *
 * @typedef {object} Account what a source holds
 * @property {number | null} resident
 * @property {number | null} swapped
 * @property {number | null} used
 * @property {number | null} committed
 * @property {string} quality of what the kernel says, empty when it is exact
 * @property {string} liesIn what its memory is part of, where it does not know its ranges and yet knows that
 *
 * @typedef {object} Part a mapping, or a file
 * @property {string} name
 * @property {number} resident
 *
 * @typedef {object} Cause what holds memory that no source owns
 * @property {number | null} resident
 * @property {number | null} swapped
 * @property {string} quality
 * @property {Part[]} parts largest first, not all of them
 *
 * @typedef {object} Finding a conclusion
 * @property {string} name
 * @property {string | null} source the key of what it is about, null for the process
 * @property {number | null} amount
 * @property {number | null} whole what the amount is held against
 * @property {string} text
 *
 * @typedef {object} Fault what makes it worse than exact
 * @property {string} kind
 * @property {number | null} code how many there are of it, or the error of a call
 *
 * @typedef {object} Ledger
 * @property {'ledger'} kind
 * @property {number | null} timeMs when it was made, by the sender's clock
 * @property {number | null} ageMs how old it was when it was written for sending
 * @property {number | null} costNs
 * @property {number | null} rss
 * @property {Map<string, Account>} sources by key
 * @property {Map<string, Cause>} causes by name
 * @property {number | null} unexplained
 * @property {number | null} closureError what is named beyond RSS; below 0 where it is less
 * @property {number | null} mallocFree what was given back to the C library and is kept by it
 * @property {number | null} mallocHeld what the program holds of malloc's heaps
 * @property {number | null} mallocAgeMs how old that was when the ledger was begun
 * @property {Map<string, number>} outside what is not in RSS
 * @property {Finding[]} findings
 * @property {Fault[]} faults
 */

const EXACT = 'exact';

/**
 * @param {unknown} value
 * @returns {string}
 */
function textOrNothing(value) {
  return typeof value === 'string' ? value : '';
}

/**
 * @param {Record<string, unknown>} from
 * @returns {string}
 */
function quality(from) {
  const name = textOrNothing(from['quality']);
  return name === EXACT ? '' : name;
}

/**
 * @param {unknown} value
 * @param {string} what
 * @returns {Account}
 */
function account(value, what) {
  const from = object(value, what);
  return {
    resident: measured(from['resident'], `${what}.resident`),
    swapped: measured(from['swapped'], `${what}.swapped`),
    used: measured(from['used'], `${what}.used`),
    committed: measured(from['committed'], `${what}.committed`),
    quality: quality(from),
    liesIn: textOrNothing(from['lies_in']),
  };
}

/**
 * @param {unknown} value
 * @param {string} what
 * @returns {Cause}
 */
function cause(value, what) {
  const from = object(value, what);
  return {
    resident: measured(from['resident'], `${what}.resident`),
    swapped: measured(from['swapped'], `${what}.swapped`),
    quality: quality(from),
    parts: parts(from['mappings']),
  };
}

/**
 * What has no name or no number is passed over.
 * @param {unknown} value
 * @returns {Part[]}
 */
function parts(value) {
  return list(value).flatMap((entry) => {
    const { name, resident } = fieldsOf(entry);
    return typeof name === 'string' && typeof resident === 'number' && resident >= 0 ? [{ name, resident }] : [];
  }).sort((a, b) => b.resident - a.resident);
}

/**
 * @param {unknown} value
 * @returns {unknown[]}
 */
function list(value) {
  return Array.isArray(value) ? value : [];
}

/**
 * @param {unknown} value
 * @returns {Record<string, unknown>}
 */
function fieldsOf(value) {
  return typeof value === 'object' && value !== null ? /** @type {Record<string, unknown>} */ (value) : {};
}

/**
 * What says nothing is passed over.
 * @param {unknown} value
 * @returns {Finding[]}
 */
function findings(value) {
  return list(value).flatMap((entry) => {
    const { name, source, amount, whole, text } = fieldsOf(entry);
    if (typeof text !== 'string' || text === '') return [];
    return [{
      name: textOrNothing(name), source: typeof source === 'string' ? source : null,
      amount: amountOrNothing(amount), whole: amountOrNothing(whole), text,
    }];
  });
}

/**
 * @param {unknown} value
 * @returns {number | null}
 */
function amountOrNothing(value) {
  return typeof value === 'number' && value >= 0 ? value : null;
}

/**
 * @param {unknown} value
 * @returns {Fault[]}
 */
function faults(value) {
  return list(value).flatMap((entry) => {
    const { kind, code } = fieldsOf(entry);
    return typeof kind === 'string' && kind !== '' ? [{ kind, code: typeof code === 'number' ? code : null }] : [];
  });
}

/**
 * @param {unknown} value
 * @returns {Map<string, number>}
 */
function outside(value) {
  return new Map(Object.entries(fieldsOf(value)).flatMap(([name, amount]) => (
    typeof amount === 'number' && amount >= 0 ? [[name, amount]] : []
  )));
}

/**
 * @param {Record<string, unknown>} data
 * @returns {Ledger}
 */
export function readLedger(data) {
  const error = data['closure_error'];
  const malloc = fieldsOf(data['malloc']);
  const [inUse, mapped] = [measured(malloc['in_use'], 'malloc.in_use'), measured(malloc['mapped'], 'malloc.mapped')];
  return {
    kind: 'ledger',
    timeMs: measured(data['time_ms'], 'time_ms'),
    ageMs: measured(data['age_ms'], 'age_ms'),
    costNs: measured(data['cost_ns'], 'cost_ns'),
    rss: measured(data['rss'], 'rss'),
    sources: map(data['sources'] ?? {}, 'sources', account),
    causes: map(data['causes'] ?? {}, 'causes', cause),
    unexplained: measured(data['unexplained'], 'unexplained'),
    // The one figure that may be below 0.
    closureError: typeof error === 'number' && error < 0 ? error : measured(error, 'closure_error'),
    mallocFree: measured(malloc['free'], 'malloc.free'),
    mallocHeld: inUse === null || mapped === null ? null : inUse - mapped,
    mallocAgeMs: measured(malloc['age_ms'], 'malloc.age_ms'),
    outside: outside(data['outside_rss']),
    findings: findings(data['findings']),
    faults: faults(data['faults']),
  };
}
