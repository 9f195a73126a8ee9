// SPDX-License-Identifier: MIT

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parse } from '../../../dashboard/feed/wire.js';
import { describeBreakdown } from '../../../dashboard/model/breakdown.js';
import { buildTree, isHidden } from '../../../dashboard/model/tree.js';
import { MIB, PLAN, generator, layoutData, randomTree, snapshotData } from '../support/frames.js';

/** @typedef {import('../support/frames.js').TestNode} TestNode */

/** @param {TestNode[]} nodes */
function treeOf(nodes) {
  const layout = parse('layout', JSON.stringify(layoutData(nodes)));
  if (layout.kind !== 'layout') throw new Error('no layout');
  return buildTree(layout.nodes);
}

/**
 * @param {TestNode[]} nodes
 * @param {object} [process]
 */
function describe(nodes, process) {
  const snapshot = parse('snapshot', JSON.stringify(snapshotData(nodes, { process })));
  if (snapshot.kind !== 'snapshot') throw new Error('no snapshot');
  return describeBreakdown(treeOf(nodes), snapshot);
}

const MISSING = {
  value: 'not available', percent: '–', fill: 0, missing: true, used: '', isElsewhere: false, note: '',
};

/** @param {string} text */
const tenths = (text) => Math.round(Number(text.replace('%', '')) * 10);

/** @param {string} text */
const plain = (text) => text.replaceAll('\u00a0', ' ');

test("the plan's figures", () => {
  const { basis, rows, untracked, rssMark } = describe(PLAN);
  assert.equal(basis, 'RSS');
  assert.equal(rssMark, null);
  assert.deepEqual([...rows, untracked].map(({ value, percent }) => [plain(value), percent]), [
    ['16.0 MiB', '6.3%'],
    ['128 MiB', '50.0%'],
    ['64.0 MiB', '25.0%'],
    ['32.0 MiB', '12.5%'],
    ['32.0 MiB', '12.5%'],
    ['8.00 MiB', '3.1%'],
    ['104 MiB', '40.6%'],
  ]);
});

test('roots and untracked sum to exactly 100, children to their parent, whatever the tree', () => {
  for (let seed = 0; seed < 200; seed += 1) {
    const random = generator(seed);
    const nodes = randomTree(1 + Math.floor(random() * 200), 6, random);
    const tree = treeOf(nodes);
    // RSS from far below to far above what is tracked.
    const rss = Math.floor(random() * 800 * MIB) + 1;
    const { rows, untracked } = describe(nodes, { rss });
    /** @param {import('../../../dashboard/model/tree.js').TreeNode} node */
    const of = (node) => tenths(rows[node.index]?.percent ?? '');
    const top = tree.roots.reduce((sum, root) => sum + of(root), 0);
    assert.equal(top + tenths(untracked.percent), 1000, `seed ${seed}`);
    for (const node of tree.nodes.filter(({ kind }) => kind === 'group')) {
      assert.equal(node.children.reduce((sum, child) => sum + of(child), 0), of(node), `seed ${seed} ${node.key}`);
    }
  }
});

test('when more is tracked than resident, percentages are of tracked, and the mark says where RSS ends', () => {
  const { basis, rows, untracked, rssMark } = describe(PLAN, { rss: 76 * MIB });
  assert.equal(basis, 'tracked');
  assert.equal(rssMark, 0.5);
  assert.equal(plain(untracked.value), '0 B');
  assert.equal(untracked.percent, '0.0%');
  assert.deepEqual(rows.map(({ percent }) => percent), ['10.5%', '84.2%', '42.1%', '21.1%', '21.0%', '5.3%']);
});

test('without RSS there is no untracked, and no percentage of RSS', () => {
  const { basis, rows, untracked } = describe(PLAN, { rss: null });
  assert.equal(basis, 'tracked');
  assert.deepEqual(untracked, MISSING);
  assert.equal(rows[1]?.percent, '84.2%');
});

test('a node without a number is not available, and its siblings keep theirs', () => {
  const tree = treeOf(PLAN);
  const data = snapshotData(PLAN);
  const snapshot = parse('snapshot', JSON.stringify({
    ...data, breakdown: { ...data.breakdown, gc_lval_slab: null },
  }));
  assert.ok(snapshot.kind === 'snapshot');
  const { rows } = describeBreakdown(tree, snapshot);
  assert.deepEqual(rows[2], MISSING);
  assert.equal(rows[3]?.percent, '12.5%');
});

test('a process that is 0 throughout has no percentages', () => {
  const { rows, untracked } = describe([{ key: 'a', label: 'A', pool: { used: 0 } }], { rss: 0 });
  assert.equal(rows[0]?.percent, '–');
  assert.equal(plain(rows[0]?.value ?? ''), '0 B');
  assert.equal(untracked.percent, '–');
});

test('numbers beyond 2^53', () => {
  const { rows, untracked } = describe([{ key: 'a', label: 'A', pool: { used: 2 ** 62 } }], { rss: 2 ** 63 });
  assert.equal(rows[0]?.percent, '50.0%');
  assert.equal(untracked.percent, '50.0%');
  assert.equal(plain(untracked.value), '4.00 EiB');
});

test('a tree knows depth, colour and what a closed group hides', () => {
  const tree = treeOf(PLAN);
  assert.deepEqual(tree.nodes.map(({ depth }) => depth), [0, 0, 1, 1, 1, 0]);
  assert.deepEqual(tree.nodes.map(({ series }) => series), [0, 1, 1, 1, 1, 2]);
  assert.deepEqual(tree.nodes.map((node) => isHidden(node, new Set(['gc_heap']))), [
    false, false, true, true, true, false,
  ]);
});
