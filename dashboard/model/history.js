// SPDX-License-Identifier: MIT

import { bytes, span } from './format.js';
import { Timeline } from './timeline.js';

/**
 * @typedef {object} Point
 * @property {number} timeMs on the timeline
 * @property {number | null} rss
 * @property {number | null} tracked
 * @property {boolean} afterGap whether the line is broken before it
 *
 * @typedef {object} HistoryPicture
 * @property {string} rss path
 * @property {string} rssArea path
 * @property {string} tracked path
 * @property {string} top what the upper edge stands for
 * @property {string} length how far back it goes
 * @property {string} summary the same in words
 */

/** The plane of the picture; the view stretches it. */
export const WIDTH = 300;
export const HEIGHT = 100;

/** A page just opened does not stretch two seconds over its whole width. */
const LEAST_SPAN_MS = 30_000;

/**
 * @param {number} value
 * @returns {number} a power of two or one and a half of it, the next at or above
 */
function ceiling(value) {
  if (!(value > 0)) return 1;
  const power = 2 ** Math.floor(Math.log2(value));
  return [power, power * 1.5].find((round) => value <= round) ?? power * 2;
}

/**
 * RSS and tracked over the last minutes. Bounded: one point a step, `spanMs / stepMs` points at most.
 */
export class History {
  /** @type {Point[]} */
  #points = [];
  #broken = false;
  /** @type {HistoryPicture | null} drawn once a point, not once a frame */
  #picture = null;
  #spanMs;
  #stepMs;
  #timeline;

  /**
   * @param {number} spanMs
   * @param {number} stepMs
   */
  constructor(spanMs = 300_000, stepMs = 1000) {
    this.#spanMs = spanMs;
    this.#stepMs = stepMs;
    this.#timeline = new Timeline(spanMs);
  }

  get size() {
    return this.#points.length;
  }

  /**
   * @param {number} senderMs the sender's clock: where it was set, the line is broken
   * @param {number | null} rss
   * @param {number | null} tracked
   * @param {number | null} seq the frame's number, null where it has none of its own
   * @param {number | null} at when it arrived, by a clock that is never set
   */
  push(senderMs, rss, tracked, seq = null, at = null) {
    const { timeMs, isAgain, isAfterStep } = this.#timeline.place(senderMs, seq, at);
    if (isAgain && seq === null) return;
    if (isAfterStep) this.#broken = true;
    // Who joins may be sent an older keyframe and all behind it once more: what is told again replaces what was.
    while (timeMs < (this.#points.at(-1)?.timeMs ?? timeMs)) {
      this.#points.pop();
      this.#picture = null;
    }
    const last = this.#points.at(-1);
    if (last && !this.#broken && timeMs - last.timeMs < this.#stepMs) return;
    this.#points.push({ timeMs, rss, tracked, afterGap: this.#broken });
    this.#broken = false;
    this.#picture = null;
    const limit = Math.ceil(this.#spanMs / this.#stepMs);
    let old = Math.max(0, this.#points.length - limit);
    while ((this.#points[old]?.timeMs ?? timeMs) < timeMs - this.#spanMs) old += 1;
    if (old > 0) this.#points.splice(0, old);
  }

  /** What comes next does not join what was. */
  breakLine() {
    this.#broken = true;
  }

  /** What comes next is of another process: its numbers begin again. */
  restart() {
    this.breakLine();
    this.#timeline.restart();
  }

  /** @returns {HistoryPicture | null} null while there are no two points */
  picture() {
    this.#picture ??= this.#draw();
    return this.#picture;
  }

  /** @returns {HistoryPicture | null} */
  #draw() {
    const points = this.#points;
    const first = points[0];
    const last = points.at(-1);
    if (!first || !last || first === last) return null;
    const length = last.timeMs - first.timeMs;
    const rss = points.flatMap((point) => point.rss ?? []);
    const tracked = points.flatMap((point) => point.tracked ?? []);
    // A little room above, so that the line is not the edge.
    const top = ceiling(Math.max(...rss, ...tracked, 0) * 1.02);
    const shown = Math.max(length, LEAST_SPAN_MS);
    /** @param {number} timeMs */
    const x = (timeMs) => Number((WIDTH - ((last.timeMs - timeMs) / shown) * WIDTH).toFixed(2));
    /** @param {number} value */
    const y = (value) => Number((HEIGHT - (value / top) * HEIGHT).toFixed(2));
    const rssRuns = runs(points, 'rss');
    return {
      rss: line(rssRuns, x, y),
      rssArea: rssRuns.map((run) => closed(run, x, y)).join(''),
      tracked: line(runs(points, 'tracked'), x, y),
      top: bytes(top),
      length: span(length),
      summary: [
        `The last ${span(length)}.`,
        inWords('RSS', rss),
        inWords('Used', tracked),
      ].join(' '),
    };
  }
}

/**
 * @typedef {{ timeMs: number, value: number }[]} Run
 */

/**
 * The stretches of a series that a line may join.
 * @param {readonly Point[]} points
 * @param {'rss' | 'tracked'} name
 * @returns {Run[]}
 */
function runs(points, name) {
  /** @type {Run[]} */
  const result = [];
  let open = false;
  for (const point of points) {
    const value = point[name];
    if (point.afterGap || value === null) open = false;
    if (value === null) continue;
    if (!open) result.push([]);
    open = true;
    result.at(-1)?.push({ timeMs: point.timeMs, value });
  }
  return result;
}

/**
 * @param {readonly Run[]} all
 * @param {(timeMs: number) => number} x
 * @param {(value: number) => number} y
 * @returns {string}
 */
function line(all, x, y) {
  return all
    .map((run) => run.map(({ timeMs, value }, i) => `${i === 0 ? 'M' : 'L'}${x(timeMs)} ${y(value)}`).join(''))
    .join('');
}

/**
 * @param {Run} run
 * @param {(timeMs: number) => number} x
 * @param {(value: number) => number} y
 * @returns {string}
 */
function closed(run, x, y) {
  const first = run[0];
  const last = run.at(-1);
  if (!first || !last) return '';
  return `${line([run], x, y)}L${x(last.timeMs)} ${HEIGHT}L${x(first.timeMs)} ${HEIGHT}Z`;
}

/**
 * @param {string} name
 * @param {readonly number[]} values
 * @returns {string}
 */
function inWords(name, values) {
  const now = values.at(-1);
  if (now === undefined) return `${name} was not available.`;
  const least = bytes(Math.min(...values));
  const most = bytes(Math.max(...values));
  return least === most ? `${name} ${most}.` : `${name} between ${least} and ${most}, last ${bytes(now)}.`;
}
