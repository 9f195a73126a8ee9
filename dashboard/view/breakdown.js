// SPDX-License-Identifier: MIT

import { isHidden } from '../model/tree.js';
import { copy, isLarge, part, setAttribute, setFlag, setPart, setProperty, setSeries, setText } from './dom.js';
import { recall, remember } from './preferences.js';

/**
 * @typedef {import('../model/tree.js').Tree} Tree
 * @typedef {import('../model/tree.js').TreeNode} TreeNode
 *
 * @typedef {object} Row
 * @property {TreeNode | null} node null for what is untracked
 * @property {HTMLElement} element
 * @property {HTMLElement} fill
 * @property {HTMLElement} value
 * @property {HTMLElement} percent
 */

const PREFERENCE = 'closed-groups';

/** @returns {Set<string>} */
function recallClosed() {
  try {
    const keys = /** @type {unknown} */ (JSON.parse(recall(PREFERENCE) ?? '[]'));
    return new Set(Array.isArray(keys) ? keys.filter((key) => typeof key === 'string') : []);
  } catch {
    return new Set();
  }
}

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
  const closed = recallClosed();
  /** @type {Tree | null} */
  let shown = null;
  /** @type {Row[]} */
  let rows = [];
  /** @type {HTMLElement[]} */
  let segments = [];

  const showOpenGroups = () => {
    for (const { node, element } of rows) {
      if (!node) continue;
      setFlag(element, 'hidden', isHidden(node, closed));
      if (node.kind === 'group') {
        setAttribute(part(element, 'toggle'), 'aria-expanded', String(!closed.has(node.key)));
      }
    }
  };

  /** @param {string} key */
  const toggle = (key) => {
    if (!closed.delete(key)) closed.add(key);
    remember(PREFERENCE, JSON.stringify([...closed]));
    showOpenGroups();
  };

  /** @param {Tree} tree */
  const build = (tree) => {
    shown = tree;
    rows = [...tree.nodes.map(nodeRow), untrackedRow()];
    for (const { node, element } of rows) {
      if (node?.kind === 'group') part(element, 'toggle').addEventListener('click', () => toggle(node.key));
    }
    body.replaceChildren(...rows.map(({ element }) => element));
    segments = [...tree.roots.map(({ series }) => segment(series)), segment(null)];
    composition.replaceChildren(...segments);
    setFlag(table, 'data-large', isLarge(tree.nodes.length));
    showOpenGroups();
  };

  return ({ tree, breakdown }) => {
    if (!tree || !breakdown) return;
    if (tree !== shown) build(tree);
    setText(basis, breakdown.basis);
    [...breakdown.rows, breakdown.untracked].forEach((text, index) => {
      const row = rows[index];
      if (!row) return;
      setText(row.value, text.value);
      setText(row.percent, text.percent);
      setPart(row.fill, text.fill);
      setFlag(row.element, 'data-missing', text.missing);
    });
    breakdown.segments.forEach(({ fill }, index) => {
      const element = segments[index];
      if (element) setProperty(element, '--part', fill);
    });
    setFlag(composition, 'data-marked', breakdown.rssMark !== null);
    if (breakdown.rssMark !== null) setProperty(composition, '--mark', breakdown.rssMark);
  };
}

/**
 * @param {TreeNode} node
 * @returns {Row}
 */
function nodeRow(node) {
  const row = rowFrom(`${node.kind}-row-template`, node.label, node);
  setSeries(row.element, node.series);
  setProperty(row.element, '--depth', node.depth);
  setFlag(row.element, 'data-child', node.depth > 0);
  if (node.parent) setText(part(row.element, 'level'), `in ${node.parent.label}`);
  return row;
}

/** @returns {Row} */
function untrackedRow() {
  const row = rowFrom('leaf-row-template', 'Untracked', null);
  setFlag(row.element, 'data-untracked', true);
  return row;
}

/**
 * @param {string} template
 * @param {string} label
 * @param {TreeNode | null} node
 * @returns {Row}
 */
function rowFrom(template, label, node) {
  const element = copy(template);
  const name = part(element, 'label');
  setText(name, label);
  return {
    node,
    element,
    fill: part(element, 'fill'),
    value: part(element, 'value'),
    percent: part(element, 'percent'),
  };
}

/**
 * @param {number | null} series null for what is untracked
 * @returns {HTMLElement}
 */
function segment(series) {
  const element = copy('segment-template');
  if (series === null) setFlag(element, 'data-untracked', true);
  else setSeries(element, series);
  return element;
}
