// SPDX-License-Identifier: MIT

import { copy, part, setFlag, setText, setTextOrHide } from './dom.js';

/**
 * @typedef {import('../model/facts.js').Fact} Fact
 */

/**
 * A list of terms and what they are.
 * @param {HTMLElement} list
 * @returns {(facts: readonly Fact[]) => void}
 */
export function mountFactList(list) {
  /** @type {Map<string, { element: HTMLElement, value: HTMLElement, detail: HTMLElement }>} */
  const shown = new Map();

  return (facts) => {
    for (const [term, { element }] of shown) {
      if (facts.some((fact) => fact.term === term)) continue;
      element.remove();
      shown.delete(term);
    }
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

/**
 * The foot of the panel: what the system says of the process.
 * @param {HTMLElement} panel
 * @returns {(page: import('../model/page.js').Page) => void}
 */
export function mountFacts(panel) {
  const base = mountFactList(part(panel, 'facts'));
  const groups = /** @type {const} */ (['resident', 'outside']).map((name) => {
    const section = part(panel, name);
    return { name, section, list: mountFactList(part(section, 'list')) };
  });

  return ({ facts, detail }) => {
    base(facts);
    for (const { name, section, list } of groups) {
      const of = detail?.[name] ?? [];
      setFlag(section, 'hidden', of.length === 0);
      list(of);
    }
  };
}
