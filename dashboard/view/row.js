// SPDX-License-Identifier: MIT

import { copy, part, setFlag, setPart, setProperty, setText, setTextOrHide } from './dom.js';

/**
 * @typedef {object} RowText
 * @property {string} value
 * @property {string} percent
 * @property {number} fill
 * @property {boolean} missing
 * @property {number | null} [committed]
 * @property {number | null} [resident]
 * @property {string} note
 *
 * @typedef {object} Row a row of the table
 * @property {HTMLElement} element
 * @property {HTMLElement | null} toggle null when it does not open
 * @property {(text: RowText) => void} write
 */

/**
 * @param {'leaf' | 'group'} kind
 * @param {string} label
 * @param {number} depth
 * @param {string} level what it lies in, in words
 * @param {string} [key] a second name, quieter
 * @returns {Row}
 */
export function makeRow(kind, label, depth, level, key = '') {
  const element = copy(`${kind}-row-template`);
  setText(part(element, 'label'), label);
  setTextOrHide(part(element, 'key'), key);
  setText(part(element, 'level'), level);
  setProperty(element, '--depth', depth);
  setFlag(element, 'data-child', depth > 0);
  const fill = part(element, 'fill');
  const committed = part(element, 'committed');
  const resident = part(element, 'resident');
  const value = part(element, 'value');
  const percent = part(element, 'percent');
  const note = part(element, 'note');
  return {
    element,
    toggle: kind === 'group' ? part(element, 'toggle') : null,
    write(text) {
      setText(value, text.value);
      setText(percent, text.percent);
      setPart(fill, text.fill);
      setPart(committed, text.committed ?? 0);
      setFlag(resident, 'hidden', (text.resident ?? null) === null);
      setPart(resident, text.resident ?? 0);
      setTextOrHide(note, text.note);
      setFlag(element, 'data-missing', text.missing);
    },
  };
}
