// SPDX-License-Identifier: MIT

import { copy, part, setAttribute, setFlag, setText, setTextOrHide } from './dom.js';
import { mountFactList } from './facts.js';

/**
 * @typedef {object} Actions what a reader may ask of the ledger
 * @property {() => void} compare
 * @property {() => void} stopComparing
 */

/**
 * The account of RSS: that it closes, what follows from it, and what changed since one that was chosen.
 * @param {HTMLElement} panel
 * @param {Actions} actions
 * @returns {(page: import('../model/page.js').Page) => void}
 */
export function mountLedger(panel, { compare, stopComparing }) {
  const section = part(panel, 'ledger');
  const made = part(section, 'made');
  const facts = mountFactList(part(section, 'list'));
  const findings = part(section, 'findings');
  const faultsLine = part(section, 'faults-line');
  const faults = part(section, 'faults');
  const diff = part(section, 'diff');
  const diffTitle = part(diff, 'diff-title');
  const diffSummary = part(diff, 'diff-summary');
  const diffTable = part(diff, 'diff-table');
  const diffRows = part(diff, 'diff-rows');
  const compareButton = part(section, 'compare');
  const stop = part(section, 'stop');
  /** @type {unknown} */
  let shownFindings = null;
  /** @type {unknown} */
  let shownDiff = null;

  compareButton.addEventListener('click', compare);
  stop.addEventListener('click', () => {
    stopComparing();
    // The button that had the focus goes.
    compareButton.focus();
  });

  return ({ ledger }) => {
    setFlag(section, 'hidden', ledger === null);
    if (!ledger) return;
    setText(made, ledger.made);
    facts(ledger.facts);
    setFlag(faultsLine, 'hidden', ledger.faults === '');
    setText(faults, ledger.faults);
    setFlag(findings, 'hidden', ledger.findings.length === 0);
    const said = JSON.stringify(ledger.findings);
    if (said !== shownFindings) {
      shownFindings = said;
      findings.replaceChildren(...ledger.findings.map(({ tone, text }) => {
        const element = copy('note-template');
        setAttribute(element, 'data-tone', tone);
        setText(part(element, 'text'), text);
        return element;
      }));
    }
    setFlag(diff, 'hidden', ledger.diff === null);
    if (!ledger.diff) return;
    setText(diffTitle, ledger.diff.title);
    setText(diffSummary, ledger.diff.summary);
    setFlag(diffTable, 'hidden', ledger.diff.rows.length === 0);
    const text = JSON.stringify(ledger.diff.rows);
    if (text === shownDiff) return;
    shownDiff = text;
    diffRows.replaceChildren(...ledger.diff.rows.map(diffRow));
  };
}

/**
 * @param {import('../model/diff.js').DiffRow} row
 * @returns {HTMLElement}
 */
function diffRow({ label, key, change, isGrowth, isPart }) {
  const element = copy('diff-row-template');
  setText(part(element, 'label'), label);
  setTextOrHide(part(element, 'key'), key);
  setText(part(element, 'change'), change);
  setFlag(element, 'data-growth', isGrowth);
  setFlag(element, 'data-child', isPart);
  return element;
}
