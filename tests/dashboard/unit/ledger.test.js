// SPDX-License-Identifier: MIT

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parse } from '../../../dashboard/feed/wire.js';
import { accountsOf, fragmentationWords } from '../../../dashboard/model/accounts.js';
import { describePage } from '../../../dashboard/model/page.js';
import { Store } from '../../../dashboard/model/store.js';
import { EPOCH, KIB, LEDGER, MIB, PLAN, generator, layoutData, snapshotData } from '../support/frames.js';

/**
 * @param {Store} store
 * @param {Parameters<typeof parse>[0]} event
 * @param {object} data
 * @param {number} [now]
 */
const give = (store, event, data, now = EPOCH) => store.receive(parse(event, JSON.stringify(data)), now, { id: '', size: 100 });

/** @param {object} [ledger] */
function storeOf(ledger = LEDGER) {
  const store = new Store();
  give(store, 'layout', layoutData(PLAN));
  give(store, 'snapshot', snapshotData(PLAN));
  give(store, 'ledger', ledger);
  return store;
}

/** @param {Store} store */
function viewOf(store) {
  const { ledger } = describePage(store);
  assert.ok(ledger);
  return ledger;
}

/** @param {string} text */
const plain = (text) => text.replaceAll('\u00a0', ' ');

/** @param {string} text */
function inBytes(text) {
  const [amount = '', unit = ''] = plain(text).replace('\u2212', '-').replace('+', '').split(' ');
  return Number(amount) * ({ B: 1, KiB: KIB, MiB: MIB }[unit] ?? Number.NaN);
}

/**
 * @param {Store} store
 * @param {string | null} [parent]
 */
const rowsIn = (store, parent = null) => viewOf(store).rows.filter((row) => row.parent === parent);

test('what no subsystem owns opens into causes, the largest first, and what nothing explains last', () => {
  assert.deepEqual(rowsIn(storeOf()).map((row) => plain(`${row.label}: ${row.value} ${row.percent}`)), [
    'malloc: 67.0 MiB 26.2%',
    'Program code: 22.0 MiB 8.6%',
    'Read-only file data: 9.00 MiB 3.5%',
    'Shared memory: 4.00 MiB 1.6%',
    'jit code: 4.00 MiB 1.5%',
    '3 smaller causes: 3.00 MiB 1.2%',
    'Unexplained: 0 B 0.0%',
  ]);
});

test('a subsystem that lies in malloc stands there with what it uses, and in no sum', () => {
  const store = storeOf();
  assert.deepEqual(rowsIn(store, 'malloc').map((row) => plain(`${row.label}: ${row.value} ${row.used} ${row.percent}`)), [
    'malloc, main heap: 64.0 MiB  25.0%', 'malloc, thread arenas: 3.00 MiB  1.2%', 'GC Heap / Malloc: – 32.0 MiB –',
  ]);
  const { breakdown } = describePage(store);
  assert.deepEqual(breakdown?.rows.map(({ isElsewhere }) => isElsewhere), [false, false, false, false, true, false]);
  const unsaid = { ...LEDGER.sources, gc_malloc: { ...LEDGER.sources.gc_malloc, lies_in: undefined } };
  const elsewhere = storeOf({ ...LEDGER, sources: unsaid });
  assert.deepEqual(rowsIn(elsewhere, ':elsewhere').map(({ label, used }) => `${label} ${plain(used)}`), ['GC Heap / Malloc 32.0 MiB']);
});

/** @param {string} text */
const tenths = (text) => Math.round(Number(text.replace('%', '')) * 10);

test('whatever the ledger, its rows are RSS, 100 % of it, and no child is above its parent', () => {
  for (let seed = 0; seed < 50; seed += 1) {
    const random = generator(seed);
    const some = () => Math.floor(random() * 60) * MIB;
    const sources = Object.fromEntries(Object.keys(LEDGER.sources).map((key) => [
      key, { used: some(), resident: random() < 0.3 ? null : some(), committed: null, swapped: null },
    ]));
    const causes = Object.fromEntries(Object.keys(LEDGER.causes).map((key) => [key, { resident: some() }]));
    const named = [...Object.values(sources), ...Object.values(causes)].reduce((sum, { resident }) => sum + (resident ?? 0), 0);
    const rss = Math.max(1, named + (Math.floor(random() * 9) - 4) * MIB);
    const store = storeOf({
      ...LEDGER, rss, sources, causes, unexplained: Math.max(0, rss - named), closure_error: Math.max(0, named - rss),
    });
    const { breakdown, tree, ledger } = describePage(store);
    assert.ok(breakdown && tree && ledger);
    assert.equal(breakdown.isResident, true);
    const roots = [...tree.roots.map(({ index }) => breakdown.rows[index]), breakdown.untracked];
    assert.equal(roots.reduce((sum, row) => sum + tenths(row?.percent ?? ''), 0), 1000, `seed ${seed}`);
    // Three digits are shown, so each row may be off by half of its last.
    const off = roots.reduce((sum, row) => sum + inBytes(row?.value ?? ''), 0) - Math.max(rss, named);
    assert.ok(Math.abs(off) <= roots.length * 0.5 * MIB, `seed ${seed}: ${off}`);
    assert.equal(rowsIn(store).reduce((sum, row) => sum + (tenths(row.percent) || 0), 0), tenths(breakdown.untracked.percent));
    for (const row of [...breakdown.rows, ...ledger.rows]) assert.doesNotMatch(row.value, /[\u2212-]\d/);
    for (const row of ledger.rows.filter(({ isGroup, missing }) => isGroup && !missing)) {
      /** @type {number} */
      const below = rowsIn(store, row.id).reduce((sum, { value }) => sum + (inBytes(value) || 0), 0);
      assert.ok(below <= (inBytes(row.value) || 0) + 3 * MIB, `seed ${seed} ${row.label}`);
    }
    for (const node of tree.nodes.filter(({ kind }) => kind === 'group')) {
      /** @type {number} */
      const below = node.children.reduce((sum, child) => sum + tenths(breakdown.rows[child.index]?.percent ?? ''), 0);
      assert.equal(below, tenths(breakdown.rows[node.index]?.percent ?? ''), `seed ${seed} ${node.key}`);
    }
  }
});

test('slots that are taken and hardly touched are as large as what is in RAM', () => {
  const sources = { scratch_arena: { used: 320 * MIB, resident: MIB, swapped: 0, committed: 320 * MIB } };
  const store = storeOf({ ...LEDGER, rss: 4 * MIB, sources, causes: { 'file.text': { resident: 3 * MIB } } });
  give(store, 'snapshot', snapshotData(PLAN, { seq: 2, process: { rss: 4 * MIB } }));
  const page = describePage(store);
  const row = page.breakdown?.rows[0];
  assert.deepEqual([plain(row?.value ?? ''), plain(row?.used ?? ''), row?.percent, row?.fill], ['1.00 MiB', '320 MiB', '25.0%', 0.25]);
  assert.equal(page.breakdown?.basis, 'RSS');
  assert.equal(page.notes.some(({ id }) => id === 'overcounted'), false);
  assert.equal(page.facts.some(({ term }) => term === 'Tracked'), false);
});

test('libraries by name, and where they lie', () => {
  assert.deepEqual(rowsIn(storeOf(), 'file.text').map(({ label, key }) => [label, key]), [
    ['runtime', '/usr/bin'],
    ['libcrypto.so.3', '/usr/lib/x86_64-linux-gnu'],
    ['libc.so.6', '/usr/lib/x86_64-linux-gnu'],
  ]);
  assert.equal(rowsIn(storeOf(), 'anonymous').length, 0, 'a small cause stands with others');
});

test('what a list of the largest leaves out is the rest', () => {
  const causes = { anonymous: { resident: 64 * MIB, mappings: [{ name: '7f10a0000000-7f10a3000000', resident: 48 * MIB }] } };
  assert.deepEqual(rowsIn(storeOf({ ...LEDGER, causes }), 'anonymous').map(({ label, value }) => `${label} ${plain(value)}`), [
    '7f10a0000000-7f10a3000000 48.0 MiB', 'The rest 16.0 MiB',
  ]);
});

test('fragmentation in words, where it is worth one', () => {
  const { breakdown } = describePage(storeOf());
  assert.deepEqual(breakdown?.rows.map(({ note }) => plain(note)), [
    '16.0 MiB resident but free', '11.0 MiB resident but free', '16.0 MiB resident but free',
    '5.00 MiB handed out but not in RAM, 2.00 MiB swapped out', '', '',
  ]);
  const account = { swapped: 0, committed: null, quality: '', liesIn: '' };
  assert.equal(fragmentationWords({ ...account, resident: 40 * KIB, used: 0 }), '', 'too little');
  assert.equal(fragmentationWords({ ...account, resident: 1000 * MIB, used: 999 * MIB }), '', 'too small a part');
  assert.equal(fragmentationWords({ ...account, resident: null, used: MIB }), '', 'not known');
});

test('a bar is what is resident; a group is the sum of those whose memory was found', () => {
  const store = storeOf();
  const { breakdown } = describePage(store);
  const [arena, group, slab] = breakdown?.rows ?? [];
  assert.deepEqual([arena?.fill, plain(arena?.used ?? '')], [0.125, '16.0 MiB']);
  assert.deepEqual([group?.fill, plain(group?.used ?? '')], [0.418, '96.0 MiB']);
  assert.equal(slab?.fill, 0.3125);
  assert.ok(store.tree && store.ledger);
  assert.equal(accountsOf(store.tree, store.ledger.ledger).get('gc_heap')?.resident, 107 * MIB);
});

test('the sum that closes, how old it is and what it cost', () => {
  const store = storeOf({ ...LEDGER, unexplained: 512 * KIB, closure_error: 256 * KIB });
  const view = viewOf(store);
  assert.equal(plain(view.made), '3 s ago · took 1.20 ms');
  assert.deepEqual(view.facts.map((fact) => plain(`${fact.term}: ${fact.value} ${fact.detail}`)), [
    'Resident in subsystems: 147 MiB 57.4% of RSS', 'By cause: 109 MiB 42.6% of RSS',
    'Unexplained: 512 KiB 0.2% of RSS', 'Closure error: 256 KiB 0.1% of RSS',
  ]);
  assert.equal(plain(view.instant), 'RSS 256 MiB, 3 s ago');
  give(store, 'alive', { seq: 1, time_ms: EPOCH }, EPOCH + 4000);
  assert.match(plain(viewOf(store).made), /^7 s ago/);
});

test('who joins late sees how old the ledger has become, not how old it was', () => {
  assert.match(plain(viewOf(storeOf({ ...LEDGER, time_ms: EPOCH - 60_000, age_ms: 0 })).made), /^1 min ago/);
  assert.match(plain(viewOf(storeOf({ ...LEDGER, time_ms: EPOCH + 200 })).made), /^3 s ago/, 'made behind the last snapshot');
  assert.match(plain(viewOf(storeOf({ ...LEDGER, time_ms: EPOCH - 5000, age_ms: null })).made), /^5 s ago/);
});

test('a ledger that lacks nearly all is shown as far as it goes', () => {
  const view = viewOf(storeOf({ rss: null, causes: { bss: { resident: null }, 'brand.new': { resident: 5 } } }));
  assert.deepEqual(view.rows.map(({ label, value, percent }) => [label, plain(value), percent]), [
    ['brand.new', '5 B', '100.0%'], ['Place unknown', '–', '–'], ['Scratch Arena', '–', '–'], ['GC Heap / LVAL Slab', '–', '–'],
    ['GC Heap / LENV Slab', '–', '–'], ['GC Heap / Malloc', '–', '–'], ['AIO Slabs', '–', '–'], ['Unexplained', 'not available', '–'],
  ]);
  assert.equal(view.made, 'of an unknown age');
  assert.deepEqual(view.facts.map(({ value }) => plain(value)), ['not available', '5 B', 'not available', 'not available']);
});

test('findings are sentences about what they name, faults are put in words, and what is neither is passed over', () => {
  const view = viewOf(storeOf({
    ...LEDGER,
    findings: [
      { name: 'resident_but_free', source: 'gc_lval_slab', amount: 16 * MIB, whole: 80 * MIB, text: 'In RAM.' },
      { name: 'unexplained', source: null, amount: MIB, whole: null, text: 'Look again.' },
      { text: 'Only words.' }, 'text', { text: 5 }, null,
    ],
    faults: [{ kind: 'mappings_changed', code: 2 }, { kind: 'brand_new' }, 7],
  }));
  assert.deepEqual(view.findings.map(({ tone, text }) => [tone, plain(text)]), [
    ['info', 'LVAL Slab: 16.0 MiB of 80.0 MiB. In RAM.'], ['warn', '1.00 MiB. Look again.'], ['info', 'Only words.'],
  ]);
  assert.equal(view.faults, '2 mappings changed meanwhile, brand new');
});

test('growth that no subsystem explains is a finding, with the mapping that grew', () => {
  const [from, to] = ['7f10a0000000-7f10a2000000', '7f10a0000000-7f10a5000000'];
  /**
   * @param {number} more
   * @param {string} name
   * @param {number} used
   */
  const grown = (more, name, used = 32 * MIB) => ({
    ...LEDGER,
    rss: 256 * MIB + more,
    sources: { ...LEDGER.sources, gc_malloc: { ...LEDGER.sources.gc_malloc, used } },
    causes: { ...LEDGER.causes, anonymous: { resident: 32 * MIB + more, mappings: [{ name, resident: 32 * MIB + more }] } },
  });
  const store = storeOf(grown(0, from));
  assert.deepEqual(viewOf(store).findings, []);
  give(store, 'ledger', grown(15 * MIB, to));
  assert.deepEqual(viewOf(store).findings, [], 'too little');
  give(store, 'ledger', grown(48 * MIB, to, 72 * MIB));
  assert.deepEqual(viewOf(store).findings, [], 'one subsystem says that it is its own');
  give(store, 'ledger', grown(48 * MIB, to));
  assert.match(
    plain(viewOf(store).findings[0]?.text ?? ''),
    /^RSS has grown by 48\.0 MiB since \d\d:\d\d:\d\d, and 48\.0 MiB of that is no subsystem's\. Most of it: Other anonymous memory, 48\.0 MiB more, of that 48\.0 MiB in 7f10a0000000-7f10a5000000\.$/,
  );
});

test('growth is told once: by the server, if it does, in its own words', () => {
  const store = storeOf();
  const text = 'RSS has grown by 64.0 MiB in 2 h 14 min, and 60.0 MiB of that is no subsystem\'s.';
  const findings = [{ name: 'growth', source: null, amount: 60 * MIB, whole: 64 * MIB, text }];
  const grown = { ...LEDGER, rss: LEDGER.rss + 64 * MIB };
  give(store, 'ledger', { ...grown, findings: [] });
  assert.equal(viewOf(store).findings.length, 1, 'the page finds it by itself');
  give(store, 'ledger', { ...grown, findings });
  assert.deepEqual(viewOf(store).findings, [{ tone: 'warn', text }]);
});

test('figures that are not exact say so', () => {
  const store = storeOf({ ...LEDGER, causes: { bss: { resident: 9 * MIB, swapped: MIB, quality: 'upper_bound' } } });
  assert.equal(plain(rowsIn(store).find(({ id }) => id === 'bss')?.note ?? ''), '1.00 MiB swapped out · at most');
  assert.equal(plain(rowsIn(storeOf())[0]?.note ?? ''), '18.0 MiB free inside malloc');
  const stale = storeOf({ ...LEDGER, malloc: { ...LEDGER.malloc, quality: 'stale', age_ms: 40_000 } });
  assert.equal(plain(rowsIn(stale)[0]?.note ?? ''), '18.0 MiB free inside malloc, as of 40 s before');
});

test('malloc keeps no more in RAM than its heaps have there beyond what is held', () => {
  const causes = { 'malloc.heap': { resident: 6 * MIB, swapped: 0, quality: 'exact' } };
  const malloc = { in_use: 9 * MIB, free: 11 * MIB, mapped: 5 * MIB, mapped_blocks: 1, age_ms: 0 };
  const note = (/** @type {object} */ change) => (
    plain(rowsIn(storeOf({ ...LEDGER, sources: {}, causes, malloc, ...change })).find(({ id }) => id === 'malloc')?.note ?? '')
  );
  assert.equal(note({}), '11.0 MiB free inside malloc, at most 2.00 MiB of it in RAM');
  const owned = { gc_lval_slab: { resident: 3 * MIB, used: 0 } };
  assert.equal(note({ sources: owned }), '11.0 MiB free inside malloc, at most 5.00 MiB of it in RAM');
  assert.equal(note({ malloc: { ...malloc, free: MIB } }), '1.00 MiB free inside malloc');
  assert.equal(note({ malloc: { ...malloc, free: 0 } }), '');
});

test('a name that objects have of their own is a name like any other', () => {
  const store = storeOf({ ...LEDGER, causes: { bss: { resident: MIB, quality: 'constructor' } }, outside_rss: { valueOf: 5 } });
  assert.equal(rowsIn(store).find(({ id }) => id === 'bss')?.note, 'constructor');
  assert.deepEqual(describePage(store).detail?.outside.map(({ term }) => term), ['valueOf']);
});

test('two ledgers held against each other: which cause grew, and which mappings', () => {
  const store = storeOf();
  assert.equal(viewOf(store).diff, null);
  store.compareLedger();
  assert.equal(viewOf(store).diff?.summary, 'Waiting for the next ledger.');
  const text = LEDGER.causes['file.text'];
  give(store, 'ledger', {
    ...LEDGER,
    rss: 261 * MIB,
    sources: { ...LEDGER.sources, aio_slabs: { ...LEDGER.sources.aio_slabs, resident: 7 * MIB } },
    causes: {
      ...LEDGER.causes,
      'malloc.arena': { resident: 4 * MIB },
      'file.text': { ...text, resident: 27 * MIB, mappings: [
        { name: '/usr/bin/runtime', resident: 13 * MIB }, { name: '/usr/lib/new.so', resident: 14 * MIB },
      ] },
    },
  });
  const { diff } = viewOf(store);
  assert.equal(diff?.title.length, 'Since 16:00:00'.length);
  assert.equal(plain(diff?.summary ?? ''), 'RSS +5.00 MiB.');
  assert.deepEqual(diff?.rows.map(({ label, change, isPart }) => `${isPart ? '  ' : ''}${label} ${plain(change)}`), [
    'Program code +5.00 MiB', '  new.so +14.0 MiB', '  libcrypto.so.3 \u22126.00 MiB', '  libc.so.6 \u22122.00 MiB',
    'AIO Slabs \u22121.00 MiB', 'malloc, thread arenas +1.00 MiB',
  ]);
  store.stopComparing();
  assert.equal(viewOf(store).diff, null);
});

test('a mapping that grew is the same one, and who may only have been too small to be listed is not new', () => {
  /** @param {object[]} mappings */
  const withMappings = (mappings) => ({ ...LEDGER, causes: { anonymous: { resident: 90 * MIB, mappings } } });
  const store = storeOf(withMappings([{ name: '7f10a0000000-7f10a0100000', resident: MIB }]));
  store.compareLedger();
  give(store, 'ledger', withMappings([
    { name: '7f10a0000000-7f10a0300000', resident: 3 * MIB }, { name: '7f10b0000000-7f10b0100000', resident: MIB },
  ]));
  assert.deepEqual(viewOf(store).diff?.rows, []);
  assert.match(viewOf(store).diff?.summary ?? '', /Nothing else changed/);
  const grown = withMappings([
    { name: '7f10a0000000-7f10a0300000', resident: 3 * MIB }, { name: '7f10b0000000-7f10b0100000', resident: MIB },
  ]);
  give(store, 'ledger', { ...grown, causes: { anonymous: { ...grown.causes.anonymous, resident: 92 * MIB } } });
  assert.deepEqual(viewOf(store).diff?.rows.map(({ label, change }) => [label, plain(change)]), [
    ['Other anonymous memory', '+2.00 MiB'], ['7f10a0000000-7f10a0300000', '+2.00 MiB'],
  ]);
});

test('a process that starts again has another ledger, and none before the layout is taken', () => {
  const store = storeOf();
  store.compareLedger();
  give(store, 'layout', layoutData(PLAN, { stream: '0000000000000001' }));
  assert.equal(describePage(store).ledger, null);
  assert.equal(store.ledgerBase, null);
  assert.equal(give(new Store(), 'ledger', LEDGER), 'passed over');
});

test('what lies outside RSS comes from the ledger where nothing newer says it', () => {
  const { detail } = describePage(storeOf());
  assert.deepEqual(detail?.resident, []);
  assert.deepEqual(detail?.outside.map((fact) => plain(`${fact.term}: ${fact.value}`)), [
    'Page tables: 768 KiB', 'Swap: 2.00 MiB', 'Huge pages: 0 B', 'Kernel, whole group: 5.00 MiB',
  ]);
});

test('how old a ledger is, and since when it is told, whatever clock is set', () => {
  for (const step of [60_000, 3_600_000, 86_400_000].flatMap((by) => [by, -by])) {
    const store = new Store();
    /**
     * @param {Parameters<typeof parse>[0]} event
     * @param {object} data
     * @param {number} second
     * @param {number} wall how far the page's wall clock is off
     */
    const hear = (event, data, second, wall = 0) => store.receive(
      parse(event, JSON.stringify(data)), EPOCH + second * 1000 + wall, { id: '', size: 100 }, second * 1000,
    );
    hear('layout', layoutData(PLAN), 0);
    hear('snapshot', snapshotData(PLAN, { seq: 1, timeMs: EPOCH }), 0);
    hear('ledger', { ...LEDGER, time_ms: EPOCH, age_ms: 0 }, 0);
    // The page's clock is set.
    hear('alive', { seq: 1, time_ms: EPOCH + 4000 }, 4, step);
    assert.match(plain(viewOf(store).made), /^4 s ago/, `${step}`);
    // The sender's is set, between a frame and the next ledger and behind it.
    hear('ledger', { ...LEDGER, time_ms: EPOCH + 5000 + step, age_ms: 0, rss: LEDGER.rss + 64 * MIB }, 5, step);
    const age = Number(/^(\d+) s ago|^just now/.exec(plain(viewOf(store).made))?.[1] ?? 0);
    assert.ok(age <= 5, `${step}: ${viewOf(store).made}`);
    hear('alive', { seq: 1, time_ms: EPOCH + 8000 + step }, 8, step);
    const later = Number(/^(\d+) s ago/.exec(plain(viewOf(store).made))?.[1]);
    assert.equal(later, age + 3, `${step}`);
    // Growth is since an instant of the clock as it is set now.
    const since = new Date(EPOCH + step);
    const said = /since (\d\d:\d\d:\d\d)/.exec(viewOf(store).findings[0]?.text ?? '')?.[1];
    assert.equal(said, [since.getHours(), since.getMinutes(), since.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':'));
  }
});
