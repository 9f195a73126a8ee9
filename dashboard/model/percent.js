// SPDX-License-Identifier: MIT

/**
 * Deals `units` out in proportion to `values` by the largest-remainder method: the result is whole numbers
 * whose sum is exactly `units`, each less than 1 away from its exact share. Where there is nothing to
 * divide by, nobody gets anything.
 *
 * @param {readonly number[]} values none below 0
 * @param {number} units whole
 * @returns {number[]}
 */
export function largestRemainder(values, units) {
  const sum = values.reduce((total, value) => total + value, 0);
  if (!(sum > 0)) return values.map(() => 0);
  const exact = values.map((value) => (value / sum) * units);
  const dealt = exact.map(Math.floor);
  const left = units - dealt.reduce((total, value) => total + value, 0);
  const order = exact
    .map((value, index) => ({ index, remainder: value - Math.floor(value) }))
    // The earlier row wins a tie, so that equal rows do not swap from frame to frame.
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  for (const { index } of order.slice(0, left)) dealt[index] = (dealt[index] ?? 0) + 1;
  return dealt;
}
