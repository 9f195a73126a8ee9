// SPDX-License-Identifier: MIT

import { REST_LABEL } from '../model/ledger.js';
import { isHidden } from '../model/tree.js';
import { mountCauses } from './causes.js';
import { copy, isLarge, part, setAttribute, setFlag, setPart, setProperty, setSeries, setText, setTextOrHide } from './dom.js';
import { recallSet } from './preferences.js';
import { makeRow } from './row.js';

/**
 * @typedef {import('../model/tree.js').Tree} Tree
 * @typedef {import('../model/tree.js').TreeNode} TreeNode
 *
 * @typedef {import('./row.js').Row & { node: TreeNode | null, isElsewhere: boolean }} NodeRow node is null for
 * what is no subsystem's; isElsewhere when it stands in another row
 */

const PREFERENCE = 'closed-groups';

/** The row that is no group of the tree: keys of those begin with a letter. */
const UNTRACKED = ':untracked';

/**
 * The table of who has what: rows are made when the layout changes, and only written to after that.
 * @param {HTMLElement} panel
 * @returns {(page: import('../model/page.js').Page) => void}
 */
export function mountBreakdown(panel) {
  const table = part(panel, 'tree');
  const body = part(panel, 'rows');
  const basis = part(panel, 'basis');
  const composition = part(panel, 'composition');
  const instant = part(panel, 'instant');
  const amount = part(panel, 'amount');
  const beside = part(panel, 'beside');
  const closed = recallSet(PREFERENCE);
  /** @type {Tree | null} */
  let shown = null;
  let isAccounted = false;
  /** @type {NodeRow[]} */
  let rows = [];
  /** @type {ReturnType<typeof mountCauses> | null} */
  let causes = null;
  /** @type {HTMLElement[]} */
  let segments = [];

  const showOpenGroups = () => {
    for (const { node, element, toggle, isElsewhere } of rows) {
      setFlag(element, 'hidden', node !== null && (isElsewhere || isHidden(node, closed.all)));
      if (toggle) setAttribute(toggle, 'aria-expanded', String(!closed.has(node?.key ?? UNTRACKED)));
    }
    causes?.show(!closed.has(UNTRACKED));
  };

  /**
   * @param {Tree} tree
   * @param {boolean} opens whether a ledger says what no subsystem's memory is
   */
  const build = (tree, opens) => {
    shown = tree;
    isAccounted = opens;
    const last = untrackedRow(opens);
    rows = [...tree.nodes.map(nodeRow), last];
    for (const { node, toggle } of rows) {
      toggle?.addEventListener('click', () => {
        closed.toggle(node?.key ?? UNTRACKED);
        showOpenGroups();
      });
    }
    body.replaceChildren(...rows.map(({ element }) => element));
    causes = opens ? mountCauses(last.element) : null;
    segments = [...tree.roots.map(({ series }) => segment(series)), segment('explained'), segment('untracked')];
    composition.replaceChildren(...segments);
    setFlag(table, 'data-large', isLarge(tree.nodes.length));
    showOpenGroups();
  };

  return ({ tree, breakdown, ledger }) => {
    if (!tree || !breakdown) return;
    const { isResident } = breakdown;
    if (tree !== shown || isAccounted !== isResident) build(tree, isResident);
    setText(basis, breakdown.basis);
    setText(amount, isResident ? 'Resident' : 'Used');
    setFlag(beside, 'hidden', !isResident);
    setTextOrHide(instant, isResident ? ledger?.instant ?? '' : '');
    setFlag(table, 'data-accounted', isResident);
    let isMoved = false;
    breakdown.rows.forEach((text, index) => {
      const row = rows[index];
      if (!row) return;
      row.write(text);
      isMoved ||= row.isElsewhere !== text.isElsewhere;
      row.isElsewhere = text.isElsewhere;
    });
    if (isMoved) showOpenGroups();
    rows.at(-1)?.write(breakdown.untracked);
    if (isResident && ledger) causes?.write(ledger.rows);
    breakdown.segments.forEach(({ fill }, index) => {
      const element = segments[index];
      if (element) setPart(element, fill);
    });
    setFlag(composition, 'data-marked', breakdown.rssMark !== null);
    if (breakdown.rssMark !== null) setProperty(composition, '--mark', breakdown.rssMark);
  };
}

/**
 * @param {TreeNode} node
 * @returns {NodeRow}
 */
function nodeRow(node) {
  const row = makeRow(node.kind, node.label, node.depth, node.parent ? `in ${node.parent.label}` : '');
  setSeries(row.element, node.series);
  return { ...row, node, isElsewhere: false };
}

/**
 * @param {boolean} opens
 * @returns {NodeRow}
 */
function untrackedRow(opens) {
  const row = makeRow(opens ? 'group' : 'leaf', opens ? REST_LABEL : 'Untracked', 0, '');
  setFlag(row.element, 'data-untracked', true);
  return { ...row, node: null, isElsewhere: false };
}

/**
 * @param {number | 'explained' | 'untracked'} what a series, or what of the rest it is
 * @returns {HTMLElement}
 */
function segment(what) {
  const element = copy('segment-template');
  if (typeof what === 'number') setSeries(element, what);
  else setFlag(element, `data-${what}`, true);
  return element;
}
