// SPDX-License-Identifier: MIT

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import axe from 'axe-core';

import { EPOCH } from './frames.js';

/** @typedef {import('playwright-core').Page} Page */

/**
 * A page that keeps what the browser objected to, with time standing at EPOCH.
 * @param {import('playwright-core').Browser} browser
 * @param {string} url
 * @param {import('playwright-core').BrowserContextOptions & { before?: (page: Page) => Promise<unknown> }} [options]
 */
export async function openPage(browser, url, { before, ...options } = {}) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 }, timezoneId: 'UTC', locale: 'en', ...options,
  });
  const page = await context.newPage();
  /** @type {string[]} */
  const faults = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  await page.exposeFunction('reportFault', (/** @type {string} */ fault) => faults.push(fault));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      Reflect.get(window, 'reportFault')(`CSP: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  await page.clock.setFixedTime(EPOCH);
  await before?.(page);
  await page.goto(url);
  return {
    page,
    /** Ends the test: nothing was thrown, nothing was blocked. */
    async close() {
      await context.close();
      assert.deepEqual(faults, []);
    },
  };
}

/**
 * @param {Page} page
 * @param {string} name
 */
export const part = (page, name) => page.locator(`[data-part="${name}"]`).first();

/**
 * Waits until the page says so.
 * @param {Page} page
 * @param {string} name of a part
 * @param {string | RegExp} expected
 */
export async function says(page, name, expected) {
  const pattern = typeof expected === 'string' ? { text: expected } : { source: expected.source };
  await page.waitForFunction(([where, { text, source }]) => {
    const said = document.querySelector(`[data-part="${where}"]`)?.textContent?.trim().replaceAll('\u00a0', ' ') ?? '';
    return text === undefined ? new RegExp(source ?? '').test(said) : said === text;
  }, /** @type {[string, { text?: string, source?: string }]} */ ([name, pattern])).catch(async (error) => {
    const said = await part(page, name).textContent();
    throw new Error(`${name} says ${JSON.stringify(said)}, not ${expected}`, { cause: error });
  });
}

/** @param {Page} page */
export async function expand(page) {
  if (await part(page, 'toggle').getAttribute('aria-expanded') === 'false') await part(page, 'toggle').click();
}

/** What stands on a line of its own. */
const LINES = [
  'h1', 'h2', 'h3', 'h4', '[role="status"]', '.note', '.tree-instant', '.panel-rss', '.panel-gauge-text', '.remark', 'tr', '.fact', '.legend',
  '.ledger-made', '.ledger-faults', '.action', '.plot-top', '.history-summary', '.pool-path', '.tier p', '.pools-empty', '.meta p',
];

/**
 * What the page says, a line for each row, children indented.
 * @param {Page} page
 * @returns {Promise<string>}
 */
export async function textOf(page) {
  const lines = await page.evaluate((selector) => [...document.querySelectorAll(selector)].map((element) => {
    if (!(element instanceof HTMLElement) || !element.checkVisibility()) return '';
    const depth = Number(element.style.getPropertyValue('--depth'));
    const cells = element instanceof HTMLTableRowElement ? [...element.cells] : [element];
    const texts = cells.filter((cell) => cell.checkVisibility()).map((cell) => cell.innerText.replace(/\s+/g, ' ').trim()).filter((text) => text !== '');
    return '  '.repeat(depth) + texts.join(' | ');
  }), LINES.join(', '));
  return `${lines.filter((line) => line !== '').join('\n')}\n`;
}

/**
 * Holds a text against the one that is kept; `UPDATE_GOLDEN=1` keeps the new one.
 * @param {string} name
 * @param {string} actual
 */
export function matchesGolden(name, actual) {
  const path = fileURLToPath(new URL(`../golden/${name}.txt`, import.meta.url));
  if (process.env['UPDATE_GOLDEN']) writeFileSync(path, actual);
  assert.equal(actual, readFileSync(path, 'utf8'));
}

/**
 * @param {Page} page
 * @returns {Promise<string[]>} what axe-core finds wrong
 */
export async function violations(page) {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const results = await Reflect.get(window, 'axe').run({
      // It would put style sheets into the page, which the policy of the page forbids.
      preload: false,
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
    });
    return results.violations.flatMap((/** @type {any} */ { id, nodes }) => (
      nodes.map((/** @type {any} */ node) => `${id}: ${node.html} ${node.failureSummary}`)
    ));
  });
}

/**
 * @param {Page} page
 * @returns {Promise<string[]>} what reaches out of the page to the side
 */
export function overflowing(page) {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const wide = [...document.querySelectorAll('body *')].filter((element) => {
      const { left, right, width: own } = element.getBoundingClientRect();
      return own > 0 && (right > width + 0.5 || left < -0.5);
    }).map((element) => element.outerHTML.slice(0, 120));
    return document.documentElement.scrollWidth > width ? ['the page scrolls', ...wide] : wide;
  });
}
