// SPDX-License-Identifier: MIT

import { isStale } from './connection.js';
import { reasons } from './facts.js';
import { bytes, clock, count } from './format.js';
import { leads } from './resident.js';
import { remainder, trackedBytes } from './store.js';
import { PROTOCOL } from '../feed/wire.js';

/**
 * @typedef {object} Note
 * @property {'unsupported' | 'stale' | 'overcounted' | 'errors' | 'malformed' | 'gaps' | 'restarted'} id
 * @property {'bad' | 'warn' | 'info'} tone
 * @property {string} text
 */

/**
 * What the reader of the page has to know before its numbers, worst first.
 * @param {import('./store.js').Store} store
 * @returns {Note[]}
 */
export function describeNotes(store) {
  const { connection, snapshot, tree, malformed, gaps, restartedAt, unsupported } = store;
  /** @type {Note[]} */
  const notes = [];
  if (unsupported !== null) {
    notes.push({
      id: 'unsupported',
      tone: 'bad',
      text: `The server speaks version ${short(unsupported)} of the protocol and this page reads version ${PROTOCOL}. `
        + 'Open the page that came with the server.',
    });
  }
  if (isStale(connection) && snapshot) {
    notes.push({
      id: 'stale',
      tone: 'warn',
      text: `No connection. These are the numbers of ${clock(connection.heardAt ?? 0)}.`,
    });
  }
  // Where there is a ledger, rows are what is resident, and parts of RSS.
  if (snapshot && tree && !leads(store.ledger?.ledger)) {
    const { overcounted } = remainder(snapshot);
    const { rss } = snapshot.process;
    if (overcounted !== null && overcounted > 0 && rss !== null) {
      notes.push({
        id: 'overcounted',
        tone: 'warn',
        text: `Over-counted by ${bytes(overcounted)}: tracked ${bytes(trackedBytes(tree, snapshot) ?? 0)} `
          + `exceeds RSS ${bytes(rss)}. Percentages are of tracked.`,
      });
    }
  }
  if (snapshot && snapshot.errors.length > 0) {
    notes.push({ id: 'errors', tone: 'warn', text: `Some readings failed: ${reasons(snapshot.errors)}.` });
  }
  if (malformed.count > 0) {
    notes.push({
      id: 'malformed',
      tone: 'info',
      text: `${count(malformed.count)} malformed ${malformed.count === 1 ? 'frame' : 'frames'} ignored. `
        + `Last: ${short(malformed.last)}.`,
    });
  }
  if (gaps > 0) {
    notes.push({
      id: 'gaps',
      tone: 'info',
      text: `${count(gaps)} ${gaps === 1 ? 'gap' : 'gaps'} in the stream, closed by asking again.`,
    });
  }
  if (restartedAt !== null) {
    notes.push({ id: 'restarted', tone: 'info', text: `The process started again at ${clock(restartedAt)}.` });
  }
  return notes;
}

/**
 * Words from outside, kept to a length that one reads.
 * @param {string} text
 * @returns {string}
 */
function short(text) {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
