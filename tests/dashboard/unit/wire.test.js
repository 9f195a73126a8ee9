// SPDX-License-Identifier: MIT

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { MalformedFrame, blockSize, parse } from '../../../dashboard/feed/wire.js';
import { PLAN, frame as block, layoutData, snapshotData } from '../support/frames.js';

/** @param {object} fields */
const layout = (fields = {}) => JSON.stringify({ ...layoutData(PLAN), ...fields });
/** @param {object} fields */
const snapshot = (fields = {}) => JSON.stringify({ ...snapshotData(PLAN), ...fields });
/** @param {object[]} nodes */
const withNodes = (...nodes) => layout({ nodes });

const leaf = { key: 'a', label: 'A', parent: null, kind: 'leaf' };
const group = { key: 'g', label: 'G', parent: null, kind: 'group' };

test('a layout', () => {
  const frame = parse('layout', layout());
  assert.equal(frame.kind, 'layout');
  assert.equal(frame.kind === 'layout' && frame.nodes.length, 6);
  assert.equal(frame.kind === 'layout' && frame.intervalMs, 250);
});

test('a snapshot, its missing fields null', () => {
  const frame = parse('snapshot', snapshot({ process: { rss: 1 }, pools: { a: { used: 2 } } }));
  assert.ok(frame.kind === 'snapshot');
  assert.equal(frame.process.rss, 1);
  assert.equal(frame.process.vms, null);
  assert.deepEqual(frame.pools.get('a'), { used: 2, committed: null, peak: null, objects: null, slots: null });
  assert.deepEqual(frame.errors, []);
});

test('a delta holds what it brings and nothing else', () => {
  const frame = parse('delta', JSON.stringify({ seq: 2, base: 1, time_ms: 5, process: { rss: null } }));
  assert.ok(frame.kind === 'delta');
  assert.deepEqual(frame.process, { rss: null });
  assert.equal(frame.breakdown.size, 0);
  assert.equal(frame.errors, undefined);
});

test('alive', () => {
  assert.deepEqual(parse('alive', '{"seq":2,"time_ms":7}'), { kind: 'alive', seq: 2, timeMs: 7 });
  assert.deepEqual(parse('alive', '{}'), { kind: 'alive', seq: null, timeMs: null });
});

test('errors name their step and code', () => {
  const frame = parse('snapshot', snapshot({ errors: [{ step: 'open_statm', code: 24 }] }));
  assert.deepEqual(frame.kind === 'snapshot' && frame.errors, [{ step: 'open_statm', code: 24 }]);
});

test('what bounds the process, and what more is known of it, is there or null', () => {
  const plain = parse('snapshot', snapshot());
  assert.ok(plain.kind === 'snapshot');
  assert.equal(plain.limits, null);
  assert.equal(plain.process.rss_anon, null);
  const frame = parse('snapshot', snapshot({
    process: { rss: 1, swap: 0 }, limits: { kind: 'MemTotal', limit: 7 }, detail_errors: [{ step: 'open_rollup', code: 13 }],
  }));
  assert.ok(frame.kind === 'snapshot');
  assert.equal(frame.process.swap, 0);
  assert.equal(frame.limits?.kind, 'MemTotal');
  assert.equal(frame.limits?.limit, 7);
  assert.equal(frame.limits?.headroom, null);
  assert.deepEqual(frame.detailErrors, [{ step: 'open_rollup', code: 13 }]);
});

test('limits in a delta are those that differ', () => {
  const frame = parse('delta', '{"seq":2,"base":1,"time_ms":5,"limits":{"oom_kills":1,"time_to_limit_ms":null}}');
  assert.deepEqual(frame.kind === 'delta' && frame.limits, { oom_kills: 1, time_to_limit_ms: null });
});

test('fields that are not known are passed over', () => {
  const frame = parse('snapshot', snapshot({ load: { a: 1 }, process: { rss: 1, load: 'x' } }));
  assert.ok(frame.kind === 'snapshot');
  assert.equal('load' in frame.process, false);
});

test('another version is said to be one, whatever else it holds', () => {
  assert.deepEqual(parse('layout', '{"protocol":2}'), { kind: 'unsupported', protocol: '2' });
  assert.deepEqual(parse('layout', '{}'), { kind: 'unsupported', protocol: 'undefined' });
});

test('keys that objects have of their own are keys like others', () => {
  const frame = parse('snapshot', '{"seq":1,"time_ms":1,"process":{},"breakdown":{"constructor":3,"__proto__":4}}');
  assert.ok(frame.kind === 'snapshot');
  assert.equal(frame.breakdown.get('constructor'), 3);
  assert.equal(frame.breakdown.get('__proto__'), 4);
  assert.equal(frame.breakdown.get('toString'), undefined);
});

test('numbers beyond 2^53 come through', () => {
  const frame = parse('snapshot', snapshot({ process: { rss: 2 ** 64 } }));
  assert.equal(frame.kind === 'snapshot' && frame.process.rss, 2 ** 64);
});

test('a breakdown without RSS has nulls', () => {
  const frame = parse('delta', '{"seq":2,"base":1,"time_ms":1,"breakdown":{"untracked":null,"overcounted":null,"a":0}}');
  assert.ok(frame.kind === 'delta');
  assert.deepEqual([...frame.breakdown], [['untracked', null], ['overcounted', null], ['a', 0]]);
});

test('the size of a block is what it took on the wire', () => {
  for (const [event, data, id] of /** @type {[string, string, string | undefined][]} */ ([
    ['alive', '{"seq":2,"time_ms":7}', undefined],
    ['delta', '{"seq":2}', '00000000deadbeef-2'],
    ['layout', '{"label":"é – 𝔘 مخزن"}', undefined],
    ['delta', '', 'x-1'],
  ])) {
    assert.equal(blockSize(event, data, id ?? null), Buffer.byteLength(block(event, data, id)), data);
  }
  assert.equal(blockSize('delta', '{\n}', null), Buffer.byteLength('event: delta\ndata: {\ndata: }\n\n'));
});

for (const [what, event, data] of /** @type {[string, Parameters<typeof parse>[0], string][]} */ ([
  ['no JSON', 'snapshot', '{nope'],
  ['an empty text', 'snapshot', ''],
  ['an array', 'snapshot', '[]'],
  ['null', 'snapshot', 'null'],
  ['a number', 'delta', '1'],
  ['a snapshot without a sequence', 'snapshot', snapshot({ seq: undefined })],
  ['a sequence that is text', 'snapshot', snapshot({ seq: '1' })],
  ['no process', 'snapshot', snapshot({ process: undefined })],
  ['a process that is a list', 'snapshot', snapshot({ process: [] })],
  ['bytes that are text', 'snapshot', snapshot({ process: { rss: '1' } })],
  ['bytes below 0', 'snapshot', snapshot({ breakdown: { a: -1 } })],
  ['bytes without end', 'snapshot', snapshot().replace(/"rss":\d+/, '"rss":1e999')],
  ['a pool that is a number', 'snapshot', snapshot({ pools: { a: 1 } })],
  ['errors that are text', 'snapshot', snapshot({ errors: 'x' })],
  ['limits that are a list', 'snapshot', snapshot({ limits: [] })],
  ['a limit without a name that can be read', 'snapshot', snapshot({ limits: { kind: 1 } })],
  ['a ledger of text', 'ledger', '{"rss":"1"}'],
  ['a cause that is a number', 'ledger', '{"causes":{"bss":1}}'],
  ['a layout without nodes', 'layout', layout({ nodes: undefined })],
  ['a layout without a stream', 'layout', layout({ stream: undefined })],
  ['a node that is null', 'layout', layout({ nodes: [null] })],
  ['a key twice', 'layout', withNodes(leaf, leaf)],
  ['a parent that comes later', 'layout', withNodes({ ...leaf, parent: 'g' }, group)],
  ['a leaf as parent', 'layout', withNodes(leaf, { ...leaf, key: 'b', parent: 'a' })],
  ['a kind that is not known', 'layout', withNodes({ ...leaf, kind: 'twig' })],
  ['a label that is a number', 'layout', withNodes({ ...leaf, label: 1 })],
  ['a delta without a base', 'delta', '{"seq":2,"time_ms":1}'],
  ['a delta on itself', 'delta', '{"seq":2,"base":2,"time_ms":1}'],
  ['a delta on what comes after it', 'delta', '{"seq":2,"base":3,"time_ms":1}'],
  ['a sign of life with a number that is text', 'alive', '{"seq":"2"}'],
])) {
  test(`malformed: ${what}`, () => {
    assert.throws(() => parse(event, data), MalformedFrame);
  });
}
