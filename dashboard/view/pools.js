// SPDX-License-Identifier: MIT

import { copy, isLarge, part, setAttribute, setFlag, setPart, setProperty, setSeries, setText, setTextOrHide } from './dom.js';

/**
 * @typedef {import('../model/pools.js').Card} Card
 * @typedef {import('../model/pools.js').Tier} Tier
 */

/**
 * The pools: what each has taken from the system, and what of it is in use.
 * @param {Document} root
 * @returns {(page: import('../model/page.js').Page) => void}
 */
export function mountPools(root) {
  const grid = part(root, 'pools');
  const empty = part(root, 'pools-empty');
  /** @type {Card[] | null} */
  let shown = null;
  /** @type {((tier: Tier) => void)[][]} */
  let views = [];

  return ({ cards, tiers }) => {
    if (cards !== shown) {
      shown = cards;
      views = [];
      grid.replaceChildren(...cards.map((card) => {
        const { element, tierViews } = mountCard(card);
        views.push(tierViews);
        return element;
      }));
      setFlag(grid, 'data-large', isLarge(cards.length));
    }
    setFlag(empty, 'hidden', cards.length > 0);
    tiers.forEach((list, card) => list.forEach((tier, index) => views[card]?.[index]?.(tier)));
  };
}

/**
 * @param {Card} card
 * @returns {{ element: HTMLElement, tierViews: ((tier: Tier) => void)[] }}
 */
function mountCard(card) {
  const element = copy('card-template');
  setSeries(element, card.series);
  setText(part(element, 'title'), card.title);
  setTextOrHide(part(element, 'path'), card.path);
  setFlag(element, 'data-group', card.isGroup);
  const list = part(element, 'tiers');
  const tierViews = card.leaves.map((leaf) => {
    const tier = copy('tier-template');
    setTextOrHide(part(tier, 'label'), card.isGroup ? leaf.label : '');
    list.append(tier);
    return mountTier(tier);
  });
  return { element, tierViews };
}

/**
 * @param {HTMLElement} element
 * @returns {(tier: Tier) => void}
 */
function mountTier(element) {
  const value = part(element, 'value');
  const headline = part(element, 'headline');
  const detail = part(element, 'detail');
  const laneCommitted = part(element, 'lane-committed');
  const laneUsed = part(element, 'lane-used');
  const lanePeak = part(element, 'lane-peak');
  const cells = part(element, 'cells');
  const picture = part(element, 'picture');
  const all = part(element, 'all');
  const used = part(element, 'used');
  const gaps = part(element, 'gaps');
  const slotsLine = part(element, 'slots-line');
  const slots = part(element, 'slots');
  const legend = part(element, 'legend');

  return (tier) => {
    setText(value, tier.value);
    setTextOrHide(headline, tier.headline);
    setPart(laneUsed, tier.used);
    setPart(laneCommitted, tier.committed ?? 0);
    setPart(lanePeak, tier.peak ?? 0);
    setFlag(lanePeak, 'hidden', tier.peak === null);
    setTextOrHide(detail, tier.detail);
    setFlag(cells, 'hidden', tier.cells === null);
    setFlag(slotsLine, 'hidden', tier.slots === '');
    setText(slots, tier.slots);
    setText(legend, tier.legend);
    if (!tier.cells) return;
    setAttribute(picture, 'viewBox', tier.cells.viewBox);
    setProperty(cells, '--rows', tier.cells.rows);
    setAttribute(all, 'd', tier.cells.all);
    setAttribute(used, 'd', tier.cells.used);
    setAttribute(gaps, 'd', tier.cells.gaps);
  };
}
