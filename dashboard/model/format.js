// SPDX-License-Identifier: MIT

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];

/** What stands where nothing was measured. */
export const NOT_AVAILABLE = 'not available';

/** What stands where one reading is not enough. */
export const PENDING = '–';

// One fixed locale: the page is in English, and its text must not depend on the machine that shows it.
const integer = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/**
 * Three significant digits, or four where 1000 to 1023 of a unit need them: 256 MiB, 1.20 GiB, 1013 KiB.
 * @param {number} value
 * @returns {string}
 */
function threeDigits(value) {
  if (value < 9.995) return value.toFixed(2);
  if (value < 99.95) return value.toFixed(1);
  return value.toFixed(0);
}

/**
 * Bytes in binary units.
 * @param {number} value
 * @returns {string}
 */
export function bytes(value) {
  let unit = 0;
  let scaled = value;
  // Not 1024: 1023.6 KiB would be rounded to 1024 KiB.
  while (scaled >= 1023.5 && unit < UNITS.length - 1) {
    scaled /= 1024;
    unit += 1;
  }
  const digits = unit === 0 ? value.toFixed(0) : threeDigits(scaled);
  return `${digits}\u00a0${UNITS[unit]}`;
}

/**
 * @param {number | null} value
 * @returns {string}
 */
export function bytesOrAbsent(value) {
  return value === null ? NOT_AVAILABLE : bytes(value);
}

/**
 * Events and objects: 1,234,567.
 * @param {number} value
 * @returns {string}
 */
export function count(value) {
  return integer.format(value);
}

/**
 * A rate per second: 0/s, 3.4/s, 1,234/s, 3.4 frames/s.
 * @param {number} value
 * @param {string} [unit]
 * @returns {string}
 */
export function rate(value, unit) {
  const end = unit === undefined ? '/s' : `\u00a0${unit}/s`;
  if (value === 0) return `0${end}`;
  return value < 99.95 ? `${value.toFixed(1)}${end}` : `${integer.format(value)}${end}`;
}

/**
 * A factor: 3.4×, 11×, 1,234×.
 * @param {number} value
 * @returns {string}
 */
export function times(value) {
  return value < 9.95 ? `${value.toFixed(1)}×` : `${integer.format(value)}×`;
}

/**
 * Tenths of a percent: 500 is 50.0%.
 * @param {number} tenths
 * @returns {string}
 */
export function percent(tenths) {
  return `${(tenths / 10).toFixed(1)}%`;
}

/**
 * A part of something, as a whole percentage that is 0 or 100 only when it is just that.
 * @param {number} part
 * @param {number} whole greater than 0
 * @returns {string}
 */
export function share(part, whole) {
  if (part === 0) return '0%';
  if (part === whole) return '100%';
  const percentage = (part / whole) * 100;
  if (percentage < 1) return '<1%';
  if (percentage > 99 && percentage < 100) return '>99%';
  return `${percentage.toFixed(0)}%`;
}

/**
 * A duration of the sampler: 950 ns, 2.10 µs, 1.30 ms.
 * @param {number} ns
 * @returns {string}
 */
export function nanoseconds(ns) {
  if (ns < 1000) return `${ns.toFixed(0)}\u00a0ns`;
  if (ns < 999_500) return `${threeDigits(ns / 1e3)}\u00a0µs`;
  if (ns < 999_500_000) return `${threeDigits(ns / 1e6)}\u00a0ms`;
  return `${threeDigits(ns / 1e9)}\u00a0s`;
}

/**
 * A span of time in words: 45 s, 3 min, 3 min 20 s, 2 h 5 min, 3 d 2 h.
 * @param {number} ms
 * @returns {string}
 */
export function span(ms) {
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days > 0) return twoUnits(days, 'd', hours % 24, 'h');
  if (hours > 0) return twoUnits(hours, 'h', minutes % 60, 'min');
  return minutes > 0 ? twoUnits(minutes, 'min', seconds % 60, 's') : `${seconds}\u00a0s`;
}

/**
 * @param {number} large
 * @param {string} largeUnit
 * @param {number} small
 * @param {string} smallUnit
 * @returns {string}
 */
function twoUnits(large, largeUnit, small, smallUnit) {
  return `${large}\u00a0${largeUnit}${small === 0 ? '' : ` ${small}\u00a0${smallUnit}`}`;
}

/**
 * How long ago something was: now, 3 s ago.
 * @param {number} ms
 * @returns {string}
 */
export function ago(ms) {
  return ms < 500 ? 'just now' : `${span(ms)} ago`;
}

/**
 * A difference of bytes, with its sign: +1.20 MiB, −1.20 MiB, 0 B.
 * @param {number} value
 * @returns {string}
 */
export function signedBytes(value) {
  if (value === 0) return bytes(0);
  return `${value > 0 ? '+' : '\u2212'}${bytes(Math.abs(value))}`;
}

/**
 * Basis points as a percentage: 125 is 1.25%.
 * @param {number} points
 * @returns {string}
 */
export function basisPoints(points) {
  return `${threeDigits(points / 100)}%`;
}

/**
 * "1 object", "1,234 objects".
 * @param {number} amount
 * @param {string} noun
 * @returns {string}
 */
export function plural(amount, noun) {
  return `${count(amount)} ${amount === 1 ? noun : `${noun}s`}`;
}

/**
 * The time of day where the page is read: 18:31:05.
 * @param {number} ms since the epoch
 * @returns {string}
 */
export function clock(ms) {
  const date = new Date(ms);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}

/**
 * A part of 1 for a style property: within bounds, and coarse enough that noise does not repaint.
 * @param {number} part
 * @param {number} whole
 * @returns {number}
 */
export function fraction(part, whole) {
  if (!(whole > 0)) return 0;
  return Math.round(Math.min(1, Math.max(0, part / whole)) * 10_000) / 10_000;
}
