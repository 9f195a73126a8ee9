// SPDX-License-Identifier: MIT

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parse } from '../../../dashboard/feed/wire.js';
import { describePage } from '../../../dashboard/model/page.js';
import { Store } from '../../../dashboard/model/store.js';
import { DETAIL, EPOCH, GIB, LIMITS, MIB, PLAN, layoutData, snapshotData } from '../support/frames.js';

/**
 * @param {Store} store
 * @param {Parameters<typeof parse>[0]} event
 * @param {object} data
 */
const give = (store, event, data) => store.receive(parse(event, JSON.stringify(data)), EPOCH, { id: '', size: 100 });

/** @param {Parameters<typeof snapshotData>[1]} options */
function storeOf(options) {
  const store = new Store();
  give(store, 'layout', layoutData(PLAN));
  give(store, 'snapshot', snapshotData(PLAN, options));
  return store;
}

/** @param {string} text */
const plain = (text) => text.replaceAll('\u00a0', ' ');

/** @param {object} [limits] */
function gaugeOf(limits) {
  const { text, fill, remarks } = describePage(storeOf({ ...(limits ? { limits: { ...LIMITS, ...limits } } : {}) })).gauge;
  return { text: plain(text), fill, remarks: remarks.map((remark) => plain(remark.text)) };
}

const OWN_PART = 'This process has RSS 256 MiB, and 44.0 MiB of the group can be taken back';

test('the gauge is held against the limit, by its name, and says what is left', () => {
  assert.deepEqual(gaugeOf({}), {
    text: 'Used by the group 256 MiB of 512 MiB cgroup memory.max', fill: 0.5, remarks: [OWN_PART, 'Headroom 256 MiB'],
  });
});

test('what only some systems tell stands where it is told', () => {
  const { detail } = describePage(storeOf({ process: { footprint: 3 * MIB, compressed: MIB, page_faults: 1234 } }));
  assert.deepEqual(detail?.resident.map((fact) => plain(`${fact.term}: ${fact.value}`)), [
    'Footprint: 3.00 MiB', 'Compressed: 1.00 MiB', 'Page faults: 1,234',
  ]);
});

test('what counts towards a limit of address space is VMS', () => {
  assert.deepEqual(gaugeOf({ kind: 'RLIMIT_AS', limit: 4 * GIB, limit_used: GIB, headroom: 3 * GIB }), {
    text: 'VMS 1.00 GiB of 4.00 GiB RLIMIT_AS', fill: 0.25, remarks: ['Headroom 3.00 GiB'],
  });
});

test('what counts towards a limit of data is private writable memory', () => {
  assert.deepEqual(gaugeOf({ kind: 'RLIMIT_DATA', limit: 4 * GIB, limit_used: GIB, headroom: 3 * GIB }), {
    text: 'Private writable 1.00 GiB of 4.00 GiB RLIMIT_DATA', fill: 0.25, remarks: ['Headroom 3.00 GiB'],
  });
});

test('what counts towards the machine’s memory is RSS', () => {
  assert.deepEqual(gaugeOf({ kind: 'MemTotal', limit: GIB }), {
    text: 'RSS 256 MiB of 1.00 GiB MemTotal', fill: 0.25, remarks: ['Headroom 256 MiB'],
  });
});

test('of a group’s limit the group’s use is shown, with this process’s part beside it', () => {
  assert.deepEqual(gaugeOf({ kind: 'cgroup memory.limit_in_bytes', limit_used: 500 * MIB, headroom: 12 * MIB }), {
    text: 'Used by the group 500 MiB of 512 MiB cgroup memory.limit_in_bytes', fill: 0.9766,
    remarks: [OWN_PART, 'Headroom 12.0 MiB'],
  });
  assert.equal(gaugeOf({ cgroup_reclaimable: undefined }).remarks[0], 'This process has RSS 256 MiB');
});

test('where nothing is a limit the gauge stays at virtual size', () => {
  const before = gaugeOf();
  assert.equal(before.text, 'RSS 256 MiB of 1.20 GiB virtual');
  assert.deepEqual(before.remarks, []);
  assert.deepEqual(gaugeOf({ kind: 'VMS', limit: 1.2 * GIB }), before);
  assert.deepEqual(gaugeOf({ kind: 'none', limit: undefined, headroom: undefined }), before);
});

test('a machine that runs out first is named', () => {
  assert.deepEqual(gaugeOf({ headroom: 100 * MIB, ram_available: 100 * MIB }).remarks, [
    OWN_PART, 'Headroom 100 MiB, all that the machine has left',
  ]);
});

test('a forecast is there only when there is one', () => {
  assert.deepEqual(gaugeOf({ growth_per_second: MIB, forecast_window_ms: 60_000 }).remarks, [OWN_PART, 'Headroom 256 MiB']);
  assert.deepEqual(
    gaugeOf({ time_to_limit_ms: 256_000, growth_per_second: MIB, forecast_window_ms: 60_000 }).remarks[2],
    'At this rate of 1.00 MiB/s the limit is reached in 4 min 16 s, seen over 1 min',
  );
});

test('kills, meetings with the limit and pressure are said when they were', () => {
  assert.deepEqual(gaugeOf({ oom_kills: 1, cgroup_limit_hits: 9 }).remarks[2], 'The kernel has killed 1 process of the group for memory');
  assert.deepEqual(gaugeOf({ cgroup_limit_hits: 9 }).remarks[2], 'The limit was met 9 times');
  assert.deepEqual(
    gaugeOf({ pressure_some_avg10_bp: 1250, pressure_full_avg10_bp: 4 }).remarks[2],
    'Tasks waited for memory 12.5% of the last 10 s, all of them 0.04%',
  );
});

test('a limit without what is used or left of it', () => {
  assert.deepEqual(gaugeOf({ limit_used: undefined, headroom: undefined }), {
    text: 'Used by the group not available', fill: 0, remarks: [OWN_PART, 'Headroom not available'],
  });
});

test('a delta changes what differs, and null takes away', () => {
  const store = storeOf({ process: DETAIL, limits: { ...LIMITS, time_to_limit_ms: 1000 } });
  give(store, 'delta', {
    seq: 2, base: 1, time_ms: EPOCH, process: { rss_anon: null, swap: MIB },
    limits: { limit_used: 300 * MIB, headroom: 212 * MIB, time_to_limit_ms: null },
  });
  const { gauge, detail } = describePage(store);
  assert.equal(plain(gauge.text), 'Used by the group 300 MiB of 512 MiB cgroup memory.max');
  assert.deepEqual(gauge.remarks.map(({ id }) => id), ['own_part', 'headroom']);
  assert.equal(detail?.resident[0]?.value, 'not available');
  assert.equal(plain(detail?.outside[0]?.value ?? ''), '1.00 MiB');
});

test('limits that first come in a delta', () => {
  const store = storeOf({});
  give(store, 'delta', { seq: 2, base: 1, time_ms: EPOCH, limits: LIMITS });
  assert.deepEqual(store.snapshot?.limits, storeOf({ limits: LIMITS }).snapshot?.limits);
});

test('what a server does not say is not asked for', () => {
  assert.equal(describePage(storeOf({})).detail, null);
});

test('resident by kind, each with its age where that is worth saying', () => {
  const { detail } = describePage(storeOf({ process: DETAIL, limits: LIMITS }));
  assert.deepEqual(detail?.resident.map((fact) => plain(`${fact.term}: ${fact.value} ${fact.detail}`).trim()), [
    'Anonymous: 220 MiB', 'Files: 32.0 MiB', 'Shared memory: 4.00 MiB', 'Freed, still resident: 12.0 MiB 12 s ago',
    'PSS: 241 MiB 12 s ago', 'USS: 236 MiB 12 s ago',
  ]);
  assert.deepEqual(detail?.outside.map((fact) => plain(`${fact.term}: ${fact.value}`)), [
    'Swap: 0 B', 'Page tables: 768 KiB', 'Huge pages: 0 B',
  ]);
});

test('what is missing says why, and nothing else is blamed on it', () => {
  const { rss_anon: anonymous, swap } = DETAIL;
  const { detail } = describePage(storeOf({
    process: { rss_anon: anonymous, swap }, limits: LIMITS, detailErrors: [{ step: 'open_rollup', code: 13 }],
  }));
  assert.deepEqual(detail?.resident.filter(({ missing }) => missing).map((fact) => `${fact.term}: ${fact.detail}`), [
    'Files: ', 'Shared memory: ', 'Freed, still resident: open rollup, code 13', 'PSS: open rollup, code 13',
    'USS: open rollup, code 13',
  ]);
});
