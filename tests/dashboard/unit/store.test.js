// SPDX-License-Identifier: MIT

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parse } from '../../../dashboard/feed/wire.js';
import { describePage } from '../../../dashboard/model/page.js';
import { Store } from '../../../dashboard/model/store.js';
import { EPOCH, MIB, PLAN, layoutData, snapshotData } from '../support/frames.js';

/**
 * @param {Store} store
 * @param {Parameters<typeof parse>[0]} event
 * @param {object} data
 * @param {number} [now]
 */
const give = (store, event, data, now = EPOCH) => store.receive(parse(event, JSON.stringify(data)), now);

function started() {
  const store = new Store();
  give(store, 'layout', layoutData(PLAN));
  give(store, 'snapshot', snapshotData(PLAN));
  return store;
}

const DELTA = { seq: 2, base: 1, time_ms: EPOCH + 1000, process: { rss: 260 * MIB }, breakdown: { untracked: 108 * MIB } };

/** @param {Store} store */
const notes = (store) => describePage(store).notes.map(({ id }) => id);

test('a delta changes what it names and leaves the rest', () => {
  const store = started();
  const before = store.snapshot;
  assert.equal(give(store, 'delta', { ...DELTA, pools: { gc_malloc: { peak: 1 } } }), 'taken');
  assert.equal(store.snapshot?.seq, 2);
  assert.equal(store.snapshot?.process.rss, 260 * MIB);
  assert.equal(store.snapshot?.process.vms, before?.process.vms);
  assert.equal(store.snapshot?.breakdown.get('untracked'), 108 * MIB);
  assert.equal(store.snapshot?.breakdown.get('gc_heap'), 128 * MIB);
  assert.equal(store.snapshot?.pools.get('gc_malloc')?.peak, 1);
  assert.equal(store.snapshot?.pools.get('gc_malloc')?.used, 32 * MIB);
  assert.equal(before?.process.rss, 256 * MIB);
});

test('deltas on deltas end where a snapshot would', () => {
  const store = started();
  give(store, 'delta', DELTA);
  give(store, 'delta', { seq: 3, base: 2, time_ms: EPOCH + 2000, process: { rss: 256 * MIB }, breakdown: { untracked: 104 * MIB } });
  const other = started();
  give(other, 'snapshot', snapshotData(PLAN, { seq: 3 }));
  assert.deepEqual(store.snapshot, other.snapshot);
});

test('a delta on a base that was not seen is a gap, and is not taken', () => {
  const store = started();
  assert.equal(give(store, 'delta', { ...DELTA, seq: 4, base: 3 }), 'gap');
  assert.equal(store.snapshot?.seq, 1);
  assert.deepEqual(notes(store), ['gaps']);
  assert.equal(give(store, 'snapshot', snapshotData(PLAN, { seq: 9 })), 'taken');
  assert.equal(give(store, 'delta', { ...DELTA, seq: 10, base: 9 }), 'taken');
  assert.equal(store.gaps, 1);
});

test('missed deltas that come after all close the gap', () => {
  const store = started();
  assert.equal(give(store, 'delta', { ...DELTA, seq: 3, base: 2 }), 'gap');
  assert.equal(give(store, 'delta', DELTA), 'taken');
  assert.equal(give(store, 'delta', { ...DELTA, seq: 3, base: 2 }), 'taken');
});

test('a delta before any snapshot is a gap', () => {
  const store = new Store();
  give(store, 'layout', layoutData(PLAN));
  assert.equal(give(store, 'delta', DELTA), 'gap');
});

test('a snapshot before any layout is malformed', () => {
  const store = new Store();
  assert.equal(give(store, 'snapshot', snapshotData(PLAN)), 'passed over');
  assert.equal(store.malformed.count, 1);
});

test('errors come with a delta, go with a delta, and stay without', () => {
  const store = started();
  give(store, 'delta', { ...DELTA, errors: [{ step: 'x', code: 1 }] });
  assert.equal(store.snapshot?.errors.length, 1);
  give(store, 'delta', { ...DELTA, seq: 3, base: 2 });
  assert.equal(store.snapshot?.errors.length, 1);
  give(store, 'delta', { ...DELTA, seq: 4, base: 3, errors: [] });
  assert.equal(store.snapshot?.errors.length, 0);
});

test('the same layout again keeps the tree, and so the rows', () => {
  const store = started();
  const { tree } = store;
  give(store, 'layout', layoutData(PLAN));
  assert.equal(store.tree, tree);
  give(store, 'layout', layoutData(PLAN.slice(1)));
  assert.notEqual(store.tree, tree);
});

test('another stream is another process', () => {
  const store = started();
  give(store, 'snapshot', snapshotData(PLAN, { seq: 2, process: { page_faults_minor: 2000 } }));
  give(store, 'layout', layoutData(PLAN, { stream: '0000000000000001' }), EPOCH + 5000);
  assert.equal(store.snapshot, null);
  assert.equal(store.faults.minor.perSecond(), null);
  assert.equal(give(store, 'delta', DELTA), 'gap');
  give(store, 'snapshot', snapshotData(PLAN));
  assert.deepEqual(notes(store), ['gaps', 'restarted']);
});

test('another version is said in a sentence, and one that is known takes it back', () => {
  const store = started();
  assert.equal(give(store, 'layout', layoutData(PLAN, { protocol: 2 })), 'passed over');
  assert.equal(give(store, 'snapshot', snapshotData(PLAN, { seq: 2 })), 'passed over');
  assert.equal(store.snapshot?.seq, 1);
  assert.match(describePage(store).notes[0]?.text ?? '', /version 2 .* version 1/);
  give(store, 'layout', layoutData(PLAN));
  assert.deepEqual(notes(store), []);
});

test('fault rates come from the time of the sender', () => {
  const store = started();
  give(store, 'snapshot', snapshotData(PLAN, { seq: 2, timeMs: EPOCH + 500, process: { page_faults_minor: 1334 } }));
  const faults = describePage(store).facts.find(({ term }) => term === 'Minor faults');
  assert.deepEqual(faults, { term: 'Minor faults', value: '1,334', detail: '200/s', missing: false });
});

test('numbers that are not there are not 0, and say why', () => {
  const store = started();
  give(store, 'snapshot', snapshotData(PLAN, {
    seq: 2,
    process: { rss: null, vms: null, page_faults_minor: null },
    errors: [{ step: 'open_statm', code: 24 }, { step: 'getrusage', code: 1 }],
  }));
  const page = describePage(store);
  assert.equal(page.rss, 'not available');
  assert.equal(page.gauge.text, 'RSS not available');
  assert.equal(page.title, 'memscape');
  assert.deepEqual(page.facts.filter(({ missing }) => missing).map(({ term, detail }) => `${term}: ${detail}`), [
    'RSS: open statm, code 24; getrusage, code 1',
    'VMS: open statm, code 24; getrusage, code 1',
    'Minor faults: open statm, code 24; getrusage, code 1',
  ]);
  assert.deepEqual(page.notes.map(({ id }) => id), ['errors']);
});

test('a page without readings waits, and shows no number', () => {
  const store = new Store();
  give(store, 'layout', layoutData(PLAN));
  const page = describePage(store);
  assert.equal(page.rss, '–');
  assert.ok(page.breakdown?.rows.every(({ value }) => value === '–'));
  assert.ok(page.tiers.flat().every(({ value }) => value === '–'));
  assert.ok(page.facts.every(({ value }) => value === '–'));
});

test('the gauge names what it is held against', () => {
  const page = describePage(started());
  assert.equal(page.gauge.text.replaceAll('\u00a0', ' '), 'RSS 256 MiB of 1.20 GiB virtual');
  assert.equal(page.gauge.fill, 0.2083);
});

test('alive moves the history and nothing else', () => {
  const store = started();
  const { snapshot } = store;
  give(store, 'alive', { seq: 1, time_ms: EPOCH + 5000 });
  assert.equal(store.snapshot, snapshot);
  assert.equal(store.history.size, 2);
});

test('over-counting is said with all three numbers', () => {
  const store = started();
  give(store, 'snapshot', snapshotData(PLAN, { seq: 2, process: { rss: 140 * MIB } }));
  assert.equal(
    describePage(store).notes[0]?.text.replaceAll('\u00a0', ' '),
    'Over-counted by 12.0 MiB: tracked 152 MiB exceeds RSS 140 MiB. Percentages are of tracked.',
  );
});
