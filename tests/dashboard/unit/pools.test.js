// SPDX-License-Identifier: MIT

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { MAX_CELLS, layOutCells } from '../../../dashboard/model/cells.js';
import { describeCards, describeTiers } from '../../../dashboard/model/pools.js';
import { buildTree } from '../../../dashboard/model/tree.js';
import { PLAN, layoutData } from '../support/frames.js';

/** @typedef {import('../../../dashboard/feed/wire.js').Pool} Pool */

/** @param {string} text */
const plain = (text) => text.replaceAll('\u00a0', ' ');

/**
 * @param {Partial<Pool>} fields
 * @returns {import('../../../dashboard/model/pools.js').Tier}
 */
function tier(fields) {
  const [card] = describeCards(buildTree([{ key: 'a', label: 'A', parent: null, kind: 'leaf' }]));
  if (!card) throw new Error('no card');
  const pool = { used: null, committed: null, peak: null, objects: null, slots: null, ...fields };
  const [result] = describeTiers(card, new Map([['a', pool]]));
  if (!result) throw new Error('no tier');
  return result;
}

test('a card for each leaf without a group, one for the leaves of a group', () => {
  const layout = /** @type {import('../../../dashboard/feed/wire.js').LayoutNode[]} */ (layoutData(PLAN).nodes);
  const cards = describeCards(buildTree(layout));
  assert.deepEqual(cards.map(({ title, isGroup, leaves }) => [title, isGroup, leaves.length]), [
    ['Scratch Arena', false, 1], ['GC Heap', true, 3], ['AIO Slabs', false, 1],
  ]);
});

test('groups in groups are cards of their own, with their path', () => {
  const cards = describeCards(buildTree([
    { key: 'a', label: 'A', parent: null, kind: 'group' },
    { key: 'b', label: 'B', parent: 'a', kind: 'group' },
    { key: 'c', label: 'C', parent: 'b', kind: 'group' },
    { key: 'd', label: 'D', parent: 'c', kind: 'leaf' },
    { key: 'e', label: 'E', parent: 'a', kind: 'leaf' },
  ]));
  assert.deepEqual(cards.map(({ path, title, leaves }) => [path, title, leaves.map(({ label }) => label)]), [
    ['', 'A', ['E']], ['A › B', 'C', ['D']],
  ]);
});

test('committed with a high-water mark', () => {
  const { headline, value, used, committed, peak, detail, cells } = tier({ used: 1024, committed: 4096, peak: 2048 });
  assert.deepEqual(
    { headline, value: plain(value), used, committed, peak, detail: plain(detail), cells },
    { headline: '25%', value: '1.00 KiB of 4.00 KiB', used: 0.25, committed: 1, peak: 0.5, detail: 'peak 2.00 KiB', cells: null },
  );
});

test('used alone is drawn against its peak and has no percentage', () => {
  const { headline, value, used, committed } = tier({ used: 1024, peak: 2048, objects: 1 });
  assert.deepEqual({ headline, value: plain(value), used, committed }, {
    headline: '', value: '1.00 KiB used', used: 0.5, committed: null,
  });
  assert.equal(plain(tier({ used: 1024, objects: 1 }).detail), '1 object');
});

test('more used than committed is shown as it is', () => {
  assert.equal(tier({ used: 2048, committed: 1024 }).headline, '200%');
});

test('what was not measured is not available', () => {
  assert.equal(tier({}).value, 'not available');
  assert.equal(tier({ used: 1, slots: 4 }).slots, '4 slots, used not available');
});

test('slots', () => {
  const { slots, legend, cells } = tier({ used: 1, objects: 300, slots: 1000 });
  assert.equal(slots, '300 of 1,000 slots used');
  assert.equal(legend, '1 cell = 5 slots');
  assert.equal(cells?.columns, 40);
  assert.equal(cells?.rows, 5);
  assert.equal(tier({ used: 1, objects: 0, slots: 1 }).legend, '1 cell = 1 slot');
  assert.equal(tier({ used: 0, objects: 0, slots: 0 }).slots, '0 of 0 slots used');
});

test('cells are bounded, whatever the pool', () => {
  for (const slots of [1, 39, 40, 41, 199, 200, 201, 399, 12_345, 2 ** 40, 2 ** 60]) {
    for (const used of [0, 1, Math.floor(slots / 3), slots - 1, slots, slots * 2]) {
      const cells = layOutCells(slots, used);
      assert.ok(cells);
      assert.ok(cells.columns * cells.rows <= MAX_CELLS, `${slots}`);
      assert.doesNotMatch(cells.used + cells.all, /NaN|Infinity|e\+|-/, `${used} of ${slots}`);
    }
  }
  assert.equal(layOutCells(0, 0), null);
});

test('rows of cells are as even as it goes', () => {
  for (const [slots, columns, rows] of [[1, 1, 1], [40, 40, 1], [41, 21, 2], [128, 32, 4], [200, 40, 5]]) {
    const cells = layOutCells(slots ?? 0, 0);
    assert.deepEqual([cells?.columns, cells?.rows], [columns, rows], `${slots}`);
  }
});

test('cells are full only when all slots are used, and empty only when none is', () => {
  assert.equal(layOutCells(1000, 0)?.used, '');
  assert.equal(layOutCells(1000, 1)?.used, 'M0 0h0.25v1H0Z');
  assert.equal(layOutCells(1000, 1000)?.used, layOutCells(1000, 1000)?.all);
  assert.notEqual(layOutCells(1000, 999)?.used, layOutCells(1000, 999)?.all);
  assert.equal(layOutCells(1001, 1001)?.used, layOutCells(1001, 1001)?.all);
  assert.equal(layOutCells(100, 50)?.used, 'M0 0H34V1H0ZM0 1h16v1H0Z');
});
