// SPDX-License-Identifier: MIT

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ago, bytes, clock, count, fraction, nanoseconds, percent, rate, share, span, times } from '../../../dashboard/model/format.js';

/** @param {string} text */
const plain = (text) => text.replaceAll('\u00a0', ' ');

test('bytes have three significant digits in binary units', () => {
  for (const [value, text] of /** @type {[number, string][]} */ ([
    [0, '0 B'],
    [1, '1 B'],
    [1023, '1023 B'],
    [1024, '1.00 KiB'],
    [1536, '1.50 KiB'],
    [10 * 1024, '10.0 KiB'],
    [100 * 1024, '100 KiB'],
    [1013 * 1024, '1013 KiB'],
    [256 * 2 ** 20, '256 MiB'],
    [1.2 * 2 ** 30, '1.20 GiB'],
    [2 ** 64 - 1, '16.0 EiB'],
    [Number.MAX_VALUE, `${(Number.MAX_VALUE / 2 ** 60).toFixed(0)} EiB`],
  ])) assert.equal(plain(bytes(value)), text);
});

test('rounding never shows 1024 of a unit, nor a fourth digit below 1000', () => {
  assert.equal(plain(bytes(1023.6 * 1024)), '1.00 MiB');
  assert.equal(plain(bytes(9.999 * 1024)), '10.0 KiB');
  assert.equal(plain(bytes(99.99 * 1024)), '100 KiB');
  for (let exponent = 0; exponent < 64; exponent += 1) {
    for (const nudge of [-1, 0, 1]) {
      const digits = plain(bytes(Math.max(0, 2 ** exponent + nudge))).split(' ')[0] ?? '';
      assert.ok(Number(digits) < 1024, digits);
      assert.ok(digits.replace('.', '').length <= 4, digits);
    }
  }
});

test('counts are grouped, whatever their size', () => {
  assert.equal(count(0), '0');
  assert.equal(count(1_234_567), '1,234,567');
  assert.match(count(2 ** 64), /^18,446,744,073,709,55/);
});

test('rates', () => {
  assert.equal(rate(0), '0/s');
  assert.equal(rate(0.25), '0.3/s');
  assert.equal(rate(12.34), '12.3/s');
  assert.equal(rate(1234.5), '1,235/s');
  assert.equal(plain(rate(0, 'frames')), '0 frames/s');
  assert.equal(plain(rate(1.24, 'frames')), '1.2 frames/s');
  assert.equal(plain(rate(100, 'frames')), '100 frames/s');
});

test('factors', () => {
  assert.equal(times(1.06), '1.1×');
  assert.equal(times(9.94), '9.9×');
  assert.equal(times(9.96), '10×');
  assert.equal(times(1234.5), '1,235×');
});

test('percentages of tenths', () => {
  assert.equal(percent(0), '0.0%');
  assert.equal(percent(406), '40.6%');
  assert.equal(percent(1000), '100.0%');
});

test('a share is 0 or 100 only when it is just that', () => {
  assert.equal(share(0, 1000), '0%');
  assert.equal(share(1, 1000), '<1%');
  assert.equal(share(500, 1000), '50%');
  assert.equal(share(999, 1000), '>99%');
  assert.equal(share(1000, 1000), '100%');
  assert.equal(share(1500, 1000), '150%');
});

test('times', () => {
  assert.equal(plain(nanoseconds(950)), '950 ns');
  assert.equal(plain(nanoseconds(2100)), '2.10 µs');
  assert.equal(plain(nanoseconds(1.3e6)), '1.30 ms');
  assert.equal(plain(nanoseconds(2e9)), '2.00 s');
  assert.equal(plain(span(45_000)), '45 s');
  assert.equal(plain(span(180_000)), '3 min');
  assert.equal(plain(span(200_000)), '3 min 20 s');
  assert.equal(plain(span(7_500_000)), '2 h 5 min');
  assert.equal(plain(span(266_400_000)), '3 d 2 h');
  assert.equal(ago(499), 'just now');
  assert.equal(plain(ago(3000)), '3 s ago');
  assert.match(clock(0), /^\d\d:\d\d:\d\d$/);
});

test('a fraction stays within 0 and 1', () => {
  assert.equal(fraction(1, 4), 0.25);
  assert.equal(fraction(5, 4), 1);
  assert.equal(fraction(-1, 4), 0);
  assert.equal(fraction(1, 0), 0);
  assert.equal(fraction(0, 0), 0);
  assert.equal(fraction(1, 3), 0.3333);
});
