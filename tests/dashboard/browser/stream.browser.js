// SPDX-License-Identifier: MIT

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';

import { launch } from '../support/browser.js';
import { FakeServer } from '../support/fake-server.js';
import { MIB, STREAM } from '../support/frames.js';
import { expand, openPage, part, says, textOf } from '../support/page.js';
import { Sender } from '../support/sender.js';

/** @type {import('playwright-core').Browser} */
let browser;
/** @type {FakeServer} */
let server;
/** @type {Sender} */
let sender;

before(async () => {
  browser = await launch();
});
after(() => browser.close());

beforeEach(async () => {
  server = await new FakeServer().start();
  sender = new Sender();
  server.greeting = (lastEventId) => sender.greet(lastEventId);
});
afterEach(() => server.stop());

async function openLive() {
  const opened = await openPage(browser, server.url);
  await says(opened.page, 'status-text', 'Live');
  await expand(opened.page);
  return opened;
}

/**
 * What the page says of memory: all but its foot and its notes, which tell of the stream.
 * @param {import('playwright-core').Page} page
 */
async function numbers(page) {
  return (await textOf(page)).replace(/^(.* closed by asking again\.|sampled every .*)\n/gm, '');
}

/** Asks for the ids that the page resumed at, the first time included. */
const resumedAt = () => server.requests.map(({ lastEventId }) => lastEventId);

test('who joins gets an older keyframe and the deltas behind it; the foot says what the stream costs', async () => {
  const keyframe = Buffer.byteLength(sender.keyframe(1));
  const deltas = [
    sender.delta(9, { rss: 260 * MIB }),
    sender.delta(17, { rss: 260 * MIB, used: { scratch_arena: 20 * MIB } }),
  ].map((text) => Buffer.byteLength(text)).reduce((sum, size) => sum + size, 0);
  const { page, close } = await openLive();
  await says(page, 'rss', '260 MiB');
  assert.equal(await page.getByRole('row', { name: /^Scratch Arena/ }).locator('.number').first().textContent(), '20.0\u00a0MiB');
  // 16 ticks of 250 ms.
  const saving = keyframe * 16 / deltas;
  assert.ok(saving > 10);
  const cost = `0.5 frames/s · ${(deltas / 4).toFixed(0)} B/s, ${saving.toFixed(0)}× less than full snapshots`;
  await says(page, 'meta', new RegExp(` · ${cost.replace('/', '\\/')} · snapshot 17$`));
  const alive = sender.alive(37);
  server.push(alive);
  await says(page, 'meta', new RegExp(` · 0\\.3 frames/s · ${((deltas + Buffer.byteLength(alive)) / 9).toFixed(0)} B/s`));
  await says(page, 'summary', /^The last 9 s\./);
  assert.deepEqual(resumedAt(), ['']);
  await close();
});

test('the foot moves, so it is in no region that is announced', async () => {
  sender.keyframe(1);
  const { page, close } = await openLive();
  assert.equal(await part(page, 'meta').evaluate((element) => (
    element.closest('[aria-live], [role=status], [role=alert], [role=log], output')
  )), null);
  await close();
});

test('a delta that is missing is asked for, and nothing is lost', async () => {
  sender.keyframe(1);
  const { page, close } = await openLive();
  server.push(sender.delta(2, { rss: 260 * MIB }));
  await says(page, 'rss', '260 MiB');
  sender.delta(7, { used: { scratch_arena: 20 * MIB } });
  server.push(sender.delta(8, { rss: 300 * MIB, used: { aio_slabs: 9 * MIB } }));
  await says(page, 'rss', '300 MiB');
  assert.deepEqual(resumedAt(), ['', `${STREAM}-2`]);
  await says(page, 'notes', /^i?1 gap in the stream, closed by asking again\.$/);
  const resumed = await numbers(page);
  await close();

  const fresh = await openLive();
  await says(fresh.page, 'rss', '300 MiB');
  assert.equal(await numbers(fresh.page), resumed);
  await fresh.close();
});

test('a gap at the end of the stream shows in the next sign of life', async () => {
  sender.keyframe(1);
  const { page, close } = await openLive();
  await says(page, 'rss', '256 MiB');
  sender.delta(2, { rss: 300 * MIB });
  server.push(sender.alive(22));
  await says(page, 'rss', '300 MiB');
  assert.deepEqual(resumedAt(), ['', `${STREAM}-1`]);
  await close();
});

test('a connection that is lost resumes where it was', async () => {
  sender.keyframe(1);
  const { page, close } = await openLive();
  server.push(sender.delta(2, { rss: 260 * MIB }));
  await says(page, 'rss', '260 MiB');
  server.drop();
  sender.delta(6, { rss: 280 * MIB });
  await says(page, 'rss', '280 MiB');
  assert.deepEqual(resumedAt(), ['', `${STREAM}-2`]);
  assert.equal(await part(page, 'notes').isVisible(), false);
  await close();
});

test('a process that starts again has another stream: its keyframe, then its deltas', async () => {
  sender.keyframe(1);
  const { page, close } = await openLive();
  server.push(sender.delta(900, { rss: 300 * MIB, used: { scratch_arena: 20 * MIB } }));
  await says(page, 'rss', '300 MiB');
  await server.stop();
  await says(page, 'status-text', /^(Reconnecting|Stale since .*)$/);
  assert.doesNotMatch(await part(page, 'meta').textContent() ?? '', /frames/);
  sender = new Sender('0000000000000001');
  sender.keyframe(1, { rss: 200 * MIB });
  await server.start();
  await says(page, 'rss', '200 MiB');
  await says(page, 'notes', /The process started again at 16:00:00\.$/);
  server.push(sender.delta(2, { rss: 210 * MIB }));
  await says(page, 'rss', '210 MiB');
  assert.equal(await page.getByRole('row', { name: /^Scratch Arena/ }).locator('.number').first().textContent(), '16.0\u00a0MiB');
  assert.equal(server.requests.at(-1)?.lastEventId, `${STREAM}-900`);
  await close();
});

test('a delta of another process is not put over the numbers of this one', async () => {
  sender.keyframe(1);
  const { page, close } = await openLive();
  await says(page, 'rss', '256 MiB');
  const stranger = new Sender('0000000000000001');
  stranger.keyframe(1);
  sender.delta(2, { rss: 280 * MIB });
  server.push(stranger.delta(2, { rss: 999 * MIB }));
  await says(page, 'rss', '280 MiB');
  assert.deepEqual(resumedAt(), ['', `${STREAM}-1`]);
  await close();
});

test('errors come with a delta, stay without a word, and go with an empty list or a keyframe', async () => {
  const errors = [{ step: 'open_statm', code: 24 }];
  sender.keyframe(1);
  const { page, close } = await openLive();
  server.push(sender.delta(2, { rss: 257 * MIB }, { errors }));
  await says(page, 'notes', /Some readings failed: open statm, code 24\.$/);
  server.push(sender.delta(3, { rss: 258 * MIB }));
  await says(page, 'rss', '258 MiB');
  assert.equal(await part(page, 'notes').isVisible(), true);
  server.push(sender.delta(4, { rss: 259 * MIB }, { errors: [] }));
  await says(page, 'rss', '259 MiB');
  assert.equal(await part(page, 'notes').isVisible(), false);
  server.push(sender.delta(5, { rss: 260 * MIB }, { errors }));
  await says(page, 'notes', /failed/);
  server.push(sender.keyframe(6, { rss: 261 * MIB }));
  await says(page, 'rss', '261 MiB');
  assert.equal(await part(page, 'notes').isVisible(), false);
  await close();
});
