// SPDX-License-Identifier: MIT

const PREFIX = 'memscape.';

/** What this page was told and storage would not take. */
const kept = new Map();

/**
 * What the reader chose, from the last visit. Storage may be forbidden or full; the page works without it.
 * @param {string} name
 * @returns {string | null}
 */
export function recall(name) {
  try {
    return localStorage.getItem(PREFIX + name) ?? kept.get(name) ?? null;
  } catch {
    return kept.get(name) ?? null;
  }
}

/**
 * @param {string} name
 * @param {string} value
 */
export function remember(name, value) {
  kept.set(name, value);
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    // It holds until the page is closed.
  }
}

/**
 * Names that the reader chose, kept as one preference.
 * @param {string} preference
 * @returns {{ has: (name: string) => boolean, toggle: (name: string) => void, all: ReadonlySet<string> }}
 */
export function recallSet(preference) {
  const names = readSet(preference);
  return {
    all: names,
    has: (name) => names.has(name),
    toggle(name) {
      if (!names.delete(name)) names.add(name);
      remember(preference, JSON.stringify([...names]));
    },
  };
}

/**
 * @param {string} preference
 * @returns {Set<string>}
 */
function readSet(preference) {
  try {
    const names = /** @type {unknown} */ (JSON.parse(recall(preference) ?? '[]'));
    return new Set(Array.isArray(names) ? names.filter((name) => typeof name === 'string') : []);
  } catch {
    return new Set();
  }
}
