// SPDX-License-Identifier: MIT

import { changesOf } from './diff.js';
import { bytes, clock } from './format.js';

/**
 * @typedef {import('../feed/ledger.js').Ledger} Ledger
 * @typedef {import('./store.js').TakenLedger} TakenLedger
 * @typedef {import('./tree.js').Tree} Tree
 *
 * @typedef {object} Remedy a conclusion, as sentences
 * @property {'warn' | 'info'} tone
 * @property {string} text
 */

/** Whose text has the figures in it. */
const GROWTH = 'growth';

/** What somebody should look at; the rest is good to know. */
const WARNINGS = ['claims_too_much', 'swapped_out', 'unexplained', GROWTH];

/** Growth is spoken of when it is this much, this part of what was, and this part of it is nobody's. */
const LEAST_GROWTH = 16 * 1024 * 1024;
const LEAST_PART = 0.1;
const LEAST_UNOWNED = 0.5;

/** Two clocks that differ by more than this do not only run at two speeds: one was set. */
const LEAST_STEP_MS = 30_000;

/**
 * @param {TakenLedger} taken
 * @param {{ wall: number, at: number }} heard
 * @returns {number} when it was made, by the page's wall clock as it is set now
 */
export function madeAt({ ledger, at, wall }, heard) {
  const step = heard.wall - wall - (heard.at - at);
  return wall + (Math.abs(step) < LEAST_STEP_MS ? 0 : step) - (ledger.ageMs ?? 0);
}

/**
 * What the server concludes, and growth between two ledgers: the server's, which has known the process for
 * longer, or else the page's.
 * @param {Tree} tree
 * @param {TakenLedger | null} first of this process that the page knows
 * @param {Ledger} now
 * @param {{ wall: number, at: number }} heard
 * @returns {Remedy[]}
 */
export function describeFindings(tree, first, now, heard) {
  const isTold = now.findings.some(({ name }) => name === GROWTH);
  return [
    ...isTold ? [] : growth(tree, first, now, heard),
    ...now.findings.map(({ name, source, amount, whole, text }) => {
      const label = tree.nodes.find(({ key }) => key === source)?.label ?? source ?? '';
      const held = whole === null ? '' : ` of ${bytes(whole)}`;
      const figures = amount === null ? '' : `${bytes(amount)}${held}`;
      const subject = name === GROWTH ? '' : [label, figures].filter((part) => part !== '').join(': ');
      return {
        tone: /** @type {'warn' | 'info'} */ (WARNINGS.includes(name) ? 'warn' : 'info'),
        text: subject === '' ? text : `${subject}. ${text}`,
      };
    }),
  ];
}

/**
 * @param {Tree} tree
 * @param {TakenLedger | null} first
 * @param {Ledger} now
 * @param {{ wall: number, at: number }} heard
 * @returns {Remedy[]}
 */
function growth(tree, first, now, heard) {
  const was = first?.ledger;
  if (!first || !was || was === now || was.rss === null || now.rss === null) return [];
  const grown = now.rss - was.rss;
  const owned = tree.nodes.filter(({ kind }) => kind === 'leaf').reduce((sum, { key }) => {
    const [before, after] = [was.sources.get(key), now.sources.get(key)];
    // What a source without ranges uses lies under a cause.
    const change = (after?.resident ?? after?.used ?? 0) - (before?.resident ?? before?.used ?? 0);
    return sum + change;
  }, 0);
  const unowned = grown - Math.max(0, owned);
  if (unowned < LEAST_GROWTH || unowned < LEAST_PART * was.rss || unowned < LEAST_UNOWNED * grown) return [];
  const most = changesOf(tree, was, now).find(({ isCause, change }) => isCause && change > 0);
  const part = most?.parts.find(({ change }) => change > 0);
  const where = !most ? '' : ` Most of it: ${most.label}, ${bytes(most.change)} more`;
  const which = !part ? '' : `, of that ${bytes(part.change)} in ${part.name}`;
  return [{
    tone: 'warn',
    text: `RSS has grown by ${bytes(grown)} since ${clock(madeAt(first, heard))}, and ${bytes(unowned)} of that is no subsystem's.${
      most ? `${where}${which}.` : ''}`,
  }];
}
