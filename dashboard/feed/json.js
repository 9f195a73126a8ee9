// SPDX-License-Identifier: MIT

/**
 * Values of a JSON text, held against what they have to be. What does not fit throws `MalformedFrame`.
 *
 * Unknown fields are passed over, so that a newer server may add some. Maps rather than objects hold
 * what the server named, because `constructor` is a legal key.
 */

/** A frame that cannot be read; its message says what is wrong with it. */
export class MalformedFrame extends Error {}

/**
 * @param {unknown} value
 * @param {string} what
 * @returns {Record<string, unknown>}
 */
export function object(value, what) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new MalformedFrame(`${what} is no object`);
  }
  return /** @type {Record<string, unknown>} */ (value);
}

/**
 * @param {unknown} value
 * @param {string} what
 * @returns {unknown[]}
 */
export function array(value, what) {
  if (!Array.isArray(value)) throw new MalformedFrame(`${what} is no array`);
  return value;
}

/**
 * @param {unknown} value
 * @param {string} what
 * @returns {string}
 */
export function text(value, what) {
  if (typeof value !== 'string') throw new MalformedFrame(`${what} is no string`);
  return value;
}

/**
 * @param {unknown} value
 * @param {string} what
 * @returns {number}
 */
export function number(value, what) {
  // JSON has no infinity, but JSON.parse makes one of 1e999.
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) {
    throw new MalformedFrame(`${what} is no number that can be shown`);
  }
  return value;
}

/**
 * Absent and null are the same thing: not measured.
 * @param {unknown} value
 * @param {string} what
 * @returns {number | null}
 */
export function measured(value, what) {
  return value === null || value === undefined ? null : number(value, what);
}

/**
 * The fields of `names` that stand in `value`; the others are left out.
 * @template {string} Name
 * @param {unknown} value
 * @param {readonly Name[]} names
 * @param {string} what
 * @returns {Partial<Record<Name, number | null>>}
 */
export function some(value, names, what) {
  const from = object(value, what);
  /** @type {Partial<Record<Name, number | null>>} */
  const result = {};
  for (const name of names) {
    if (Object.hasOwn(from, name)) result[name] = measured(from[name], `${what}.${name}`);
  }
  return result;
}

/**
 * All fields of `names`; the ones that do not stand in `value` are null.
 * @template {string} Name
 * @param {unknown} value
 * @param {readonly Name[]} names
 * @param {string} what
 * @returns {Record<Name, number | null>}
 */
export function all(value, names, what) {
  const absent = Object.fromEntries(names.map((name) => [name, null]));
  return /** @type {Record<Name, number | null>} */ ({ ...absent, ...some(value, names, what) });
}

/**
 * @template T
 * @param {unknown} value
 * @param {string} what
 * @param {(value: unknown, what: string) => T} read
 * @returns {Map<string, T>}
 */
export function map(value, what, read) {
  /** @type {Map<string, T>} */
  const result = new Map();
  for (const [key, entry] of Object.entries(object(value, what))) {
    result.set(key, read(entry, `${what}.${key}`));
  }
  return result;
}
