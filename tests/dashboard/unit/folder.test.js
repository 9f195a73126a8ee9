// SPDX-License-Identifier: MIT

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { DASHBOARD } from '../support/fake-server.js';
import { PLAN, layoutData } from '../support/frames.js';

/**
 * @param {URL} folder
 * @returns {{ path: string, text: string }[]}
 */
function read(folder) {
  return readdirSync(fileURLToPath(folder), { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return read(new URL(`${entry.name}/`, folder));
    const url = new URL(entry.name, folder);
    return [{ path: url.href.slice(DASHBOARD.href.length), text: readFileSync(url, 'utf8') }];
  });
}

const files = read(DASHBOARD);

/** @param {string} extension */
const withExtension = (extension) => files.filter(({ path }) => path.endsWith(extension));

test('the folder holds the page, what Prometheus and Grafana read, and nothing else', () => {
  assert.ok(files.length > 0);
  for (const { path } of files) assert.match(path, /^prometheus\/.*\.yml$|^grafana\/.*\.(json|yml)$|\.(html|css|js|svg)$/);
});

const SPEAKS_OF_CAUSES = /^(feed|model)\/(causes|ledger)\.js$|^grafana\/.*\.json$/;
const OF_THE_C_LIBRARY = ['malloc', 'heap', 'arena'];

test('no file names a subsystem', () => {
  const names = layoutData(PLAN).nodes.flatMap(({ key, label }) => [key, label]);
  const words = new Set([...names, ...names.flatMap((name) => name.split(/[ _]/))].map((word) => word.toLowerCase()));
  assert.ok(words.has('lval'));
  for (const { path, text } of files) {
    for (const word of words) {
      // Causes are named by the kernel and the C library, not by a program.
      if (SPEAKS_OF_CAUSES.test(path) && OF_THE_C_LIBRARY.includes(word)) continue;
      assert.doesNotMatch(text, new RegExp(`(?<![a-z])${word}(?![a-z])`, 'i'), `${path} says ${word}`);
    }
  }
});

test('nothing comes from elsewhere, nothing is inline', () => {
  for (const { path, text } of files) {
    const addresses = text.match(/(?:https?:)?\/\/[a-z0-9][\w.-]*\.[a-z]+/gi) ?? [];
    assert.deepEqual(addresses.filter((address) => address !== 'http://www.w3.org'), [], path);
  }
  for (const { path, text } of withExtension('.html')) {
    assert.doesNotMatch(text, /\sstyle=|\son[a-z]+=|<style|javascript:/i, path);
    assert.doesNotMatch(text, /<script(?![^>]*\ssrc=)/i, path);
    assert.doesNotMatch(text, /(?:src|href)="\//i, `${path} can be served from any path`);
  }
});

test('text goes in as text', () => {
  for (const { path, text } of withExtension('.js')) {
    assert.doesNotMatch(text, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\b|new Function/, path);
  }
});

test('folders are layers: feed, then model, then view', () => {
  /** @type {Record<string, string[]>} */
  const allowed = { feed: ['feed'], model: ['feed/wire.js', 'model'], view: ['model', 'view'] };
  for (const { path, text } of withExtension('.js')) {
    const below = allowed[path.split('/')[0] ?? ''];
    if (!below) continue;
    for (const [, specifier = ''] of text.matchAll(/^\s*(?:import|export)[^;]*?from '([^']+)'/gm)) {
      const target = new URL(specifier, new URL(path, DASHBOARD)).href.slice(DASHBOARD.href.length);
      assert.ok(below.some((prefix) => target.startsWith(prefix)), `${path} imports ${target}`);
    }
  }
});

test('each module says what it is under', () => {
  for (const { path, text } of [...withExtension('.js'), ...withExtension('.css'), ...withExtension('.html')]) {
    assert.match(text.split('\n').slice(0, 2).join('\n'), /SPDX-License-Identifier: MIT/, path);
  }
});

/**
 * @param {string} block
 * @returns {Map<string, string>}
 */
function tokens(block) {
  return new Map([...block.matchAll(/--([\w-]+): (#[0-9a-f]+);/g)].map(([, name = '', value = '']) => [name, value]));
}

/**
 * Relative luminance, WCAG 2.
 * @param {string} hex
 * @returns {number}
 */
function luminance(hex) {
  const digits = hex.length === 4 ? hex.replace(/[0-9a-f]/g, '$&$&') : hex;
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(digits.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}

/**
 * @param {Map<string, string>} theme
 * @param {string} a
 * @param {string} b
 * @returns {number}
 */
function contrast(theme, a, b) {
  const [dark, light] = [a, b].map((name) => luminance(theme.get(name) ?? assert.fail(`no token ${name}`)))
    .sort((x, y) => x - y);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

const css = files.find(({ path }) => path === 'style/tokens.css')?.text ?? '';
const [lightBlock = '', darkBlock = ''] = css.split('@media (prefers-color-scheme: dark)');
const light = tokens(lightBlock);
const dark = new Map([...light, ...tokens(darkBlock.split('@media')[0] ?? '')]);

for (const [name, theme] of /** @type {[string, Map<string, string>][]} */ ([['light', light], ['dark', dark]])) {
  test(`${name}: bars stand at 3:1 or more`, () => {
    const bars = [...theme.keys()].filter((token) => token.startsWith('series-'));
    assert.equal(bars.length, 8);
    for (const bar of [...bars, 'untracked', 'accent', 'text-quiet']) {
      for (const ground of ['track', 'surface', 'canvas']) {
        const ratio = contrast(theme, bar, ground);
        assert.ok(ratio >= 3, `${bar} on ${ground}: ${ratio.toFixed(2)}`);
      }
    }
  });

  test(`${name}: text stands at 4.5:1 or more`, () => {
    for (const [text, ground] of /** @type {[string, string][]} */ ([
      ...['text', 'text-quiet'].flatMap((token) => (
        ['canvas', 'surface', 'warn-ground', 'bad-ground', 'info-ground'].map((under) => [token, under])
      )),
      ...['good', 'warn', 'bad'].map((token) => [token, 'surface']),
      ['warn', 'warn-ground'], ['bad', 'bad-ground'], ['on-accent', 'accent'],
    ])) {
      const ratio = contrast(theme, text, ground);
      assert.ok(ratio >= 4.5, `${text} on ${ground}: ${ratio.toFixed(2)}`);
    }
  });
}
