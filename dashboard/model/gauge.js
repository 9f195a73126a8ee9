// SPDX-License-Identifier: MIT

import { NOT_AVAILABLE, bytes, fraction } from './format.js';

/**
 * @typedef {object} Gauge
 * @property {string} text
 * @property {number} fill part of 1, 0 when there is nothing to fill
 */

/**
 * What RSS is held against, with its name, because a gauge without one reads as a limit. Virtual size is
 * none; it is what there is.
 * @param {import('../feed/wire.js').Process} process
 * @returns {{ bytes: number, name: string } | null}
 */
function denominator(process) {
  return process.vms === null ? null : { bytes: process.vms, name: 'virtual' };
}

/**
 * @param {import('../feed/wire.js').Process} process
 * @returns {Gauge}
 */
export function describeGauge(process) {
  const { rss } = process;
  const whole = denominator(process);
  if (rss === null) return { text: `RSS ${NOT_AVAILABLE}`, fill: 0 };
  if (whole === null) return { text: `RSS ${bytes(rss)}`, fill: 0 };
  return {
    text: `RSS ${bytes(rss)} of ${bytes(whole.bytes)} ${whole.name}`,
    fill: fraction(rss, whole.bytes),
  };
}
