// SPDX-License-Identifier: MIT

/**
 * Frames as the server writes them, made from a tree of leaves.
 *
 * @typedef {object} Pool
 * @property {number} used
 * @property {number | null} [committed]
 * @property {number | null} [peak]
 * @property {number | null} [objects]
 * @property {number | null} [slots]
 *
 * @typedef {object} TestNode
 * @property {string} key
 * @property {string} label
 * @property {Pool} [pool] of a leaf
 * @property {TestNode[]} [children] of a group
 */

export const KIB = 1024;
export const MIB = 1024 * KIB;
export const GIB = 1024 * MIB;

/** An instant that stands for now, in the clock of the tests' pages: 2025-11-24 16:00:00 UTC. */
export const EPOCH = 1_764_000_000_000;

export const STREAM = '00000000deadbeef';

/** The tree of the project's plan, with its figures. @type {TestNode[]} */
export const PLAN = [
  { key: 'scratch_arena', label: 'Scratch Arena', pool: { used: 16 * MIB, committed: 32 * MIB, peak: 24 * MIB } },
  {
    key: 'gc_heap',
    label: 'GC Heap',
    children: [
      {
        key: 'gc_lval_slab',
        label: 'LVAL Slab',
        pool: { used: 64 * MIB, committed: 80 * MIB, peak: 72 * MIB, objects: 1_048_576, slots: 1_310_720 },
      },
      {
        key: 'gc_lenv_slab',
        label: 'LENV Slab',
        pool: { used: 32 * MIB, committed: 48 * MIB, peak: 40 * MIB, objects: 262_144, slots: 393_216 },
      },
      { key: 'gc_malloc', label: 'Malloc', pool: { used: 32 * MIB, peak: 36 * MIB, objects: 20_480 } },
    ],
  },
  {
    key: 'aio_slabs',
    label: 'AIO Slabs',
    pool: { used: 8 * MIB, committed: 16 * MIB, peak: 9 * MIB, objects: 128, slots: 256 },
  },
];

/** What the system says of the plan's process. */
export const PROCESS = {
  rss: 256 * MIB,
  vms: 1.2 * GIB,
  shared: 12 * MIB,
  data: 300 * MIB,
  peak_rss: 280 * MIB,
  page_faults_minor: 1234,
  page_faults_major: 0,
};

/** What a reader of more says of it, besides. */
export const DETAIL = {
  rss_anon: 220 * MIB,
  rss_file: 32 * MIB,
  rss_shmem: 4 * MIB,
  swap: 0,
  page_tables: 0.75 * MIB,
  hugetlb: 0,
  threads: 9,
  status_age_ms: 200,
  pss: 241 * MIB,
  uss: 236 * MIB,
  swap_pss: 0,
  lazy_free: 12 * MIB,
  anon_huge_pages: 64 * MIB,
  locked: 0,
  rollup_age_ms: 12_000,
  rollup_cost_us: 950,
};

/** What bounds it. */
export const LIMITS = {
  kind: 'cgroup memory.max',
  limit: 512 * MIB,
  limit_used: 256 * MIB,
  headroom: 256 * MIB,
  cgroup_limit: 512 * MIB,
  cgroup_current: 300 * MIB,
  cgroup_reclaimable: 44 * MIB,
  cgroup_limit_hits: 0,
  oom_kills: 0,
  pressure_some_avg10_bp: 0,
  pressure_full_avg10_bp: 0,
  pressure_some_us: 0,
  pressure_full_us: 0,
  ram_total: 8 * GIB,
  ram_available: 5 * GIB,
  limits_age_ms: 400,
};

/** The plan's process, to the last byte: of its RSS sources hold 147 MiB, and causes 109. */
export const LEDGER = {
  rss: 256 * MIB,
  sources: {
    scratch_arena: { resident: 32 * MIB, swapped: 0, used: 16 * MIB, committed: 32 * MIB, quality: 'exact' },
    gc_lval_slab: { resident: 80 * MIB, swapped: 0, used: 64 * MIB, committed: 80 * MIB, quality: 'exact' },
    gc_lenv_slab: { resident: 27 * MIB, swapped: 2 * MIB, used: 32 * MIB, committed: 48 * MIB, quality: 'exact' },
    gc_malloc: { resident: null, swapped: null, used: 32 * MIB, committed: null, quality: 'unavailable', lies_in: 'malloc' },
    aio_slabs: { resident: 8 * MIB, swapped: 0, used: 8 * MIB, committed: 16 * MIB, quality: 'exact' },
  },
  causes: {
    'malloc.heap': { resident: 64 * MIB, swapped: 0, quality: 'exact' },
    'malloc.arena': { resident: 3 * MIB, swapped: 0, quality: 'exact' },
    'stack.main': { resident: 136 * KIB, swapped: 0, quality: 'exact' },
    'stack.threads': { resident: 888 * KIB, swapped: 0, quality: 'estimate' },
    'file.text': {
      resident: 22 * MIB,
      swapped: 0,
      quality: 'exact',
      mappings: [
        { name: '/usr/bin/runtime', resident: 14 * MIB },
        { name: '/usr/lib/x86_64-linux-gnu/libcrypto.so.3', resident: 6 * MIB },
        { name: '/usr/lib/x86_64-linux-gnu/libc.so.6', resident: 2 * MIB },
      ],
    },
    'file.rodata': {
      resident: 9 * MIB,
      swapped: 0,
      quality: 'exact',
      mappings: [
        { name: '/usr/lib/locale/locale-archive', resident: 5 * MIB },
        { name: '/srv/words with spaces/dictionary.bin (deleted)', resident: 4 * MIB },
      ],
    },
    shmem: { resident: 4 * MIB, swapped: 0, quality: 'exact', mappings: [{ name: '/dev/shm/ring', resident: 4 * MIB }] },
    'anon.jit code': { resident: 4 * MIB, swapped: 0, quality: 'exact' },
    anonymous: {
      resident: 2 * MIB,
      swapped: 0,
      quality: 'exact',
      mappings: [{ name: '7f10a0000000-7f10a0180000', resident: 1.5 * MIB }],
    },
  },
  unexplained: 0,
  closure_error: 0,
  malloc: { in_use: 46 * MIB, free: 18 * MIB, mapped: 0, mapped_blocks: 0 },
  faults: [],
  outside_rss: { page_tables: 0.75 * MIB, swap: 2 * MIB, hugetlb: 0, cgroup_kernel: 5 * MIB, cgroup_socket: null },
  age_ms: 3000,
  cost_ns: 1_200_000,
};

/**
 * @param {TestNode} node
 * @returns {number}
 */
function used(node) {
  if (node.pool) return node.pool.used;
  return (node.children ?? []).reduce((sum, child) => sum + used(child), 0);
}

/**
 * @param {TestNode[]} nodes
 * @param {TestNode | null} parent
 * @returns {{ node: TestNode, parent: TestNode | null }[]} pre-order
 */
function flatten(nodes, parent = null) {
  return nodes.flatMap((node) => [{ node, parent }, ...flatten(node.children ?? [], node)]);
}

/**
 * @param {string} event
 * @param {unknown} data
 * @param {string} [id]
 * @returns {string}
 */
export function frame(event, data, id) {
  const head = id === undefined ? '' : `id: ${id}\n`;
  return `${head}event: ${event}\ndata: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
}

/**
 * @param {TestNode[]} tree
 * @param {{ stream?: string, protocol?: number }} [options]
 */
export function layoutData(tree, { stream = STREAM, protocol = 1 } = {}) {
  return {
    protocol,
    stream,
    interval_ms: 250,
    nodes: flatten(tree).map(({ node, parent }) => ({
      key: node.key,
      label: node.label,
      parent: parent?.key ?? null,
      kind: node.children ? 'group' : 'leaf',
    })),
  };
}

/**
 * @param {TestNode[]} tree
 * @param {{ seq?: number, timeMs?: number, process?: object, limits?: object, errors?: object[],
 *   detailErrors?: object[] }} [options]
 */
export function snapshotData(tree, {
  seq = 1, timeMs = EPOCH + (seq - 1) * 1000, process = {}, limits, errors, detailErrors,
} = {}) {
  const all = { ...PROCESS, ...process };
  const tracked = tree.reduce((sum, node) => sum + used(node), 0);
  const { rss } = all;
  const nodes = flatten(tree).map(({ node }) => node);
  return {
    seq,
    time_ms: timeMs,
    sample_ns: 2100,
    process: all,
    breakdown: {
      ...Object.fromEntries(nodes.map((node) => [node.key, used(node)])),
      untracked: rss === null ? null : Math.max(0, rss - tracked),
      overcounted: rss === null ? null : Math.max(0, tracked - rss),
    },
    pools: Object.fromEntries(nodes.filter((node) => node.pool).map((node) => [
      node.key,
      { committed: null, peak: null, objects: null, slots: null, ...node.pool },
    ])),
    ...(limits ? { limits } : {}),
    ...(errors ? { errors } : {}),
    ...(detailErrors ? { detail_errors: detailErrors } : {}),
  };
}

/**
 * @param {TestNode[]} tree
 * @param {Parameters<typeof layoutData>[1]} [options]
 */
export function layoutFrame(tree, options) {
  return `retry: 1000\n\n${frame('layout', layoutData(tree, options))}`;
}

/**
 * @param {TestNode[]} tree
 * @param {Parameters<typeof snapshotData>[1] & { stream?: string }} [options]
 */
export function snapshotFrame(tree, options = {}) {
  return frame('snapshot', snapshotData(tree, options), `${options.stream ?? STREAM}-${options.seq ?? 1}`);
}

/**
 * @param {object} [fields]
 * @returns {string}
 */
export function ledgerFrame(fields = {}) {
  return frame('ledger', { ...LEDGER, ...fields });
}

/**
 * Numbers that look random and are the same each time.
 * @param {number} seed
 * @returns {() => number} in [0, 1)
 */
export function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * @param {number} size nodes in all
 * @param {number} depth groups in each other at most
 * @param {() => number} random
 * @returns {TestNode[]}
 */
export function randomTree(size, depth, random) {
  /** @type {TestNode[]} */
  const roots = [];
  /** @type {{ children: TestNode[], depth: number }[]} */
  const open = [{ children: roots, depth: 0 }];
  for (let index = 0; index < size; index += 1) {
    const place = open[Math.floor(random() * open.length)] ?? { children: roots, depth: 0 };
    const name = Math.floor(random() * 2 ** 32).toString(36);
    const key = `n${index}_${name}`;
    const isGroup = index < size - 1 && place.depth < depth && random() < 0.35;
    if (!isGroup) {
      const committed = Math.floor(random() * 4 * MIB);
      const slots = random() < 0.4 ? Math.floor(random() * 5000) : null;
      place.children.push({
        key,
        label: `Node ${name}`,
        pool: {
          used: Math.floor(committed * random()),
          committed: random() < 0.8 ? committed : null,
          peak: random() < 0.6 ? committed : null,
          objects: slots === null ? null : Math.floor(slots * random()),
          slots,
        },
      });
      continue;
    }
    /** @type {TestNode[]} */
    const children = [];
    place.children.push({ key, label: `Group ${name}`, children });
    open.push({ children, depth: place.depth + 1 });
  }
  return filled(roots);
}

/**
 * A group without children is no group that a server would send.
 * @param {TestNode[]} nodes
 * @returns {TestNode[]}
 */
function filled(nodes) {
  return nodes.map((node) => {
    if (!node.children) return node;
    if (node.children.length === 0) return { key: node.key, label: node.label, pool: { used: 4096 } };
    return { ...node, children: filled(node.children) };
  });
}
