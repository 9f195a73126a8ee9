// SPDX-License-Identifier: MIT

import { copy, part, setFlag, setText, setTextOrHide } from './dom.js';

/**
 * The foot of the panel: what the system says of the process.
 * @param {HTMLElement} panel
 * @returns {(page: import('../model/page.js').Page) => void}
 */
export function mountFacts(panel) {
  const list = part(panel, 'facts');
  /** @type {Map<string, { element: HTMLElement, value: HTMLElement, detail: HTMLElement }>} */
  const shown = new Map();

  return ({ facts }) => {
    for (const { term, value, detail, missing } of facts) {
      let fact = shown.get(term);
      if (!fact) {
        const element = copy('fact-template');
        setText(part(element, 'term'), term);
        fact = { element, value: part(element, 'value'), detail: part(element, 'detail') };
        shown.set(term, fact);
        list.append(element);
      }
      setText(fact.value, value);
      setTextOrHide(fact.detail, detail);
      setFlag(fact.element, 'data-missing', missing);
    }
  };
}
