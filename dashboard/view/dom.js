// SPDX-License-Identifier: MIT

/**
 * The few ways in which views touch the document. Each writes only what changed: reading is cheap, a write
 * makes the browser style, lay out and paint.
 */

const PALETTE_SIZE = 8;

/** Above this many rows or cards, bars jump instead of glide. */
const LARGE = 40;

/**
 * The element that a component knows by this name.
 * @param {ParentNode} root
 * @param {string} name
 * @returns {HTMLElement}
 */
export function part(root, name) {
  const found = root.querySelector(`[data-part="${name}"]`);
  if (!found) throw new Error(`no part ${name}`);
  return /** @type {HTMLElement} */ (found);
}

/**
 * A copy of a template's one element.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function copy(id) {
  const template = document.getElementById(id);
  const element = template instanceof HTMLTemplateElement ? template.content.firstElementChild : null;
  if (!element) throw new Error(`no template ${id}`);
  return /** @type {HTMLElement} */ (document.importNode(element, true));
}

/**
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * @param {Element} element
 * @param {string} name
 * @param {string} value
 */
export function setAttribute(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/**
 * @param {Element} element
 * @param {string} name
 * @param {boolean} on
 */
export function setFlag(element, name, on) {
  if (element.hasAttribute(name) !== on) element.toggleAttribute(name, on);
}

/**
 * @param {HTMLElement | SVGElement} element
 * @param {string} name of a custom property
 * @param {number} value
 */
export function setProperty(element, name, value) {
  const text = String(value);
  if (element.style.getPropertyValue(name) !== text) element.style.setProperty(name, text);
}

/**
 * How long a bar is; one without length is not seen.
 * @param {HTMLElement} element
 * @param {number} length part of 1
 */
export function setPart(element, length) {
  setProperty(element, '--part', length);
  setFlag(element, 'data-empty', length === 0);
}

/**
 * Whether so many bars would make gliding costly.
 * @param {number} bars
 * @returns {boolean}
 */
export function isLarge(bars) {
  return bars > LARGE;
}

/**
 * Text that is not there takes no room either.
 * @param {HTMLElement} element
 * @param {string} text
 */
export function setTextOrHide(element, text) {
  setText(element, text);
  setFlag(element, 'hidden', text === '');
}

/**
 * Gives an element the colour of its series; `style/tokens.css` has as many.
 * @param {Element} element
 * @param {number} series from 0
 */
export function setSeries(element, series) {
  setAttribute(element, 'data-series', String(series % PALETTE_SIZE));
}
