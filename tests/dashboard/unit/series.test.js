// SPDX-License-Identifier: MIT

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { HEIGHT, History, WIDTH } from '../../../dashboard/model/history.js';
import { Rate } from '../../../dashboard/model/rates.js';
import { MIB } from '../support/frames.js';

test('one reading has no rate', () => {
  const rate = new Rate();
  assert.equal(rate.perSecond(), null);
  rate.push(1000, 5);
  assert.equal(rate.perSecond(), null);
  rate.push(1000, 6);
  assert.equal(rate.perSecond(), null);
});

test('a rate is over the window', () => {
  const rate = new Rate(5000);
  for (let second = 0; second <= 20; second += 1) rate.push(second * 1000, second < 10 ? 0 : (second - 10) * 100);
  assert.equal(rate.perSecond(), 100);
  rate.push(21_000, 1000);
  assert.equal(rate.perSecond(), 80);
});

test('readings far apart still make a rate', () => {
  const rate = new Rate(5000);
  rate.push(0, 0);
  rate.push(60_000, 600);
  assert.equal(rate.perSecond(), 10);
});

test('a counter that falls, a clock that falls and a missing reading start again', () => {
  for (const [timeMs, value] of /** @type {[number, number | null][]} */ ([[3000, 5], [500, 30], [3000, null]])) {
    const rate = new Rate();
    rate.push(1000, 10);
    rate.push(2000, 20);
    rate.push(timeMs, value);
    assert.equal(rate.perSecond(), null);
  }
});

test('a fast stream keeps a bounded past', () => {
  const rate = new Rate(5000, 8);
  for (let step = 0; step < 1000; step += 1) rate.push(step, step * 2);
  assert.equal(rate.perSecond(), 2000);
});

test('a history keeps a point a step and no more than its span', () => {
  const history = new History(10_000, 1000);
  for (let timeMs = 0; timeMs < 100_000; timeMs += 100) history.push(timeMs, 1, 1);
  assert.equal(history.size, 10);
});

test('a history of sparse points drops what is older than its span', () => {
  const history = new History(10_000, 1000);
  history.push(0, 1, 1);
  history.push(9000, 1, 1);
  history.push(15_000, 1, 1);
  assert.equal(history.size, 2);
});

test('a history without two points has no picture', () => {
  const history = new History();
  assert.equal(history.picture(), null);
  history.push(0, 1, 1);
  assert.equal(history.picture(), null);
});

test('a picture spans its plane, from 0 to the next round number', () => {
  const history = new History();
  history.push(0, 256 * MIB, 128 * MIB);
  history.push(60_000, 320 * MIB, 128 * MIB);
  const picture = history.picture();
  assert.equal(picture?.rss, `M0 33.33L${WIDTH} 16.67`);
  assert.equal(picture?.tracked, `M0 66.67L${WIDTH} 66.67`);
  assert.equal(picture?.rssArea, `M0 33.33L${WIDTH} 16.67L${WIDTH} ${HEIGHT}L0 ${HEIGHT}Z`);
  assert.equal(picture?.top.replaceAll('\u00a0', ' '), '384 MiB');
  assert.equal(
    picture?.summary.replaceAll('\u00a0', ' '),
    'The last 1 min. RSS between 256 MiB and 320 MiB, last 320 MiB. Used 128 MiB.',
  );
});

test('a gap and a missing reading break the line', () => {
  const history = new History();
  history.push(0, MIB, null);
  history.push(10_000, MIB, null);
  history.breakLine();
  history.push(20_000, MIB, null);
  history.push(30_000, null, null);
  history.push(40_000, MIB, null);
  const picture = history.picture();
  assert.equal(picture?.rss.split('M').length, 1 + 3);
  assert.equal(picture?.tracked, '');
  assert.match(picture?.summary ?? '', /Used was not available\.$/);
});

test('a picture is drawn again when there is something new', () => {
  const history = new History();
  history.push(0, MIB, MIB);
  history.push(1000, MIB, MIB);
  const picture = history.picture();
  assert.equal(history.picture(), picture);
  history.push(2000, 2 * MIB, MIB);
  assert.notEqual(history.picture(), picture);
});

test('what is told again replaces what was, and leaves no hole', () => {
  const history = new History();
  for (let seq = 0; seq <= 10; seq += 1) history.push(seq * 1000, seq, 0, seq);
  const picture = history.picture();
  for (let seq = 6; seq <= 10; seq += 1) history.push(seq * 1000, seq, 0, seq);
  assert.equal(history.size, 11);
  assert.equal(history.picture()?.rss, picture?.rss);
  history.push(8000, 1, 0, 8);
  assert.equal(history.size, 9);
});

/** A minute, an hour and a day, forwards and back. */
const STEPS = [60_000, 3_600_000, 86_400_000].flatMap((by) => [by, -by]);

/** @param {string} path */
const runsIn = (path) => path.split('M').length - 1;

test('a clock that is set breaks the curve and takes nothing from it', () => {
  for (const step of STEPS) {
    // Whether it is known when frames arrive or not.
    for (const isKnown of [true, false]) {
      const history = new History();
      for (let second = 0; second < 250; second += 1) {
        const timeMs = 1e12 + second * 1000 + (second < 200 ? 0 : step);
        history.push(timeMs, 100 + second, 50, second, isKnown ? second * 1000 : null);
      }
      // Where nobody knows when frames come, a minute without one is a minute.
      const length = !isKnown && step === 60_000 ? 310_000 : 249_000;
      assert.ok(history.size >= 240, `${step}: ${history.size} points`);
      assert.match(history.picture()?.summary ?? '', length === 249_000 ? /^The last 4.min 9.s/ : /^The last (4|5).min/);
      assert.ok(runsIn(history.picture()?.rss ?? '') <= 2, `${step}`);
    }
  }
});

test('what is told again is known by its number, whatever the clock was set to in between', () => {
  for (const step of STEPS) {
    const history = new History();
    /** @param {number} seq @param {number} at */
    const push = (seq, at) => history.push(1e12 + seq * 1000 + (seq < 200 ? 0 : step), 100 + seq, 50, seq, at);
    for (let seq = 0; seq < 220; seq += 1) push(seq, seq * 1000);
    const before = history.picture();
    // A connection is lost: a keyframe of before the clock was set, and what came behind it, in one burst.
    for (let seq = 190; seq < 220; seq += 1) push(seq, 219_500);
    assert.equal(history.size, 220, `${step}`);
    assert.equal(history.picture()?.length, before?.length);
    for (let seq = 220; seq < 240; seq += 1) push(seq, seq * 1000);
    assert.equal(history.size, 240, `${step}`);
  }
});

test('another process begins its numbers again, and leaves the curve of the one before', () => {
  const history = new History();
  for (let seq = 0; seq < 10; seq += 1) history.push(seq * 1000, 1, 1, seq, seq * 1000);
  history.restart();
  for (let seq = 0; seq < 5; seq += 1) history.push((10 + seq) * 1000, 1, 1, seq, (10 + seq) * 1000);
  assert.equal(history.size, 15);
});

test('a burst of frames that were held up is no clock that was set', () => {
  const history = new History();
  for (let seq = 0; seq < 10; seq += 1) history.push(seq * 1000, 1, 1, seq, seq * 1000);
  // For two minutes nothing comes, then all of it.
  for (let seq = 10; seq < 130; seq += 5) history.push(seq * 1000, 1, 1, seq, 130_000);
  history.push(150_000, 1, 1, 150, 150_000);
  assert.equal(runsIn(history.picture()?.rss ?? ''), 1);
  assert.match(history.picture()?.length ?? '', /^2.min 30/);
});

test('a rate is the same whatever the clock is set to', () => {
  for (const step of STEPS) {
    const rate = new Rate();
    for (let second = 0; second < 20; second += 1) {
      rate.push(1e12 + second * 1000 + (second < 15 ? 0 : step), second * 100, second, second * 1000);
      if (second > 0) assert.equal(rate.perSecond(), 100, `${step} ${second}`);
    }
  }
});
