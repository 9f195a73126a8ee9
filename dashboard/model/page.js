// SPDX-License-Identifier: MIT

import { describeBreakdown, emptyBreakdown } from './breakdown.js';
import { connectionText, isStale } from './connection.js';
import { describeDetail } from './detail.js';
import { describeFacts } from './facts.js';
import { NOT_AVAILABLE, PENDING, bytes, count, nanoseconds, rate, span, times } from './format.js';
import { describeGauge } from './gauge.js';
import { describeLedger } from './ledger.js';
import { describeNotes } from './notes.js';
import { describeCards, describeTiers } from './pools.js';

/**
 * Everything that the page shows, as text and parts of 1: the views copy it and compute nothing.
 *
 * @typedef {object} Page
 * @property {string} title
 * @property {{ name: string, text: string, stale: boolean }} connection
 * @property {import('./notes.js').Note[]} notes
 * @property {string} rss
 * @property {boolean} isRssKnown
 * @property {import('./gauge.js').Gauge} gauge
 * @property {import('./tree.js').Tree | null} tree
 * @property {import('./breakdown.js').Breakdown | null} breakdown
 * @property {import('./facts.js').Fact[]} facts
 * @property {import('./detail.js').Detail | null} detail
 * @property {import('./ledger.js').LedgerView | null} ledger
 * @property {import('./pools.js').Card[]} cards
 * @property {import('./pools.js').Tier[][]} tiers a list for each card
 * @property {import('./history.js').HistoryPicture | null} history
 * @property {string} meta
 */

/** @type {WeakMap<import('./tree.js').Tree, import('./pools.js').Card[]>} */
const cardsOf = new WeakMap();

/**
 * @param {import('./tree.js').Tree} tree
 * @returns {import('./pools.js').Card[]}
 */
function cards(tree) {
  let known = cardsOf.get(tree);
  if (!known) {
    known = describeCards(tree);
    cardsOf.set(tree, known);
  }
  return known;
}

/**
 * @param {number} ms
 * @returns {string}
 */
function interval(ms) {
  return ms < 1000 ? `${ms.toFixed(0)}\u00a0ms` : span(ms);
}

/** A saving that would be written as 1.0× is none. */
const LEAST_SAVING = 1.05;

/**
 * What the stream costs: "1.2 frames/s", "310 B/s, 11× less than full snapshots".
 * @param {import('./traffic.js').Flow | null} flow
 * @returns {string[]}
 */
function describeFlow(flow) {
  if (flow === null) return [];
  const { framesPerSecond, bytesPerSecond, saving } = flow;
  const saved = saving === null || saving < LEAST_SAVING ? '' : `, ${times(saving)} less than full snapshots`;
  return [rate(framesPerSecond, 'frames'), `${bytes(bytesPerSecond)}/s${saved}`];
}

/**
 * @param {import('./store.js').Store} store
 * @returns {Page}
 */
export function describePage(store) {
  const { connection, snapshot, tree, layout, history } = store;
  const stale = isStale(connection) || store.unsupported !== null;
  const known = tree ? cards(tree) : [];
  const rss = snapshot?.process.rss ?? null;
  return {
    title: rss === null ? 'memscape' : `${stale ? 'Stale: ' : ''}${bytes(rss)} RSS · memscape`,
    connection: { name: connection.name, text: connectionText(connection), stale },
    notes: describeNotes(store),
    rss: rss === null ? (snapshot ? NOT_AVAILABLE : PENDING) : bytes(rss),
    isRssKnown: rss !== null,
    gauge: snapshot
      ? describeGauge(snapshot)
      : { text: 'Waiting for the first reading', fill: 0, remarks: [] },
    tree,
    breakdown: tree && (snapshot ? describeBreakdown(tree, snapshot, store.ledger?.ledger) : emptyBreakdown(tree)),
    facts: describeFacts(store),
    detail: describeDetail(store),
    ledger: describeLedger(store),
    cards: known,
    tiers: known.map((card) => describeTiers(card, snapshot?.pools ?? null)),
    history: history.picture(),
    meta: [
      layout?.intervalMs ? `sampled every ${interval(layout.intervalMs)}` : [],
      snapshot && snapshot.sampleNs !== null ? `a sample costs ${nanoseconds(snapshot.sampleNs)}` : [],
      describeFlow(store.traffic.flow()),
      snapshot ? `snapshot ${count(snapshot.seq)}` : [],
    ].flat().join(' · '),
  };
}
