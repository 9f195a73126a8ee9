// SPDX-License-Identifier: MIT

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Feed, SILENCE_MS, backoff } from '../../../dashboard/feed/sse.js';
import { FakeBrowser } from '../support/fake-browser.js';
import { PLAN, frame, layoutData, snapshotData } from '../support/frames.js';

function setUp() {
  const browser = new FakeBrowser();
  /** @type {import('../../../dashboard/feed/sse.js').Origin[]} */
  const origins = [];
  /** @type {string[]} */
  const heard = [];
  /** @type {import('../../../dashboard/feed/sse.js').Verdict[]} */
  const verdicts = [];
  const feed = new Feed('events', {
    frame: ({ kind }, origin) => {
      heard.push(kind);
      origins.push(origin);
      return verdicts.shift() ?? 'taken';
    },
    malformed: (reason, size) => {
      heard.push(`malformed: ${reason}`);
      origins.push({ id: '', size });
    },
    lost: (how) => heard.push(how),
  }, browser.environment);
  feed.open();
  return { browser, heard, origins, verdicts, feed };
}

/** @param {number} seq */
const snapshot = (seq) => snapshotData(PLAN, { seq });

test('one stream, however often it is opened', () => {
  const { browser, feed } = setUp();
  feed.open();
  feed.open();
  assert.equal(browser.sources.length, 1);
  assert.equal(browser.source.url, 'events');
});

test('frames reach the listener', () => {
  const { browser, heard } = setUp();
  browser.source.say('layout', layoutData(PLAN));
  browser.source.say('snapshot', snapshot(1));
  browser.source.say('delta', { seq: 2, base: 1, time_ms: 1 });
  browser.source.say('alive', { seq: 2, time_ms: 1 });
  assert.deepEqual(heard, ['layout', 'snapshot', 'delta', 'alive']);
});

test('a malformed frame is said, and the stream goes on', () => {
  const { browser, heard } = setUp();
  browser.source.say('snapshot', '{');
  browser.source.say('snapshot', snapshot(1));
  assert.deepEqual(heard, ['malformed: the data is no JSON', 'snapshot']);
  assert.equal(browser.sources.length, 1);
});

test('an error of the listener is not taken for a malformed frame', () => {
  const browser = new FakeBrowser();
  const feed = new Feed('events', {
    frame: () => { throw new TypeError('mine'); },
    malformed: () => assert.fail('not malformed'),
    lost: () => {},
  }, browser.environment);
  feed.open();
  /** @type {unknown[]} */
  const thrown = [];
  process.setUncaughtExceptionCaptureCallback((error) => thrown.push(error));
  return new Promise((resolve) => {
    browser.source.say('snapshot', snapshot(1));
    // EventTarget throws what its listeners throw in the next tick.
    setImmediate(() => {
      process.setUncaughtExceptionCaptureCallback(null);
      assert.equal(thrown.length, 1);
      resolve(undefined);
    });
  });
});

test('each event is counted by its bytes on the wire, with its id where that is its own', () => {
  const { browser, origins } = setUp();
  browser.source.say('layout', layoutData(PLAN));
  browser.source.say('snapshot', snapshot(1), 's-1');
  // A browser gives an event without an id that of the one before.
  browser.source.say('alive', { seq: 1, time_ms: 1 }, 's-1');
  browser.source.say('delta', '{', 's-2');
  browser.source.fail();
  browser.advance(500);
  browser.source.say('snapshot', snapshot(1), 's-2');
  assert.deepEqual(origins.map(({ size }) => size), [
    frame('layout', layoutData(PLAN)),
    frame('snapshot', snapshot(1), 's-1'),
    frame('alive', { seq: 1, time_ms: 1 }),
    frame('delta', '{', 's-2'),
    frame('snapshot', snapshot(1), 's-2'),
  ].map((block) => Buffer.byteLength(block)));
  assert.deepEqual(origins.map(({ id }) => id), ['', 's-1', 's-1', '', 's-2']);
});

test('a lost stream is closed and opened again with the last id', () => {
  const { browser, heard } = setUp();
  browser.source.say('snapshot', snapshot(1), '00000000deadbeef-1');
  browser.source.fail();
  assert.ok(browser.sources[0]?.isClosed);
  assert.deepEqual(heard, ['snapshot', 'lost']);
  assert.equal(browser.sources.length, 1);
  browser.advance(500);
  assert.equal(browser.sources.length, 2);
  assert.equal(browser.source.url, 'events?last_event_id=00000000deadbeef-1');
});

test('the id is escaped, and joins a query that is there', () => {
  const browser = new FakeBrowser();
  const feed = new Feed('events?full=1', { frame: () => 'taken', malformed: () => {}, lost: () => {} }, browser.environment);
  feed.open();
  browser.source.say('snapshot', snapshot(1), 'a&b=c');
  browser.source.fail();
  browser.advance(10_000);
  assert.equal(browser.source.url, 'events?full=1&last_event_id=a%26b%3Dc');
});

test('delays double up to a bound, with half of them left to chance', () => {
  assert.equal(backoff(0, 0), 250);
  assert.equal(backoff(1, 0), 500);
  assert.equal(backoff(4, 0.5), 6000);
  for (let attempt = 0; attempt < 2000; attempt += 1) {
    assert.ok(backoff(attempt, 0) >= 250 && backoff(attempt, 0.999) <= 10_000);
  }
});

test('a server that refuses is asked ever less often, and never given up', () => {
  const { browser } = setUp();
  const times = [];
  for (let attempt = 0; attempt < 50; attempt += 1) {
    browser.source.fail();
    const before = browser.sources.length;
    const start = browser.now;
    while (browser.sources.length === before) browser.advance(50);
    times.push(browser.now - start);
  }
  assert.deepEqual(times.slice(0, 6), [250, 500, 1000, 2000, 4000, 5000]);
  assert.equal(times.at(-1), 5000);
});

test('a stream that opens and says nothing of use does not shorten the delay; numbers do', () => {
  const { browser, verdicts } = setUp();
  for (let round = 0; round < 3; round += 1) {
    browser.source.say('layout', layoutData(PLAN));
    browser.source.fail();
    browser.advance(10_000);
  }
  const opened = browser.sources.length;
  browser.source.fail();
  browser.advance(1900);
  assert.equal(browser.sources.length, opened);
  browser.advance(100);
  assert.equal(browser.sources.length, opened + 1);
  verdicts.length = 0;
  browser.source.say('snapshot', snapshot(1));
  browser.source.fail();
  browser.advance(250);
  assert.equal(browser.sources.length, opened + 2);
});

test('a silent stream is given up, and any event puts that off', () => {
  const { browser, heard } = setUp();
  browser.source.say('snapshot', snapshot(1));
  browser.advance(SILENCE_MS - 1);
  browser.source.say('alive', { time_ms: 1 });
  browser.advance(SILENCE_MS - 1);
  assert.deepEqual(heard, ['snapshot', 'alive']);
  browser.advance(1);
  assert.deepEqual(heard, ['snapshot', 'alive', 'silent']);
  assert.ok(browser.sources[0]?.isClosed);
  browser.advance(10_000);
  assert.equal(browser.sources.length, 2);
});

test('a stream of malformed frames is silent', () => {
  const { browser, heard } = setUp();
  browser.source.say('snapshot', snapshot(1));
  browser.advance(SILENCE_MS - 1);
  browser.source.say('snapshot', '{');
  browser.advance(1);
  assert.equal(heard.at(-1), 'silent');
});

test('a stream that never says anything is given up too', () => {
  const { browser, heard } = setUp();
  browser.advance(SILENCE_MS);
  assert.deepEqual(heard, ['silent']);
});

test('after a gap the stream is opened again from the last frame that was taken', () => {
  const { browser, heard, verdicts } = setUp();
  verdicts.push('taken', 'gap');
  browser.source.say('snapshot', snapshot(1), 's-1');
  browser.source.say('delta', { seq: 3, base: 2, time_ms: 1 }, 's-3');
  assert.deepEqual(heard, ['snapshot', 'delta']);
  browser.advance(10_000);
  assert.equal(browser.source.url, 'events?last_event_id=s-1');
});

test('a sign of life that shows a gap has the stream opened again too', () => {
  const { browser, verdicts } = setUp();
  verdicts.push('taken', 'gap');
  browser.source.say('snapshot', snapshot(1), 's-1');
  browser.source.say('alive', { seq: 2, time_ms: 1 }, 's-1');
  assert.ok(browser.sources[0]?.isClosed);
  browser.advance(500);
  assert.equal(browser.source.url, 'events?last_event_id=s-1');
});

test('a resume that ends in a gap again is not asked for a third time', () => {
  const { browser, verdicts } = setUp();
  verdicts.push('taken', 'gap', 'gap');
  browser.source.say('snapshot', snapshot(1), 's-1');
  browser.source.say('delta', { seq: 3, base: 2, time_ms: 1 }, 's-3');
  browser.advance(10_000);
  browser.source.say('delta', { seq: 3, base: 2, time_ms: 1 }, 's-3');
  browser.advance(10_000);
  assert.equal(browser.source.url, 'events');
});

test('what a stream says after it was given up is not heard as its successor failing', () => {
  const { browser, heard } = setUp();
  const [first] = browser.sources;
  browser.source.fail();
  browser.advance(500);
  first?.fail();
  assert.deepEqual(heard, ['lost']);
  assert.equal(browser.sources.length, 2);
});

test('open does not sit out a delay', () => {
  const { browser, feed } = setUp();
  browser.source.fail();
  feed.open();
  assert.equal(browser.sources.length, 2);
  browser.advance(SILENCE_MS - 1);
  assert.equal(browser.sources.length, 2);
});

test('close leaves nothing behind', () => {
  const { browser, feed } = setUp();
  feed.close();
  assert.ok(browser.source.isClosed);
  assert.equal(browser.timers, 0);
  browser.advance(60_000);
  assert.equal(browser.sources.length, 1);
});
