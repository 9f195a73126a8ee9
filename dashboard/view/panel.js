// SPDX-License-Identifier: MIT

import { mountBreakdown } from './breakdown.js';
import { part, setAttribute, setFlag, setPart, setText } from './dom.js';
import { mountFacts } from './facts.js';
import { recall, remember } from './preferences.js';

const PREFERENCE = 'panel';

/**
 * The panel of the process: a line when closed, the account of it when open.
 * @param {Document} root
 * @returns {(page: import('../model/page.js').Page) => void}
 */
export function mountPanel(root) {
  const panel = part(root, 'panel');
  const toggle = part(panel, 'toggle');
  const body = part(panel, 'body');
  const rss = part(panel, 'rss');
  const fill = part(part(panel, 'gauge'), 'fill');
  const gaugeText = part(panel, 'gauge-text');
  const inside = [mountBreakdown(panel), mountFacts(panel)];
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
    renderInside();
  };
}
