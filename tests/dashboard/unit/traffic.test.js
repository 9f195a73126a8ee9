// SPDX-License-Identifier: MIT

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Traffic } from '../../../dashboard/model/traffic.js';

/**
 * @param {Traffic} traffic
 * @param {number} seq
 * @param {number} timeMs
 * @param {number} [size]
 */
const keyframe = (traffic, seq, timeMs, size = 1000) => traffic.push({ size, timeMs, seq, isKeyframe: true });
/**
 * @param {Traffic} traffic
 * @param {number} seq
 * @param {number} timeMs
 * @param {number} [size]
 */
const delta = (traffic, seq, timeMs, size = 100) => traffic.push({ size, timeMs, seq, isKeyframe: false });
/**
 * @param {Traffic} traffic
 * @param {number | null} timeMs
 * @param {number} [size]
 */
const other = (traffic, timeMs, size = 50) => traffic.push({ size, timeMs, seq: null, isKeyframe: false });

test('nothing is said before a keyframe, nor without a window', () => {
  const traffic = new Traffic();
  assert.equal(traffic.flow(), null);
  delta(traffic, 1, 0);
  delta(traffic, 2, 5000);
  assert.equal(traffic.flow(), null);
  traffic.restart();
  keyframe(traffic, 1, 0);
  assert.equal(traffic.flow(), null);
  delta(traffic, 2, 999);
  assert.equal(traffic.flow(), null);
  delta(traffic, 3, 1000);
  assert.notEqual(traffic.flow(), null);
});

test('frames and bytes a second, without the block that opens the window', () => {
  const traffic = new Traffic();
  other(traffic, null, 700);
  keyframe(traffic, 1, 0);
  for (let step = 1; step <= 8; step += 1) delta(traffic, 1 + step, step * 250);
  assert.deepEqual(traffic.flow(), { framesPerSecond: 4, bytesPerSecond: 400, saving: 10 });
});

test('numbers that skip are ticks that were not sent', () => {
  const traffic = new Traffic();
  keyframe(traffic, 1, 0);
  delta(traffic, 41, 10_000, 500);
  assert.deepEqual(traffic.flow(), { framesPerSecond: 0.1, bytesPerSecond: 50, saving: 80 });
});

test('a sign of life is a frame and its bytes, but no tick', () => {
  const traffic = new Traffic();
  keyframe(traffic, 1, 0);
  other(traffic, 5000);
  assert.deepEqual(traffic.flow(), { framesPerSecond: 0.2, bytesPerSecond: 10, saving: null });
  delta(traffic, 31, 7500, 100);
  assert.equal(traffic.flow()?.saving, (1000 * 30) / 150);
});

test('a sign of life that opens the window brings no ticks for nothing', () => {
  const traffic = new Traffic(10_000);
  keyframe(traffic, 1, 0);
  other(traffic, 5000);
  delta(traffic, 31, 7500);
  delta(traffic, 71, 15_500);
  // The window begins at 5000: 20 of the 40 ticks from 1 to 31 lie before it.
  assert.deepEqual(traffic.flow(), { framesPerSecond: 2 / 10.5, bytesPerSecond: 200 / 10.5, saving: 400 });
});

test('what could not be read came over the wire as well', () => {
  const traffic = new Traffic();
  keyframe(traffic, 1, 0);
  other(traffic, null, 300);
  delta(traffic, 5, 1000, 100);
  assert.deepEqual(traffic.flow(), { framesPerSecond: 2, bytesPerSecond: 400, saving: 10 });
});

test('the size of a full snapshot is that of the last one', () => {
  const traffic = new Traffic();
  keyframe(traffic, 1, 0, 1000);
  keyframe(traffic, 5, 1000, 2000);
  delta(traffic, 21, 5000, 2000);
  assert.equal(traffic.flow()?.saving, 10);
});

test('what is older than the window counts no more', () => {
  const traffic = new Traffic(10_000);
  keyframe(traffic, 1, 0, 1_000_000);
  for (let second = 1; second <= 30; second += 1) delta(traffic, 1 + 4 * second, second * 1000);
  assert.deepEqual(traffic.flow(), { framesPerSecond: 1, bytesPerSecond: 100, saving: 40_000 });
});

test('a fast stream keeps a bounded past, and so does one that says nothing of use', () => {
  const traffic = new Traffic(10_000, 16);
  keyframe(traffic, 1, 0);
  for (let step = 1; step <= 10_000; step += 1) delta(traffic, 1 + step, step * 100);
  assert.equal(traffic.size, 16);
  assert.equal(traffic.flow()?.framesPerSecond, 10);
  for (let step = 0; step < 10_000; step += 1) other(traffic, null);
  assert.equal(traffic.size, 16);
});

test('what is said changes once a second at most', () => {
  const traffic = new Traffic();
  keyframe(traffic, 1, 0);
  delta(traffic, 5, 1000);
  const flow = traffic.flow();
  delta(traffic, 6, 1250, 5000);
  delta(traffic, 8, 1999, 5000);
  assert.equal(traffic.flow(), flow);
  delta(traffic, 9, 2000);
  assert.notDeepEqual(traffic.flow(), flow);
});

test('a clock that was set back, and a stream that begins, start again', () => {
  const traffic = new Traffic();
  keyframe(traffic, 1, 10_000);
  delta(traffic, 5, 11_000);
  assert.notEqual(traffic.flow(), null);
  keyframe(traffic, 6, 5000);
  assert.equal(traffic.flow(), null);
  delta(traffic, 10, 6000, 100);
  assert.deepEqual(traffic.flow(), { framesPerSecond: 1, bytesPerSecond: 100, saving: 40 });
  traffic.clear();
  assert.equal(traffic.flow(), null);
});

test('what comes besides costs bytes, and says nothing of what deltas save', () => {
  const traffic = new Traffic();
  keyframe(traffic, 1, 0);
  traffic.push({ size: 5000, timeMs: null, seq: null, isKeyframe: false, isExtra: true });
  delta(traffic, 11, 10_000, 100);
  assert.deepEqual(traffic.flow(), { framesPerSecond: 0.2, bytesPerSecond: 510, saving: 100 });
});

test('a clock that is set does not take the rate away, nor make it wrong', () => {
  for (const step of [60_000, 3_600_000, 86_400_000].flatMap((by) => [by, -by])) {
    const traffic = new Traffic();
    for (let second = 0; second <= 20; second += 1) {
      const timeMs = 1e12 + second * 1000 + (second < 15 ? 0 : step);
      traffic.push({ size: 100, timeMs, seq: 1 + second, isKeyframe: second === 0, at: second * 1000 });
      if (second >= 2) assert.deepEqual(traffic.flow(), { framesPerSecond: 1, bytesPerSecond: 100, saving: 1 }, `${step} ${second}`);
    }
  }
});
