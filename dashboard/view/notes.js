// SPDX-License-Identifier: MIT

import { copy, part, setAttribute, setFlag, setText } from './dom.js';

/**
 * What has to be said before the numbers: one line for each thing that is wrong.
 * @param {Document} root
 * @returns {(page: import('../model/page.js').Page) => void}
 */
export function mountNotes(root) {
  const list = part(root, 'notes');
  /** @type {Map<string, HTMLElement>} */
  const shown = new Map();

  return ({ notes }) => {
    for (const [id, element] of shown) {
      if (notes.some((note) => note.id === id)) continue;
      element.remove();
      shown.delete(id);
    }
    let previous = null;
    for (const { id, tone, text } of notes) {
      const element = shown.get(id) ?? copy('note-template');
      setAttribute(element, 'data-tone', tone);
      setText(part(element, 'text'), text);
      if (!shown.has(id)) {
        shown.set(id, element);
        if (previous) previous.after(element);
        else list.prepend(element);
      }
      previous = element;
    }
    setFlag(list, 'hidden', notes.length === 0);
  };
}
