// SPDX-License-Identifier: MIT

import { EPOCH, PLAN, STREAM, frame, layoutFrame, snapshotData } from './frames.js';

/**
 * @typedef {{ rss?: number, used?: Record<string, number> }} Readings used bytes by the key of a root leaf
 * @typedef {{ id: string, isKeyframe: boolean, text: string }} Sent
 */

const INTERVAL_MS = 250;

/**
 * One run of a process whose stream sends what changed. It keeps every frame, and knows who missed which.
 */
export class Sender {
  /** @type {Sent[]} */
  #sent = [];
  /** @type {ReturnType<typeof snapshotData>} */
  #last = snapshotData(PLAN);
  #stream;

  /** @param {string} [stream] */
  constructor(stream = STREAM) {
    this.#stream = stream;
  }

  /**
   * @param {number} seq
   * @param {Readings} [readings]
   * @returns {string} what goes out
   */
  keyframe(seq, readings = {}) {
    this.#last = this.#collect(seq, readings);
    return this.#send('snapshot', seq, this.#last);
  }

  /**
   * @param {number} seq
   * @param {Readings} [readings]
   * @param {object} [more] fields of the frame
   * @returns {string} what goes out
   */
  delta(seq, readings = {}, more = {}) {
    const base = this.#last;
    const now = this.#collect(seq, readings);
    this.#last = now;
    return this.#send('delta', seq, {
      seq,
      base: base.seq,
      time_ms: now.time_ms,
      sample_ns: now.sample_ns,
      process: changed(base.process, now.process),
      breakdown: changed(base.breakdown, now.breakdown),
      pools: Object.fromEntries(Object.entries(now.pools).flatMap(([key, pool]) => {
        const fields = changed(base.pools[key] ?? {}, pool);
        return Object.keys(fields).length > 0 ? [[key, fields]] : [];
      })),
      ...more,
    });
  }

  /**
   * @param {number} tick at which nothing had been sent for long
   * @returns {string} what goes out
   */
  alive(tick) {
    return frame('alive', { seq: this.#last.seq, time_ms: timeOf(tick) });
  }

  /**
   * What a client is sent when it comes: all that it missed, or the last keyframe and all behind it.
   * @param {string} lastEventId
   * @returns {string[]}
   */
  greet(lastEventId) {
    const known = this.#sent.findIndex(({ id }) => id === lastEventId);
    const start = known >= 0 ? known + 1 : this.#sent.map(({ isKeyframe }) => isKeyframe).lastIndexOf(true);
    return [
      layoutFrame(PLAN, { stream: this.#stream }),
      ...(start < 0 ? [] : this.#sent.slice(start)).map(({ text }) => text),
    ];
  }

  /**
   * @param {number} seq
   * @param {Readings} readings
   */
  #collect(seq, { rss = this.#last.process.rss, used = {} }) {
    const tree = PLAN.map((node) => {
      const value = used[node.key] ?? this.#last.pools[node.key]?.used;
      return node.pool && value ? { ...node, pool: { ...node.pool, used: value } } : node;
    });
    return snapshotData(tree, { seq, timeMs: timeOf(seq), process: { rss } });
  }

  /**
   * @param {'snapshot' | 'delta'} event
   * @param {number} seq
   * @param {object} data
   */
  #send(event, seq, data) {
    const id = `${this.#stream}-${seq}`;
    const text = frame(event, data, id);
    this.#sent.push({ id, isKeyframe: event === 'snapshot', text });
    return text;
  }
}

/** @param {number} tick */
const timeOf = (tick) => EPOCH + tick * INTERVAL_MS;

/**
 * @param {object} base
 * @param {object} now
 */
function changed(base, now) {
  return Object.fromEntries(Object.entries(now).filter(([key, value]) => Reflect.get(base, key) !== value));
}
