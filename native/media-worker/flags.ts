/** How the worker is compiled. Part of its cache key. */

/** Each as meson takes it; forwarding is what the worker is for, so it gets -O2 throughout. */
export const compilerFlags: readonly string[] = [
  '-Doptimization=2',
  '-Ddebug=false',
  '-Db_ndebug=true',
  // Warnings are mediasoup's business, and cost time here.
  '-Dwarning_level=0',
];
