// SPDX-License-Identifier: MIT

/**
 * @typedef {object} TreeNode
 * @property {string} key
 * @property {string} label
 * @property {'leaf' | 'group'} kind
 * @property {number} index place in pre-order
 * @property {number} depth 0 for a root
 * @property {number} series which root it belongs to, from 0: the index of its colour
 * @property {TreeNode | null} parent
 * @property {TreeNode[]} children
 *
 * @typedef {object} Tree
 * @property {TreeNode[]} nodes pre-order
 * @property {TreeNode[]} roots
 */

/**
 * @param {readonly import('../feed/wire.js').LayoutNode[]} flat pre-order, parents before children
 * @returns {Tree}
 */
export function buildTree(flat) {
  /** @type {Map<string, TreeNode>} */
  const byKey = new Map();
  /** @type {TreeNode[]} */
  const roots = [];
  const nodes = flat.map(({ key, label, kind, parent: parentKey }, index) => {
    const parent = parentKey === null ? null : byKey.get(parentKey) ?? null;
    const siblings = parent ? parent.children : roots;
    /** @type {TreeNode} */
    const node = {
      key,
      label,
      kind,
      index,
      depth: parent ? parent.depth + 1 : 0,
      series: parent ? parent.series : roots.length,
      parent,
      children: [],
    };
    siblings.push(node);
    byKey.set(key, node);
    return node;
  });
  return { nodes, roots };
}

/**
 * Whether a node lies in a closed group.
 * @param {TreeNode} node
 * @param {ReadonlySet<string>} closed keys of closed groups
 * @returns {boolean}
 */
export function isHidden(node, closed) {
  for (let above = node.parent; above; above = above.parent) {
    if (closed.has(above.key)) return true;
  }
  return false;
}
