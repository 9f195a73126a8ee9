// SPDX-License-Identifier: MIT

import { fragmentationWords } from './accounts.js';
import { PENDING, bytes, bytesOrAbsent, fraction, percent } from './format.js';
import { largestRemainder } from './percent.js';
import { describeResident, leads } from './resident.js';
import { remainder, trackedBytes } from './store.js';

/**
 * @typedef {object} RowText what moves in a row
 * @property {string} value what is resident, or what is used where nobody knows that
 * @property {string} used beside what is resident, else empty
 * @property {string} percent
 * @property {number} fill part of 1, of the whole bar
 * @property {boolean} missing
 * @property {boolean} isElsewhere whether it stands in another row
 * @property {string} note
 *
 * @typedef {object} Segment a part of the composition bar
 * @property {number} fill
 *
 * @typedef {object} Breakdown
 * @property {'RSS' | 'tracked'} basis what the percentages are of
 * @property {boolean} isResident whether rows are what is resident as a ledger found it, else what is used
 * @property {RowText[]} rows in the order of the tree
 * @property {RowText} untracked what is no subsystem's
 * @property {Segment[]} segments roots, then what is no subsystem's but has a cause, then what has none
 * @property {number | null} rssMark where RSS ends in the composition bar, when that is not its end
 */

/** Percentages are dealt out in tenths. */
const WHOLE = 1000;

/** @typedef {import('./tree.js').TreeNode} TreeNode */

/** A row that no ledger speaks of. */
const UNMARKED = { used: '', isElsewhere: false, note: '' };

/**
 * Where there is a ledger, what is resident as of that; else what subsystems say that they use.
 *
 * Percentages of the roots and what is untracked sum to exactly 100.0; those of children to their parent's.
 *
 * They are of RSS. When more is tracked than is resident, or RSS is not known, parts of RSS would not be parts:
 * then they are of what is tracked, and the caller has to say so.
 *
 * @param {import('./tree.js').Tree} tree
 * @param {import('../feed/wire.js').Snapshot} snapshot
 * @param {import('../feed/ledger.js').Ledger | null} ledger
 * @returns {Breakdown}
 */
export function describeBreakdown(tree, snapshot, ledger = null) {
  return leads(ledger) ? breakdownOfLedger(tree, ledger) : breakdownOfSnapshot(tree, snapshot);
}

/**
 * @param {import('./tree.js').Tree} tree
 * @param {import('../feed/ledger.js').Ledger} ledger
 * @returns {Breakdown}
 */
function breakdownOfLedger(tree, ledger) {
  const { whole, owners, tenths, rest } = describeResident(tree, ledger);
  const unexplained = ledger.unexplained ?? 0;

  /**
   * @param {number} amount
   * @param {number} share
   */
  const figures = (amount, share) => ({
    ...UNMARKED,
    value: bytes(amount),
    percent: whole === 0 ? PENDING : percent(share),
    fill: fraction(amount, whole),
    missing: false,
  });

  return {
    basis: 'RSS',
    isResident: true,
    rows: tree.nodes.map((node) => {
      const account = owners.get(node.key);
      if (!account || account.resident === null) return { ...figures(0, 0), isElsewhere: true };
      return {
        ...figures(account.resident, tenths.get(node.key) ?? 0),
        used: account.used === null ? '' : bytes(account.used),
        note: fragmentationWords(account),
      };
    }),
    untracked: figures(rest.amount, rest.tenths),
    segments: [
      ...tree.roots.map(({ key }) => ({ fill: fraction(owners.get(key)?.resident ?? 0, whole) })),
      { fill: fraction(rest.amount - unexplained, whole) },
      { fill: fraction(unexplained, whole) },
    ],
    rssMark: null,
  };
}

/**
 * @param {import('./tree.js').Tree} tree
 * @param {import('../feed/wire.js').Snapshot} snapshot
 * @returns {Breakdown}
 */
function breakdownOfSnapshot(tree, snapshot) {
  /** @param {TreeNode} node */
  const of = (node) => snapshot.breakdown.get(node.key) ?? null;
  const { untracked, overcounted } = remainder(snapshot);
  const { rss } = snapshot.process;
  const ofRss = rss !== null && untracked !== null && !(overcounted !== null && overcounted > 0);
  const tracked = trackedBytes(tree, snapshot) ?? 0;
  const whole = ofRss ? tracked + untracked : tracked;

  const parts = tree.roots.map((root) => of(root) ?? 0);
  const dealt = largestRemainder(ofRss ? [...parts, untracked] : parts, WHOLE);

  /** @type {Map<string, number>} */
  const tenths = new Map();
  tree.roots.forEach((root, index) => dealToChildren(root, dealt[index] ?? 0, of, tenths));

  /**
   * @param {number | null} value
   * @param {number} share
   * @returns {RowText}
   */
  const row = (value, share) => ({
    value: bytesOrAbsent(value),
    percent: value === null || whole === 0 ? PENDING : percent(share),
    fill: value === null ? 0 : fraction(value, whole),
    missing: value === null,
    ...UNMARKED,
  });

  return {
    basis: ofRss ? 'RSS' : 'tracked',
    isResident: false,
    rows: tree.nodes.map((node) => row(of(node), tenths.get(node.key) ?? 0)),
    untracked: row(untracked, ofRss ? dealt.at(-1) ?? 0 : 0),
    segments: [
      ...parts.map((part) => ({ fill: fraction(part, whole) })),
      { fill: 0 },
      { fill: ofRss ? fraction(untracked, whole) : 0 },
    ],
    rssMark: rss !== null && rss < whole ? fraction(rss, whole) : null,
  };
}

/**
 * @param {TreeNode} node
 * @param {number} share
 * @param {(node: TreeNode) => number | null} of
 * @param {Map<string, number>} tenths filled
 */
function dealToChildren(node, share, of, tenths) {
  tenths.set(node.key, share);
  if (node.children.length === 0) return;
  const parts = node.children.map((child) => of(child) ?? 0);
  const sum = parts.reduce((total, part) => total + part, 0);
  // What a group has beyond its measured children is nobody's, so it is dealt to nobody.
  const rest = Math.max(0, (of(node) ?? sum) - sum);
  const dealt = largestRemainder([...parts, rest], share);
  node.children.forEach((child, index) => dealToChildren(child, dealt[index] ?? 0, of, tenths));
}

/**
 * The rows while there is no reading.
 * @param {import('./tree.js').Tree} tree
 * @returns {Breakdown}
 */
export function emptyBreakdown(tree) {
  const row = { value: PENDING, percent: PENDING, fill: 0, missing: true, ...UNMARKED };
  return {
    basis: 'RSS',
    isResident: false,
    rows: tree.nodes.map(() => row),
    untracked: row,
    segments: [...tree.roots, null, null].map(() => ({ fill: 0 })),
    rssMark: null,
  };
}
