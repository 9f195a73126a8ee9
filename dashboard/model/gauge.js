// SPDX-License-Identifier: MIT

import { NOT_AVAILABLE, basisPoints, bytes, count, fraction, plural, span } from './format.js';

/**
 * @typedef {import('../feed/wire.js').Snapshot} Snapshot
 * @typedef {import('../feed/wire.js').Limits} Limits
 *
 * @typedef {object} Gauge
 * @property {string} text
 * @property {number} fill part of 1, 0 when there is nothing to fill
 * @property {Remark[]} remarks how near the limit is, and what came of it
 *
 * @typedef {object} Remark
 * @property {string} id
 * @property {boolean} isWarning
 * @property {string} text
 *
 * @typedef {object} Scale what a gauge shows
 * @property {string} usedName
 * @property {number | null} used
 * @property {{ bytes: number, name: string } | null} whole
 */

/** Limits, by their names on the wire, that are none, or not of RSS. */
const VIRTUAL = 'VMS';
const UNLIMITED = [VIRTUAL, 'none'];
const OF_ADDRESS_SPACE = 'RLIMIT_AS';
const OF_DATA = 'RLIMIT_DATA';
/** What a limit of a control group begins with: its use is the whole group's, not this process's. */
const OF_GROUP = 'cgroup ';

/**
 * The limit, when it is one that somebody enforces.
 * @param {Limits | null} limits
 * @returns {{ bytes: number, name: string } | null}
 */
function limitOf(limits) {
  if (!limits || limits.limit === null || limits.kind === null || UNLIMITED.includes(limits.kind)) return null;
  return { bytes: limits.limit, name: limits.kind };
}

/**
 * @param {string} kind of the limit
 * @returns {string}
 */
function usedNameOf(kind) {
  if (kind.startsWith(OF_GROUP)) return 'Used by the group';
  if (kind === OF_DATA) return 'Private writable';
  return kind === OF_ADDRESS_SPACE ? VIRTUAL : 'RSS';
}

/**
 * What counts is held against what bounds it, by name, because a gauge without one reads as a limit.
 * Virtual size is none; it is what there is where nothing is known of limits.
 * @param {Snapshot} snapshot
 * @returns {Scale}
 */
function scaleOf({ process, limits }) {
  const whole = limitOf(limits);
  if (limits && whole) {
    return { usedName: usedNameOf(whole.name), used: limits.limit_used, whole };
  }
  const { rss, vms } = process;
  return { usedName: 'RSS', used: rss, whole: vms === null ? null : { bytes: vms, name: 'virtual' } };
}

/**
 * @param {Snapshot} snapshot
 * @returns {Gauge}
 */
export function describeGauge(snapshot) {
  const { usedName, used, whole } = scaleOf(snapshot);
  const remarks = describeRemarks(snapshot);
  if (used === null) return { text: `${usedName} ${NOT_AVAILABLE}`, fill: 0, remarks };
  if (whole === null) return { text: `${usedName} ${bytes(used)}`, fill: 0, remarks };
  return {
    text: `${usedName} ${bytes(used)} of ${bytes(whole.bytes)} ${whole.name}`,
    fill: fraction(used, whole.bytes),
    remarks,
  };
}

/**
 * @param {Snapshot} snapshot
 * @returns {Remark[]}
 */
function describeRemarks({ process, limits }) {
  if (!limits) return [];
  return [
    ownPart(process, limits),
    headroom(limits),
    forecast(limits),
    kills(limits),
    pressure(limits),
  ].flatMap((remark) => remark ?? []);
}

/**
 * This process's part beside the group's use, and what does not count because the kernel takes it back.
 * @param {Snapshot['process']} process
 * @param {Limits} limits
 * @returns {Remark | null}
 */
function ownPart({ rss }, limits) {
  const whole = limitOf(limits);
  if (whole === null || !whole.name.startsWith(OF_GROUP)) return null;
  const own = rss === null ? NOT_AVAILABLE : bytes(rss);
  const reclaimable = limits.cgroup_reclaimable;
  const rest = reclaimable === null ? '' : `, and ${bytes(reclaimable)} of the group can be taken back`;
  return { id: 'own_part', isWarning: false, text: `This process has RSS ${own}${rest}` };
}

/**
 * @param {Limits} limits
 * @returns {Remark | null}
 */
function headroom(limits) {
  const whole = limitOf(limits);
  if (whole === null) return null;
  const left = limits.headroom;
  // The machine runs out before the limit does.
  const isOfMachine = left !== null && left === limits.ram_available
    && limits.limit_used !== null && left < whole.bytes - limits.limit_used;
  return {
    id: 'headroom',
    isWarning: false,
    text: `Headroom ${left === null ? NOT_AVAILABLE : bytes(left)}${isOfMachine ? ', all that the machine has left' : ''}`,
  };
}

/**
 * @param {Limits} limits
 * @returns {Remark | null}
 */
function forecast({ time_to_limit_ms: left, growth_per_second: growth, forecast_window_ms: seen }) {
  if (left === null) return null;
  const rate = growth === null ? '' : ` of ${bytes(growth)}/s`;
  const window = seen === null ? '' : `, seen over ${span(seen)}`;
  return { id: 'forecast', isWarning: true, text: `At this rate${rate} the limit is reached in ${span(left)}${window}` };
}

/**
 * @param {Limits} limits
 * @returns {Remark | null}
 */
function kills({ oom_kills: killed, cgroup_limit_hits: hits }) {
  if (killed !== null && killed > 0) {
    return { id: 'kills', isWarning: true, text: `The kernel has killed ${killed === 1 ? '1 process' : `${count(killed)} processes`} of the group for memory` };
  }
  if (hits === null || hits === 0) return null;
  return { id: 'kills', isWarning: false, text: `The limit was met ${plural(hits, 'time')}` };
}

/**
 * @param {Limits} limits
 * @returns {Remark | null}
 */
function pressure({ pressure_some_avg10_bp: some, pressure_full_avg10_bp: full }) {
  if (some === null || some === 0) return null;
  const all = full === null || full === 0 ? '' : `, all of them ${basisPoints(full)}`;
  return { id: 'pressure', isWarning: true, text: `Tasks waited for memory ${basisPoints(some)} of the last 10 s${all}` };
}
