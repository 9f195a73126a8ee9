// SPDX-License-Identifier: MIT

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, afterEach, before, beforeEach, test } from 'node:test';

import { launch } from '../support/browser.js';
import { Demo } from '../support/demo.js';
import { expand, openPage, overflowing, part, says, violations } from '../support/page.js';

/** @typedef {import('playwright-core').Page} Page */

const binary = process.env['MEMSCAPE_DEMO'] ?? '';
const options = { skip: binary === '' ? 'MEMSCAPE_DEMO does not name the binary of the demo' : false };
const README_VIEW = { width: 1200, height: 930 };
const README_BYTES = 200_000;

/** @type {import('playwright-core').Browser} */
let browser;
/** @type {Demo} */
let demo;

if (!options.skip) {
  before(async () => {
    browser = await launch();
  });
  after(() => browser.close());
  beforeEach(async () => {
    demo = await Demo.start(binary);
  });
  afterEach(() => demo.stop('SIGKILL'));
}

/** @param {Parameters<typeof openPage>[2]} [context] */
async function openLive(context) {
  const opened = await openPage(browser, demo.url, context);
  await says(opened.page, 'status-text', 'Live');
  await says(opened.page, 'rss', /iB$/);
  return opened;
}

/**
 * The text of a part that differs from the one it has.
 * @param {Page} page
 * @param {string} name
 */
async function moves(page, name) {
  const first = await part(page, name).textContent();
  await page.waitForFunction(([where, text]) => (
    document.querySelector(`[data-part="${where}"]`)?.textContent !== text
  ), [name, first]);
}

test('numbers move, and the top rows sum to 100 in each of them', options, async () => {
  const { page, close } = await openLive();
  await expand(page);
  await moves(page, 'meta');
  await moves(page, 'rows');
  await moves(page, 'pools');
  for (let round = 0; round < 10; round += 1) {
    const percents = await page.locator('.row:not([data-child]) .percent').allTextContents();
    const tenths = percents.map((text) => Math.round(Number.parseFloat(text) * 10));
    assert.equal(tenths.reduce((sum, value) => sum + value, 0), 1000, percents.join(' '));
    await moves(page, 'meta');
  }
  await says(page, 'facts', /Minor faults\s*[\d,]+\s*[\d,.]+\/s/);
  await close();
});

test('RSS is what ps says, within 2 %', options, async () => {
  const { page, close } = await openLive();
  /** @type {number[][]} */
  const pairs = [];
  // The program does not stand still between two readings, so one of a few has to agree.
  for (let round = 0; round < 50; round += 1) {
    await moves(page, 'meta');
    const shown = (await part(page, 'rss').textContent() ?? '').split('\u00a0');
    const unit = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 }[shown[1] ?? ''] ?? Number.NaN;
    const kib = Number(execFileSync('ps', ['-o', 'rss=', '-p', String(demo.child.pid)], { encoding: 'utf8' }));
    const pair = [Number(shown[0]) * unit, kib * 1024];
    if (Math.abs((pair[0] ?? 0) / (pair[1] ?? 1) - 1) <= 0.02) {
      await close();
      return;
    }
    pairs.push(pair);
  }
  assert.fail(`the page and ps: ${JSON.stringify(pairs)}`);
});

test('where its memory is: what no subsystem owns opens, and next to nothing is unexplained; the gauge names its limit', options, async () => {
  const { page, close } = await openLive();
  await expand(page);
  const unexplained = page.getByRole('row', { name: /^Unexplained/ }).locator('.percent');
  await unexplained.waitFor();
  assert.ok(Number.parseFloat(await unexplained.textContent() ?? '') <= 1);
  await page.getByRole('button', { name: /^Program code/ }).click();
  assert.equal(await page.getByRole('row', { name: /^libc\.so/ }).first().isVisible(), true);
  await says(page, 'gauge-text', /^(RSS|VMS) .* of .* (cgroup|RLIMIT_AS|MemTotal)/);
  assert.deepEqual(await violations(page), []);
  await close();
});

test('the panel opens by mouse and keyboard, and a reload keeps it open', options, async () => {
  const { page, close } = await openLive();
  const toggle = page.getByRole('button', { name: 'Process Memory' });
  const table = page.getByRole('table');
  assert.equal(await table.isVisible(), false);
  await toggle.click();
  assert.equal(await table.isVisible(), true);
  await page.keyboard.press('Space');
  assert.equal(await table.isVisible(), false);
  await page.keyboard.press('Enter');
  assert.equal(await table.isVisible(), true);
  await page.reload();
  await says(page, 'status-text', 'Live');
  assert.equal(await table.isVisible(), true);
  assert.equal(await toggle.getAttribute('aria-expanded'), 'true');
  await close();
});

test('a demo that is killed is said to be gone', options, async () => {
  const { page, close } = await openLive();
  await demo.stop('SIGKILL');
  await says(page, 'status-text', /^Stale since \d\d:\d\d:\d\d$/);
  await says(page, 'notes', /^No connection\. These are the numbers of \d\d:\d\d:\d\d\.$/);
  await close();
});

test('a demo that is asked to end does, though a page looks on', options, async () => {
  const { page, close } = await openLive();
  assert.equal(await demo.stop('SIGTERM'), 0);
  await says(page, 'status-text', /^Stale since/);
  await close();
});

test('axe-core finds nothing, nothing reaches out', options, async () => {
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    const { page, close } = await openLive({ colorScheme });
    await expand(page);
    assert.deepEqual(await violations(page), []);
    await page.setViewportSize({ width: 320, height: 800 });
    assert.deepEqual(await overflowing(page), []);
    await close();
  }
});

const picture = process.env['MEMSCAPE_SCREENSHOT'] ?? '';

test('a picture for the README', {
  skip: options.skip || (picture === '' ? 'MEMSCAPE_SCREENSHOT does not name a file' : false),
}, async () => {
  const { page, close } = await openLive({ viewport: README_VIEW, colorScheme: 'light' });
  await expand(page);
  // A history that is worth looking at.
  await says(page, 'summary', /The last (1[5-9]|[2-9]\d) s|min/);
  const png = await page.screenshot({ path: picture });
  assert.ok(png.length < README_BYTES, `${png.length} bytes`);
  await close();
});
