// SPDX-License-Identifier: MIT

import { DETAIL_FIELDS, PLATFORM_FIELDS } from '../feed/wire.js';
import { reasons } from './facts.js';
import { NOT_AVAILABLE, ago, bytes, count } from './format.js';

/**
 * @typedef {import('./facts.js').Fact} Fact
 * @typedef {import('../feed/wire.js').Snapshot} Snapshot
 *
 * @typedef {object} Detail what a server that reads more says of the process
 * @property {Fact[]} resident RSS by the kind of page, and RSS shared out fairly
 * @property {Fact[]} outside what the process costs beyond RSS
 */

/** An age that is not worth saying. */
const FRESH_MS = 1500;

/** What the last step of a reading that failed is called. */
const STATUS = '_status';
const ROLLUP = '_rollup';

/** @type {Record<(typeof PLATFORM_FIELDS)[number], string>} */
const PLATFORM_TERMS = {
  footprint: 'Footprint',
  footprint_peak: 'Peak footprint',
  compressed: 'Compressed',
  commit: 'Committed',
  page_faults: 'Page faults',
};

/**
 * @param {Snapshot['process']} process
 * @returns {Fact[]} only what is there: other systems do not lack it
 */
function platformOf(process) {
  return PLATFORM_FIELDS.flatMap((field) => {
    const value = process[field];
    if (value === null) return [];
    const shown = field === 'page_faults' ? count(value) : bytes(value);
    return [{ term: PLATFORM_TERMS[field], value: shown, detail: '', missing: false }];
  });
}

/**
 * @param {Snapshot} snapshot
 * @returns {boolean}
 */
function isDetailed({ process, limits, detailErrors }) {
  return limits !== null || detailErrors.length > 0 || DETAIL_FIELDS.some((field) => process[field] !== null);
}

/**
 * @param {import('./store.js').Store} store
 * @returns {Detail | null} null where the server says none of it
 */
export function describeDetail({ snapshot, ledger }) {
  const outside = ledger?.ledger.outside ?? new Map();
  const platform = snapshot ? platformOf(snapshot.process) : [];
  if (!snapshot || !isDetailed(snapshot)) {
    return outside.size + platform.length > 0 ? { resident: platform, outside: outsideOf(outside) } : null;
  }
  const { process, detailErrors } = snapshot;

  /**
   * @param {string} ending of the steps that bring the number
   * @param {number | null} ageMs
   */
  const from = (ending, ageMs) => {
    const why = reasons(detailErrors.filter(({ step }) => step.endsWith(ending) || step === 'unsupported'));
    const age = ageMs === null || ageMs < FRESH_MS ? '' : ago(ageMs);
    /**
     * @param {string} term
     * @param {number | null} value
     * @param {string} [detail]
     * @returns {Fact}
     */
    return (term, value, detail = age) => (value === null
      ? { term, value: NOT_AVAILABLE, detail: why, missing: true }
      : { term, value: bytes(value), detail, missing: false });
  };
  const status = from(STATUS, process.status_age_ms);
  const rollup = from(ROLLUP, process.rollup_age_ms);

  return {
    resident: [
      status('Anonymous', process.rss_anon),
      status('Files', process.rss_file),
      status('Shared memory', process.rss_shmem),
      rollup('Freed, still resident', process.lazy_free),
      rollup('PSS', process.pss),
      rollup('USS', process.uss),
      ...platform,
    ],
    outside: [
      status('Swap', process.swap ?? outside.get('swap') ?? null),
      status('Page tables', process.page_tables ?? outside.get('page_tables') ?? null),
      status('Huge pages', process.hugetlb ?? outside.get('hugetlb') ?? null),
      ...outsideOf(outside).filter(({ term }) => !SAID_BY_STATUS.includes(term)),
    ],
  };
}

/** @type {Record<string, string>} */
const OUTSIDE_TERMS = {
  swap: 'Swap',
  page_tables: 'Page tables',
  hugetlb: 'Huge pages',
  cgroup_kernel: 'Kernel, whole group',
  cgroup_socket: 'Sockets, whole group',
};

const SAID_BY_STATUS = ['Swap', 'Page tables', 'Huge pages'];

/**
 * @param {ReadonlyMap<string, number>} outside
 * @returns {Fact[]}
 */
function outsideOf(outside) {
  return [...outside].map(([name, value]) => {
    const known = Object.hasOwn(OUTSIDE_TERMS, name) ? OUTSIDE_TERMS[name] : undefined;
    return { term: known ?? name.replaceAll('_', ' '), value: bytes(value), detail: '', missing: false };
  });
}
