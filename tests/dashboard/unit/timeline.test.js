// SPDX-License-Identifier: MIT

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Timeline } from '../../../dashboard/model/timeline.js';

test('frames are as far apart as their sender says', () => {
  const line = new Timeline();
  assert.deepEqual(line.place(1000, 1, 0), { timeMs: 1000, isAgain: false, isAfterStep: false, isGuess: false });
  assert.equal(line.place(5000, 2, 9000).timeMs, 5000);
});

test('a clock that is set goes on where it was, by as much as passed here', () => {
  for (const step of [60_000, 3_600_000, 86_400_000].flatMap((by) => [by, -by])) {
    const line = new Timeline();
    line.place(1e12, 1, 0);
    assert.deepEqual(line.place(1e12 + 2000 + step, 2, 2000), {
      timeMs: 1e12 + 2000, isAgain: false, isAfterStep: true, isGuess: false,
    }, `${step}`);
    assert.deepEqual(line.place(1e12 + 3000 + step, 3, 3000).timeMs, 1e12 + 3000);
    // And back again.
    assert.deepEqual(line.place(1e12 + 4000, 4, 4000).timeMs, 1e12 + 4000);
  }
});

test('where nobody knows when frames come, a clock that goes back is a step, and a guess', () => {
  const line = new Timeline(300_000);
  line.place(1e12);
  assert.deepEqual(line.place(1e12 - 5000), { timeMs: 1e12 + 1000, isAgain: false, isAfterStep: true, isGuess: true });
  assert.equal(line.place(1e12 + 290_000).isAfterStep, false);
  assert.equal(line.place(1e12 + 86_400_000).isAfterStep, true);
});

test('a clock that is set all the time takes no more room than it needs', () => {
  const line = new Timeline();
  for (let seq = 0; seq < 1000; seq += 1) {
    assert.equal(line.place(1e12 + (seq % 2) * 3_600_000, seq, seq * 1000).timeMs, 1e12 + seq * 1000);
  }
});
