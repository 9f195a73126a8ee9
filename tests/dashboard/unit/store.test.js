// SPDX-License-Identifier: MIT

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parse } from '../../../dashboard/feed/wire.js';
import { describePage } from '../../../dashboard/model/page.js';
import { Store } from '../../../dashboard/model/store.js';
import { EPOCH, MIB, PLAN, STREAM, layoutData, snapshotData } from '../support/frames.js';

/**
 * @param {Store} store
 * @param {Parameters<typeof parse>[0]} event
 * @param {object} data
 * @param {{ now?: number, id?: string, size?: number }} [how]
 */
const give = (store, event, data, { now = EPOCH, id = '', size = 100 } = {}) => (
  store.receive(parse(event, JSON.stringify(data)), now, { id, size })
);

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
  give(store, 'layout', layoutData(PLAN, { stream: '0000000000000001' }), { now: EPOCH + 5000 });
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

test('a frame of another stream is a gap, whatever its numbers; one without an id is trusted', () => {
  const store = started();
  assert.equal(give(store, 'delta', DELTA, { id: '0000000000000001-2' }), 'gap');
  assert.equal(give(store, 'snapshot', snapshotData(PLAN, { seq: 9 }), { id: '0000000000000001-9' }), 'gap');
  assert.equal(store.snapshot?.seq, 1);
  assert.equal(give(store, 'delta', DELTA, { id: `${STREAM}-2` }), 'taken');
  assert.equal(give(store, 'delta', { ...DELTA, seq: 3, base: 2 }), 'taken');
});

test('a frame that is known is passed over, and closes nothing', () => {
  const store = started();
  give(store, 'delta', DELTA);
  assert.equal(give(store, 'delta', DELTA), 'passed over');
  assert.equal(give(store, 'snapshot', snapshotData(PLAN)), 'passed over');
  assert.equal(store.snapshot?.seq, 2);
  assert.equal(store.gaps, 0);
});

test('numbers skip: what a delta is put over is its base', () => {
  const store = started();
  assert.equal(give(store, 'delta', { ...DELTA, seq: 17, base: 1 }), 'taken');
  assert.equal(give(store, 'delta', { ...DELTA, seq: 40, base: 17 }), 'taken');
  assert.equal(store.snapshot?.seq, 40);
});

test('who joins is sent an older keyframe and the deltas behind it: no gap, no hole in the history', () => {
  const store = started();
  for (let seq = 2; seq <= 8; seq += 1) {
    give(store, 'delta', { seq, base: seq - 1, time_ms: EPOCH + seq * 1000, process: { rss: seq * MIB } });
  }
  const { snapshot } = store;
  const picture = store.history.picture();
  give(store, 'layout', layoutData(PLAN));
  assert.equal(give(store, 'snapshot', snapshotData(PLAN, { seq: 4, timeMs: EPOCH + 4000, process: { rss: 4 * MIB } })), 'taken');
  for (let seq = 5; seq <= 8; seq += 1) {
    assert.equal(
      give(store, 'delta', { seq, base: seq - 1, time_ms: EPOCH + seq * 1000, process: { rss: seq * MIB } }),
      'taken',
    );
  }
  assert.equal(store.snapshot?.seq, snapshot?.seq);
  assert.deepEqual(store.snapshot?.process, snapshot?.process);
  assert.deepEqual(store.history.picture()?.rss, picture?.rss);
  assert.equal(store.gaps, 0);
});

test('a resumed stream goes on behind its layout', () => {
  const store = started();
  store.lose('lost');
  give(store, 'layout', layoutData(PLAN));
  assert.equal(give(store, 'delta', { ...DELTA, seq: 5, base: 1 }), 'taken');
  assert.deepEqual(notes(store), []);
});

test('a sign of life that names another frame is a gap; one that names none, or comes first, is not', () => {
  const store = new Store();
  give(store, 'layout', layoutData(PLAN));
  assert.equal(give(store, 'alive', { seq: 7, time_ms: EPOCH }), 'taken');
  give(store, 'snapshot', snapshotData(PLAN));
  assert.equal(give(store, 'alive', { seq: 1, time_ms: EPOCH }), 'taken');
  assert.equal(give(store, 'alive', { time_ms: EPOCH }), 'taken');
  assert.equal(give(store, 'alive', { seq: 2, time_ms: EPOCH }), 'gap');
  assert.deepEqual(notes(store), ['gaps']);
});

test('a keyframe without errors clears them', () => {
  const store = started();
  give(store, 'delta', { ...DELTA, errors: [{ step: 'x', code: -1 }, { step: 'y', code: 2 }] });
  give(store, 'delta', { ...DELTA, seq: 3, base: 2, errors: [{ step: 'z', code: 3 }] });
  assert.deepEqual(store.snapshot?.errors, [{ step: 'z', code: 3 }]);
  give(store, 'snapshot', snapshotData(PLAN, { seq: 4 }));
  assert.deepEqual(store.snapshot?.errors, []);
});

test('a delta takes RSS away and gives it back, and with it what is untracked', () => {
  const store = started();
  give(store, 'delta', { ...DELTA, process: { rss: null }, breakdown: { untracked: null, overcounted: null } });
  const page = describePage(store);
  assert.equal(page.rss, 'not available');
  assert.equal(page.breakdown?.untracked.value, 'not available');
  assert.equal(page.breakdown?.basis, 'tracked');
  give(store, 'delta', {
    ...DELTA, seq: 3, base: 2, process: { rss: 256 * MIB }, breakdown: { untracked: 104 * MIB, overcounted: 0 },
  });
  const { snapshot } = started();
  assert.deepEqual(store.snapshot?.breakdown, snapshot?.breakdown);
  assert.equal(describePage(store).breakdown?.basis, 'RSS');
});

test('each delta says what its sample cost', () => {
  const store = started();
  give(store, 'delta', { ...DELTA, sample_ns: 3300 });
  assert.equal(store.snapshot?.sampleNs, 3300);
});

/** @param {Store} store */
const meta = (store) => describePage(store).meta.replaceAll('\u00a0', ' ');

test('the foot says what the stream costs, once that was measured', () => {
  const store = new Store();
  give(store, 'layout', layoutData(PLAN), { size: 700 });
  assert.equal(meta(store), 'sampled every 250 ms');
  give(store, 'snapshot', snapshotData(PLAN), { size: 1000 });
  assert.equal(meta(store), 'sampled every 250 ms · a sample costs 2.10 µs · snapshot 1');
  give(store, 'delta', { ...DELTA, seq: 41, time_ms: EPOCH + 10_000 }, { size: 100 });
  assert.equal(
    meta(store),
    'sampled every 250 ms · a sample costs 2.10 µs · 0.1 frames/s · 10 B/s, 400× less than full snapshots · snapshot 41',
  );
});

test('full snapshots at each tick save nothing, and nothing is said of it', () => {
  const store = new Store();
  give(store, 'layout', layoutData(PLAN));
  for (let seq = 1; seq <= 3; seq += 1) give(store, 'snapshot', snapshotData(PLAN, { seq }), { size: 1024 });
  assert.match(meta(store), / · 1\.0 frames\/s · 1\.00 KiB\/s · snapshot 3$/);
});

test('bytes of what could not be read, or was known, came too', () => {
  const store = started();
  store.malform('the data is no JSON', 300);
  give(store, 'snapshot', snapshotData(PLAN), { size: 50 });
  give(store, 'delta', { ...DELTA, time_ms: EPOCH + 1000 }, { size: 50 });
  assert.match(meta(store), / · 3\.0 frames\/s · 400 B\/s · /);
});

for (const [what, happens] of /** @type {[string, (store: Store) => void][]} */ ([
  ['lost', (store) => store.lose('lost')],
  ['gap', (store) => give(store, 'delta', { ...DELTA, seq: 40, base: 39 })],
  ['restart', (store) => give(store, 'layout', layoutData(PLAN, { stream: '0000000000000001' }))],
])) {
  test(`what the stream cost is not said of another: ${what}`, () => {
    const store = started();
    give(store, 'delta', DELTA);
    assert.match(meta(store), /frames/);
    happens(store);
    assert.doesNotMatch(meta(store), /frames/);
  });
}

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
