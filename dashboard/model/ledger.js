// SPDX-License-Identifier: MIT

import { fragmentation } from './accounts.js';
import { causeLabel, faultWords, isOfMalloc, partLabel, qualityWords } from './causes.js';
import { describeDiff } from './diff.js';
import { describeFindings, madeAt } from './findings.js';
import {
  NOT_AVAILABLE, PENDING, ago, bytes, clock, fraction, nanoseconds, percent, signedBytes, span,
} from './format.js';

/**
 * @typedef {import('../feed/ledger.js').Ledger} Ledger
 * @typedef {import('../feed/ledger.js').Part} Part
 * @typedef {import('./store.js').TakenLedger} TakenLedger
 * @typedef {import('./tree.js').Tree} Tree
 *
 * @typedef {object} LedgerRow a cause, or a part of one
 * @property {string} id
 * @property {string | null} parent id of the row that it lies in
 * @property {boolean} isGroup
 * @property {boolean} isUnexplained
 * @property {string} label
 * @property {string} key a second name, quieter
 * @property {string} level what it lies in, in words
 * @property {string} value
 * @property {string} percent of RSS
 * @property {number} fill part of 1
 * @property {string} note
 * @property {boolean} missing
 *
 * @typedef {object} LedgerView
 * @property {string} made how old it is, and what it cost
 * @property {import('./facts.js').Fact[]} facts the sum that closes
 * @property {LedgerRow[]} rows pre-order, largest first
 * @property {string} verdict what Untracked was then, and how much of it nothing explains
 * @property {import('./findings.js').Remedy[]} findings
 * @property {string} faults what makes it worse than exact, empty when nothing does
 * @property {import('./diff.js').Diff | null} diff against the one that was chosen
 *
 * @typedef {object} Line before it is put in words
 * @property {string} id
 * @property {number} amount
 * @property {string} label
 * @property {string} [key]
 * @property {string} [note]
 * @property {(Part & { key?: string })[]} [parts]
 */

/**
 * What Untracked is made of: memory that no source owns, by its cause; and what sources own beyond what they
 * handed out, or handed out of memory that is counted under a cause, or is not in RAM. Together they are RSS less
 * what is in use, to the byte.
 * @param {Tree} tree
 * @param {Ledger} ledger
 * @returns {Line[]}
 */
function linesOf(tree, ledger) {
  const leaves = tree.nodes.filter(({ kind }) => kind === 'leaf').map((leaf) => {
    const account = ledger.sources.get(leaf.key);
    return { name: leaf.label, difference: fragmentation(account), used: account?.used ?? 0 };
  });
  const retained = partsOf(leaves.map(({ name, difference }) => ({ name, resident: difference ?? 0 })));
  const untouched = partsOf(leaves.map(({ name, difference }) => ({ name, resident: -(difference ?? 0) })));
  const unowned = partsOf(leaves.map(({ name, difference, used }) => ({ name, resident: difference === null ? used : 0 })));
  return [
    ...[
      ...causeLines(ledger),
      { id: ':retained', amount: sum(retained), label: 'Free in subsystems', parts: retained },
    ].filter(({ amount }) => amount > 0).sort((a, b) => b.amount - a.amount),
    ...[
      { id: ':untouched', amount: -sum(untouched), label: 'Handed out, not in RAM', parts: untouched },
      { id: ':unowned', amount: -sum(unowned), label: 'Counted as used above', parts: unowned },
      { id: ':closure', amount: -(ledger.closureError ?? 0), label: 'Closure error' },
    ].filter(({ amount }) => amount < 0),
  ];
}

/**
 * @param {Part[]} parts
 * @returns {Part[]} those above 0, largest first
 */
function partsOf(parts) {
  return parts.filter(({ resident }) => resident > 0).sort((a, b) => b.resident - a.resident);
}

/**
 * @param {readonly Part[]} parts
 * @returns {number}
 */
function sum(parts) {
  return parts.reduce((total, { resident }) => total + resident, 0);
}

/**
 * What malloc keeps lies in its heaps, which may have been trimmed: no more of it is in RAM than they have there beyond
 * what is held. Sources may have their memory from malloc.
 * @param {Ledger} ledger
 * @returns {string}
 */
function freeInMalloc({ causes, sources, mallocFree, mallocHeld, mallocAgeMs }) {
  if (mallocFree === null || mallocFree === 0) return '';
  const heaps = ['malloc.heap', 'malloc.arena'].reduce((all, name) => all + (causes.get(name)?.resident ?? 0), 0);
  const owned = [...sources.values()].reduce((all, { resident }) => all + (resident ?? 0), 0);
  const inRam = Math.min(heaps, Math.max(0, heaps + owned - (mallocHeld ?? 0)));
  return [
    `${bytes(mallocFree)} free inside malloc`,
    inRam < mallocFree ? `at most ${bytes(inRam)} of it in RAM` : [],
    (mallocAgeMs ?? 0) < 1000 ? [] : `as of ${span(mallocAgeMs ?? 0)} before`,
  ].flat().join(', ');
}

/**
 * @param {Ledger} ledger
 * @returns {Line[]}
 */
function causeLines(ledger) {
  const { causes } = ledger;
  const ofMalloc = [...causes].filter(([name]) => isOfMalloc(name))
    .sort((a, b) => (b[1].resident ?? 0) - (a[1].resident ?? 0));
  const freeIn = ofMalloc[0]?.[0];
  return [...causes].map(([name, { resident, swapped, quality, parts }]) => {
    const rest = (resident ?? 0) - sum(parts);
    return {
      id: name,
      amount: resident ?? 0,
      ...causeLabel(name),
      note: [
        // Of all its heaps together, so it is said once, where most of them are.
        name === freeIn ? [freeInMalloc(ledger)].filter((text) => text !== '') : [],
        swapped === null || swapped === 0 ? [] : [`${bytes(swapped)} swapped out`],
        quality === '' ? [] : [qualityWords(quality)],
      ].flat().join(' · '),
      parts: parts.length > 0 && rest > 0 ? [...parts, { name: 'The rest', resident: rest }] : parts,
    };
  });
}

/**
 * @param {TakenLedger} taken
 * @param {number} now wall clock of the page
 * @returns {number | null}
 */
function ageOf({ ledger, at }, now) {
  return ledger.ageMs === null ? null : ledger.ageMs + Math.max(0, now - at);
}

/**
 * @param {import('./store.js').Store} store
 * @returns {LedgerView | null} null where the server keeps none
 */
export function describeLedger({ ledger: taken, ledgerBase: base, ledgerFirst: first, tree, connection }) {
  if (!taken || !tree) return null;
  const { ledger } = taken;
  const { rss, unexplained, closureError, costNs, causes } = ledger;
  const lines = linesOf(tree, ledger);
  const age = ageOf(taken, connection.heardAt ?? taken.at);
  const inSources = sumKnown(tree.nodes.filter(({ kind }) => kind === 'leaf')
    .map(({ key }) => ledger.sources.get(key)?.resident ?? null));
  const inCauses = sumKnown([...causes.values()].map(({ resident }) => resident));

  /** @param {number | null} value */
  const ofRss = (value) => (
    value === null || rss === null || rss === 0 ? '' : `${percent(Math.round((value / rss) * 1000))} of RSS`
  );
  /**
   * @param {string} term
   * @param {number | null} value
   */
  const fact = (term, value) => ({
    term,
    value: value === null ? NOT_AVAILABLE : value < 0 ? signedBytes(value) : bytes(value),
    detail: ofRss(value),
    missing: value === null,
  });

  return {
    made: [
      age === null ? 'of an unknown age' : ago(age),
      costNs === null ? [] : [`took ${nanoseconds(costNs)}`],
    ].flat().join(' · '),
    facts: [
      fact('Resident in subsystems', inSources),
      fact('By cause', inCauses),
      fact('Unexplained', unexplained),
      fact('Closure error', closureError),
    ],
    rows: rowsOf(lines, ledger),
    verdict: verdict(lines, unexplained, age),
    findings: describeFindings(tree, first, ledger),
    faults: ledger.faults.map(faultWords).join(', '),
    diff: base && describeDiff(tree, base.ledger, ledger, clock(madeAt(base))),
  };
}

/**
 * The rows are those of the ledger, and Untracked has moved since.
 * @param {Line[]} lines
 * @param {number | null} unexplained
 * @param {number | null} age
 * @returns {string}
 */
function verdict(lines, unexplained, age) {
  if (unexplained === null) return `unexplained ${NOT_AVAILABLE}`;
  const total = Math.max(0, lines.reduce((all, { amount }) => all + amount, unexplained));
  return age === null
    ? `${bytes(unexplained)} unexplained`
    : `${bytes(total)} ${ago(age)}, ${bytes(unexplained)} unexplained`;
}

/**
 * @param {readonly (number | null)[]} values
 * @returns {number | null} null when none is known
 */
function sumKnown(values) {
  const known = values.flatMap((value) => value ?? []);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
}

/** Causes below this part of RSS stand together, when there are some. */
const SMALL_PART = 0.01;
const LEAST_TOGETHER = 3;

/**
 * @param {Line[]} lines largest first
 * @param {number} rss
 * @returns {Line[]}
 */
function together(lines, rss) {
  const small = lines.filter(({ amount }) => amount > 0 && amount < SMALL_PART * rss);
  if (small.length < LEAST_TOGETHER) return lines;
  const large = lines.filter((line) => !small.includes(line));
  const place = large.findIndex(({ amount }) => amount < 0);
  const parts = small.map(({ label, key = '', amount }) => ({ name: label, key, resident: amount }));
  const line = { id: ':small', amount: sum(parts), label: `${parts.length} smaller causes`, parts };
  return [...large.slice(0, place < 0 ? large.length : place), line, ...(place < 0 ? [] : large.slice(place))];
}

/**
 * @param {Line[]} lines
 * @param {Ledger} ledger
 * @returns {LedgerRow[]}
 */
function rowsOf(lines, { rss, unexplained }) {
  /** @param {number} amount */
  const figures = (amount) => ({
    value: amount < 0 ? signedBytes(amount) : bytes(amount),
    percent: rss === null || rss === 0 ? PENDING : signedPercent(amount, rss),
    fill: fraction(amount, rss ?? 0),
    missing: false,
  });

  const rows = together(lines, rss ?? 0).flatMap(({ id, amount, label, key = '', note = '', parts = [] }) => [
    {
      id, parent: null, isGroup: parts.length > 0, isUnexplained: false, label, key, level: 'in Untracked', note,
      ...figures(amount),
    },
    ...parts.map((part) => ({
      id: `${id}\n${part.name}`,
      parent: id,
      isGroup: false,
      isUnexplained: false,
      ...(part.key === undefined ? partLabel(part.name) : { label: part.name, key: part.key }),
      level: `in ${label}`,
      note: '',
      ...figures(amount < 0 ? -part.resident : part.resident),
    })),
  ]);
  return [...rows, {
    id: ':unexplained', parent: null, isGroup: false, isUnexplained: true, label: 'Unexplained', key: '',
    level: 'in Untracked', note: '',
    ...(unexplained === null
      ? { value: NOT_AVAILABLE, percent: PENDING, fill: 0, missing: true }
      : figures(unexplained)),
  }];
}

/**
 * @param {number} part
 * @param {number} whole
 * @returns {string}
 */
function signedPercent(part, whole) {
  const tenths = Math.round((Math.abs(part) / whole) * 1000);
  return part < 0 && tenths > 0 ? `\u2212${percent(tenths)}` : percent(tenths);
}
