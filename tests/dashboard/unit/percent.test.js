// SPDX-License-Identifier: MIT

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { largestRemainder } from '../../../dashboard/model/percent.js';
import { generator } from '../support/frames.js';

/** @param {number[]} values */
const sum = (values) => values.reduce((total, value) => total + value, 0);

test('three equal parts of 100', () => {
  assert.deepEqual(largestRemainder([1, 1, 1], 100), [34, 33, 33]);
});

test("the plan's figures, which rounding one by one would not bring to 100", () => {
  assert.deepEqual(largestRemainder([128, 16, 8, 104], 100), [50, 6, 3, 41]);
});

test('nothing to divide by', () => {
  assert.deepEqual(largestRemainder([], 100), []);
  assert.deepEqual(largestRemainder([0, 0], 100), [0, 0]);
});

test('numbers beyond 2^53', () => {
  assert.deepEqual(largestRemainder([2 ** 63, 2 ** 63], 1000), [500, 500]);
});

test('any parts sum to the whole, and none is 1 or more off its exact share', () => {
  const random = generator(42);
  for (let round = 0; round < 2000; round += 1) {
    const values = Array.from({ length: 1 + Math.floor(random() * 40) }, () => (
      random() < 0.2 ? 0 : Math.floor(random() * 2 ** Math.floor(random() * 53))
    ));
    if (sum(values) === 0) continue;
    const dealt = largestRemainder(values, 1000);
    assert.equal(sum(dealt), 1000);
    dealt.forEach((share, index) => {
      const exact = ((values[index] ?? 0) / sum(values)) * 1000;
      assert.ok(Math.abs(share - exact) < 1, `${share} for ${exact}`);
      assert.ok(share >= 0);
    });
  }
});
