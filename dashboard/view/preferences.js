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
