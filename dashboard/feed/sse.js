// SPDX-License-Identifier: MIT

import { EVENTS, MalformedFrame, blockSize, parse } from './wire.js';

/**
 * What became of a frame: taken into the state, passed over, or the sign that one before it is missing.
 * @typedef {'taken' | 'passed over' | 'gap'} Verdict
 *
 * @typedef {object} Origin
 * @property {string} id the last one that the stream gave, empty when there was none
 * @property {number} size bytes on the wire
 *
 * @typedef {object} Listener
 * @property {(frame: import('./wire.js').Frame, origin: Origin) => Verdict} frame
 * @property {(reason: string, size: number) => void} malformed
 * @property {(how: 'lost' | 'silent') => void} lost
 *
 * What the browser gives; tests give something else.
 * @typedef {object} Environment
 * @property {(url: string) => EventSource} connect
 * @property {(callback: () => void, ms: number) => number} after
 * @property {(timer: number) => void} cancel
 * @property {() => number} now in ms, monotonic
 * @property {() => number} random in [0, 1)
 */

/** `alive` comes every 15 s at the latest; the rest is for a slow network. */
export const SILENCE_MS = 20_000;

const FIRST_DELAY_MS = 500;
const LAST_DELAY_MS = 10_000;

/** After so many gaps in a row the resumed stream is not to be trusted, and a whole snapshot is asked for. */
const GAPS_BEFORE_FRESH_START = 2;

/**
 * How long to wait before attempt n, with jitter, so that the pages of a restarted server come back spread out.
 * @param {number} attempt from 0
 * @param {number} random in [0, 1)
 * @returns {number}
 */
export function backoff(attempt, random) {
  const longest = Math.min(LAST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt);
  return longest * (0.5 + random / 2);
}

/**
 * One stream, kept open.
 *
 * The loop is its own rather than EventSource's: browsers differ on what they retry (a refused port, a
 * 503), none of them backs off, and none notices a server that is silent.
 */
export class Feed {
  #url;
  #listener;
  #env;
  /** @type {EventSource | null} */
  #source = null;
  /** @type {number | null} */
  #timer = null;
  #heardAt = 0;
  /** The id of the last frame that was taken: where to resume. */
  #lastId = '';
  /** The id of the last event of this stream, taken or not. */
  #seenId = '';
  #attempt = 0;
  #gaps = 0;

  /**
   * @param {string} url
   * @param {Listener} listener
   * @param {Environment} env
   */
  constructor(url, listener, env) {
    this.#url = url;
    this.#listener = listener;
    this.#env = env;
  }

  /** Opens the stream now, whether it is waiting to be opened or closed. An open one is left alone. */
  open() {
    if (this.#source) return;
    this.#cancel();
    const source = this.#env.connect(this.#address());
    this.#source = source;
    this.#seenId = '';
    this.#heardAt = this.#env.now();
    for (const event of EVENTS) {
      source.addEventListener(event, (message) => {
        if (source === this.#source) this.#receive(event, message);
      });
    }
    source.addEventListener('error', () => {
      if (source === this.#source) this.#reopen('lost');
    });
    this.#watch(SILENCE_MS);
  }

  /** Closes the stream until `open`. */
  close() {
    this.#cancel();
    this.#source?.close();
    this.#source = null;
  }

  #address() {
    if (this.#lastId === '') return this.#url;
    // A fresh EventSource cannot send the Last-Event-ID header.
    const joint = this.#url.includes('?') ? '&' : '?';
    return `${this.#url}${joint}last_event_id=${encodeURIComponent(this.#lastId)}`;
  }

  /**
   * @param {(typeof EVENTS)[number]} event
   * @param {MessageEvent<string>} message
   */
  #receive(event, message) {
    const { data, lastEventId: id } = message;
    // An event without an id of its own is given that of the one before.
    const size = blockSize(event, data, id === this.#seenId ? null : id);
    this.#seenId = id;
    let frame;
    try {
      frame = parse(event, data);
    } catch (error) {
      if (!(error instanceof MalformedFrame)) throw error;
      // Not heard: a server that only says what cannot be read is as good as silent.
      this.#listener.malformed(error.message, size);
      return;
    }
    this.#heardAt = this.#env.now();
    const verdict = this.#listener.frame(frame, { id, size });
    if (verdict === 'gap') {
      this.#gaps += 1;
      if (this.#gaps >= GAPS_BEFORE_FRESH_START) this.#lastId = '';
      this.#reopen(null);
    } else if (verdict === 'taken' && (event === 'snapshot' || event === 'delta')) {
      // Only numbers prove a stream good: a server that takes connections and drops them is backed off from.
      this.#attempt = 0;
      this.#gaps = 0;
      if (id !== '') this.#lastId = id;
    }
  }

  /** @param {'lost' | 'silent' | null} how null when the page itself wants a new stream */
  #reopen(how) {
    this.close();
    const delay = backoff(this.#attempt, this.#env.random());
    this.#attempt += 1;
    this.#timer = this.#env.after(() => {
      this.#timer = null;
      this.open();
    }, delay);
    if (how !== null) this.#listener.lost(how);
  }

  /**
   * One timer that looks back when it fires, rather than one reset at each frame.
   * @param {number} ms
   */
  #watch(ms) {
    this.#timer = this.#env.after(() => {
      this.#timer = null;
      const left = SILENCE_MS - (this.#env.now() - this.#heardAt);
      if (left > 0) this.#watch(left);
      else this.#reopen('silent');
    }, ms);
  }

  #cancel() {
    if (this.#timer !== null) this.#env.cancel(this.#timer);
    this.#timer = null;
  }
}

/**
 * The environment of a page.
 * @returns {Environment}
 */
export function browserEnvironment() {
  return {
    connect: (url) => new EventSource(url),
    after: (callback, ms) => window.setTimeout(callback, ms),
    cancel: (timer) => window.clearTimeout(timer),
    now: () => performance.now(),
    random: () => Math.random(),
  };
}
