// SPDX-License-Identifier: MIT

import { OVERCOUNTED, UNTRACKED } from '../feed/wire.js';
import { UNCONNECTED, advance } from './connection.js';
import { History } from './history.js';
import { Rate } from './rates.js';
import { buildTree } from './tree.js';

/**
 * @typedef {import('../feed/wire.js').Frame} Frame
 * @typedef {import('../feed/wire.js').Layout} Layout
 * @typedef {import('../feed/wire.js').Snapshot} Snapshot
 * @typedef {import('../feed/wire.js').Delta} Delta
 */

/**
 * A snapshot with a delta on top of it. Neither is changed.
 * @param {Snapshot} snapshot
 * @param {Delta} delta
 * @returns {Snapshot}
 */
export function applyDelta(snapshot, delta) {
  const pools = new Map(snapshot.pools);
  for (const [key, fields] of delta.pools) {
    const known = pools.get(key) ?? { used: null, committed: null, peak: null, objects: null, slots: null };
    pools.set(key, { ...known, ...fields });
  }
  return {
    kind: 'snapshot',
    seq: delta.seq,
    timeMs: delta.timeMs,
    sampleNs: delta.sampleNs === undefined ? snapshot.sampleNs : delta.sampleNs,
    process: { ...snapshot.process, ...delta.process },
    breakdown: new Map([...snapshot.breakdown, ...delta.breakdown]),
    pools,
    errors: delta.errors ?? snapshot.errors,
  };
}

/**
 * What the roots sum up to, as far as it was measured.
 * @param {import('./tree.js').Tree} tree
 * @param {Snapshot} snapshot
 * @returns {number | null}
 */
export function trackedBytes(tree, snapshot) {
  const values = tree.roots.flatMap((root) => snapshot.breakdown.get(root.key) ?? []);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0);
}

/** Everything the page knows. */
export class Store {
  connection = UNCONNECTED;
  /** @type {Layout | null} */
  layout = null;
  /** @type {import('./tree.js').Tree | null} */
  tree = null;
  /** @type {Snapshot | null} */
  snapshot = null;
  history = new History();
  faults = { minor: new Rate(), major: new Rate() };
  /** @type {string | null} the version that the server speaks, when this page does not */
  unsupported = null;
  malformed = { count: 0, last: '' };
  gaps = 0;
  /** @type {number | null} when the process was seen to start again */
  restartedAt = null;

  #shape = '';

  /**
   * @param {Frame} frame
   * @param {number} now wall clock of the page
   * @returns {import('../feed/sse.js').Verdict}
   */
  receive(frame, now) {
    this.connection = advance(this.connection, { type: 'heard', at: now });
    switch (frame.kind) {
      case 'unsupported':
        this.unsupported = frame.protocol;
        return 'passed over';
      case 'layout':
        return this.#takeLayout(frame, now);
      case 'snapshot':
        if (this.unsupported !== null) return 'passed over';
        if (this.layout === null) {
          this.malform('a snapshot came before the layout');
          return 'passed over';
        }
        return this.#takeSnapshot(frame);
      case 'delta':
        if (this.unsupported !== null) return 'passed over';
        return this.#takeDelta(frame);
      case 'alive':
        if (this.snapshot && frame.timeMs !== null) this.#remember(frame.timeMs);
        return 'taken';
    }
  }

  /** @param {'lost' | 'silent'} how */
  lose(how) {
    this.connection = advance(this.connection, { type: how });
    this.history.breakLine();
  }

  /** @param {string} reason */
  malform(reason) {
    this.malformed = { count: this.malformed.count + 1, last: reason };
  }

  /**
   * @param {Layout} layout
   * @param {number} now
   * @returns {import('../feed/sse.js').Verdict}
   */
  #takeLayout(layout, now) {
    this.unsupported = null;
    if (this.layout && this.layout.stream !== layout.stream) {
      this.restartedAt = now;
      this.snapshot = null;
      this.history.breakLine();
      this.faults.minor.clear();
      this.faults.major.clear();
    }
    this.layout = layout;
    // A layout opens every stream; rows, and the focus in them, stay when it says what is known.
    const shape = JSON.stringify(layout.nodes);
    if (shape !== this.#shape) {
      this.#shape = shape;
      this.tree = buildTree(layout.nodes);
    }
    return 'taken';
  }

  /**
   * @param {Snapshot} snapshot
   * @returns {import('../feed/sse.js').Verdict}
   */
  #takeSnapshot(snapshot) {
    this.snapshot = snapshot;
    this.faults.minor.push(snapshot.timeMs, snapshot.process.page_faults_minor);
    this.faults.major.push(snapshot.timeMs, snapshot.process.page_faults_major);
    this.#remember(snapshot.timeMs);
    return 'taken';
  }

  /**
   * @param {Delta} delta
   * @returns {import('../feed/sse.js').Verdict}
   */
  #takeDelta(delta) {
    if (this.snapshot === null || this.snapshot.seq !== delta.base) {
      this.gaps += 1;
      return 'gap';
    }
    return this.#takeSnapshot(applyDelta(this.snapshot, delta));
  }

  /** @param {number} timeMs */
  #remember(timeMs) {
    if (!this.snapshot || !this.tree) return;
    this.history.push(timeMs, this.snapshot.process.rss, trackedBytes(this.tree, this.snapshot));
  }
}

/**
 * @param {Snapshot} snapshot
 * @returns {{ untracked: number | null, overcounted: number | null }}
 */
export function remainder(snapshot) {
  return {
    untracked: snapshot.breakdown.get(UNTRACKED) ?? null,
    overcounted: snapshot.breakdown.get(OVERCOUNTED) ?? null,
  };
}
