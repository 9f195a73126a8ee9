// SPDX-License-Identifier: MIT

import { faultWords } from './causes.js';
import { describeDiff } from './diff.js';
import { describeFindings, madeAt } from './findings.js';
import { NOT_AVAILABLE, PENDING, ago, bytes, clock, fraction, nanoseconds, percent, signedBytes } from './format.js';
import { describeResident } from './resident.js';

/** What no subsystem owns, as a row. */
export const REST_LABEL = 'Not in a subsystem';

/**
 * @typedef {import('../feed/ledger.js').Ledger} Ledger
 * @typedef {import('../feed/ledger.js').Part} Part
 * @typedef {import('./store.js').TakenLedger} TakenLedger
 * @typedef {import('./tree.js').Tree} Tree
 *
 * @typedef {import('./resident.js').Line} Line
 * @typedef {import('./resident.js').Resident} Resident
 *
 * @typedef {object} LedgerRow a cause, or a part of one
 * @property {string} id
 * @property {string | null} parent id of the row that it lies in
 * @property {number} depth 0 for a cause
 * @property {boolean} isGroup
 * @property {boolean} isUnexplained
 * @property {string} label
 * @property {string} key a second name, quieter
 * @property {string} level what it lies in, in words
 * @property {string} value what is resident
 * @property {string} used
 * @property {string} percent of RSS
 * @property {number} fill part of 1
 * @property {string} note
 * @property {boolean} missing
 *
 * @typedef {object} LedgerView
 * @property {string} made how old it is, and what it cost
 * @property {import('./facts.js').Fact[]} facts the sum that closes
 * @property {string} instant what the rows are of
 * @property {LedgerRow[]} rows what no subsystem owns: pre-order, largest first
 * @property {import('./findings.js').Remedy[]} findings
 * @property {string} faults what makes it worse than exact, empty when nothing does
 * @property {import('./diff.js').Diff | null} diff against the one that was chosen
 */

/**
 * @param {TakenLedger} taken
 * @param {number} now by the page's clock that is never set
 * @returns {number | null}
 */
function ageOf({ ledger, at }, now) {
  return ledger.ageMs === null ? null : ledger.ageMs + Math.max(0, now - at);
}

/**
 * @param {import('./store.js').Store} store
 * @returns {LedgerView | null} null where the server keeps none
 */
export function describeLedger({ ledger: taken, ledgerBase: base, ledgerFirst: first, tree, heard }) {
  if (!taken || !tree) return null;
  const { ledger } = taken;
  const { rss, unexplained, closureError, costNs, causes } = ledger;
  const age = ageOf(taken, heard.at);
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
    instant: [rss === null ? [] : [`RSS ${bytes(rss)}`], age === null ? [] : [ago(age)]].flat().join(', '),
    rows: rowsOf(describeResident(tree, ledger), unexplained),
    findings: describeFindings(tree, first, ledger, heard),
    faults: ledger.faults.map(faultWords).join(', '),
    diff: base && describeDiff(tree, base.ledger, ledger, clock(madeAt(base, heard))),
  };
}

/**
 * @param {readonly (number | null)[]} values
 * @returns {number | null} null when none is known
 */
function sumKnown(values) {
  const known = values.flatMap((value) => value ?? []);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
}

/**
 * @param {Resident} resident
 * @param {number | null} unexplained
 * @returns {LedgerRow[]}
 */
function rowsOf(resident, unexplained) {
  const { whole } = resident;

  /**
   * @param {number | null} amount
   * @param {number} tenths
   * @param {boolean} missing
   */
  const figures = (amount, tenths, missing) => ({
    value: amount === null ? (missing ? NOT_AVAILABLE : PENDING) : bytes(amount),
    percent: amount === null || whole === 0 ? PENDING : percent(tenths),
    fill: fraction(amount ?? 0, whole),
    missing,
  });

  /**
   * @param {Line} line
   * @param {LedgerRow | null} above
   * @returns {LedgerRow[]}
   */
  const rows = ({ id, label, key, amount, used, note, tenths, parts }, above) => {
    const row = {
      id, label, key, note,
      parent: above?.id ?? null,
      depth: above === null ? 0 : above.depth + 1,
      isGroup: parts.length > 0,
      isUnexplained: false,
      level: `in ${above?.label ?? REST_LABEL}`,
      used: used === null ? '' : bytes(used),
      ...figures(amount, tenths, false),
    };
    return [row, ...parts.flatMap((part) => rows(part, row))];
  };

  return [...resident.lines.flatMap((line) => rows(line, null)), {
    id: ':unexplained', parent: null, depth: 0, isGroup: false, isUnexplained: true, label: 'Unexplained', key: '',
    level: `in ${REST_LABEL}`, note: '', used: '',
    ...figures(unexplained, resident.unexplained, unexplained === null),
  }];
}
