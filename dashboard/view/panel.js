// SPDX-License-Identifier: MIT

import { mountBreakdown } from './breakdown.js';
import { copy, part, setAttribute, setFlag, setPart, setText } from './dom.js';
import { mountFacts } from './facts.js';
import { mountLedger } from './ledger.js';
import { recall, remember } from './preferences.js';

const PREFERENCE = 'panel';

/**
 * The panel of the process: a line when closed, the account of it when open.
 * @param {Document} root
 * @param {import('./ledger.js').Actions} actions
 * @returns {(page: import('../model/page.js').Page) => void}
 */
export function mountPanel(root, actions) {
  const panel = part(root, 'panel');
  const toggle = part(panel, 'toggle');
  const body = part(panel, 'body');
  const rss = part(panel, 'rss');
  const fill = part(part(panel, 'gauge'), 'fill');
  const gaugeText = part(panel, 'gauge-text');
  const remarks = mountRemarks(part(panel, 'remarks'));
  const inside = [mountBreakdown(panel), mountLedger(panel, actions), mountFacts(panel)];
  /** @type {import('../model/page.js').Page | null} */
  let latest = null;
  let isOpen = recall(PREFERENCE) === 'open';

  const renderInside = () => {
    if (!isOpen || !latest) return;
    for (const view of inside) view(latest);
  };

  const show = () => {
    setAttribute(toggle, 'aria-expanded', String(isOpen));
    setFlag(body, 'hidden', !isOpen);
    renderInside();
  };

  toggle.addEventListener('click', () => {
    isOpen = !isOpen;
    remember(PREFERENCE, isOpen ? 'open' : 'closed');
    show();
  });
  show();

  return (page) => {
    latest = page;
    setText(rss, page.rss);
    setFlag(rss, 'data-missing', !page.isRssKnown);
    setText(gaugeText, page.gauge.text);
    setPart(fill, page.gauge.fill);
    remarks(page.gauge.remarks);
    renderInside();
  };
}

/**
 * @param {HTMLElement} list
 * @returns {(remarks: readonly import('../model/gauge.js').Remark[]) => void}
 */
function mountRemarks(list) {
  /** @type {HTMLElement[]} */
  let shown = [];

  return (remarks) => {
    setFlag(list, 'hidden', remarks.length === 0);
    if (remarks.length !== shown.length) {
      shown = remarks.map(() => copy('remark-template'));
      list.replaceChildren(...shown);
    }
    remarks.forEach(({ text, isWarning }, index) => {
      const element = shown[index];
      if (!element) return;
      setText(element, text);
      setFlag(element, 'data-warning', isWarning);
    });
  };
}
