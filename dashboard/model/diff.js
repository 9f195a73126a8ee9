// SPDX-License-Identifier: MIT

import { causeLabel, partIdentity, partLabel } from './causes.js';
import { signedBytes } from './format.js';

/**
 * @typedef {import('../feed/ledger.js').Ledger} Ledger
 * @typedef {import('../feed/ledger.js').Cause} Cause
 * @typedef {import('../feed/ledger.js').Part} Part
 *
 * @typedef {object} DiffRow
 * @property {string} label
 * @property {string} key a second name, quieter
 * @property {string} change
 * @property {boolean} isGrowth
 * @property {boolean} isPart whether it is one of what the row above is made of
 *
 * @typedef {object} Diff two ledgers held against each other
 * @property {string} title
 * @property {string} summary
 * @property {DiffRow[]} rows what changed most first, each with its parts behind it
 */

const MOST_ROWS = 10;
const MOST_PARTS = 3;

/**
 * @param {import('./tree.js').Tree} tree
 * @param {Ledger} base
 * @param {Ledger} now
 * @param {string} since
 * @returns {Diff}
 */
export function describeDiff(tree, base, now, since) {
  const title = `Since ${since}`;
  if (base === now) return { title, summary: 'Waiting for the next ledger.', rows: [] };
  const changes = changesOf(tree, base, now);
  const shown = changes.slice(0, MOST_ROWS);
  const left = changes.length - shown.length;
  return {
    title,
    summary: summaryOf(base, now, changes.length, left),
    rows: shown.flatMap(({ label, key, change, parts }) => [
      row(label, key, change, false),
      ...parts.slice(0, MOST_PARTS).map((part) => {
        const named = partLabel(part.name);
        return row(named.label, named.key, part.change, true);
      }),
    ]),
  };
}

/**
 * @typedef {object} Change
 * @property {string} label
 * @property {string} key
 * @property {boolean} isCause
 * @property {number} change
 * @property {{ name: string, change: number }[]} parts what changed most first
 *
 * @param {import('./tree.js').Tree} tree
 * @param {Ledger} base
 * @param {Ledger} now
 * @returns {Change[]} what changed most first
 */
export function changesOf(tree, base, now) {
  return [
    ...tree.nodes.filter(({ kind }) => kind === 'leaf').map(({ key, label }) => ({
      label, key: '', isCause: false, parts: [],
      change: difference(base.sources.get(key)?.resident, now.sources.get(key)?.resident),
    })),
    ...[...new Set([...base.causes.keys(), ...now.causes.keys()])].map((name) => {
      const [was, is] = [base.causes.get(name), now.causes.get(name)];
      return {
        ...causeLabel(name), isCause: true, parts: partChanges(was, is),
        // A cause that holds nothing is left out of a ledger.
        change: difference(was ? was.resident : 0, is ? is.resident : 0),
      };
    }),
    {
      label: 'Unexplained', key: '', isCause: false, parts: [],
      change: difference(base.unexplained, now.unexplained),
    },
  ].filter(({ change }) => change !== 0).sort((a, b) => Math.abs(b.change) - Math.abs(a.change));
}

/**
 * @param {string} label
 * @param {string} key
 * @param {number} change
 * @param {boolean} isPart
 * @returns {DiffRow}
 */
function row(label, key, change, isPart) {
  return { label, key, change: signedBytes(change), isGrowth: change > 0, isPart };
}

/**
 * What is not known on both sides has not changed.
 * @param {number | null | undefined} was
 * @param {number | null | undefined} is
 * @returns {number}
 */
function difference(was, is) {
  return was === null || was === undefined || is === null || is === undefined ? 0 : is - was;
}

/**
 * @param {Cause | undefined} was
 * @param {Cause | undefined} is
 * @returns {{ name: string, change: number }[]} what changed most first
 */
function partChanges(was, is) {
  const [before, after] = [was, is].map((cause) => ({
    parts: byIdentity(cause?.parts ?? []),
    // Only the largest are listed: who does not stand in such a list may have been there, and smaller.
    isWhole: !cause || sum(cause.parts) >= (cause.resident ?? 0),
  }));
  if (!before || !after) return [];
  return [...new Set([...before.parts.keys(), ...after.parts.keys()])].flatMap((identity) => {
    const [then, now] = [before.parts.get(identity), after.parts.get(identity)];
    if ((!then && !before.isWhole) || (!now && !after.isWhole)) return [];
    const change = (now?.resident ?? 0) - (then?.resident ?? 0);
    return change === 0 ? [] : [{ name: (now ?? then)?.name ?? identity, change }];
  }).sort((a, b) => Math.abs(b.change) - Math.abs(a.change));
}

/**
 * @param {readonly Part[]} parts
 * @returns {Map<string, Part>}
 */
function byIdentity(parts) {
  /** @type {Map<string, Part>} */
  const known = new Map();
  for (const { name, resident } of parts) {
    const identity = partIdentity(name);
    known.set(identity, { name, resident: resident + (known.get(identity)?.resident ?? 0) });
  }
  return known;
}

/**
 * @param {readonly Part[]} parts
 * @returns {number}
 */
function sum(parts) {
  return parts.reduce((total, { resident }) => total + resident, 0);
}

/**
 * @param {Ledger} base
 * @param {Ledger} now
 * @param {number} changed
 * @param {number} left of those, not shown
 * @returns {string}
 */
function summaryOf(base, now, changed, left) {
  const rss = base.rss === null || now.rss === null ? '' : `RSS ${signedBytes(now.rss - base.rss)}. `;
  if (changed === 0) return `${rss}Nothing else changed.`;
  return left === 0 ? rss.trim() : `${rss}${left} smaller ${left === 1 ? 'change' : 'changes'} not shown.`;
}
