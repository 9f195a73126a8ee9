// SPDX-License-Identifier: MIT

import { Timeline } from './timeline.js';

/**
 * @typedef {object} Block an event as it came over the wire
 * @property {number} size bytes
 * @property {number | null} timeMs the sender's clock, null where the block could not be read
 * @property {number | null} seq of a snapshot or delta: what it brings the page to
 * @property {boolean} isKeyframe
 * @property {boolean} [isExtra] what comes besides, whether snapshots are whole or not
 * @property {number | null} [at] when it arrived, by a clock that is never set
 *
 * @typedef {object} Flow what the stream costs
 * @property {number} framesPerSecond
 * @property {number} bytesPerSecond
 * @property {number | null} saving how many times the bytes a full snapshot at each tick would have been
 *
 * @typedef {object} Reading
 * @property {number} timeMs on the timeline
 * @property {number | null} seq
 * @property {number} frames that had come by then
 * @property {number} bytes that had come by then
 * @property {number} extra of those, what came besides
 */

/** Over less than this a rate is an accident. */
const LEAST_SPAN_MS = 1000;

/** A number that changes with every frame is not read. */
const REFRESH_MS = 1000;

/**
 * What came over the wire in the last seconds, counted and not estimated. Bounded: a fast stream keeps a
 * shorter past.
 *
 * The clock is the sender's, as far as it is not set: frames that were held up, and those that a server sends at once to who joins,
 * are as far apart as they were made.
 */
export class Traffic {
  /** @type {Reading[]} */
  #readings = [];
  #frames = 0;
  #bytes = 0;
  #extra = 0;
  /** @type {number | null} bytes of the last keyframe */
  #keyframe = null;
  /** @type {{ flow: Flow, timeMs: number } | null} */
  #shown = null;
  #timeline = new Timeline();
  #windowMs;
  #capacity;

  /**
   * @param {number} windowMs
   * @param {number} capacity readings kept at most
   */
  constructor(windowMs = 10_000, capacity = 512) {
    this.#windowMs = windowMs;
    this.#capacity = capacity;
  }

  get size() {
    return this.#readings.length;
  }

  /** @param {Block} block */
  push({ size, timeMs: senderMs, seq, isKeyframe, isExtra = false, at = null }) {
    const last = this.#readings.at(-1);
    const place = senderMs === null ? null : this.#timeline.place(senderMs, seq, at);
    const timeMs = place === null || (place.isAgain && seq === null) ? null : place.timeMs;
    if (last && timeMs !== null && (timeMs < last.timeMs || place?.isGuess)) this.clear();
    this.#frames += 1;
    this.#bytes += size;
    if (isExtra) this.#extra += size;
    if (isKeyframe) this.#keyframe = size;
    if (timeMs === null) return;
    this.#readings.push({ timeMs, seq, frames: this.#frames, bytes: this.#bytes, extra: this.#extra });
    while (this.#readings.length > this.#capacity || this.#isOld(this.#readings[1], timeMs)) {
      this.#readings.shift();
    }
  }

  /** What was before says nothing of the stream that begins. */
  clear() {
    this.#readings.length = 0;
    this.#keyframe = null;
    this.#shown = null;
  }

  /** Another process sends: its numbers begin again. */
  restart() {
    this.clear();
    this.#timeline.restart();
  }

  /** @returns {Flow | null} null when too little came for a rate; a new one at most once a second */
  flow() {
    const timeMs = this.#readings.at(-1)?.timeMs ?? 0;
    if (this.#shown === null || timeMs - this.#shown.timeMs >= REFRESH_MS) {
      const flow = this.#measure();
      this.#shown = flow && { flow, timeMs };
    }
    return this.#shown?.flow ?? null;
  }

  /** @returns {Flow | null} */
  #measure() {
    const first = this.#readings[0];
    const last = this.#readings.at(-1);
    if (!first || !last || this.#keyframe === null) return null;
    const ms = last.timeMs - first.timeMs;
    if (ms < LEAST_SPAN_MS) return null;
    return {
      framesPerSecond: (last.frames - first.frames) / (ms / 1000),
      bytesPerSecond: (last.bytes - first.bytes) / (ms / 1000),
      saving: this.#saving(this.#keyframe),
    };
  }

  /**
   * Numbers skip the ticks that were not sent, so the difference of two is how many there were. A sign of life
   * repeats a number: what it cost counts when the next number comes.
   * @param {number} keyframe bytes
   * @returns {number | null}
   */
  #saving(keyframe) {
    const numbered = this.#readings.filter(({ seq }) => seq !== null);
    const first = numbered[0];
    const last = numbered.at(-1);
    if (!first || !last) return null;
    const ticks = (last.seq ?? 0) - (first.seq ?? 0);
    const bytes = last.bytes - last.extra - (first.bytes - first.extra);
    return ticks > 0 ? (keyframe * ticks) / bytes : null;
  }

  /**
   * The reading just older than the window is kept: it is where the window begins.
   * @param {{ timeMs: number } | undefined} reading
   * @param {number} timeMs
   */
  #isOld(reading, timeMs) {
    return reading !== undefined && timeMs - reading.timeMs >= this.#windowMs;
  }
}
