// SPDX-License-Identifier: MIT

import { layOutCells } from './cells.js';
import { NOT_AVAILABLE, PENDING, bytes, count, fraction, plural, share } from './format.js';

/**
 * @typedef {import('./tree.js').TreeNode} TreeNode
 * @typedef {import('../feed/wire.js').Pool} Pool
 *
 * @typedef {object} Card a leaf by itself, or the leaves that share a group
 * @property {string} key
 * @property {string} title
 * @property {string} path the groups above, empty for a root
 * @property {number} series
 * @property {boolean} isGroup
 * @property {TreeNode[]} leaves
 *
 * @typedef {object} Tier what moves of a leaf
 * @property {string} headline
 * @property {string} value
 * @property {number} used part of the lane
 * @property {number | null} committed part of the lane
 * @property {number | null} peak part of the lane
 * @property {string} detail
 * @property {import('./cells.js').Cells | null} cells
 * @property {string} slots
 * @property {string} legend
 */

/**
 * One block for each group that has leaves, one card for each leaf that has no group.
 * @param {import('./tree.js').Tree} tree
 * @returns {Card[]}
 */
export function describeCards(tree) {
  return tree.nodes.flatMap((node) => {
    const isGroup = node.kind === 'group';
    const leaves = isGroup ? node.children.filter((child) => child.kind === 'leaf') : [node];
    if (leaves.length === 0 || (!isGroup && node.parent)) return [];
    return [{ key: node.key, title: node.label, path: pathOf(node), series: node.series, isGroup, leaves }];
  });
}

/**
 * @param {TreeNode} node
 * @returns {string}
 */
function pathOf(node) {
  const above = [];
  for (let parent = node.parent; parent; parent = parent.parent) above.unshift(parent.label);
  return above.join(' › ');
}

/**
 * The tiers of a card share a scale, so that their bars can be held against each other.
 * @param {Card} card
 * @param {ReadonlyMap<string, Pool> | null} pools null while there is no reading
 * @returns {Tier[]}
 */
export function describeTiers(card, pools) {
  if (pools === null) return card.leaves.map(() => ({ ...ABSENT, value: PENDING }));
  const readings = card.leaves.map((leaf) => pools.get(leaf.key) ?? null);
  const lane = Math.max(
    0,
    ...readings.flatMap((pool) => [pool?.used ?? 0, pool?.committed ?? 0, pool?.peak ?? 0]),
  );
  return readings.map((pool) => describeTier(pool, lane));
}

/** @type {Tier} */
const ABSENT = {
  headline: '', value: NOT_AVAILABLE, used: 0, committed: null, peak: null, detail: '', cells: null, slots: '',
  legend: '',
};

/**
 * @param {Pool | null} pool
 * @param {number} lane bytes that the whole width stands for
 * @returns {Tier}
 */
function describeTier(pool, lane) {
  if (pool === null || pool.used === null) return ABSENT;
  const { used, committed, peak, objects, slots } = pool;
  return {
    headline: committed !== null && committed > 0 ? share(used, committed) : '',
    value: committed === null ? `${bytes(used)} used` : `${bytes(used)} of ${bytes(committed)}`,
    used: fraction(used, lane),
    committed: committed === null ? null : fraction(committed, lane),
    peak: peak === null ? null : fraction(peak, lane),
    detail: [
      peak === null ? [] : [`peak ${bytes(peak)}`],
      objects === null || slots !== null ? [] : [plural(objects, 'object')],
    ].flat().join(' · '),
    ...describeSlots(slots, objects),
  };
}

/**
 * @param {number | null} slots
 * @param {number | null} used
 * @returns {Pick<Tier, 'cells' | 'slots' | 'legend'>}
 */
function describeSlots(slots, used) {
  if (slots === null) return { cells: null, slots: '', legend: '' };
  if (used === null) return { cells: null, slots: `${plural(slots, 'slot')}, used ${NOT_AVAILABLE}`, legend: '' };
  const cells = layOutCells(slots, used);
  return {
    cells,
    slots: `${count(used)} of ${plural(slots, 'slot')} used`,
    legend: cells ? `1 cell = ${plural(cells.slotsPerCell, 'slot')}` : '',
  };
}
