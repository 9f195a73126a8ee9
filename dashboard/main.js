// SPDX-License-Identifier: MIT

import { Feed, browserEnvironment } from './feed/sse.js';
import { describePage } from './model/page.js';
import { Store } from './model/store.js';
import { mountHistory } from './view/history.js';
import { mountNotes } from './view/notes.js';
import { mountPanel } from './view/panel.js';
import { mountPools } from './view/pools.js';
import { painter } from './view/painter.js';
import { mountStatus } from './view/status.js';

const store = new Store();

const views = [
  mountStatus(document),
  mountNotes(document),
  mountPanel(document, {
    compare() {
      store.compareLedger();
      paint();
    },
    stopComparing() {
      store.stopComparing();
      paint();
    },
  }),
  mountHistory(document),
  mountPools(document),
];

const paint = painter(() => {
  const page = describePage(store);
  for (const view of views) view(page);
});

const feed = new Feed(document.body.dataset['events'] ?? 'events', {
  frame(frame, origin) {
    const verdict = store.receive(frame, Date.now(), origin, performance.now());
    paint();
    return verdict;
  },
  malformed(reason, size) {
    store.malform(reason, size);
    paint();
  },
  lost(how) {
    store.lose(how);
    paint();
  },
}, browserEnvironment());

// A page that is back in sight, or a machine that is back on its network, does not sit out its delay.
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) feed.open();
});
window.addEventListener('online', () => feed.open());
window.addEventListener('pageshow', () => feed.open());
// An open stream keeps a page out of the back-forward cache, and one of the six connections to its host.
window.addEventListener('pagehide', () => feed.close());

feed.open();
paint();
