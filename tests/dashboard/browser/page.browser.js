// SPDX-License-Identifier: MIT

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';

import { launch } from '../support/browser.js';
import { FakeServer } from '../support/fake-server.js';
import {
  DETAIL, EPOCH, GIB, LEDGER, LIMITS, MIB, PLAN, frame, generator, layoutFrame, ledgerFrame, randomTree, snapshotFrame,
} from '../support/frames.js';
import { expand, matchesGolden, openPage, overflowing, part, says, textOf, violations } from '../support/page.js';

/** @typedef {import('playwright-core').Page} Page */

/** @type {import('playwright-core').Browser} */
let browser;
/** @type {FakeServer} */
let server;

before(async () => {
  browser = await launch();
});
after(() => browser.close());

beforeEach(async () => {
  server = await new FakeServer().start();
  server.greeting = [layoutFrame(PLAN), snapshotFrame(PLAN)];
});
afterEach(() => server.stop());

/** @param {Parameters<typeof openPage>[2]} [options] */
async function openLive(options) {
  const opened = await openPage(browser, server.url, options);
  await says(opened.page, 'status-text', 'Live');
  return opened;
}

/**
 * @param {Page} page
 * @param {number} seq
 */
const showsSnapshot = (page, seq) => says(page, 'meta', new RegExp(`snapshot ${seq.toLocaleString('en')}$`));

const NEAR = {
  ...LIMITS, time_to_limit_ms: 742_000, growth_per_second: 360_448, forecast_window_ms: 120_000, oom_kills: 1,
  pressure_some_avg10_bp: 125,
};

const GROWN = {
  rss: 270 * MIB,
  age_ms: 0,
  causes: { ...LEDGER.causes, 'malloc.heap': { ...LEDGER.causes['malloc.heap'], resident: 78 * MIB } },
  findings: [
    { name: 'resident_but_free', source: 'gc_lval_slab', amount: 16 * MIB, whole: 80 * MIB, text: 'In RAM and not handed out.' },
  ],
  faults: [{ kind: 'mappings_changed', code: 2 }],
};

/**
 * All that a page can show of a process: its limits, its detail, causes with their parts, and what grew.
 * @param {Page} page
 * @param {number} seq
 */
async function showAll(page, seq) {
  server.push(snapshotFrame(PLAN, { seq, process: DETAIL, limits: NEAR }) + ledgerFrame());
  await page.getByRole('button', { name: /^Program code/ }).click();
  await page.getByRole('button', { name: 'Compare from here' }).click();
  server.push(ledgerFrame(GROWN));
  await says(page, 'diff-summary', 'RSS +14.0 MiB.');
}

const OVERCOUNTED = { seq: 2, process: { rss: 140 * MIB } };

test('a page without a reading waits', async () => {
  server.greeting = [];
  const { page, close } = await openPage(browser, server.url);
  await expand(page);
  matchesGolden('waiting', await textOf(page));
  await close();
});

test('what the page says, closed and open', async () => {
  const { page, close } = await openLive();
  await showsSnapshot(page, 1);
  matchesGolden('closed', await textOf(page));
  await expand(page);
  server.push(snapshotFrame(PLAN, { seq: 2, process: { page_faults_minor: 1284, page_faults_major: 1 } }));
  await showsSnapshot(page, 2);
  matchesGolden('open', await textOf(page));
  assert.equal(await page.title(), '256\u00a0MiB RSS · memscape');
  await close();
});

test('percentages of the top rows and Untracked sum to 100', async () => {
  const { page, close } = await openLive();
  await expand(page);
  const tenths = await page.locator('.row:not([data-child]) .percent').allTextContents();
  assert.equal(tenths.length, 4);
  assert.equal(tenths.reduce((sum, text) => sum + Math.round(Number.parseFloat(text) * 10), 0), 1000);
  await close();
});

test('the panel opens and closes by mouse, Enter and Space', async () => {
  const { page, close } = await openLive();
  const toggle = page.getByRole('button', { name: 'Process Memory' });
  const table = page.getByRole('table', { name: 'Memory by subsystem' });
  assert.equal(await toggle.getAttribute('aria-expanded'), 'false');
  assert.equal(await toggle.getAttribute('aria-controls'), await part(page, 'body').getAttribute('id'));
  assert.equal(await table.isVisible(), false);
  await page.locator('.panel-head .chevron').click({ force: true });
  assert.equal(await toggle.getAttribute('aria-expanded'), 'true');
  assert.equal(await table.isVisible(), true);
  await page.keyboard.press('Tab');
  await toggle.focus();
  await page.keyboard.press('Enter');
  assert.equal(await toggle.getAttribute('aria-expanded'), 'false');
  await page.keyboard.press('Space');
  assert.equal(await toggle.getAttribute('aria-expanded'), 'true');
  await close();
});

test('a focus is seen', async () => {
  const { page, close } = await openLive();
  await page.keyboard.press('Tab');
  assert.equal(await part(page, 'toggle').evaluate((element) => element === document.activeElement), true);
  const outline = await part(page, 'toggle').evaluate((element) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(element, '::after');
    return `${outlineStyle} ${outlineWidth}`;
  });
  assert.equal(outline, 'solid 2px');
  await close();
});

test('a reload keeps what was open and what was closed', async () => {
  const { page, close } = await openLive();
  await expand(page);
  await page.getByRole('button', { name: 'GC Heap' }).click();
  assert.equal(await page.getByRole('row', { name: /Malloc/ }).isVisible(), false);
  await page.reload();
  await showsSnapshot(page, 1);
  assert.equal(await part(page, 'toggle').getAttribute('aria-expanded'), 'true');
  assert.equal(await page.getByRole('button', { name: 'GC Heap' }).getAttribute('aria-expanded'), 'false');
  assert.equal(await page.getByRole('row', { name: /Malloc/ }).isVisible(), false);
  assert.equal(await page.getByRole('row', { name: /Scratch/ }).isVisible(), true);
  await close();
});

test('storage that is forbidden, or holds nonsense, does not matter', async () => {
  const forbidden = await openLive({
    before: (page) => page.addInitScript(() => {
      Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } });
    }),
  });
  await expand(forbidden.page);
  assert.equal(await part(forbidden.page, 'toggle').getAttribute('aria-expanded'), 'true');
  await forbidden.close();

  const nonsense = await openLive({
    before: (page) => page.addInitScript(() => {
      localStorage.setItem('memscape.panel', '{');
      localStorage.setItem('memscape.closed-groups', '{');
    }),
  });
  await expand(nonsense.page);
  assert.equal(await nonsense.page.getByRole('row', { name: /Malloc/ }).isVisible(), true);
  await nonsense.close();
});

test('numbers move; rows, and what did not change, are left alone', async () => {
  const { page, close } = await openLive();
  await expand(page);
  await page.evaluate(() => {
    /** @type {string[]} */
    const touched = [];
    Reflect.set(window, 'touched', touched);
    new MutationObserver((records) => {
      for (const { target } of records) {
        const element = target instanceof Element ? target : target.parentElement;
        touched.push(element?.closest('[data-part]')?.getAttribute('data-part') ?? '');
      }
    }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
  });
  server.push(snapshotFrame(PLAN, { seq: 2, timeMs: EPOCH }));
  await showsSnapshot(page, 2);
  assert.deepEqual([...new Set(/** @type {string[]} */ (await page.evaluate('touched')))], ['meta']);

  const row = await page.getByRole('row', { name: /Untracked/ }).elementHandle();
  server.push(snapshotFrame(PLAN, { seq: 3, timeMs: EPOCH, process: { rss: 300 * MIB } }));
  await says(page, 'rss', '300 MiB');
  assert.match(await row?.innerText() ?? '', /148\sMiB/);
  // A screen reader is told of each change of the status, so a tick makes none.
  const touched = /** @type {string[]} */ (await page.evaluate('touched'));
  assert.equal(touched.includes('status') || touched.includes('status-text'), false);
  await close();
});

test('where the memory is, what bounds it, and what grew', async () => {
  const { page, close } = await openLive();
  server.push(snapshotFrame(PLAN, { seq: 2, process: DETAIL, limits: NEAR }));
  await says(page, 'remarks', /Headroom/);
  matchesGolden('limits', await textOf(page));
  await expand(page);
  await showAll(page, 3);
  matchesGolden('ledger', await textOf(page));
  await page.getByRole('button', { name: 'Stop comparing' }).click();
  await part(page, 'diff').waitFor({ state: 'hidden' });
  assert.equal(await part(page, 'compare').evaluate((element) => element === document.activeElement), true);
  await close();
});

test('what no subsystem owns and its causes open and close by keyboard, keep the focus as ledgers come, and survive a reload', async () => {
  server.greeting = [layoutFrame(PLAN), snapshotFrame(PLAN), ledgerFrame()];
  const { page, close } = await openLive();
  await expand(page);
  const untracked = page.getByRole('button', { name: 'Not in a subsystem' });
  const code = page.getByRole('button', { name: /^Program code/ });
  const library = page.getByRole('row', { name: /^libc\.so/ });
  assert.equal(await untracked.getAttribute('aria-expanded'), 'true');
  assert.equal(await library.isVisible(), false);
  await code.focus();
  await page.keyboard.press('Enter');
  assert.equal(await code.getAttribute('aria-expanded'), 'true');
  assert.equal(await library.isVisible(), true);
  // Another order: the rows move, and what has the focus stays.
  server.push(ledgerFrame({
    causes: { ...LEDGER.causes, 'file.text': { ...LEDGER.causes['file.text'], resident: 90 * MIB } }, age_ms: 0,
  }));
  await says(page, 'made', /^just now/);
  assert.equal(await code.evaluate((element) => element === document.activeElement), true);
  await page.reload();
  await showsSnapshot(page, 1);
  assert.equal(await library.isVisible(), true);
  await untracked.focus();
  await page.keyboard.press('Space');
  assert.equal(await library.isVisible(), false);
  assert.equal(await code.isVisible(), false);
  await page.reload();
  await showsSnapshot(page, 1);
  assert.equal(await untracked.getAttribute('aria-expanded'), 'false');
  await close();
});

test('on one screen', async () => {
  server.greeting = [layoutFrame(PLAN), snapshotFrame(PLAN, { process: DETAIL, limits: LIMITS }), ledgerFrame()];
  const { page, close } = await openLive();
  await expand(page);
  const { y = Infinity, height = 0 } = await page.getByRole('row', { name: /^Unexplained/ }).boundingBox() ?? {};
  assert.ok(y + height <= 900, `the last cause ends at ${y + height}`);
  await close();
});

test('hostile names in a ledger are text', async () => {
  const mappings = HOSTILE.map((name, index) => ({ name, resident: (9 - index) * MIB }));
  server.greeting = [layoutFrame(PLAN), snapshotFrame(PLAN), ledgerFrame({
    causes: Object.fromEntries(HOSTILE.map((name) => [name, { resident: 45 * MIB, mappings }])),
    findings: HOSTILE.map((text) => ({ text, source: text })),
  })];
  const { page, close } = await openLive({ viewport: { width: 320, height: 800 } });
  await expand(page);
  for (const toggle of await page.locator('.row[data-cause] .row-toggle:visible').all()) await toggle.click();
  assert.equal(await page.locator('img, main script').count(), 0);
  assert.deepEqual(await overflowing(page), []);
  assert.deepEqual(await violations(page), []);
  await close();
});

test('over-counted', async () => {
  const { page, close } = await openLive();
  await expand(page);
  server.push(snapshotFrame(PLAN, OVERCOUNTED));
  await showsSnapshot(page, 2);
  matchesGolden('overcounted', await textOf(page));
  assert.equal(await part(page, 'composition').getAttribute('data-marked'), '');
  server.push(snapshotFrame(PLAN, { seq: 3 }));
  await showsSnapshot(page, 3);
  assert.equal(await part(page, 'notes').isVisible(), false);
  assert.equal(await part(page, 'basis').textContent(), 'RSS');
  await close();
});

test('numbers that are not available, and why', async () => {
  const { page, close } = await openLive();
  await expand(page);
  server.push(snapshotFrame(PLAN, {
    seq: 2,
    process: { rss: null, vms: null, peak_rss: null, page_faults_minor: null, page_faults_major: null },
    errors: [{ step: 'open_statm', code: 24 }],
  }));
  await showsSnapshot(page, 2);
  matchesGolden('not-available', await textOf(page));
  await close();
});

test('a server that turns the page away: reconnecting, stale since, live again', async () => {
  const { page, close } = await openLive();
  await expand(page);
  server.status = 503;
  server.drop();
  await says(page, 'status-text', 'Stale since 16:00:00');
  assert.equal(await page.getByRole('status').textContent().then((text) => text?.trim()), 'Stale since 16:00:00');
  await says(page, 'notes', '!No connection. These are the numbers of 16:00:00.'.slice(1));
  assert.match(await page.title(), /^Stale: /);
  assert.equal(await page.locator('body').getAttribute('data-stale'), '');
  assert.deepEqual(await violations(page), []);
  server.status = 200;
  await says(page, 'status-text', 'Live');
  assert.equal(server.requests.at(-1)?.lastEventId, '00000000deadbeef-1');
  assert.equal(await part(page, 'notes').isVisible(), false);
  assert.equal(await page.locator('body').getAttribute('data-stale'), null);
  await close();
});

test('a server that is killed, and starts again as another process', async () => {
  const { page, close } = await openLive();
  await server.stop();
  await says(page, 'status-text', /^Stale since/);
  const stream = '0000000000000001';
  server.greeting = [layoutFrame(PLAN, { stream }), snapshotFrame(PLAN, { stream, process: { rss: 200 * MIB } })];
  await server.start();
  await says(page, 'status-text', 'Live');
  await says(page, 'rss', '200 MiB');
  await says(page, 'notes', 'The process started again at 16:00:00.');
  await close();
});

test('a server that falls silent is given up', async () => {
  const { page, close } = await openLive({ before: (opening) => opening.clock.install({ time: EPOCH }) });
  server.status = 503;
  await page.clock.fastForward(21_000);
  await says(page, 'status-text', /^Stale since 16:00:0\d$/);
  await close();
});

test('malformed frames are counted and said, and the page goes on', async () => {
  const { page, close } = await openLive();
  server.push(frame('snapshot', '{"seq":2'));
  await says(page, 'notes', '1 malformed frame ignored. Last: the data is no JSON.');
  server.push(frame('snapshot', '{"seq":2,"time_ms":1,"process":[],"breakdown":{}}'));
  server.push(frame('delta', '[]') + frame('no-such-event', '{}'));
  await says(page, 'notes', '3 malformed frames ignored. Last: the data is no object.');
  server.push(snapshotFrame(PLAN, { seq: 3, process: { rss: 300 * MIB } }));
  await says(page, 'rss', '300 MiB');
  await close();
});

test('another version of the protocol is said in a sentence', async () => {
  server.greeting = [layoutFrame(PLAN, { protocol: 2 }), snapshotFrame(PLAN)];
  const { page, close } = await openPage(browser, server.url);
  await says(page, 'notes', /^The server speaks version 2 of the protocol and this page reads version 1\./);
  await says(page, 'rss', '–');
  await close();
});

const HOSTILE = [
  '<img src=x onerror=reportFault(1)>',
  '</script><script>reportFault(2)</script>',
  `" ' & < > \\ \u0000 \u2028 {{7*7}} \${7}`,
  'مخزن الذاكرة',
  '\u202egnirts desrever',
  'x'.repeat(300),
  'word '.repeat(60),
  '𝔘𝔫𝔦𝔠𝔬𝔡𝔢 👩‍👩‍👧‍👦',
];

test('hostile labels are text', async () => {
  const leaves = HOSTILE.map((label, index) => ({ key: `k${index}`, label, pool: { used: MIB, committed: 2 * MIB } }));
  const tree = [...leaves, { key: 'g', label: HOSTILE[0] ?? '', children: leaves.map((leaf, index) => ({
    ...leaf, key: `c${index}`,
  })) }];
  server.greeting = [layoutFrame(tree), snapshotFrame(tree)];
  const { page, close } = await openLive({ viewport: { width: 320, height: 800 } });
  await expand(page);
  assert.deepEqual(
    await page.locator('.row:not([data-child]) .row-label').allTextContents(),
    [...HOSTILE, HOSTILE[0], 'Untracked'],
  );
  assert.equal(await page.locator('img, main script').count(), 0);
  assert.deepEqual(await overflowing(page), []);
  assert.deepEqual(await violations(page), []);
  await close();
});

test('no name but the layout\'s', async () => {
  const tree = randomTree(40, 6, generator(11));
  server.greeting = [layoutFrame(tree), snapshotFrame(tree)];
  const { page, close } = await openLive();
  await expand(page);
  const text = await textOf(page);
  for (const { label } of tree) assert.ok(text.includes(label), label);
  assert.doesNotMatch(text, /arena|slab|heap|malloc|scratch/i);
  await close();
});

test('a tree of 200 nodes: a row each, and one render asked for at a time', async () => {
  const tree = randomTree(200, 7, generator(7));
  server.greeting = [layoutFrame(tree), snapshotFrame(tree, { process: { rss: GIB } })];
  const { page, close } = await openLive({
    before: (opening) => opening.addInitScript(() => {
      const ask = window.requestAnimationFrame.bind(window);
      const counts = { asked: 0, open: 0, most: 0 };
      Reflect.set(window, 'counts', counts);
      window.requestAnimationFrame = (callback) => {
        counts.asked += 1;
        counts.open += 1;
        counts.most = Math.max(counts.most, counts.open);
        return ask((time) => {
          counts.open -= 1;
          callback(time);
        });
      };
    }),
  });
  await expand(page);
  assert.equal(await page.locator('.row').count(), 201);
  for (let seq = 2; seq <= 60; seq += 1) {
    server.push(snapshotFrame(tree, { seq, process: { rss: GIB + seq * MIB } }));
  }
  await showsSnapshot(page, 60);
  const counts = /** @type {{ asked: number, most: number }} */ (await page.evaluate('counts'));
  assert.equal(counts.most, 1);
  assert.ok(counts.asked > 0);
  assert.deepEqual(await overflowing(page), []);
  await close();
});

test('a page that is not seen renders nothing, and everything when it is seen again', async () => {
  const { page, close } = await openLive({
    before: (opening) => opening.addInitScript(() => {
      Object.defineProperty(document, 'hidden', { get: () => Reflect.get(window, 'isHidden') === true });
      const { parse } = JSON;
      Reflect.set(window, 'parsed', 0);
      JSON.parse = (text) => {
        Reflect.set(window, 'parsed', Reflect.get(window, 'parsed') + 1);
        return parse(text);
      };
    }),
  });
  await showsSnapshot(page, 1);
  const parsed = Number(await page.evaluate('parsed'));
  await page.evaluate(() => {
    Reflect.set(window, 'isHidden', true);
    Reflect.set(window, 'rendered', 0);
    new MutationObserver(() => Reflect.set(window, 'rendered', 1))
      .observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  for (let seq = 2; seq <= 20; seq += 1) server.push(snapshotFrame(PLAN, { seq, process: { rss: seq * MIB } }));
  await page.waitForFunction((least) => Reflect.get(window, 'parsed') >= least, parsed + 19);
  // What was asked for with the last of them would have been rendered by the frame after the next.
  await page.evaluate(() => new Promise((done) => {
    requestAnimationFrame(() => requestAnimationFrame(done));
  }));
  assert.equal(await page.evaluate('rendered'), 0);
  await page.evaluate(() => {
    Reflect.set(window, 'isHidden', false);
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await says(page, 'rss', '20.0 MiB');
  await close();
});

test('numbers that no process has', async () => {
  const tree = [{ key: 'a', label: 'A', pool: { used: 2 ** 63, committed: 2 ** 64, objects: 2 ** 60, slots: 2 ** 61 } }];
  server.greeting = [layoutFrame(tree), snapshotFrame(tree, {
    seq: 2 ** 60, timeMs: 2 ** 60, process: { rss: 2 ** 64, vms: 0, page_faults_minor: 2 ** 64 },
  })];
  const { page, close } = await openLive();
  await expand(page);
  await says(page, 'rss', '16.0 EiB');
  assert.deepEqual(await overflowing(page), []);
  await close();
});

for (const width of [320, 360, 640, 1024, 1920]) {
  test(`${width} px wide: nothing reaches out, everything can be hit`, async () => {
    const { page, close } = await openLive({ viewport: { width, height: 800 } });
    await expand(page);
    server.push(snapshotFrame(PLAN, { ...OVERCOUNTED, errors: [{ step: 'read_statm', code: 5 }] }));
    await showsSnapshot(page, 2);
    assert.deepEqual(await overflowing(page), []);
    await showAll(page, 3);
    assert.deepEqual(await overflowing(page), []);
    const small = await page.locator('button:visible').evaluateAll((buttons) => buttons
      .map((button) => button.getBoundingClientRect())
      .filter((box) => box.width < 24 || box.height < 24).length);
    assert.equal(small, 0);
    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    const { y = -1 } = await part(page, 'status').boundingBox() ?? {};
    assert.ok(y >= 0, 'the state of the connection is in sight');
    await close();
  });
}

/** @type {[string, import('playwright-core').BrowserContextOptions][]} */
const LOOKS = [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['forced colours', { forcedColors: 'active' }],
  ['reduced motion', { reducedMotion: 'reduce' }],
  ['more contrast', { contrast: 'more' }],
  ['more contrast, dark', { contrast: 'more', colorScheme: 'dark' }],
];

for (const [look, options] of LOOKS) {
  test(`${look}: axe-core finds nothing, closed, open, over-counted and stale`, async () => {
    const { page, close } = await openLive(options);
    await showsSnapshot(page, 1);
    assert.deepEqual(await violations(page), []);
    await expand(page);
    await showAll(page, 2);
    assert.deepEqual(await violations(page), []);
    server.push(snapshotFrame(PLAN, { ...OVERCOUNTED, seq: 3, errors: [{ step: 'open_statm', code: 24 }] }));
    server.push(frame('snapshot', '{'));
    await says(page, 'notes', /malformed/);
    assert.deepEqual(await violations(page), []);
    server.status = 503;
    server.drop();
    await says(page, 'status-text', /^Stale since/);
    assert.deepEqual(await violations(page), []);
    await close();
  });
}

test('nothing glides for who asked for no motion', async () => {
  const { page, close } = await openLive({ reducedMotion: 'reduce' });
  await expand(page);
  const moving = await page.evaluate(() => [...document.querySelectorAll('*')].filter((element) => {
    const { animationName, transitionDuration } = getComputedStyle(element);
    return animationName !== 'none' || transitionDuration.split(', ').some((time) => Number.parseFloat(time) > 0);
  }).length);
  assert.equal(moving, 0);
  await close();
});

test('a bar is as long as its number', async () => {
  const { page, close } = await openLive({ reducedMotion: 'reduce' });
  await expand(page);
  const clip = await page.getByRole('row', { name: /^GC Heap/ }).locator('.bar-fill')
    .evaluate((element) => getComputedStyle(element).clipPath);
  assert.match(clip, /50%/);
  await close();
});
