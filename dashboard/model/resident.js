// SPDX-License-Identifier: MIT

import { accountsOf } from './accounts.js';
import { ALLOCATOR, causeLabel, freeInAllocator, isOfAllocator, partLabel, qualityWords } from './causes.js';
import { bytes } from './format.js';
import { largestRemainder } from './percent.js';

/**
 * @typedef {import('../feed/ledger.js').Ledger} Ledger
 * @typedef {import('./accounts.js').Account} Account
 * @typedef {import('./tree.js').Tree} Tree
 * @typedef {import('./tree.js').TreeNode} TreeNode
 *
 * @typedef {object} Line a cause, or a part of one
 * @property {string} id
 * @property {string} label
 * @property {string} key a second name, quieter
 * @property {number | null} amount what is resident, null where that is counted elsewhere
 * @property {number | null} used by a source that lies there
 * @property {string} note
 * @property {number} tenths of a percent
 * @property {Line[]} parts
 *
 * @typedef {object} Resident RSS of one instant, each byte in one place
 * @property {number} whole RSS, and what is named beyond it where that happened
 * @property {Map<string, Account>} owners by the keys of nodes
 * @property {Map<string, number>} tenths of those
 * @property {{ amount: number, tenths: number }} rest what no subsystem owns
 * @property {Line[]} lines what that is, the largest first
 * @property {number} unexplained tenths of what nothing explains, which is a part of the rest
 */

/** Percentages are dealt out in tenths. */
const WHOLE = 1000;

/** Causes below this part of RSS stand together, when there are some. */
const SMALL_PART = 0.01;
const LEAST_TOGETHER = 3;

/**
 * Whether a ledger has something to lead with.
 * @param {Ledger | null | undefined} ledger
 * @returns {ledger is Ledger}
 */
export function leads(ledger) {
  return [...ledger?.sources.values() ?? [], ...ledger?.causes.values() ?? []].some(({ resident }) => resident !== null);
}

/**
 * @param {Tree} tree
 * @param {Ledger} ledger
 * @returns {Resident}
 */
export function describeResident(tree, ledger) {
  const owners = accountsOf(tree, ledger);
  /** @param {TreeNode} node */
  const of = (node) => owners.get(node.key)?.resident ?? 0;
  const roots = tree.roots.map(of);
  const lines = linesOf(tree, ledger);
  const unexplained = ledger.unexplained ?? 0;
  const amount = sumOf(lines) + unexplained;
  const whole = roots.reduce((sum, root) => sum + root, 0) + amount;
  const dealt = largestRemainder([...roots, amount], WHOLE);
  /** @type {Map<string, number>} */
  const tenths = new Map();
  tree.roots.forEach((root, index) => dealToNode(root, dealt[index] ?? 0, of, tenths));
  const rest = { amount, tenths: dealt.at(-1) ?? 0 };
  return { whole, owners, tenths, rest, lines, unexplained: dealToLines(lines, unexplained, rest.tenths) };
}

/**
 * @param {TreeNode} node
 * @param {number} share
 * @param {(node: TreeNode) => number} of
 * @param {Map<string, number>} tenths filled
 */
function dealToNode(node, share, of, tenths) {
  tenths.set(node.key, share);
  const dealt = largestRemainder(node.children.map(of), share);
  node.children.forEach((child, index) => dealToNode(child, dealt[index] ?? 0, of, tenths));
}

/**
 * @param {readonly Line[]} lines filled
 * @param {number} rest
 * @param {number} share
 * @returns {number} the share of the rest
 */
function dealToLines(lines, rest, share) {
  const dealt = largestRemainder([...lines.map(({ amount }) => amount ?? 0), rest], share);
  lines.forEach((line, index) => {
    line.tenths = dealt[index] ?? 0;
    const below = Math.max(0, (line.amount ?? 0) - sumOf(line.parts));
    dealToLines(line.parts, below, line.tenths);
  });
  return dealt.at(-1) ?? 0;
}

/**
 * @param {readonly Line[]} lines
 * @returns {number}
 */
function sumOf(lines) {
  return lines.reduce((total, { amount }) => total + (amount ?? 0), 0);
}

/**
 * @param {Partial<Line> & Pick<Line, 'id' | 'label'>} of
 * @returns {Line}
 */
function made(of) {
  return { key: '', amount: null, used: null, note: '', tenths: 0, parts: [], ...of };
}

/**
 * @param {Tree} tree
 * @param {Ledger} ledger
 * @returns {Line[]}
 */
function linesOf(tree, ledger) {
  const unmeasured = tree.nodes.filter(({ kind, key }) => kind === 'leaf' && (ledger.sources.get(key)?.resident ?? null) === null)
    .map((node) => {
      const { key } = node;
      const label = pathOf(node);
      const source = ledger.sources.get(key);
      return { liesIn: source?.liesIn, part: made({ id: `:source\n${key}`, label, used: source?.used ?? null }) };
    });
  const inAllocator = unmeasured.filter(({ liesIn }) => liesIn === ALLOCATOR).map(({ part }) => part);
  const elsewhere = unmeasured.filter(({ liesIn }) => liesIn !== ALLOCATOR).map(({ part }) => part);
  const causes = causeLines(ledger);
  const ofAllocator = causes.filter(({ id }) => isOfAllocator(id));
  const all = [
    ...causes.filter(({ id }) => !isOfAllocator(id)),
    ...ofAllocator.length + inAllocator.length === 0 ? [] : [made({
      id: ALLOCATOR, label: ALLOCATOR, note: freeInAllocator(ledger), parts: [...ofAllocator, ...inAllocator],
      amount: ofAllocator.length === 0 ? null : sumOf(ofAllocator),
    })],
  ].sort((a, b) => (b.amount ?? 0) - (a.amount ?? 0));
  return [
    ...together(all, ledger.rss ?? 0),
    ...elsewhere.length === 0 ? [] : [made({ id: ':elsewhere', label: 'Place unknown', parts: elsewhere })],
  ];
}

/**
 * What a leaf is called where its group is not above it.
 * @param {TreeNode} node
 * @returns {string} with the labels of its ancestors
 */
function pathOf({ label, parent }) {
  return parent === null ? label : `${pathOf(parent)} / ${label}`;
}

/**
 * @param {Ledger} ledger
 * @returns {Line[]} largest first
 */
function causeLines({ causes }) {
  return [...causes].filter(([, { resident }]) => (resident ?? 0) > 0).map(([name, { resident, swapped, quality, parts }]) => {
    const known = parts.map((part) => made({ id: `${name}\n${part.name}`, ...partLabel(part.name), amount: part.resident }));
    const rest = (resident ?? 0) - sumOf(known);
    return made({
      id: name,
      ...causeLabel(name),
      amount: resident,
      note: [
        swapped === null || swapped === 0 ? [] : [`${bytes(swapped)} swapped out`],
        quality === '' ? [] : [qualityWords(quality)],
      ].flat().join(' · '),
      parts: known.length > 0 && rest > 0 ? [...known, made({ id: `${name}\n`, label: 'The rest', amount: rest })] : known,
    });
  }).sort((a, b) => (b.amount ?? 0) - (a.amount ?? 0));
}

/**
 * @param {Line[]} lines largest first
 * @param {number} rss
 * @returns {Line[]}
 */
function together(lines, rss) {
  const small = lines.filter(({ amount, parts }) => (
    amount !== null && amount < SMALL_PART * rss && parts.every(({ used }) => used === null)
  ));
  if (small.length < LEAST_TOGETHER) return lines;
  const large = lines.filter((one) => !small.includes(one));
  const parts = small.map((one) => ({ ...one, parts: [] }));
  return [...large, made({ id: ':small', label: `${parts.length} smaller causes`, amount: sumOf(parts), parts })];
}
