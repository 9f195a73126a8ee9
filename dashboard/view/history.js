// SPDX-License-Identifier: MIT

import { part, setAttribute, setFlag, setText } from './dom.js';

/**
 * RSS and tracked over the last minutes, as a picture and as a sentence.
 * @param {Document} root
 * @returns {(page: import('../model/page.js').Page) => void}
 */
export function mountHistory(root) {
  const plot = part(root, 'plot');
  const top = part(plot, 'plot-top');
  const rss = part(plot, 'plot-rss');
  const area = part(plot, 'plot-area');
  const tracked = part(plot, 'plot-tracked');
  const summary = part(root, 'summary');

  return ({ history }) => {
    setFlag(plot, 'hidden', history === null);
    if (history === null) return;
    setText(top, history.top);
    setAttribute(rss, 'd', history.rss);
    setAttribute(area, 'd', history.rssArea);
    setAttribute(tracked, 'd', history.tracked);
    setText(summary, history.summary);
  };
}
