// SPDX-License-Identifier: MIT

import { copy, part, setFlag, setPart, setProperty, setText, setTextOrHide } from './dom.js';

/**
 * @typedef {object} RowText
 * @property {string} value
 * @property {string} percent
 * @property {number} fill
 * @property {boolean} missing
 * @property {string} used beside the value, where there is such a column
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
  const used = part(element, 'used');
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
      setText(used, text.used);
      setTextOrHide(note, text.note);
      setFlag(element, 'data-missing', text.missing);
    },
  };
}
