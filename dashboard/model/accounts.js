// SPDX-License-Identifier: MIT

import { bytes } from './format.js';

/**
 * @typedef {import('../feed/ledger.js').Account} Account
 * @typedef {import('../feed/ledger.js').Ledger} Ledger
 * @typedef {import('./tree.js').Tree} Tree
 * @typedef {import('./tree.js').TreeNode} TreeNode
 */

/** A difference is put in words when it is this much, and this part of what it is a difference of. */
const LEAST_BYTES = 64 * 1024;
const LEAST_PART = 0.01;

/**
 * What the ledger says of each node whose memory it found: of a leaf as it came, of a group the sums of what is below
 * it. A leaf that does not say where its memory lies is not among them, nor in a sum: what of it is resident stands
 * under a cause.
 * @param {Tree} tree
 * @param {Ledger} ledger
 * @returns {Map<string, Account>}
 */
export function accountsOf(tree, ledger) {
  /** @type {Map<string, Account>} */
  const accounts = new Map();
  // Backwards, children come before their parents.
  for (const node of [...tree.nodes].reverse()) {
    const own = node.kind === 'group'
      ? node.children.flatMap((child) => accounts.get(child.key) ?? []).reduce(plus, undefined)
      : ledger.sources.get(node.key);
    if (own && own.resident !== null) accounts.set(node.key, own);
  }
  return accounts;
}

/**
 * @param {Account | undefined} a undefined where there is nothing yet
 * @param {Account} b
 * @returns {Account}
 */
function plus(a, b) {
  if (!a) return b;
  /** @param {'resident' | 'swapped' | 'used' | 'committed'} field */
  const sum = (field) => {
    const [left, right] = [a[field], b[field]];
    return left === null || right === null ? null : left + right;
  };
  return {
    resident: sum('resident'), swapped: sum('swapped'), used: sum('used'), committed: sum('committed'),
    quality: a.quality || b.quality, liesIn: '',
  };
}

/**
 * Resident beyond what is in use; below 0, in use beyond what is resident.
 * @param {Account | undefined} account
 * @returns {number | null}
 */
export function fragmentation(account) {
  if (!account || account.resident === null || account.used === null) return null;
  return account.resident - account.used;
}

/**
 * "18.0 MiB resident but free", "5.00 MiB handed out but not in RAM"; nothing where it is not worth a word.
 * @param {Account | undefined} account
 * @returns {string}
 */
export function fragmentationWords(account) {
  const difference = fragmentation(account);
  if (!account || difference === null) return '';
  const amount = Math.abs(difference);
  if (amount < LEAST_BYTES || amount < LEAST_PART * Math.max(account.used ?? 0, account.resident ?? 0)) return '';
  if (difference > 0) return `${bytes(difference)} resident but free`;
  const swapped = account.swapped ?? 0;
  return `${bytes(amount)} handed out but not in RAM${swapped > 0 ? `, ${bytes(swapped)} swapped out` : ''}`;
}
