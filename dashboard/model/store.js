// SPDX-License-Identifier: MIT

import { LIMIT_FIELDS, OVERCOUNTED, UNTRACKED } from '../feed/wire.js';
import { UNCONNECTED, advance } from './connection.js';
import { History } from './history.js';
import { Rate } from './rates.js';
import { Traffic } from './traffic.js';
import { buildTree } from './tree.js';

/**
 * @typedef {import('../feed/wire.js').Frame} Frame
 * @typedef {import('../feed/wire.js').Layout} Layout
 * @typedef {import('../feed/wire.js').Snapshot} Snapshot
 * @typedef {import('../feed/wire.js').Delta} Delta
 * @typedef {import('../feed/wire.js').Alive} Alive
 * @typedef {import('../feed/wire.js').Limits} Limits
 * @typedef {import('../feed/ledger.js').Ledger} Ledger
 * @typedef {import('../feed/sse.js').Origin} Origin
 * @typedef {import('../feed/sse.js').Verdict} Verdict
 */

const NO_LIMITS = /** @type {Limits} */ ({
  kind: null, ...Object.fromEntries(LIMIT_FIELDS.map((name) => [name, null])),
});

/**
 * @typedef {object} TakenLedger
 * @property {Ledger} ledger
 * @property {number} at when it came, by a clock of the page that is never set
 * @property {number} wall the same by the page's wall clock
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
    limits: delta.limits === undefined ? snapshot.limits : { ...(snapshot.limits ?? NO_LIMITS), ...delta.limits },
    errors: delta.errors ?? snapshot.errors,
    detailErrors: delta.detailErrors ?? snapshot.detailErrors,
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

/**
 * Where a frame stands in its stream.
 * @typedef {Omit<import('./traffic.js').Block, 'size'>} Place
 */

/** @type {Place} */
const NOWHERE = { timeMs: null, seq: null, isKeyframe: false, isExtra: false };

/**
 * @param {Frame} frame
 * @returns {Place}
 */
function placeOf(frame) {
  switch (frame.kind) {
    case 'snapshot': return { ...NOWHERE, timeMs: frame.timeMs, seq: frame.seq, isKeyframe: true };
    case 'delta': return { ...NOWHERE, timeMs: frame.timeMs, seq: frame.seq };
    case 'alive': return { ...NOWHERE, timeMs: frame.timeMs };
    case 'ledger': return { ...NOWHERE, isExtra: true };
    default: return NOWHERE;
  }
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
  /** @type {TakenLedger | null} */
  ledger = null;
  /** @type {TakenLedger | null} the first that this page was given of the process */
  ledgerFirst = null;
  /** @type {TakenLedger | null} the one that later ones are held against */
  ledgerBase = null;
  history = new History();
  faults = { minor: new Rate(), major: new Rate() };
  traffic = new Traffic();
  /** @type {string | null} the version that the server speaks, when this page does not */
  unsupported = null;
  malformed = { count: 0, last: '' };
  gaps = 0;
  /** @type {number | null} when the process was seen to start again */
  restartedAt = null;
  /** The last frame's arrival by both clocks of the page: how old something is takes the one that is never set. */
  heard = { wall: 0, at: 0 };

  #shape = '';
  /** @type {number | null} the sender's clock, as far as it was told */
  #timeMs = null;
  /** Whether a layout came and no snapshot since: the server decides where the stream begins. */
  #isBeginning = false;

  /**
   * @param {Frame} frame
   * @param {number} now wall clock of the page: what is shown as a time of day
   * @param {Origin} origin
   * @param {number} at the same instant by a clock that is never set
   * @returns {Verdict}
   */
  receive(frame, now, { id, size }, at = now) {
    this.connection = advance(this.connection, { type: 'heard', at: now });
    this.heard = { wall: now, at };
    const verdict = this.#take(frame, id);
    if (verdict === 'gap') this.gaps += 1;
    if (verdict === 'gap' || frame.kind === 'layout') this.traffic.clear();
    this.traffic.push({ size, ...(verdict === 'taken' ? placeOf(frame) : NOWHERE), at });
    return verdict;
  }

  /** @param {'lost' | 'silent'} how */
  lose(how) {
    this.connection = advance(this.connection, { type: how });
    this.history.breakLine();
    this.traffic.clear();
  }

  /**
   * @param {string} reason
   * @param {number} size bytes of what could not be read
   */
  malform(reason, size) {
    this.#complain(reason);
    this.traffic.push({ size, ...NOWHERE });
  }

  /** @param {string} reason */
  #complain(reason) {
    this.malformed = { count: this.malformed.count + 1, last: reason };
  }

  /**
   * @param {Frame} frame
   * @param {string} id
   * @returns {Verdict}
   */
  #take(frame, id) {
    if (frame.kind === 'layout') return this.#takeLayout(frame);
    if (frame.kind === 'unsupported') this.unsupported = frame.protocol;
    if (frame.kind === 'unsupported' || this.unsupported !== null) return 'passed over';
    if (frame.kind === 'alive') return this.#takeAlive(frame);
    if (frame.kind === 'ledger') return this.#takeLedger(frame);
    // Ids are <stream>-<seq>. One of another stream brings numbers of another process.
    if (id !== '' && this.layout && !id.startsWith(`${this.layout.stream}-`)) return 'gap';
    if (this.snapshot && !this.#isBeginning && frame.seq <= this.snapshot.seq) return 'passed over';
    if (frame.kind === 'delta') return this.#takeDelta(frame);
    if (this.layout === null) {
      this.#complain('a snapshot came before the layout');
      return 'passed over';
    }
    return this.#takeSnapshot(frame);
  }

  /**
   * @param {Layout} layout
   * @returns {Verdict}
   */
  #takeLayout(layout) {
    this.unsupported = null;
    if (this.layout && this.layout.stream !== layout.stream) {
      this.restartedAt = this.heard.wall;
      this.#timeMs = null;
      this.snapshot = null;
      this.ledger = null;
      this.ledgerFirst = null;
      this.ledgerBase = null;
      this.history.restart();
      this.faults.minor.restart();
      this.faults.major.restart();
      this.traffic.restart();
    }
    this.layout = layout;
    this.#isBeginning = true;
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
   * @returns {Verdict}
   */
  #takeSnapshot(snapshot) {
    this.snapshot = snapshot;
    this.#isBeginning = false;
    const { seq, timeMs, process } = snapshot;
    this.faults.minor.push(timeMs, process.page_faults_minor, seq, this.heard.at);
    this.faults.major.push(timeMs, process.page_faults_major, seq, this.heard.at);
    this.#remember(timeMs, seq);
    return 'taken';
  }

  /**
   * @param {Delta} delta
   * @returns {Verdict}
   */
  #takeDelta(delta) {
    if (this.snapshot === null || this.snapshot.seq !== delta.base) return 'gap';
    return this.#takeSnapshot(applyDelta(this.snapshot, delta));
  }

  /**
   * @param {Alive} alive
   * @returns {Verdict}
   */
  #takeAlive({ seq, timeMs }) {
    // It names the frame sent last: when that is not the one shown, one between them is missing.
    if (this.snapshot && seq !== null && seq !== this.snapshot.seq) return 'gap';
    if (timeMs !== null) this.#remember(timeMs, null);
    return 'taken';
  }

  /**
   * @param {Ledger} ledger
   * @returns {Verdict}
   */
  #takeLedger(ledger) {
    if (this.layout === null) return 'passed over';
    this.ledger = { ledger: { ...ledger, ageMs: this.#ageOf(ledger) }, ...this.heard };
    this.ledgerFirst ??= this.ledger;
    return 'taken';
  }

  /**
   * A sender writes the event once, and who joins later gets it as it was: its clock has gone on. It may have been set
   * since; but what comes behind another ledger is not older than that.
   * @param {Ledger} ledger
   * @returns {number | null}
   */
  #ageOf({ ageMs, timeMs }) {
    if (timeMs === null || this.#timeMs === null) return ageMs;
    const before = this.ledger;
    const most = before === null || before.ledger.ageMs === null
      ? Infinity
      : before.ledger.ageMs + Math.max(0, this.heard.at - before.at);
    return Math.max(ageMs ?? 0, Math.min(this.#timeMs - timeMs, most));
  }

  /** Later ledgers are held against the one that is shown now. */
  compareLedger() {
    this.ledgerBase = this.ledger;
  }

  stopComparing() {
    this.ledgerBase = null;
  }

  /**
   * @param {number} timeMs the sender's clock
   * @param {number | null} seq
   */
  #remember(timeMs, seq) {
    this.#timeMs = timeMs;
    if (!this.snapshot || !this.tree) return;
    this.history.push(timeMs, this.snapshot.process.rss, trackedBytes(this.tree, this.snapshot), seq, this.heard.at);
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
