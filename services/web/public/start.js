/* Before anything is drawn: the theme that was chosen, or the system's. */
(() => {
  let mode = null;
  try {
    mode = JSON.parse(localStorage.getItem('RaStorecauce.theme'));
  } catch {
    /* nothing was chosen */
  }
  document.documentElement.dataset.theme = mode ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
})();
