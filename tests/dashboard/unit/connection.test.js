// SPDX-License-Identifier: MIT

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { UNCONNECTED, advance, connectionText, isStale } from '../../../dashboard/model/connection.js';
import { clock } from '../../../dashboard/model/format.js';

/**
 * @param {import('../../../dashboard/model/connection.js').ConnectionEvent[]} events
 */
const after = (...events) => events.reduce(advance, UNCONNECTED);

/** @type {import('../../../dashboard/model/connection.js').ConnectionEvent} */
const HEARD = { type: 'heard', at: 1000 };
/** @type {import('../../../dashboard/model/connection.js').ConnectionEvent} */
const LOST = { type: 'lost' };
/** @type {import('../../../dashboard/model/connection.js').ConnectionEvent} */
const SILENT = { type: 'silent' };

test('a page that never heard anything connects, and has nothing stale', () => {
  assert.equal(connectionText(after()), 'Connecting');
  assert.equal(connectionText(after(LOST)), 'Reconnecting');
  assert.equal(connectionText(after(LOST, LOST, LOST)), 'Reconnecting');
  assert.equal(connectionText(after(SILENT)), 'Reconnecting');
  assert.equal(isStale(after(LOST, LOST)), false);
});

test('live, lost, and stale once a try has failed', () => {
  assert.equal(connectionText(after(HEARD)), 'Live');
  assert.equal(connectionText(after(HEARD, LOST)), 'Reconnecting');
  assert.equal(connectionText(after(HEARD, LOST, LOST)), `Stale since ${clock(1000)}`);
  assert.equal(connectionText(after(HEARD, LOST, LOST, LOST)), `Stale since ${clock(1000)}`);
  assert.equal(connectionText(after(HEARD, LOST, LOST, HEARD)), 'Live');
});

test('a silent server is stale at once, since it was last heard', () => {
  assert.equal(connectionText(after(HEARD, { type: 'heard', at: 5000 }, SILENT)), `Stale since ${clock(5000)}`);
});

test('numbers are stale whenever the page is not live', () => {
  assert.deepEqual(
    [after(HEARD), after(HEARD, LOST), after(HEARD, LOST, LOST), after(HEARD, SILENT)].map(isStale),
    [false, true, true, true],
  );
});
