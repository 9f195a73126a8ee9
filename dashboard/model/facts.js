// SPDX-License-Identifier: MIT

import { NOT_AVAILABLE, PENDING, bytes, count, rate } from './format.js';
import { leads } from './resident.js';
import { trackedBytes } from './store.js';

/**
 * @typedef {object} Fact a term of the panel's foot
 * @property {string} term
 * @property {string} value
 * @property {string} detail empty when there is none
 * @property {boolean} missing
 */

/**
 * Why a number is missing, in words: "open statm, code 24".
 * @param {readonly import('../feed/wire.js').ReadError[]} errors
 * @returns {string}
 */
export function reasons(errors) {
  return errors.map(({ step, code }) => `${step.replaceAll('_', ' ')}, code ${code}`).join('; ');
}

/**
 * @param {import('./store.js').Store} store
 * @returns {Fact[]}
 */
export function describeFacts({ snapshot, tree, faults, ledger }) {
  const why = snapshot ? reasons(snapshot.errors) : '';

  /**
   * @param {string} term
   * @param {number | null | undefined} value
   * @param {(value: number) => string} format
   * @param {string} detail
   * @returns {Fact}
   */
  const fact = (term, value, format, detail = '') => {
    if (!snapshot) return { term, value: PENDING, detail: '', missing: true };
    if (value === null || value === undefined) return { term, value: NOT_AVAILABLE, detail: why, missing: true };
    return { term, value: format(value), detail, missing: false };
  };

  /** @param {import('./rates.js').Rate} counter */
  const speed = (counter) => {
    const perSecond = counter.perSecond();
    return perSecond === null ? `${PENDING}/s` : rate(perSecond);
  };

  const process = snapshot?.process;
  return [
    fact('RSS', process?.rss, bytes),
    fact('VMS', process?.vms, bytes),
    // Beside what is resident, a sum of what is used says nothing of the process.
    ...leads(ledger?.ledger) ? [] : [fact('Tracked', snapshot && tree ? trackedBytes(tree, snapshot) : null, bytes)],
    fact('Peak RSS', process?.peak_rss, bytes),
    fact('Minor faults', process?.page_faults_minor, count, speed(faults.minor)),
    fact('Major faults', process?.page_faults_major, count, speed(faults.major)),
  ];
}
