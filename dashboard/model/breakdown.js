// SPDX-License-Identifier: MIT

import { accountsOf, fragmentationWords } from './accounts.js';
import { PENDING, bytesOrAbsent, fraction, percent } from './format.js';
import { largestRemainder } from './percent.js';
import { remainder, trackedBytes } from './store.js';

/**
 * @typedef {object} RowText what moves in a row
 * @property {string} value
 * @property {string} percent
 * @property {number} fill part of 1, of the whole bar
 * @property {boolean} missing
 * @property {number | null} committed part of 1, of the whole bar
 * @property {number | null} resident part of 1, of the whole bar
 * @property {string} note
 *
 * @typedef {object} Segment a part of the composition bar
 * @property {number} fill
 *
 * @typedef {object} Breakdown
 * @property {'RSS' | 'tracked'} basis what the percentages are of
 * @property {RowText[]} rows in the order of the tree
 * @property {RowText} untracked
 * @property {Segment[]} segments roots, then what is untracked but has a cause, then what has none
 * @property {boolean} hasResidents whether bars mark what of them is resident
 * @property {number | null} rssMark where RSS ends in the composition bar, when that is not its end
 */

/** Percentages are dealt out in tenths. */
const WHOLE = 1000;

/** @typedef {import('./tree.js').TreeNode} TreeNode */

/** A row that no ledger speaks of. */
const UNMARKED = { committed: null, resident: null, note: '' };

/**
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

  const unknown = Math.min(untracked ?? 0, ledger?.unexplained ?? Infinity);
  const accounts = ledger === null ? null : accountsOf(tree, ledger);

  /**
   * What the ledger adds to a row.
   * @param {TreeNode} node
   * @returns {Pick<RowText, 'committed' | 'resident' | 'note'>}
   */
  const marks = (node) => {
    const account = accounts?.get(node.key);
    if (!account) return UNMARKED;
    const { committed, resident } = account;
    return {
      committed: committed === null ? null : fraction(committed, whole),
      resident: resident === null ? null : fraction(resident, whole),
      note: fragmentationWords(account),
    };
  };

  return {
    basis: ofRss ? 'RSS' : 'tracked',
    hasResidents: accounts !== null,
    rows: tree.nodes.map((node) => ({ ...row(of(node), tenths.get(node.key) ?? 0), ...marks(node) })),
    untracked: row(untracked, ofRss ? dealt.at(-1) ?? 0 : 0),
    segments: [
      ...parts.map((part) => ({ fill: fraction(part, whole) })),
      { fill: ofRss ? fraction(untracked - unknown, whole) : 0 },
      { fill: ofRss ? fraction(unknown, whole) : 0 },
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
    hasResidents: false,
    rows: tree.nodes.map(() => row),
    untracked: row,
    segments: [...tree.roots, null, null].map(() => ({ fill: 0 })),
    rssMark: null,
  };
}
