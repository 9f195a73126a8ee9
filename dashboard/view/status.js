// SPDX-License-Identifier: MIT

import { part, setAttribute, setFlag, setText } from './dom.js';

/**
 * The state of the connection. Its text changes with the state and not with the numbers, because a screen
 * reader announces each change.
 * @param {Document} root
 * @returns {(page: import('../model/page.js').Page) => void}
 */
export function mountStatus(root) {
  const status = part(root, 'status');
  const text = part(root, 'status-text');
  const meta = part(root, 'meta');

  return ({ connection, title, meta: words }) => {
    setAttribute(status, 'data-state', connection.name);
    setText(text, connection.text);
    setFlag(root.body, 'data-stale', connection.stale);
    setText(meta, words);
    if (root.title !== title) root.title = title;
  };
}
