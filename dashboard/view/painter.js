// SPDX-License-Identifier: MIT

/**
 * Asks for a render: at most one a frame, and none while nobody looks.
 * @param {() => void} render
 * @returns {() => void}
 */
export function painter(render) {
  let isAsked = false;

  const frame = () => {
    isAsked = false;
    render();
  };

  const ask = () => {
    if (isAsked || document.hidden) return;
    isAsked = true;
    requestAnimationFrame(frame);
  };

  document.addEventListener('visibilitychange', ask);
  return ask;
}
