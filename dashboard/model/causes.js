// SPDX-License-Identifier: MIT

import { bytes, plural, span } from './format.js';

/**
 * What the ledger calls causes are kinds of memory that any process has: the kernel and the C library name
 * them, and here they are put in words. One that is not known is shown by the name it came with.
 * @type {Record<string, string>}
 */
const LABELS = {
  'malloc.heap': 'malloc, main heap',
  'malloc.arena': 'malloc, thread arenas',
  'malloc.mmap': 'malloc, large blocks',
  'stack.main': 'Main stack',
  'stack.threads': 'Thread stacks',
  'file.text': 'Program code',
  'file.rodata': 'Read-only file data',
  'file.data': 'Writable file data',
  bss: 'Zeroed program data',
  shmem: 'Shared memory',
  secret: 'Secret memory',
  device: 'Device and kernel buffers',
  anon: 'Named memory',
  vdso: 'Code of the kernel',
  anonymous: 'Other anonymous memory',
};

/** Memory that the program named. */
const NAMED = 'anon.';

/**
 * @param {string} name on the wire
 * @returns {{ label: string, key: string }} words, and the name when it says more than they do
 */
export function causeLabel(name) {
  const known = Object.hasOwn(LABELS, name) ? LABELS[name] : undefined;
  if (known !== undefined) return { label: known, key: name };
  if (name.startsWith(NAMED) && name.length > NAMED.length) return { label: name.slice(NAMED.length), key: 'named memory' };
  return { label: name, key: '' };
}

/**
 * A path's last part, and where it lies; other names as they are.
 * @param {string} name
 * @returns {{ label: string, key: string }}
 */
export function partLabel(name) {
  const slash = name.lastIndexOf('/');
  return slash < 0 || slash === name.length - 1
    ? { label: name, key: '' }
    : { label: name.slice(slash + 1), key: name.slice(0, slash) || '/' };
}

/** @type {Record<string, string>} */
const QUALITIES = {
  upper_bound: 'at most',
  estimate: 'an estimate',
  stale: 'not of this moment',
  unavailable: 'not measured',
};

/**
 * How much a figure is worth, where it is not exact.
 * @param {string} quality
 * @returns {string}
 */
export function qualityWords(quality) {
  const known = Object.hasOwn(QUALITIES, quality) ? QUALITIES[quality] : undefined;
  return known ?? quality.replaceAll('_', ' ');
}

/** A mapping without a name is told by its addresses, as in /proc/self/maps. */
const ADDRESSES = /^([0-9a-f]{8,16})-[0-9a-f]{8,16}$/;

/**
 * What stays the same of a part's name: a mapping that grows ends elsewhere.
 * @param {string} name
 * @returns {string}
 */
export function partIdentity(name) {
  return ADDRESSES.exec(name)?.[1] ?? name;
}

/** What the C library's allocator has: causes of it begin with this and a dot, and sources may lie in it. */
export const ALLOCATOR = 'malloc';

/** Whether the C library's allocator has it. */
export const isOfAllocator = (/** @type {string} */ name) => name.startsWith(`${ALLOCATOR}.`);

/**
 * What malloc keeps lies in its heaps, which may have been trimmed: no more of it is in RAM than they have there beyond
 * what is held. Sources may have their memory from malloc.
 * @param {import('../feed/ledger.js').Ledger} ledger
 * @returns {string}
 */
export function freeInAllocator({ causes, sources, mallocFree, mallocHeld, mallocAgeMs }) {
  if (mallocFree === null || mallocFree === 0) return '';
  const heaps = ['malloc.heap', 'malloc.arena'].reduce((all, name) => all + (causes.get(name)?.resident ?? 0), 0);
  const owned = [...sources.values()].reduce((all, { resident }) => all + (resident ?? 0), 0);
  const inRam = Math.min(heaps, Math.max(0, heaps + owned - (mallocHeld ?? 0)));
  return [
    `${bytes(mallocFree)} free inside malloc`,
    inRam < mallocFree ? `at most ${bytes(inRam)} of it in RAM` : [],
    (mallocAgeMs ?? 0) < 1000 ? [] : `as of ${span(mallocAgeMs ?? 0)} before`,
  ].flat().join(', ');
}

/** @type {Record<string, (code: number | null) => string>} */
const FAULTS = {
  statm: () => 'RSS could not be read, so nothing closes',
  maps: () => 'the mappings could not be read, so there are no causes',
  maps_cut: () => 'the list of mappings ended early, so causes are missing',
  pagemap: () => 'the pagemap could not be opened',
  pagemap_scan: () => 'the kernel has no PAGEMAP_SCAN',
  mappings_changed: (code) => `${plural(code ?? 0, 'mapping')} changed meanwhile`,
  pages_changed: () => 'pages changed meanwhile',
  ranges_unmapped: (code) => `${plural(code ?? 0, 'subsystem')} with ranges where nothing is mapped`,
  ranges_overlap: (code) => `${plural(code ?? 0, 'subsystem')} with bytes that another claims too`,
  ranges_crowded: () => 'more ranges over one page than are kept',
  status: () => 'nothing is known from outside RSS',
  malloc_statistics: () => 'the C library tells nothing of its allocator',
  moved: (code) => (code ? `memory moved meanwhile, in ${plural(code, 'page fault')}` : 'memory moved meanwhile'),
  moves_unknown: () => 'whether memory moved meanwhile is not known',
  range_memory: () => 'there was no memory for so many ranges, so it took longer',
  cgroup: () => 'the control group could not be read, so its kernel memory is not known',
  bss: () => 'headers of programs may not be read, so their zeroed data stands under anonymous memory',
  stacks: () => 'threads could not be looked into, so their stacks stand under anonymous memory',
  mincore: () => 'the state of pages could not be read, so what subsystems hold is not known',
  clock: () => 'the clock could not be read, so neither the date nor what the audit took is known',
  swap_differs: (code) => `${bytes((code ?? 0) * 1024)} look like swap and are none`,
  shmem_differs: (code) => `shared memory is off the kernel's count by ${bytes((code ?? 0) * 1024)}`,
  malloc_arena: (code) => `${bytes((code ?? 0) * 1024)} of the allocator's memory stand under anonymous memory`,
  stacks_missing: (code) => `${plural(code ?? 0, 'thread')} whose stack is not known`,
};

/**
 * @param {import('../feed/ledger.js').Fault} fault
 * @returns {string}
 */
export function faultWords({ kind, code }) {
  const words = Object.hasOwn(FAULTS, kind) ? FAULTS[kind] : undefined;
  return words ? words(code) : kind.replaceAll('_', ' ');
}
