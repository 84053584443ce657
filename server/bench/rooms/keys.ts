/** Shared by a bench's servers and load processes. */
export const BENCH_KEY = new Uint8Array(32).fill(9)
export const BENCH_TENANT = 'ten_bench'
