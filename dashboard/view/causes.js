// SPDX-License-Identifier: MIT

import { setAttribute, setFlag } from './dom.js';
import { recallSet } from './preferences.js';
import { makeRow } from './row.js';

/**
 * @typedef {import('../model/ledger.js').LedgerRow} LedgerRow
 * @typedef {{ row: import('./row.js').Row, of: LedgerRow }} Shown
 */

const PREFERENCE = 'open-causes';

/**
 * The rows that what no subsystem owns opens into. They come and go with the ledger; one that stays is kept, and with it
 * the focus in it.
 * @param {HTMLElement} above its row
 * @returns {{ show: (isOpen: boolean) => void, write: (rows: readonly LedgerRow[]) => void }}
 */
export function mountCauses(above) {
  const open = recallSet(PREFERENCE);
  /** @type {Map<string, Shown>} */
  const shown = new Map();
  let isOpen = false;

  /**
   * @param {string | null} id
   * @returns {boolean}
   */
  const isClosed = (id) => id !== null && (!open.has(id) || isClosed(shown.get(id)?.of.parent ?? null));

  const showOpen = () => {
    for (const { row, of } of shown.values()) {
      setFlag(row.element, 'hidden', !isOpen || isClosed(of.parent));
      if (row.toggle) setAttribute(row.toggle, 'aria-expanded', String(open.has(of.id)));
    }
  };

  /**
   * @param {LedgerRow} of
   * @returns {Shown}
   */
  const make = (of) => {
    const row = makeRow(of.isGroup ? 'group' : 'leaf', of.label, of.depth + 1, of.level, of.key);
    setFlag(row.element, of.isUnexplained ? 'data-untracked' : 'data-cause', true);
    row.toggle?.addEventListener('click', () => {
      open.toggle(of.id);
      showOpen();
    });
    return { row, of };
  };

  return {
    show(whetherOpen) {
      isOpen = whetherOpen;
      showOpen();
    },
    write(rows) {
      const focused = document.activeElement;
      const kept = new Set(rows.map(({ id }) => id));
      for (const [id, { row }] of shown) {
        if (kept.has(id)) continue;
        row.element.remove();
        shown.delete(id);
      }
      let previous = above;
      for (const of of rows) {
        let known = shown.get(of.id);
        // What a row says besides its figures does not change, but whether it opens and how much is left may.
        if (known && (known.of.isGroup !== of.isGroup || known.of.label !== of.label || known.of.depth !== of.depth)) {
          known.row.element.remove();
          known = undefined;
        }
        const { row } = known ?? make(of);
        shown.set(of.id, { row, of });
        row.write(of);
        if (previous.nextElementSibling !== row.element) previous.after(row.element);
        previous = row.element;
      }
      showOpen();
      // A row that changed its place has lost the focus.
      if (focused !== document.activeElement && focused instanceof HTMLElement && focused.isConnected) {
        focused.focus({ preventScroll: true });
      }
    },
  };
}
